// qr.c - a text as a QR code.
#include "qr.h"

#include <qrencode.h>
#include <stdbool.h>

enum { QUIET = 4 }; // modules around it that stay white

static bool
is_dark(const QRcode *code, int x, int y)
{
    return x < code->width && (code->data[y * code->width + x] & 1) != 0;
}

int
qr_svg(const char *text, struct str *svg)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    int size = 0;

    if (code == NULL)
        return -1;
    size = code->width + 2 * QUIET;
    str_format(svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
        "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
        size, size, size, size);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++) {
            int run = 0;

            while (is_dark(code, x + run, y))
                run++;
            if (run > 0)
                str_format(svg, "M%d %dh%dv1H%dz", x + QUIET, y + QUIET, run, x + QUIET);
            x += run;
        }
    str_add_text(svg, "\"/></svg>");
    QRcode_free(code);
    return 0;
}

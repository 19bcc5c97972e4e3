// test_qr.c - QR codes: the picture is what the library made, module by module.
#include "check.h"
#include "cmocka_all.h"
#include "qr.h"

#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
draws_each_dark_module_once(void **state)
{
    static const char text[] =
        "https://lapor.example.org/#/masuk?k=gHZmwPknY3NJEy9wgcmDTR3mcgOk10loNqKYXHuV2lY";
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    struct str svg = {0};
    const char *move = NULL;
    int drawn = 0;
    int dark = 0;

    (void)state;
    assert_non_null(code);
    assert_int_equal(qr_svg(text, &svg), 0);
    for (int i = 0; i < code->width * code->width; i++)
        dark += code->data[i] & 1;
    move = strstr(svg.data, "<path d=\"");
    assert_non_null(move);
    for (move = strchr(move, 'M'); move != NULL; move = strchr(move + 1, 'M')) {
        int x = 0;
        int y = 0;
        int run = 0;

        // NOLINTNEXTLINE(cert-err34-c): we wrote it
        assert_int_equal(sscanf(move, "M%d %dh%d", &x, &y, &run), 3);
        for (int i = 0; i < run; i++)
            assert_true((code->data[(y - 4) * code->width + x - 4 + i] & 1) != 0);
        drawn += run;
    }
    assert_int_equal(drawn, dark);
    QRcode_free(code);
    str_free(&svg);
}

static void
what_is_too_long_is_told(void **state)
{
    char text[4000];
    struct str svg = {0};

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(qr_svg(text, &svg), -1);
    str_free(&svg);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_each_dark_module_once),
        cmocka_unit_test(what_is_too_long_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

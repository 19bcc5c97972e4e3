// qr.h - a text as a QR code (ISO/IEC 18004).
#ifndef KENTONGAN_PORTAL_QR_H
#define KENTONGAN_PORTAL_QR_H

#include "check.h"
#include "str.h"

// Appends an SVG picture with its quiet zone, black on white.  0, or -1: the text is too long.
MUST_USE int qr_svg(const char *text, struct str *svg);

#endif

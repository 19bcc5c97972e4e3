// gsm7.h - the alphabet of a short message (3GPP TS 23.038 §6.2.1): what fits, and how much.
//
// 160 septets are one part, 153 each of several; a character outside the alphabet makes it UCS-2 with 70
// or 67.  Pure.
#ifndef KENTONGAN_GSM7_H
#define KENTONGAN_GSM7_H

#include "check.h"
#include "str.h"

#include <stddef.h>

// Appends UTF-8 text in characters of the alphabet: quotation marks, dashes and accents become the nearest
// one, pictures are left out, other scripts become a question mark.
void gsm7_add(struct str *out, const char *text);

// Septets of a text: 1 a character, 2 for those of the extension table; what is not in the alphabet counts 1.
size_t gsm7_length(const char *text);

// Parts that a text takes as a short message; 0 for "".  No character lies in two parts (3GPP TS 23.040
// §9.2.3.24.1), so that it may take one more than its length says.
size_t gsm7_parts(const char *text);

// The first character that is not in the alphabet, and in *length its bytes; NULL when all are.
const char *gsm7_stranger(const char *text, size_t *length);

#endif

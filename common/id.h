// id.h - tracking codes: how a report's id is told to a person.
//
// A code is the id, permuted under a secret key so that codes cannot be counted up, as 40 bits in Crockford's
// base 32 with his check character (mod 37): JT-XXXX-XXXX-C.  No I, L, O, U, and none of the five signs (* ~
// $ = U) that his check character may be: ids are permuted within the numbers that do not need them.  Reading
// maps i, l to 1 and o to 0 and ignores case, dashes and blanks.  A code says which report; it is not a
// capability.
#ifndef KENTONGAN_ID_H
#define KENTONGAN_ID_H

#include "check.h"

#include <stddef.h>
#include <stdint.h>

enum { ID_KEY_SIZE = 16, ID_CODE_SIZE = 15 };      // JT-XXXX-XXXX-C and NUL
#define ID_MOST ((INT64_C(1) << 40) / 37 * 32 - 1) // 950 thousand million

// Writes the code of id (1 .. ID_MOST) into code.
void id_code(const uint8_t key[ID_KEY_SIZE], int64_t id, char code[ID_CODE_SIZE]);

// Reads a code as people type it.  Returns the id, or -1 when it is not a code or its check character is
// wrong.
MUST_USE int64_t id_parse(const uint8_t key[ID_KEY_SIZE], const char *text, size_t length);

#endif

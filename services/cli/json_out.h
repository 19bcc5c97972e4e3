// json_out.h - JSON written straight into a buffer, for output of many lines a second.
#ifndef KENTONGAN_CLI_JSON_OUT_H
#define KENTONGAN_CLI_JSON_OUT_H

#include "str.h"

#include <jansson.h>
#include <stddef.h>

// A string in quotes; escapes what RFC 8259 §7 asks for and leaves all other characters as they are.  text
// may be NULL when length is 0.
void json_out_string(struct str *out, const char *text, size_t length);
void json_out_text(struct str *out, const char *text); // the same for a C string

// A number from 0 to 1 with four decimals; what lies outside becomes the nearer end.
void json_out_share(struct str *out, double share);

// A string or a number as jansson read it; NULL becomes null.
void json_out_value(struct str *out, const json_t *value);

#endif

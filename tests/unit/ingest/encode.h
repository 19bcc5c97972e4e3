// encode.h - frames for tests, put together by hand: also such as no library would write.
#ifndef KENTONGAN_ENCODE_H
#define KENTONGAN_ENCODE_H

#include "check.h"
#include "str.h"

#include <stddef.h>
#include <stdint.h>

void encode_varint(struct str *out, uint64_t number);
void encode_bytes(struct str *out, uint32_t field, const void *data, size_t length);
void encode_text(struct str *out, uint32_t field, const char *text);
void encode_number(struct str *out, uint32_t field, uint64_t number);
void encode_real(struct str *out, uint32_t field, double number);

// Appends a report with only what it must have.
void encode_least(struct str *out);

// Appends a report that uses every field.
void encode_full(struct str *out);

// Appends one field of Report, named by its path ("place.point.latitude"), with the value that a decision
// table gives:
//     text  int:5  real:1.5  real:nan  hex:00ff, each followed or not by *N: N times the same
// A path of "raw" appends the value itself.  Returns 0, or -1 when path or value cannot be understood.
MUST_USE int encode_path(struct str *out, const char *path, const char *value);

#endif

// str.h - bytes that came from outside: are they text, and how do they fit.
#ifndef KENTONGAN_STR_H
#define KENTONGAN_STR_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A growing buffer of bytes.  All zero is a valid empty one.
struct str {
    char *data; // NUL-terminated once anything was added
    size_t length, room;
};

// Appends; ends the process when memory is out.  Copies what it is given.
void str_add(struct str *str, const void *data, size_t length);
void str_add_text(struct str *str, const char *text);
void str_format(struct str *str, const char *format, ...) PRINTF_LIKE(2, 3);

// Makes room for more bytes beyond its length.
void str_reserve(struct str *str, size_t more);

// Empties it and keeps its memory.
void str_clear(struct str *str);

// Frees its memory; it is a valid empty one again.
void str_free(struct str *str);

// Is this UTF-8 (RFC 3629: shortest forms only, no surrogates, at most U+10FFFF) without NUL?
bool str_is_text(const void *data, size_t length);

// Copies text into field, cut at a character's border so that it fits in size bytes with its NUL.
void str_copy(char *field, size_t size, const char *text);

// base64url without padding (RFC 4648 §5).  Decoding refuses any other character; returns the length or -1.
void str_base64url(struct str *out, const void *data, size_t length);
MUST_USE int str_unbase64url(const char *text, size_t length, uint8_t *out, size_t room);

#endif

// str.c - bytes that came from outside: are they text, and how do they fit.
#include "str.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
str_reserve(struct str *str, size_t more)
{
    CHECK(more < SIZE_MAX - str->length - 1);
    size_t need = str->length + more + 1;
    if (need <= str->room)
        return;
    size_t room = str->room < 64 ? 64 : str->room;
    while (room < need)
        room = room > SIZE_MAX / 2 ? need : room * 2;
    str->data = check_realloc(str->data, room);
    str->room = room;
}

void
str_add(struct str *str, const void *data, size_t length)
{
    str_reserve(str, length);
    if (length)
        memcpy(str->data + str->length, data, length);
    str->length += length;
    str->data[str->length] = '\0';
}

void
str_add_text(struct str *str, const char *text)
{
    str_add(str, text, strlen(text));
}

void
str_format(struct str *str, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(length >= 0);

    str_reserve(str, (size_t)length);
    va_start(arguments, format);
    vsnprintf(str->data + str->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    str->length += (size_t)length;
}

void
str_clear(struct str *str)
{
    str->length = 0;
    if (str->data != NULL)
        str->data[0] = '\0';
}

void
str_free(struct str *str)
{
    free(str->data);
    *str = (struct str){0};
}

// Length of the well-formed character at p, or 0.  The second byte's range shuts out longer forms than
// needed, surrogates and what lies above U+10FFFF (RFC 3629 §4).
static size_t
character(const uint8_t *p, size_t left)
{
    uint8_t lead = p[0], low = 0x80, high = 0xbf;
    if (lead < 0x80)
        return lead ? 1 : 0;
    size_t length = 0;
    if (lead >= 0xc2 && lead <= 0xdf)
        length = 2;
    else if (lead >= 0xe0 && lead <= 0xef)
        length = 3;
    else if (lead >= 0xf0 && lead <= 0xf4)
        length = 4;
    if (length == 0 || length > left)
        return 0;
    if (lead == 0xe0)
        low = 0xa0;
    else if (lead == 0xed)
        high = 0x9f;
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

// Are the eight bytes at p ASCII without NUL?  Almost all of a report is.
static bool
eight_plain(const uint8_t *p)
{
    uint64_t word = 0;
    memcpy(&word, p, sizeof(word));
    const uint64_t tops = UINT64_C(0x8080808080808080), ones = UINT64_C(0x0101010101010101);
    return ((word | (word - ones)) & tops) == 0;
}

bool
str_is_text(const void *data, size_t length)
{
    const uint8_t *p = data;
    size_t i = 0;
    while (i < length) {
        if (length - i >= 8 && eight_plain(p + i)) {
            i += 8;
            continue;
        }
        size_t step = character(p + i, length - i);
        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

void
str_copy(char *field, size_t size, const char *text)
{
    CHECK(size > 0);
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(field, text, length);
    field[length] = '\0';
}

void
str_base64url(struct str *out, const void *data, size_t length)
{
    CHECK(length < SIZE_MAX / 2);
    size_t room = sodium_base64_encoded_len(length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    str_reserve(out, room);
    sodium_bin2base64(out->data + out->length, room, data, length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out->length += room - 1;
}

int
str_unbase64url(const char *text, size_t length, uint8_t *out, size_t room)
{
    size_t bytes = 0;
    const char *end = NULL;
    if (length > INT32_MAX)
        return -1;
    // libsodium takes some bytes that are no ASCII for characters of the alphabet.
    for (size_t i = 0; i < length; i++)
        if ((uint8_t)text[i] >= 0x80)
            return -1;
    if (sodium_base642bin(
            out, room, text, length, NULL, &bytes, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return -1;
    return end == text + length ? (int)bytes : -1;
}

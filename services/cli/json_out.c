// json_out.c - writes JSON into a buffer.
#include "json_out.h"

#include <stdint.h>
#include <string.h>

void
json_out_string(struct str *out, const char *text, size_t length)
{
    size_t from = 0;

    str_add(out, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        str_add(out, text + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\')
            str_add(out, (const char[]){'\\', (char)c}, 2);
        else
            str_format(out, "\\u%04x", c);
    }
    if (from < length)
        str_add(out, text + from, length - from);
    str_add(out, "\"", 1);
}

void
json_out_text(struct str *out, const char *text)
{
    json_out_string(out, text, strlen(text));
}

void
json_out_share(struct str *out, double share)
{
    enum { UNIT = 10000 };
    // NaN is not above 0.
    unsigned number = share > 0 ? (share < 1 ? (unsigned)(share * UNIT + 0.5) : UNIT) : 0;
    char digits[6] = {'0', '.'};

    if (number == UNIT) {
        digits[0] = '1';
        number = 0;
    }
    for (size_t i = sizeof(digits) - 1; i > 1; i--) {
        digits[i] = (char)('0' + number % 10);
        number /= 10;
    }
    str_add(out, digits, sizeof(digits));
}

void
json_out_value(struct str *out, const json_t *value)
{
    char number[64];

    if (value == NULL || json_is_null(value)) {
        str_add_text(out, "null");
    } else if (json_is_string(value)) {
        json_out_string(out, json_string_value(value), json_string_length(value));
    } else {
        size_t length = json_dumpb(value, number, sizeof(number), JSON_ENCODE_ANY);

        CHECK(length > 0 && length <= sizeof(number));
        str_add(out, number, length);
    }
}

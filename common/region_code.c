// region_code.c - the shape of a Kemendagri code.
#include "region_code.h"

#include <stddef.h>
#include <string.h>

bool
region_code_is(const char *text)
{
    static const char shape[] = "99.99.99.9999";
    size_t length = strlen(text);

    if (length != 2 && length != 5 && length != 8 && length != 13)
        return false;
    for (size_t i = 0; i < length; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';

        if (shape[i] == '9' ? !digit : text[i] != '.')
            return false;
    }
    return true;
}

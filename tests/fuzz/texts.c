// texts.c - an input as several texts, parted by NUL.
#include "texts.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

void
texts_cut(struct texts *texts, const uint8_t *data, size_t size, size_t count)
{
    size_t at = 0;

    CHECK(count >= 1 && count <= TEXTS_MOST);
    texts->count = count;
    for (size_t i = 0; i < count; i++) {
        size_t length = 0;

        while (at + length < size && data[at + length] != '\0')
            length++;
        texts->text[i] = check_alloc(length + 1);
        if (length > 0)
            memcpy(texts->text[i], data + at, length);
        texts->text[i][length] = '\0';
        at = at + length < size ? at + length + 1 : size;
    }
}

void
texts_free(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->text[i]);
    texts->count = 0;
}

// fuzz_gsm7.c - any text as a short message: what is written is in the alphabet and stays as it is, and takes
// as many parts as a phone network cuts it into.
#include "fuzz.h"

#include "gsm7.h"
#include "texts.h"

#include <string.h>

static size_t
width(uint8_t lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// Parts, counted by filling one after the other: no character lies in two of them (3GPP TS 23.040
// §9.2.3.24.1).
static size_t
count_parts(const char *text)
{
    size_t length = 0;
    bool wide = gsm7_stranger(text, &length) != NULL;
    size_t most = wide ? 67 : 153;
    size_t parts = 0;
    size_t room = 0;
    size_t all = 0;

    for (const char *p = text; *p != '\0'; p += width((uint8_t)*p)) {
        size_t bytes = width((uint8_t)*p);
        char one[5] = "";

        memcpy(one, p, bytes);
        size_t units = !wide ? gsm7_length(one) : bytes == 4 ? 2 : 1;
        if (units > room) {
            parts++;
            room = most;
        }
        room -= units;
        all += units;
    }
    return all > 0 && all <= (wide ? 70 : 160) ? 1 : parts;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts texts;
    struct str once = {0}, twice = {0};
    const char *text = NULL;
    size_t length = 0;

    texts_cut(&texts, data, size, 1);
    text = texts.text[0];
    if (text[0] != '\0' && str_is_text(text, strlen(text))) {
        gsm7_add(&once, text);
        CHECK(once.length == 0 || str_is_text(once.data, once.length));
        CHECK(gsm7_stranger(once.data, &length) == NULL && strpbrk(once.data, "\r\n") == NULL);
        gsm7_add(&twice, once.data);
        CHECK(strcmp(once.data, twice.data) == 0);
        CHECK(gsm7_length(once.data) <= 2 * once.length);
        CHECK(gsm7_parts(text) == count_parts(text) && gsm7_parts(once.data) == count_parts(once.data));
    }
    str_free(&once);
    str_free(&twice);
    texts_free(&texts);
    return 0;
}

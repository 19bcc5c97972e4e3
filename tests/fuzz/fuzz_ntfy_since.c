// fuzz_ntfy_since.c - from where on a phone wants messages: a text is one kind only, an id is the one that we
// gave, and no time lies beyond what can be asked for.
#include "fuzz.h"

#include "ntfy_since.h"
#include "texts.h"

#include <string.h>

static const int64_t now_ms = 1795323600000;
static const int64_t year_ms = 366 * INT64_C(86400000);

static void
check_text(const char *text)
{
    struct ntfy_since since;
    char id[NTFY_ID_SIZE];

    if (ntfy_since_parse(text, now_ms, &since) < 0)
        return;
    switch (since.kind) {
    case NTFY_SINCE_NONE:
        CHECK(strcmp(text, "none") == 0);
        break;
    case NTFY_SINCE_ALL:
        CHECK(strcmp(text, "all") == 0);
        break;
    case NTFY_SINCE_ID:
        CHECK(since.id >= 0);
        ntfy_since_id(since.id, id);
        CHECK(strcmp(id, text) == 0);
        break;
    case NTFY_SINCE_TIME:
        if (strspn(text, "0123456789") == strlen(text))
            CHECK(since.at_ms >= 0 && since.at_ms < INT64_C(100000000000) * 1000);
        else
            CHECK(since.at_ms <= now_ms && since.at_ms >= now_ms - year_ms);
        CHECK(since.at_ms % 1000 == 0);
        break;
    }
}

// Any two ids: there and back, in their order.
static void
check_ids(const uint8_t *data, size_t size)
{
    uint64_t numbers[2] = {0};
    char ids[2][NTFY_ID_SIZE];
    struct ntfy_since since;

    memcpy(numbers, data, size < sizeof(numbers) ? size : sizeof(numbers));
    for (size_t i = 0; i < 2; i++) {
        numbers[i] &= INT64_MAX;
        ntfy_since_id((int64_t)numbers[i], ids[i]);
        int rc = ntfy_since_parse(ids[i], now_ms, &since);
        CHECK(rc == 0 && since.kind == NTFY_SINCE_ID && since.id == (int64_t)numbers[i]);
    }
    int order = strcmp(ids[0], ids[1]);
    CHECK(numbers[0] < numbers[1] ? order < 0 : numbers[0] > numbers[1] ? order > 0 : order == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts texts;

    texts_cut(&texts, data, size, 1);
    check_text(texts.text[0]);
    texts_free(&texts);
    if (size > 0)
        check_ids(data, size);
    return 0;
}

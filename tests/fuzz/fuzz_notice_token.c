// fuzz_notice_token.c - any text as a one-time token: one text a token, and ours name notice and device.
#include "fuzz.h"

#include "notice_token.h"
#include "str.h"

#include <string.h>

static int64_t
id_at(const uint8_t *bytes)
{
    uint64_t id = 0;

    for (int i = 0; i < 8; i++)
        id = id << 8 | bytes[i];
    return (int64_t)id;
}

// A token of any two ids says these two, and another one for the same two the other way round.
static void
check_ours(const uint8_t *data, size_t size)
{
    struct notice_key key;
    int64_t ids[2] = {0};
    char text[NOTICE_TOKEN_TEXT_SIZE], turned[NOTICE_TOKEN_TEXT_SIZE];
    uint8_t token[NOTICE_TOKEN_SIZE];

    memset(&key, 0x36, sizeof(key));
    memcpy(ids, data, size < sizeof(ids) ? size : sizeof(ids));
    notice_token(&key, ids[0], ids[1], text);
    notice_token(&key, ids[1], ids[0], turned);
    CHECK(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          NOTICE_TOKEN_TEXT_SIZE - 1);
    CHECK((strcmp(text, turned) == 0) == (ids[0] == ids[1]));
    int rc = notice_token_read(text, strlen(text), token);
    CHECK(rc == 0 && id_at(token) == ids[0] && id_at(token + 8) == ids[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t token[NOTICE_TOKEN_SIZE];
    struct str again = {0};

    if (notice_token_read((const char *)data, size, token) == 0) {
        str_base64url(&again, token, sizeof(token));
        CHECK(again.length == size && memcmp(again.data, data, size) == 0);
        str_free(&again);
    }
    if (size > 0)
        check_ours(data, size);
    return 0;
}

// notice_token.c - one-time tokens of notices.
#include "notice_token.h"

#include "str.h"

#include <openssl/evp.h>
#include <string.h>

enum { IDS_SIZE = 16, MAC_SIZE = 16 };

static void
put(uint8_t *to, int64_t id)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)((uint64_t)id >> (56 - 8 * i));
}

// SHA-256 of pad and data.
static void
hash(const uint8_t pad[NOTICE_PAD_SIZE], const uint8_t *data, size_t length, uint8_t out[EVP_MAX_MD_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    CHECK(context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
          EVP_DigestUpdate(context, pad, NOTICE_PAD_SIZE) == 1 &&
          EVP_DigestUpdate(context, data, length) == 1 && EVP_DigestFinal_ex(context, out, NULL) == 1);
    EVP_MD_CTX_free(context);
}

void
notice_token(
    const struct notice_key *key, int64_t notice_id, int64_t device_id, char text[NOTICE_TOKEN_TEXT_SIZE])
{
    uint8_t token[NOTICE_TOKEN_SIZE];
    uint8_t inner[EVP_MAX_MD_SIZE];
    uint8_t outer[EVP_MAX_MD_SIZE];
    struct str out = {0};

    put(token, notice_id);
    put(token + 8, device_id);
    hash(key->inner_pad, token, IDS_SIZE, inner);
    hash(key->outer_pad, inner, 32, outer);
    memcpy(token + IDS_SIZE, outer, MAC_SIZE);
    str_base64url(&out, token, sizeof(token));
    CHECK(out.length == NOTICE_TOKEN_TEXT_SIZE - 1);
    memcpy(text, out.data, NOTICE_TOKEN_TEXT_SIZE);
    str_free(&out);
}

int
notice_token_read(const char *text, size_t length, uint8_t token[NOTICE_TOKEN_SIZE])
{
    if (length != NOTICE_TOKEN_TEXT_SIZE - 1)
        return -1;
    return str_unbase64url(text, length, token, NOTICE_TOKEN_SIZE) == NOTICE_TOKEN_SIZE ? 0 : -1;
}

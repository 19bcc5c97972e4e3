// seal.c - bytes sealed to somebody's public key, so that who sealed them cannot read them again.
//
// The costly half of crypto_box (X25519) is done once for each key pair, by both sides, so that one box costs
// about a microsecond.
#include "seal.h"

#include "clock.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_LIFE_MS = 10 * 60 * 1000,
    SENDERS = 16, // that an opener remembers: the rows of some hours, or of many replicas
};

struct seal {
    uint8_t their_key[SEAL_KEY_SIZE];
    uint8_t our_key[SEAL_KEY_SIZE]; // public; goes with each box
    uint8_t shared[crypto_box_BEFORENMBYTES];
    int64_t renew_at_ms; // on clock_mono_ms()
};

struct sender {
    bool known;
    uint8_t key[SEAL_KEY_SIZE];
    uint8_t shared[crypto_box_BEFORENMBYTES];
};

struct seal_opener {
    uint8_t secret_key[SEAL_KEY_SIZE];
    struct sender senders[SENDERS];
    size_t next; // to be forgotten
};

_Static_assert(SEAL_KEY_SIZE == crypto_box_PUBLICKEYBYTES && SEAL_KEY_SIZE == crypto_box_SECRETKEYBYTES,
    "keys are libsodium's box keys");
_Static_assert(SEAL_OVERHEAD == crypto_box_PUBLICKEYBYTES + crypto_box_NONCEBYTES + crypto_box_MACBYTES,
    "the layout in seal.h");

int
seal_parse_key(const char *hex, uint8_t key[SEAL_KEY_SIZE])
{
    size_t bytes = 0;

    if (strlen(hex) != (size_t)2 * SEAL_KEY_SIZE)
        return -1;
    if (sodium_hex2bin(key, SEAL_KEY_SIZE, hex, strlen(hex), NULL, &bytes, NULL) != 0 ||
        bytes != SEAL_KEY_SIZE)
        return -1;
    return 0;
}

// Makes a new key pair and forgets its secret half.  -1: their key is no point one can encrypt to.
static int
renew(struct seal *seal)
{
    uint8_t secret[crypto_box_SECRETKEYBYTES];

    crypto_box_keypair(seal->our_key, secret);
    int rc = crypto_box_beforenm(seal->shared, seal->their_key, secret);
    sodium_memzero(secret, sizeof(secret));
    seal->renew_at_ms = clock_mono_ms() + KEY_LIFE_MS;
    return rc;
}

struct seal *
seal_new(const uint8_t public_key[SEAL_KEY_SIZE])
{
    CHECK(sodium_init() >= 0);
    struct seal *seal = check_zalloc(1, sizeof(*seal));

    memcpy(seal->their_key, public_key, SEAL_KEY_SIZE);
    if (renew(seal) != 0)
        seal_destroy(&seal);
    return seal;
}

void
seal_destroy(struct seal **seal)
{
    struct seal *old = *seal;

    if (old == NULL)
        return;
    sodium_memzero(old, sizeof(*old));
    free(old);
    *seal = NULL;
}

void
seal_add(struct seal *seal, const void *plain, size_t length, struct str *out)
{
    // Whether their key is usable was found out by seal_new().
    if (clock_mono_ms() >= seal->renew_at_ms)
        CHECK(renew(seal) == 0);
    str_reserve(out, SEAL_OVERHEAD + length);
    uint8_t *sealed = (uint8_t *)out->data + out->length;
    uint8_t *nonce = sealed + crypto_box_PUBLICKEYBYTES, *box = nonce + crypto_box_NONCEBYTES;

    memcpy(sealed, seal->our_key, sizeof(seal->our_key));
    randombytes_buf(nonce, crypto_box_NONCEBYTES);
    CHECK(crypto_box_easy_afternm(box, plain, length, nonce, seal->shared) == 0);
    out->length += SEAL_OVERHEAD + length;
    out->data[out->length] = '\0';
}

void
seal_wipe(void *memory, size_t length)
{
    if (length > 0)
        sodium_memzero(memory, length);
}

struct seal_opener *
seal_opener_new(const uint8_t secret_key[SEAL_KEY_SIZE])
{
    CHECK(sodium_init() >= 0);
    struct seal_opener *opener = check_zalloc(1, sizeof(*opener));

    memcpy(opener->secret_key, secret_key, SEAL_KEY_SIZE);
    return opener;
}

void
seal_opener_destroy(struct seal_opener **opener)
{
    struct seal_opener *old = *opener;

    if (old == NULL)
        return;
    sodium_memzero(old, sizeof(*old));
    free(old);
    *opener = NULL;
}

// What is shared with this sender; NULL: its key is no point.
static const uint8_t *
shared_with(struct seal_opener *opener, const uint8_t *key)
{
    struct sender *sender = NULL;

    for (size_t i = 0; i < SENDERS; i++)
        if (opener->senders[i].known && memcmp(opener->senders[i].key, key, SEAL_KEY_SIZE) == 0)
            return opener->senders[i].shared;
    sender = &opener->senders[opener->next];
    sender->known = crypto_box_beforenm(sender->shared, key, opener->secret_key) == 0;
    if (!sender->known)
        return NULL;
    memcpy(sender->key, key, SEAL_KEY_SIZE);
    opener->next = (opener->next + 1) % SENDERS;
    return sender->shared;
}

int
seal_open(struct seal_opener *opener, const void *sealed, size_t length, struct str *out)
{
    const uint8_t *their_key = sealed;

    if (length < SEAL_OVERHEAD)
        return -1;
    const uint8_t *shared = shared_with(opener, their_key);
    const uint8_t *nonce = their_key + crypto_box_PUBLICKEYBYTES, *box = nonce + crypto_box_NONCEBYTES;
    size_t plain_length = length - SEAL_OVERHEAD;

    if (shared == NULL)
        return -1;
    str_reserve(out, plain_length);
    if (crypto_box_open_easy_afternm(
            (uint8_t *)out->data + out->length, box, plain_length + crypto_box_MACBYTES, nonce, shared) != 0)
        return -1;
    out->length += plain_length;
    out->data[out->length] = '\0';
    return 0;
}

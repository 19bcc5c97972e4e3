// seal.c - who reported, sealed so that this cluster cannot read it again.
//
// The costly half of crypto_box (X25519) is done once for each key pair, so that one identity costs about a
// microsecond.
#include "seal.h"

#include "clock.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_LIFE_MS = 10 * 60 * 1000 };

struct seal {
    uint8_t office_key[SEAL_KEY_SIZE];
    uint8_t our_key[SEAL_KEY_SIZE]; // public; goes with each identity
    uint8_t shared[crypto_box_BEFORENMBYTES];
    int64_t renew_at_ms; // on clock_mono_ms()
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

// Makes a new key pair and forgets its secret half.  -1: the office's key is no point one can encrypt to.
static int
renew(struct seal *seal)
{
    uint8_t secret[crypto_box_SECRETKEYBYTES];
    crypto_box_keypair(seal->our_key, secret);
    int rc = crypto_box_beforenm(seal->shared, seal->office_key, secret);
    sodium_memzero(secret, sizeof(secret));
    seal->renew_at_ms = clock_mono_ms() + KEY_LIFE_MS;
    return rc;
}

struct seal *
seal_new(const uint8_t office_key[SEAL_KEY_SIZE])
{
    CHECK(sodium_init() >= 0);
    struct seal *seal = check_zalloc(1, sizeof(*seal));
    memcpy(seal->office_key, office_key, SEAL_KEY_SIZE);
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
seal_identity(struct seal *seal, const Kentongan__V1__Reporter *reporter, struct str *out)
{
    if (reporter == NULL)
        return;
    // Whether the office's key is usable was found out by seal_new().
    if (clock_mono_ms() >= seal->renew_at_ms)
        CHECK(renew(seal) == 0);

    // Packed where the box's cipher text will be, and encrypted in place: the plain text is nowhere else.
    size_t length = kentongan__v1__reporter__get_packed_size(reporter);
    uint8_t *sealed = check_alloc(SEAL_OVERHEAD + length);
    uint8_t *nonce = sealed + crypto_box_PUBLICKEYBYTES, *box = nonce + crypto_box_NONCEBYTES;
    uint8_t *plain = box + crypto_box_MACBYTES;
    memcpy(sealed, seal->our_key, sizeof(seal->our_key));
    randombytes_buf(nonce, crypto_box_NONCEBYTES);
    kentongan__v1__reporter__pack(reporter, plain);
    CHECK(crypto_box_easy_afternm(box, plain, length, nonce, seal->shared) == 0);
    str_add(out, sealed, SEAL_OVERHEAD + length);
    free(sealed);
}

int
seal_open(const uint8_t secret_key[SEAL_KEY_SIZE], const void *sealed, size_t length, struct str *out)
{
    const uint8_t *their_key = sealed;
    if (length < SEAL_OVERHEAD)
        return -1;
    const uint8_t *nonce = their_key + crypto_box_PUBLICKEYBYTES, *box = nonce + crypto_box_NONCEBYTES;
    size_t plain_length = length - SEAL_OVERHEAD;
    uint8_t *plain = check_alloc(plain_length + 1);
    int rc =
        crypto_box_open_easy(plain, box, plain_length + crypto_box_MACBYTES, nonce, their_key, secret_key);
    if (rc == 0)
        str_add(out, plain, plain_length);
    sodium_memzero(plain, plain_length + 1);
    free(plain);
    return rc == 0 ? 0 : -1;
}

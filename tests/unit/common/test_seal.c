// test_seal.c - what is sealed can be opened with the secret key, and by nobody else.
#include "seal.h"

#include "clock.h"
#include "cmocka_all.h"

#include <sodium.h>
#include <string.h>

static const int64_t now_ms = INT64_C(1763800000000);
static const char plain[] = "Contoh Pelapor 081200000000";
static uint8_t public_key[SEAL_KEY_SIZE], secret_key[SEAL_KEY_SIZE];
static struct seal *seal;
static struct seal_opener *opener;
static struct str sealed, opened;

static int
start(void **state)
{
    (void)state;
    clock_set(now_ms);
    crypto_box_keypair(public_key, secret_key);
    seal = seal_new(public_key);
    opener = seal_opener_new(secret_key);
    return seal != NULL ? 0 : -1;
}

static int
stop(void **state)
{
    (void)state;
    clock_set(0);
    seal_destroy(&seal);
    seal_opener_destroy(&opener);
    str_free(&sealed);
    str_free(&opened);
    return 0;
}

static void
opens_again(void **state)
{
    (void)state;
    seal_add(seal, plain, sizeof(plain), &sealed);
    assert_int_equal(sealed.length, SEAL_OVERHEAD + sizeof(plain));
    assert_int_equal(seal_open(opener, sealed.data, sealed.length, &opened), 0);
    assert_int_equal(opened.length, sizeof(plain));
    assert_memory_equal(opened.data, plain, sizeof(plain));
    // It appends: what stands there already stays.
    assert_int_equal(seal_open(opener, sealed.data, sealed.length, &opened), 0);
    assert_int_equal(opened.length, 2 * sizeof(plain));
    assert_memory_equal(opened.data, plain, sizeof(plain));
}

static void
hides_what_is_in_it(void **state)
{
    (void)state;
    seal_add(seal, plain, sizeof(plain), &sealed);
    size_t length = sealed.length;
    for (size_t i = 0; i + 6 < length; i++) {
        assert_memory_not_equal(sealed.data + i, "Contoh", 6);
        assert_memory_not_equal(sealed.data + i, "081200", 6);
    }
    // The same looks different each time: nobody can tell who reported twice.
    seal_add(seal, plain, sizeof(plain), &sealed);
    assert_int_equal(sealed.length, 2 * length);
    assert_memory_not_equal(sealed.data + 56, sealed.data + length + 56, length - 56);
}

static void
opens_for_nobody_else(void **state)
{
    (void)state;
    uint8_t other_key[SEAL_KEY_SIZE], other_secret[SEAL_KEY_SIZE];
    crypto_box_keypair(other_key, other_secret);
    struct seal_opener *other = seal_opener_new(other_secret);
    seal_add(seal, plain, sizeof(plain), &sealed);
    assert_int_equal(seal_open(other, sealed.data, sealed.length, &opened), -1);
    assert_int_equal(seal_open(opener, sealed.data, sealed.length - 1, &opened), -1);
    for (size_t length = 0; length < SEAL_OVERHEAD; length++)
        assert_int_equal(seal_open(opener, sealed.data, length, &opened), -1);
    // The top bit of a public key is not part of it (RFC 7748 section 5); every other bit counts.
    for (size_t bit = 0; bit < sealed.length * 8; bit++) {
        if (bit == 255)
            continue;
        sealed.data[bit / 8] = (char)(sealed.data[bit / 8] ^ 1 << bit % 8);
        assert_int_equal(seal_open(opener, sealed.data, sealed.length, &opened), -1);
        sealed.data[bit / 8] = (char)(sealed.data[bit / 8] ^ 1 << bit % 8);
    }
    assert_int_equal(opened.length, 0);
    assert_int_equal(seal_open(opener, sealed.data, sealed.length, &opened), 0);
    seal_opener_destroy(&other);
}

// A key pair serves ten minutes; what was sealed with those before, more of them than an opener remembers,
// can still be opened.
static void
changes_its_key(void **state)
{
    (void)state;
    enum { PAIRS = 40 };
    size_t length = SEAL_OVERHEAD + sizeof(plain);
    seal_add(seal, plain, sizeof(plain), &sealed);
    clock_set(now_ms + 599999);
    seal_add(seal, plain, sizeof(plain), &sealed);
    assert_memory_equal(sealed.data, sealed.data + length, SEAL_KEY_SIZE);
    for (size_t i = 2; i < PAIRS; i++) {
        clock_set(now_ms + (int64_t)(i - 1) * 600000);
        seal_add(seal, plain, sizeof(plain), &sealed);
        assert_memory_not_equal(sealed.data + (i - 1) * length, sealed.data + i * length, SEAL_KEY_SIZE);
    }
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < PAIRS; i++)
            assert_int_equal(seal_open(opener, sealed.data + i * length, length, &opened), 0);
}

static void
reads_keys(void **state)
{
    (void)state;
    char hex[2 * SEAL_KEY_SIZE + 1], wrong[2 * SEAL_KEY_SIZE + 3];
    uint8_t key[SEAL_KEY_SIZE];
    sodium_bin2hex(hex, sizeof(hex), public_key, sizeof(public_key));
    assert_int_equal(seal_parse_key(hex, key), 0);
    assert_memory_equal(key, public_key, SEAL_KEY_SIZE);
    assert_int_equal(seal_parse_key("", key), -1);
    assert_int_equal(seal_parse_key(hex + 1, key), -1);
    memcpy(wrong, hex, sizeof(hex));
    memcpy(wrong + 64, "00", 3);
    assert_int_equal(seal_parse_key(wrong, key), -1);
    memcpy(wrong, hex, sizeof(hex));
    wrong[10] = 'g';
    assert_int_equal(seal_parse_key(wrong, key), -1);
}

// Keys of small order: everybody knows what would be shared with them.
static void
refuses_keys_that_hide_nothing(void **state)
{
    (void)state;
    uint8_t key[SEAL_KEY_SIZE] = {0};
    uint8_t forged[SEAL_OVERHEAD + 4] = {0};
    assert_null(seal_new(key));
    key[0] = 1;
    assert_null(seal_new(key));
    assert_int_equal(seal_open(opener, forged, sizeof(forged), &opened), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(opens_again, start, stop),
        cmocka_unit_test_setup_teardown(hides_what_is_in_it, start, stop),
        cmocka_unit_test_setup_teardown(opens_for_nobody_else, start, stop),
        cmocka_unit_test_setup_teardown(changes_its_key, start, stop),
        cmocka_unit_test_setup_teardown(reads_keys, start, stop),
        cmocka_unit_test_setup_teardown(refuses_keys_that_hide_nothing, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_seal.c - what is sealed can be opened by the office, and by nobody else.
#include "clock.h"
#include "cmocka_all.h"
#include "seal.h"

#include <sodium.h>
#include <string.h>

static const int64_t now_ms = INT64_C(1763800000000);
static uint8_t office_key[SEAL_KEY_SIZE], office_secret[SEAL_KEY_SIZE];
static struct seal *seal;
static struct str sealed, opened;
static Kentongan__V1__Reporter reporter;

static int
start(void **state)
{
    (void)state;
    static char name[] = "Contoh Pelapor", phone[] = "081200000000";
    clock_set(now_ms);
    crypto_box_keypair(office_key, office_secret);
    seal = seal_new(office_key);
    kentongan__v1__reporter__init(&reporter);
    reporter.name = name;
    reporter.phone = phone;
    return seal ? 0 : -1;
}

static int
stop(void **state)
{
    (void)state;
    clock_set(0);
    seal_destroy(&seal);
    str_free(&sealed);
    str_free(&opened);
    return 0;
}

static void
opens_again(void **state)
{
    (void)state;
    seal_identity(seal, &reporter, &sealed);
    assert_int_equal(sealed.length, SEAL_OVERHEAD + kentongan__v1__reporter__get_packed_size(&reporter));
    assert_int_equal(seal_open(office_secret, sealed.data, sealed.length, &opened), 0);
    Kentongan__V1__Reporter *same =
        kentongan__v1__reporter__unpack(NULL, opened.length, (const uint8_t *)opened.data);
    assert_non_null(same);
    assert_string_equal(same->name, "Contoh Pelapor");
    assert_string_equal(same->phone, "081200000000");
    assert_string_equal(same->email, "");
    kentongan__v1__reporter__free_unpacked(same, NULL);
}

static void
hides_what_is_in_it(void **state)
{
    (void)state;
    seal_identity(seal, &reporter, &sealed);
    size_t length = sealed.length;
    for (size_t i = 0; i + 6 < length; i++) {
        assert_memory_not_equal(sealed.data + i, "Contoh", 6);
        assert_memory_not_equal(sealed.data + i, "081200", 6);
    }
    // The same identity looks different each time: nobody can tell who reported twice.
    seal_identity(seal, &reporter, &sealed);
    assert_int_equal(sealed.length, 2 * length);
    assert_memory_not_equal(sealed.data + 56, sealed.data + length + 56, length - 56);
}

static void
seals_nobody(void **state)
{
    (void)state;
    seal_identity(seal, NULL, &sealed);
    assert_int_equal(sealed.length, 0);
}

static void
opens_for_nobody_else(void **state)
{
    (void)state;
    uint8_t other_key[SEAL_KEY_SIZE], other_secret[SEAL_KEY_SIZE];
    crypto_box_keypair(other_key, other_secret);
    seal_identity(seal, &reporter, &sealed);
    assert_int_equal(seal_open(other_secret, sealed.data, sealed.length, &opened), -1);
    assert_int_equal(seal_open(office_secret, sealed.data, sealed.length - 1, &opened), -1);
    for (size_t length = 0; length < SEAL_OVERHEAD; length++)
        assert_int_equal(seal_open(office_secret, sealed.data, length, &opened), -1);
    // The top bit of a public key is not part of it (RFC 7748 section 5); every other bit counts.
    for (size_t bit = 0; bit < sealed.length * 8; bit++) {
        if (bit == 255)
            continue;
        sealed.data[bit / 8] = (char)(sealed.data[bit / 8] ^ 1 << bit % 8);
        assert_int_equal(seal_open(office_secret, sealed.data, sealed.length, &opened), -1);
        sealed.data[bit / 8] = (char)(sealed.data[bit / 8] ^ 1 << bit % 8);
    }
    assert_int_equal(opened.length, 0);
    assert_int_equal(seal_open(office_secret, sealed.data, sealed.length, &opened), 0);
}

// A key pair serves ten minutes; what was sealed with the one before can still be opened by the office.
static void
changes_its_key(void **state)
{
    (void)state;
    seal_identity(seal, &reporter, &sealed);
    size_t length = sealed.length;
    clock_set(now_ms + 599999);
    seal_identity(seal, &reporter, &sealed);
    clock_set(now_ms + 600000);
    seal_identity(seal, &reporter, &sealed);
    assert_memory_equal(sealed.data, sealed.data + length, SEAL_KEY_SIZE);
    assert_memory_not_equal(sealed.data, sealed.data + 2 * length, SEAL_KEY_SIZE);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(seal_open(office_secret, sealed.data + i * length, length, &opened), 0);
}

static void
reads_keys(void **state)
{
    (void)state;
    char hex[2 * SEAL_KEY_SIZE + 1], wrong[2 * SEAL_KEY_SIZE + 3];
    uint8_t key[SEAL_KEY_SIZE];
    sodium_bin2hex(hex, sizeof(hex), office_key, sizeof(office_key));
    assert_int_equal(seal_parse_key(hex, key), 0);
    assert_memory_equal(key, office_key, SEAL_KEY_SIZE);
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
    assert_null(seal_new(key));
    key[0] = 1;
    assert_null(seal_new(key));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(opens_again, start, stop),
        cmocka_unit_test_setup_teardown(hides_what_is_in_it, start, stop),
        cmocka_unit_test_setup_teardown(seals_nobody, start, stop),
        cmocka_unit_test_setup_teardown(opens_for_nobody_else, start, stop),
        cmocka_unit_test_setup_teardown(changes_its_key, start, stop),
        cmocka_unit_test_setup_teardown(reads_keys, start, stop),
        cmocka_unit_test_setup_teardown(refuses_keys_that_hide_nothing, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

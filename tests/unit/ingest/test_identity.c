// test_identity.c - who reported goes to the office, and where he can be answered to the notifier; nothing of
// the one is in the other.
#include "identity.h"

#include "cmocka_all.h"
#include "reply_address.h"

#include <sodium.h>
#include <string.h>

static uint8_t public_key[SEAL_KEY_SIZE], secret_key[SEAL_KEY_SIZE];
static struct seal *seal;
static struct seal_opener *opener;
static struct str sealed, opened;
static Kentongan__V1__Reporter reporter;
static struct report report;

static int
start(void **state)
{
    static char name[] = "Contoh Pelapor", phone[] = "081200000000";

    (void)state;
    crypto_box_keypair(public_key, secret_key);
    seal = seal_new(public_key);
    opener = seal_opener_new(secret_key);
    kentongan__v1__reporter__init(&reporter);
    reporter.name = name;
    reporter.phone = phone;
    report = (struct report){.channel = KENTONGAN__V1__CHANNEL__CHANNEL_SMS, .reporter = &reporter};
    return 0;
}

static int
stop(void **state)
{
    (void)state;
    seal_destroy(&seal);
    seal_opener_destroy(&opener);
    str_free(&sealed);
    str_free(&opened);
    return 0;
}

static void
seals_the_reporter(void **state)
{
    (void)state;
    identity_seal(seal, &report, &sealed);
    assert_int_equal(seal_open(opener, sealed.data, sealed.length, &opened), 0);
    Kentongan__V1__Reporter *same =
        kentongan__v1__reporter__unpack(NULL, opened.length, (const uint8_t *)opened.data);
    assert_non_null(same);
    assert_string_equal(same->name, "Contoh Pelapor");
    assert_string_equal(same->phone, "081200000000");
    assert_string_equal(same->email, "");
    kentongan__v1__reporter__free_unpacked(same, NULL);
}

static void
seals_the_address_without_the_name(void **state)
{
    struct reply_address address;

    (void)state;
    identity_seal_address(seal, &report, &sealed);
    assert_int_equal(seal_open(opener, sealed.data, sealed.length, &opened), 0);
    assert_int_equal(reply_address_unpack(&address, opened.data, opened.length), 0);
    assert_int_equal(address.channel, KENTONGAN__V1__CHANNEL__CHANNEL_SMS);
    assert_string_equal(address.phone, "+6281200000000");
    for (size_t i = 0; i + 6 < opened.length; i++)
        assert_memory_not_equal(opened.data + i, "Contoh", 6);
}

static void
seals_nobody(void **state)
{
    static char nothing[] = "";

    (void)state;
    reporter.phone = nothing;
    identity_seal_address(seal, &report, &sealed);
    report.reporter = NULL;
    identity_seal(seal, &report, &sealed);
    identity_seal_address(seal, &report, &sealed);
    assert_int_equal(sealed.length, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(seals_the_reporter, start, stop),
        cmocka_unit_test_setup_teardown(seals_the_address_without_the_name, start, stop),
        cmocka_unit_test_setup_teardown(seals_nobody, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

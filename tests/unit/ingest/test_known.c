// test_known.c - the filter of closed buckets never says no to a key that it holds.
#include "cmocka_all.h"
#include "known.h"

#include <sodium.h>
#include <string.h>

static void
key_of(uint64_t number, uint8_t key[REPORT_KEY_SIZE])
{
    crypto_generichash(key, REPORT_KEY_SIZE, (const uint8_t *)&number, sizeof(number), NULL, 0);
}

static void
holds_every_key_and_rules_out_nearly_every_other(void **state)
{
    enum { KEYS = 200000 };
    struct known *known = known_new();
    uint8_t key[REPORT_KEY_SIZE];
    int passed = 0;

    (void)state;
    known_start(known, KEYS);
    for (uint64_t i = 0; i < KEYS; i++) {
        key_of(i, key);
        known_add(known, key);
    }
    assert_int_equal(known_count(known), KEYS);
    assert_true(known_room(known) >= KEYS);
    for (uint64_t i = 0; i < KEYS; i++) {
        key_of(i, key);
        assert_true(known_may_hold(known, key));
    }
    for (uint64_t i = KEYS; i < UINT64_C(2) * KEYS; i++) {
        key_of(i, key);
        passed += known_may_hold(known, key);
    }
    // One in 700 is what the formula says for a full filter.
    assert_true(passed < KEYS / 300);
    known_destroy(&known);
    assert_null(known);
}

static void
started_anew_it_is_empty_and_complete_for_nothing(void **state)
{
    struct known *known = known_new();
    uint8_t key[REPORT_KEY_SIZE];

    (void)state;
    key_of(1, key);
    assert_int_equal(known_below(known), 0);
    known_add(known, key);
    known_finish(known, 3);
    assert_int_equal(known_below(known), 3);
    known_start(known, 1000000);
    assert_int_equal(known_below(known), 0);
    assert_int_equal(known_count(known), 0);
    assert_false(known_may_hold(known, key));
    known_destroy(&known);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_every_key_and_rules_out_nearly_every_other),
        cmocka_unit_test(started_anew_it_is_empty_and_complete_for_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_rates.c - how often somebody may ask.
#include "check.h"
#include "clock.h"
#include "cmocka_all.h"
#include "rates.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { NOON = 1000000 };

static int
run_clock(void **state)
{
    (void)state;
    clock_set(0);
    return 0;
}

static void
as_many_as_a_minute_has(void **state)
{
    struct rates *rates = rates_new();

    (void)state;
    clock_set(NOON);
    for (int i = 0; i < 10; i++)
        assert_int_equal(rates_take(rates, "login", "sri", 10), 0);
    int64_t wait = rates_take(rates, "login", "sri", 10);
    assert_in_range(wait, 5900, 6100);
    // Others are not held up.
    assert_int_equal(rates_take(rates, "login", "tono", 10), 0);
    assert_int_equal(rates_take(rates, "track", "sri", 10), 0);
    clock_set(NOON + wait - 10);
    assert_int_not_equal(rates_take(rates, "login", "sri", 10), 0);
    clock_set(NOON + wait);
    assert_int_equal(rates_take(rates, "login", "sri", 10), 0);
    assert_int_not_equal(rates_take(rates, "login", "sri", 10), 0);
    clock_set(NOON + 120000 + wait);
    for (int i = 0; i < 10; i++)
        assert_int_equal(rates_take(rates, "login", "sri", 10), 0);
    assert_int_not_equal(rates_take(rates, "login", "sri", 10), 0);
    rates_destroy(&rates);
}

static void
what_is_given_back_did_not_count(void **state)
{
    struct rates *rates = rates_new();

    (void)state;
    clock_set(NOON);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(rates_take(rates, "login", "sri", 3), 0);
        rates_give(rates, "login", "sri", 3);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(rates_take(rates, "login", "sri", 3), 0);
    assert_int_not_equal(rates_take(rates, "login", "sri", 3), 0);
    rates_destroy(&rates);
}

// A flood of addresses does not make one that asks too often forgotten, as long as it goes on.
static void
memory_is_bounded_and_the_busy_are_kept(void **state)
{
    struct rates *rates = rates_new();
    char key[32];
    int let = 0;

    (void)state;
    clock_set(NOON);
    for (int i = 0; i < 5; i++)
        assert_int_equal(rates_take(rates, "login", "busy", 5), 0);
    for (int i = 0; i < 20 * RATES_BUCKETS; i++) {
        snprintf(key, sizeof(key), "%d", i);
        (void)!rates_take(rates, "login", key, 5);
        let += i % 1000 == 0 && rates_take(rates, "login", "busy", 5) == 0;
    }
    assert_int_equal(let, 0);
    rates_destroy(&rates);
}

static void
addresses_of_one_household_are_one(void **state)
{
    static const struct {
        const char *address, *key;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
        {"2001:db8:1:2::9", "2001:db8:1:2::"},
        {"2001:db8:1:3::9", "2001:db8:1:3::"},
        {"::ffff:192.0.2.7", "::ffff:192.0.2.7"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char key[RATES_ADDRESS_SIZE];

        rates_address(rows[i].address, key);
        assert_string_equal(key, rows[i].key);
    }
}

struct taker {
    struct rates *rates;
    int let;
};

static void *
take_many(void *self)
{
    struct taker *taker = self;

    for (int i = 0; i < 10000; i++)
        taker->let += rates_take(taker->rates, "group", "key", 1000) == 0;
    return NULL;
}

static void
threads_share_it(void **state)
{
    struct rates *rates = rates_new();
    struct taker takers[4];
    pthread_t threads[LENGTH(takers)];
    int let = 0;

    (void)state;
    clock_set(NOON);
    for (size_t i = 0; i < LENGTH(takers); i++) {
        takers[i] = (struct taker){.rates = rates};
        assert_int_equal(pthread_create(&threads[i], NULL, take_many, &takers[i]), 0);
    }
    for (size_t i = 0; i < LENGTH(takers); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        let += takers[i].let;
    }
    assert_int_equal(let, 1000);
    rates_destroy(&rates);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(as_many_as_a_minute_has, run_clock),
        cmocka_unit_test_teardown(what_is_given_back_did_not_count, run_clock),
        cmocka_unit_test_teardown(memory_is_bounded_and_the_busy_are_kept, run_clock),
        cmocka_unit_test(addresses_of_one_household_are_one),
        cmocka_unit_test_teardown(threads_share_it, run_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

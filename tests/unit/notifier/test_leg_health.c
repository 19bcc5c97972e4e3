// test_leg_health.c - when a leg is dead, and how it comes back.
#include "leg_health.h"

#include "cmocka_all.h"
#include "legs.h"

#include <stdio.h>

enum { HOUR_MS = 3600 * 1000 };

// Lets letters to `addresses` addresses by `services` services fail, from at_ms on.
static void
fail_times(struct leg_health *health, int times, int services, int addresses, int64_t at_ms)
{
    for (int i = 0; i < times; i++) {
        char service[16];
        char address[16];

        snprintf(service, sizeof(service), "s%d", i % services);
        snprintf(address, sizeof(address), "a%d", i % addresses);
        leg_health_failed(health, service, address, "its last answer was 503", at_ms + i);
    }
}

static void
test_all_fail(void **state)
{
    struct leg_health health = {0};

    (void)state;
    fail_times(&health, LEGS_DEAD_AFTER - 1, 1, 5, 1000);
    assert_false(health.dead);
    fail_times(&health, 1, 1, 1, 2000);
    assert_true(health.dead);
    assert_string_equal(health.reason, "its last answer was 503");
    leg_health_passed(&health, "s0", "a0", 3000);
    assert_false(health.dead);

    // The count begins anew.
    fail_times(&health, LEGS_DEAD_AFTER - 1, 1, 5, 4000);
    assert_false(health.dead);
}

static void
test_one_phone_is_not_the_leg(void **state)
{
    struct leg_health health = {0};

    (void)state;
    for (int i = 0; i < 5; i++) {
        char address[16];

        snprintf(address, sizeof(address), "other%d", i);
        leg_health_passed(&health, "s0", address, 1000);
    }
    fail_times(&health, 10 * LEGS_DEAD_AFTER, 1, 1, 2000);
    assert_false(health.dead);
    fail_times(&health, 1, 1, 2, 5000);
    assert_false(health.dead);
    fail_times(&health, 3, 1, 3, 6000);
    assert_true(health.dead);
}

static void
test_the_only_phone_is_the_leg(void **state)
{
    struct leg_health health = {0};

    (void)state;
    fail_times(&health, LEGS_DEAD_AFTER, 1, 1, 1000);
    assert_true(health.dead);
}

static void
test_one_push_service_is_not_the_leg(void **state)
{
    struct leg_health health = {0};

    (void)state;
    leg_health_passed(&health, "good", "a0", 1000);
    fail_times(&health, 10 * LEGS_DEAD_AFTER, 1, 9, 2000);
    assert_false(health.dead);
    leg_health_failed(&health, "good", "a0", "x", 3000);
    assert_true(health.dead);
}

static void
test_many_services_do_not_hide_one_that_works(void **state)
{
    struct leg_health health = {0};

    (void)state;
    leg_health_passed(&health, "good", "a0", 1000);
    fail_times(&health, 1000, 200, 200, 2000);
    assert_false(health.dead);
}

// What has not been tried for an hour says nothing.
static void
test_what_worked_long_ago(void **state)
{
    struct leg_health health = {0};

    (void)state;
    leg_health_passed(&health, "good", "a0", 1000);
    fail_times(&health, LEGS_DEAD_AFTER, 1, 9, 1000 + HOUR_MS);
    assert_true(health.dead);
}

static void
test_many_addresses_have_room(void **state)
{
    struct leg_health health = {0};

    (void)state;
    fail_times(&health, 1000, 100, 100, 1000);
    assert_true(health.dead);
    assert_int_equal(health.services.count, LEG_HEALTH_PLACES);
    assert_int_equal(health.addresses.count, LEG_HEALTH_PLACES);
}

static void
test_a_dead_leg_lets_out_one_letter(void **state)
{
    struct leg_health health = {0};
    int64_t died_ms = 1000 + LEGS_DEAD_AFTER - 1;

    (void)state;
    assert_true(leg_health_lets_out(&health, 0));
    fail_times(&health, LEGS_DEAD_AFTER, 1, 3, 1000);
    assert_false(leg_health_lets_out(&health, died_ms));
    assert_int_equal(leg_health_wait_ms(&health, died_ms), LEGS_PROBE_MS);
    assert_false(leg_health_lets_out(&health, died_ms + LEGS_PROBE_MS - 1));
    assert_true(leg_health_lets_out(&health, died_ms + LEGS_PROBE_MS));

    // No other until its answer is there, and thirty seconds are over.
    assert_false(leg_health_lets_out(&health, died_ms + INT64_C(3) * LEGS_PROBE_MS));
    leg_health_returned(&health);
    leg_health_failed(&health, "s0", "a0", "x", died_ms + LEGS_PROBE_MS + 5);
    assert_true(health.dead);
    assert_false(leg_health_lets_out(&health, died_ms + INT64_C(2) * LEGS_PROBE_MS - 1));
    assert_true(leg_health_lets_out(&health, died_ms + INT64_C(2) * LEGS_PROBE_MS));
    leg_health_returned(&health);
    leg_health_passed(&health, "s0", "a0", died_ms + INT64_C(2) * LEGS_PROBE_MS + 5);
    assert_true(leg_health_lets_out(&health, died_ms + INT64_C(2) * LEGS_PROBE_MS + 6));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_fail),
        cmocka_unit_test(test_one_phone_is_not_the_leg),
        cmocka_unit_test(test_the_only_phone_is_the_leg),
        cmocka_unit_test(test_one_push_service_is_not_the_leg),
        cmocka_unit_test(test_many_services_do_not_hide_one_that_works),
        cmocka_unit_test(test_what_worked_long_ago),
        cmocka_unit_test(test_many_addresses_have_room),
        cmocka_unit_test(test_a_dead_leg_lets_out_one_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

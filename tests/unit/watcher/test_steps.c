// test_steps.c - when the steps of a deadline are due.
#include "stages.pb-c.h"
#include "steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOUR_MS = 3600 * 1000 };

static void
a_day_warns_after_half_and_four_fifths_and_ends_to_the_millisecond(void **state)
{
    const int64_t start = INT64_C(1795312936782); // a Saturday night: the wall clock does not care
    const int64_t due = start + 24 * (int64_t)HOUR_MS;

    (void)state;
    assert_int_equal(steps_at(0, start, due) - start, 12 * (int64_t)HOUR_MS);
    assert_int_equal(steps_at(1, start, due) - start, 24 * (int64_t)HOUR_MS * 80 / 100);
    assert_int_equal(steps_at(2, start, due), due);
}

static void
steps_come_in_order_however_short_the_clock(void **state)
{
    (void)state;
    for (int64_t length = 0; length < 1000; length++) {
        assert_true(steps_at(0, 5000, 5000 + length) <= steps_at(1, 5000, 5000 + length));
        assert_true(steps_at(1, 5000, 5000 + length) <= steps_at(2, 5000, 5000 + length));
        assert_int_equal(steps_at(2, 5000, 5000 + length), 5000 + length);
    }
}

static void
each_step_has_its_own_kind_of_notice(void **state)
{
    (void)state;
    assert_int_equal(steps_notice_kind(0), KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_50);
    assert_int_equal(steps_notice_kind(1), KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_80);
    assert_int_equal(steps_notice_kind(2), KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_BREACH);
    assert_int_equal(steps_percent(0), 50);
    assert_int_equal(steps_percent(1), 80);
    assert_int_equal(steps_percent(2), 100);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_warns_after_half_and_four_fifths_and_ends_to_the_millisecond),
        cmocka_unit_test(steps_come_in_order_however_short_the_clock),
        cmocka_unit_test(each_step_has_its_own_kind_of_notice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

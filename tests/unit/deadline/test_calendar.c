// test_calendar.c - working time, row by row of tests/data/deadlines/calendar*.tsv and days.tsv.
#include "calendar.h"
#include "check.h"
#include "cmocka_all.h"
#include "local.h"
#include "tsv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define AGENCY "DINAS"
#define DAY_MS INT64_C(86400000)

// The columns that all three tables begin with.
enum { WHY, OFFICE, HOLIDAYS, UNIT, FROM, FIRST, SECOND };

struct row {
    struct calendar *calendar;
    const struct office *office;
    enum time_unit unit;
    int64_t from_ms;
};

static struct row
row_read(const struct tsv *tsv)
{
    struct row row = {.calendar = calendar_new()};

    local_add_office(row.calendar, AGENCY, tsv_field(tsv, OFFICE));
    local_add_holidays(row.calendar, tsv_field(tsv, HOLIDAYS));
    row.office = calendar_office(row.calendar, AGENCY);
    assert_true(time_unit_parse(tsv_field(tsv, UNIT), &row.unit));
    row.from_ms = local_time(tsv_field(tsv, FROM));
    return row;
}

static void
finds_the_moment_after_an_amount(void **state)
{
    struct tsv *tsv =
        tsv_open("tests/data/deadlines/calendar.tsv", "why\toffice\tholidays\tunit\tfrom\tamount\tafter");
    char got_text[48];
    int rows = 0;

    (void)state;
    for (; tsv_next(tsv); rows++) {
        struct row row = row_read(tsv);
        int64_t amount = local_amount(tsv_field(tsv, FIRST));
        int64_t got = calendar_after(row.calendar, row.office, row.unit, row.from_ms, amount);

        if (got != local_time(tsv_field(tsv, SECOND)))
            fail_msg("calendar.tsv:%d %s: expected %s, got %s", tsv_line(tsv), tsv_field(tsv, WHY),
                tsv_field(tsv, SECOND), local_time_text(got, got_text));
        if (got != CALENDAR_NEVER &&
            calendar_between(row.calendar, row.office, row.unit, row.from_ms, got) < amount)
            fail_msg("calendar.tsv:%d %s: there is less in between", tsv_line(tsv), tsv_field(tsv, WHY));
        calendar_destroy(&row.calendar);
    }
    assert_true(rows > 80);
    tsv_close(&tsv);
}

static void
counts_the_time_between_two_moments(void **state)
{
    struct tsv *tsv = tsv_open(
        "tests/data/deadlines/calendar_between.tsv", "why\toffice\tholidays\tunit\tfrom\tuntil\tamount");
    int rows = 0;

    (void)state;
    for (; tsv_next(tsv); rows++) {
        struct row row = row_read(tsv);
        int64_t until_ms = local_time(tsv_field(tsv, FIRST));
        int64_t got = calendar_between(row.calendar, row.office, row.unit, row.from_ms, until_ms);

        if (got != local_amount(tsv_field(tsv, SECOND)))
            fail_msg("calendar_between.tsv:%d %s: expected %s, got %" PRId64, tsv_line(tsv),
                tsv_field(tsv, WHY), tsv_field(tsv, SECOND), got);
        calendar_destroy(&row.calendar);
    }
    assert_true(rows > 25);
    tsv_close(&tsv);
}

static void
finds_the_span_in_which_an_office_works(void **state)
{
    struct tsv *tsv = tsv_open(
        "tests/data/deadlines/calendar_spans.tsv", "why\toffice\tholidays\tunit\tfrom\tbegins\tends");
    int rows = 0;

    (void)state;
    for (; tsv_next(tsv); rows++) {
        struct row row = row_read(tsv);
        const char *begins = tsv_field(tsv, FIRST);
        bool is_there = strcmp(begins, "none") != 0;
        int64_t begins_ms = 0, ends_ms = 0;

        if (calendar_span(row.calendar, row.office, row.unit, row.from_ms, &begins_ms, &ends_ms) != is_there)
            fail_msg("calendar_spans.tsv:%d %s", tsv_line(tsv), tsv_field(tsv, WHY));
        if (is_there && (begins_ms != (strcmp(begins, "always") == 0 ? INT64_MIN : local_time(begins)) ||
                            ends_ms != local_time(tsv_field(tsv, SECOND))))
            fail_msg("calendar_spans.tsv:%d %s: got %" PRId64 " .. %" PRId64, tsv_line(tsv),
                tsv_field(tsv, WHY), begins_ms, ends_ms);
        calendar_destroy(&row.calendar);
    }
    assert_true(rows > 15);
    tsv_close(&tsv);
}

static void
reads_and_writes_days(void **state)
{
    struct tsv *tsv = tsv_open("tests/data/deadlines/days.tsv", "text\tday\tweekday");
    char text[16];
    int rows = 0;

    (void)state;
    for (; tsv_next(tsv); rows++) {
        bool is_day = strcmp(tsv_field(tsv, 1), "none") != 0;
        int32_t day = 7;

        if (calendar_parse_day(tsv_field(tsv, 0), &day) != (is_day ? 0 : -1))
            fail_msg("days.tsv:%d '%s'", tsv_line(tsv), tsv_field(tsv, 0));
        assert_int_equal(day, is_day ? local_number(tsv_field(tsv, 1), NULL) : 7);
        if (is_day) {
            assert_string_equal(calendar_format_day(day, text), tsv_field(tsv, 0));
            if (calendar_weekday(day) != local_number(tsv_field(tsv, 2), NULL))
                fail_msg("days.tsv:%d is weekday %d", tsv_line(tsv), calendar_weekday(day));
        }
    }
    assert_true(rows > 35);
    tsv_close(&tsv);
}

static void
every_day_is_written_and_read_back(void **state)
{
    char text[16], before[16] = "";

    (void)state;
    for (int32_t day = -719162; day <= 2932896; day++) {
        int32_t again = 0;

        assert_int_equal(calendar_parse_day(calendar_format_day(day, text), &again), 0);
        assert_int_equal(again, day);
        assert_true(strcmp(before, text) < 0);
        memcpy(before, text, sizeof(before));
    }
}

static void
days_begin_in_jakarta(void **state)
{
    (void)state;
    assert_int_equal(calendar_day_begins(0), INT64_C(-7) * 3600 * 1000);
    assert_int_equal(calendar_day(calendar_day_begins(0)), 0);
    assert_int_equal(calendar_day(calendar_day_begins(0) - 1), -1);
    // 2026-11-22 17:00 UTC.
    assert_int_equal(calendar_day(INT64_C(1795366800000)), 20780);
    assert_int_equal(calendar_day(INT64_C(1795366800000) - 1), 20779);
    assert_int_equal(calendar_day_begins(20780), INT64_C(1795366800000));
    for (int32_t day = -1000; day < 1000; day++) {
        assert_int_equal(calendar_day(calendar_day_begins(day)), day);
        assert_int_equal(calendar_day(calendar_day_begins(day) + DAY_MS - 1), day);
        assert_int_equal(calendar_weekday(day + 1), calendar_weekday(day) % 7 + 1);
    }
}

static void
moments_beyond_all_years_are_harmless(void **state)
{
    struct calendar *calendar = calendar_new();
    const struct office *office = calendar_office(calendar, AGENCY);

    (void)state;
    for (enum time_unit unit = UNIT_WALL; unit <= UNIT_WORKING_HOURS; unit++) {
        int64_t begins_ms, ends_ms, all = calendar_between(calendar, office, unit, INT64_MIN, INT64_MAX);

        // 9,999 years, 3,652,059 days: five of seven, or all.
        assert_true(all > 3652059 * (DAY_MS * (unit == UNIT_WALL ? 7 : 5) / 7) - 7 * DAY_MS);
        assert_true(all < 3652059 * (DAY_MS * (unit == UNIT_WALL ? 7 : 5) / 7) + 7 * DAY_MS);
        assert_int_equal(calendar_after(calendar, office, unit, INT64_MAX, 0), INT64_MAX);
        assert_int_equal(calendar_after(calendar, office, unit, INT64_MAX, 1), CALENDAR_NEVER);
        assert_int_equal(calendar_after(calendar, office, unit, INT64_MIN, 1), CALENDAR_NEVER);
        assert_int_equal(calendar_after(calendar, office, unit, 0, INT64_MAX), CALENDAR_NEVER);
        assert_true(calendar_span(calendar, office, unit, INT64_MIN, &begins_ms, &ends_ms));
        assert_true(calendar_span(calendar, office, unit, INT64_MAX, &begins_ms, &ends_ms));
    }
    assert_int_equal(calendar_day(INT64_MIN), -719162);
    assert_int_equal(calendar_day(INT64_MAX), 2932896);
    calendar_destroy(&calendar);
}

static void
holidays_of_other_centuries_are_ignored(void **state)
{
    static const int32_t within[] = {0, 1, 7, 8, 20780, 84005}, beyond[] = {INT32_MIN, -1, 84006, INT32_MAX};
    struct calendar *calendar = calendar_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(within); i++) {
        assert_false(calendar_is_holiday(calendar, within[i]));
        calendar_add_holiday(calendar, within[i]);
        assert_true(calendar_is_holiday(calendar, within[i]));
    }
    for (size_t i = 0; i < LENGTH(beyond); i++) {
        calendar_add_holiday(calendar, beyond[i]);
        assert_false(calendar_is_holiday(calendar, beyond[i]));
    }
    assert_false(calendar_is_holiday(calendar, 2));
    assert_false(calendar_is_holiday(calendar, 20779));
    assert_false(calendar_is_holiday(calendar, 20781));
    calendar_destroy(&calendar);
}

static void
blocks_out_of_bounds_are_refused(void **state)
{
    static const int wrong[][3] = {
        {0, 60, 120}, {8, 60, 120}, {1, -1, 60}, {1, 60, 60}, {1, 120, 60}, {1, 60, 1441}, {1, 1440, 1440}};
    struct calendar *calendar = calendar_new();
    const struct office *usual = calendar_office(calendar, AGENCY);

    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++)
        assert_int_equal(
            calendar_add_block(calendar, AGENCY, wrong[i][0], wrong[i][1], wrong[i][2], false), -1);
    assert_ptr_equal(calendar_office(calendar, AGENCY), usual);
    assert_int_equal(calendar_add_block(calendar, AGENCY, 1, 0, 1440, false), 0);
    assert_int_equal(calendar_add_block(calendar, AGENCY, 7, 1439, 1440, false), 0);
    assert_ptr_not_equal(calendar_office(calendar, AGENCY), calendar_office(calendar, ""));
    calendar_destroy(&calendar);
}

static void
each_agency_has_its_own_office(void **state)
{
    enum { AGENCIES = 500 };
    struct calendar *calendar = calendar_new();
    char agency[16];

    (void)state;
    for (int i = 0; i < AGENCIES; i++) {
        // 7 is coprime to 500: each once, in no order.
        (void)snprintf(agency, sizeof(agency), "A%d", i * 7 % AGENCIES);
        assert_int_equal(calendar_add_block(calendar, agency, 1, 0, i * 7 % AGENCIES + 1, false), 0);
    }
    for (int i = 0; i < AGENCIES; i++) {
        (void)snprintf(agency, sizeof(agency), "A%d", i);
        assert_int_equal(calendar_between(calendar, calendar_office(calendar, agency), UNIT_WORKING_HOURS,
                             calendar_day_begins(20780), calendar_day_begins(20787)),
            (i + 1) * 60000);
    }
    assert_int_equal(calendar_between(calendar, calendar_office(calendar, "A500"), UNIT_WORKING_HOURS,
                         calendar_day_begins(20780), calendar_day_begins(20787)),
        5 * DAY_MS);
    calendar_destroy(&calendar);
    assert_null(calendar);
    calendar_destroy(&calendar);
}

static void
units_have_names(void **state)
{
    static const char *const names[] = {"wall", "working_days", "working_hours"};

    (void)state;
    for (enum time_unit unit = UNIT_WALL; unit <= UNIT_WORKING_HOURS; unit++) {
        enum time_unit parsed = UNIT_WALL;

        assert_string_equal(time_unit_name(unit), names[unit]);
        assert_true(time_unit_parse(names[unit], &parsed));
        assert_int_equal(parsed, unit);
        assert_false(time_unit_parse("Wall", &parsed));
        assert_false(time_unit_parse("", &parsed));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_moment_after_an_amount),
        cmocka_unit_test(counts_the_time_between_two_moments),
        cmocka_unit_test(finds_the_span_in_which_an_office_works),
        cmocka_unit_test(reads_and_writes_days),
        cmocka_unit_test(every_day_is_written_and_read_back),
        cmocka_unit_test(days_begin_in_jakarta),
        cmocka_unit_test(moments_beyond_all_years_are_harmless),
        cmocka_unit_test(holidays_of_other_centuries_are_ignored),
        cmocka_unit_test(blocks_out_of_bounds_are_refused),
        cmocka_unit_test(each_agency_has_its_own_office),
        cmocka_unit_test(units_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

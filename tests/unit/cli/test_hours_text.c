// test_hours_text.c - hours of the day and of the week: what is read, what is refused, what is printed.
#include "cmocka_all.h"
#include "hours_text.h"

#include <stdio.h>
#include <string.h>

static void
spans_are_times_of_a_day(void **state)
{
    static const struct {
        const char *text;
        int begins, ends;
    } cases[] = {{"21:00-05:00", 1260, 300}, {"00:00-24:00", 0, 1440}, {"08:30-08:31", 510, 511}};
    static const char *const refused[] = {"", "21:00", "21:00-", "9:00-10:00", "21:60-22:00", "24:01-05:00",
        "21:00-21:00", "21:00-05:00 ", "21.00-05.00", "-1:00-05:00"};
    int begins = 0;
    int ends = 0;
    (void)state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(hours_text_span(cases[i].text, &begins, &ends), 0);
        assert_int_equal(begins, cases[i].begins);
        assert_int_equal(ends, cases[i].ends);
    }
    for (size_t i = 0; i < LENGTH(refused); i++)
        if (hours_text_span(refused[i], &begins, &ends) == 0)
            fail_msg("%s was taken", refused[i]);
}

// Reads a week and prints it again.
static void
assert_week(const char *text, const char *printed)
{
    struct hours_block blocks[HOURS_TEXT_BLOCKS_MOST];
    struct str wrong = {0};
    struct str out = {0};
    int count = hours_text_week(text, blocks, &wrong);

    if (count < 0)
        fail_msg("%s: %s", text, wrong.data);
    hours_text_print(blocks, (size_t)count, &out);
    assert_string_equal(out.data, printed);
    str_free(&out);
}

static void
a_week_is_printed_as_people_write_it(void **state)
{
    (void)state;
    assert_week("mon-thu 08:00-12:00 13:00-16:00; fri 08:00-11:00",
        "mon-thu 08:00-12:00 13:00-16:00; fri 08:00-11:00");
    assert_week("fri 08:00-11:00;mon,tue,wed 08:00-16:00", "mon-wed 08:00-16:00; fri 08:00-11:00");
    assert_week("sat 08:00-12:00; mon-fri 13:00-16:00; mon-fri 08:00-12:00",
        "mon-fri 08:00-12:00 13:00-16:00; sat 08:00-12:00");
    assert_week("mon-sun 00:00-24:00", "mon-sun 00:00-24:00");
    // Without Monday; days that differ, and days that are no neighbours, are no range.
    assert_week("tue 08:00-16:00; wed 08:00-15:00", "tue 08:00-16:00; wed 08:00-15:00");
    assert_week("mon,wed 08:00-16:00", "mon 08:00-16:00; wed 08:00-16:00");
    assert_week("mon 08:00-12:00 12:00-16:00", "mon 08:00-12:00 12:00-16:00");
}

static void
what_is_no_week_is_named(void **state)
{
    static const struct {
        const char *text, *wrong;
    } cases[] = {{"", "nothing: are no days"}, {"mon", "the hours of a day are missing"},
        {"mon-fri 08:00-16:00;", "nothing: are no days"}, {"monday 08:00-16:00", "monday: are no days"},
        {"fri-mon 08:00-16:00", "fri-mon: are no days"}, {"mon 16:00-08:00", "16:00-08:00: is no time"},
        {"mon 08-16", "08-16: is no time"}, {"mon 08:00-12:00 11:59-16:00", "mon: has hours that overlap"},
        {"mon-wed 08:00-12:00; tue 08:00-09:00", "tue: has hours that overlap"}};
    struct hours_block blocks[HOURS_TEXT_BLOCKS_MOST];
    (void)state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct str wrong = {0};

        assert_int_equal(hours_text_week(cases[i].text, blocks, &wrong), -1);
        if (strncmp(wrong.data, cases[i].wrong, strlen(cases[i].wrong)) != 0)
            fail_msg("%s: says %s", cases[i].text, wrong.data);
        str_free(&wrong);
    }
}

static void
no_week_has_too_many_blocks(void **state)
{
    struct hours_block blocks[HOURS_TEXT_BLOCKS_MOST];
    struct str text = {0};
    struct str wrong = {0};
    (void)state;

    str_add_text(&text, "mon-sun");
    for (int hour = 0; hour < 10; hour++)
        str_format(&text, " %02d:00-%02d:30", hour, hour);
    assert_int_equal(hours_text_week(text.data, blocks, &wrong), HOURS_TEXT_BLOCKS_MOST);
    str_add_text(&text, " 20:00-20:30");
    assert_int_equal(hours_text_week(text.data, blocks, &wrong), -1);
    str_free(&text);
    str_free(&wrong);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_times_of_a_day),
        cmocka_unit_test(a_week_is_printed_as_people_write_it),
        cmocka_unit_test(what_is_no_week_is_named),
        cmocka_unit_test(no_week_has_too_many_blocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

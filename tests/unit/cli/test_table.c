// test_table.c - tables for people, and the histogram behind the closing line of publish.
#include "cmocka_all.h"
#include "histogram.h"
#include "table.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

static void
columns_are_aligned(void **state)
{
    static const struct table_column columns[] = {
        {"name", "name", TABLE_TEXT}, {"rows", "rows", TABLE_NUMBER}, {"note", "note", TABLE_TEXT}};
    json_t *rows = json_pack("[{s:s s:i s:s} {s:s s:i s:n} {s:s s:i}]", "name", "reports", "rows", 12345,
        "note", "a\tb", "name", "caf\xc3\xa9", "rows", 1, "note", "name", "x", "rows", 22);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    (void)state;

    assert_non_null(rows);
    assert_non_null(out);
    table_print(out, columns, LENGTH(columns), rows);
    fclose(out);
    assert_string_equal(text, "name      rows  note\n"
                              "reports  12345  a b\n"
                              "caf\xc3\xa9         1  -\n"
                              "x           22  -\n");
    free(text);
    json_decref(rows);
}

static void
times_are_western_indonesian(void **state)
{
    char text[TABLE_TIME_SIZE];
    (void)state;

    // 31 December 2026 17:00 UTC is already the next year there.
    assert_string_equal(table_time(INT64_C(1798736400000), text), "2027-01-01 00:00:00 WIB");
}

static void
spans_have_the_unit_that_people_think_in(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {{0, "0 s"}, {119, "119 s"}, {120, "2 min"}, {7199, "119 min"}, {7200, "2 h 0 min"},
        {86400, "24 h 0 min"}, {172799, "47 h 59 min"}, {172800, "2 d 0 h"}};
    char text[TABLE_TIME_SIZE];
    (void)state;

    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_string_equal(table_span(cases[i].seconds, text), cases[i].text);
}

static void
the_histogram_is_exact_to_two_percent(void **state)
{
    static struct histogram histogram;
    (void)state;

    assert_int_equal(histogram_share(&histogram, 0.5), 0);
    for (int64_t us = 1; us <= 100000; us++)
        histogram_add(&histogram, us);
    for (int percent = 1; percent <= 100; percent++) {
        int64_t wanted = 1000 * (int64_t)percent;
        int64_t got = histogram_share(&histogram, (double)percent / 100);

        assert_true(got >= wanted && got <= wanted + wanted / 50 + 1);
    }
    // Whatever the clock says, nothing is written outside.
    histogram_add(&histogram, INT64_MAX);
    histogram_add(&histogram, -1);
    assert_int_equal(histogram.all, 100002);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned),
        cmocka_unit_test(times_are_western_indonesian),
        cmocka_unit_test(spans_have_the_unit_that_people_think_in),
        cmocka_unit_test(the_histogram_is_exact_to_two_percent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

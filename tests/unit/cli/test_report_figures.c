// test_report_figures.c - periods, percents and hours of reports, against the tables in tests/data/reports.
#include "check.h"
#include "cmocka_all.h"
#include "report_document.h"
#include "report_figure.h"
#include "report_period.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 256, FIELDS = 4 };

// Calls check with the fields of each line that is no comment.  Returns how many there were.
static int
each_line(const char *name, void (*check)(char *fields[FIELDS]))
{
    char path[512];
    char line[LINE_SIZE];
    int lines = 0;

    snprintf(path, sizeof(path), SOURCE_DIR "/tests/data/reports/%s", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        char *fields[FIELDS] = {NULL};
        char *rest = line;

        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#')
            continue;
        for (size_t i = 0; i < FIELDS; i++)
            fields[i] = strsep(&rest, "\t");
        check(fields);
        lines++;
    }
    fclose(file);
    return lines;
}

static void
check_period(char *fields[FIELDS])
{
    struct report_period period = {.begins_ms = -1, .ends_ms = -1};
    bool is_good = strcmp(fields[2], "-") != 0;
    int rc = strcmp(fields[0], "quarter") == 0 ? report_period_quarter(fields[1], &period)
             : strcmp(fields[0], "day") == 0   ? report_period_day(fields[1], &period)
                                               : report_period_moment(fields[1], &period.begins_ms);

    if (rc != (is_good ? 0 : -1))
        fail_msg("%s '%s': %d", fields[0], fields[1], rc);
    if (is_good && (period.begins_ms != strtoll(fields[2], NULL, 10) ||
                       (strcmp(fields[3], "-") != 0 && period.ends_ms != strtoll(fields[3], NULL, 10))))
        fail_msg("%s '%s': %" PRId64 " .. %" PRId64, fields[0], fields[1], period.begins_ms, period.ends_ms);
}

static void
periods_are_of_jakarta(void **state)
{
    struct report_period period;
    (void)state;

    assert_true(each_line("periods.tsv", check_period) > 30);
    // 31 December 2026 17:00 UTC is already the next year there.
    report_period_quarter_of(INT64_C(1798736400000), &period);
    assert_string_equal(period.label, "2027Q1");
    report_period_quarter_of(INT64_C(1798736399999), &period);
    assert_string_equal(period.label, "2026Q4");
    report_period_day_of(INT64_C(1798736399999), &period);
    assert_string_equal(period.label, "2026-12-31");
    assert_int_equal(period.ends_ms, INT64_C(1798736400000));
}

static void
check_percent(char *fields[FIELDS])
{
    char text[REPORT_FIGURE_SIZE] = "-";
    int64_t tenths = report_figure_tenths(strtoll(fields[0], NULL, 10), strtoll(fields[1], NULL, 10));

    if (tenths >= 0)
        report_figure_percent(tenths, text);
    if (strcmp(text, fields[2]) != 0)
        fail_msg("%s of %s: %s, not %s", fields[0], fields[1], text, fields[2]);
}

static void
check_hours(char *fields[FIELDS])
{
    char text[REPORT_FIGURE_SIZE];

    assert_string_equal(report_figure_hours(strtoll(fields[0], NULL, 10), text), fields[1]);
}

static void
figures_are_rounded_as_they_say(void **state)
{
    char text[REPORT_FIGURE_SIZE];
    (void)state;

    assert_true(each_line("percents.tsv", check_percent) > 15);
    assert_true(each_line("hours.tsv", check_hours) > 5);
    assert_string_equal(report_figure_time(INT64_C(1798736399999), text), "2026-12-31T23:59:59.999+07:00");
}

static const struct report_column columns[] = {{"name", "name", REPORT_TEXT, "who, and nothing else"},
    {"late", "late", REPORT_HOURS, NULL}, {"due_at", "due", REPORT_TIME, NULL},
    {"share", "share", REPORT_PERCENT, NULL}, {"count", "count", REPORT_NUMBER, NULL}};

static void
make(struct report_document *document)
{
    *document = (struct report_document){.name = "sample", .title = "A \"sample\""};
    report_document_add(document,
        &(struct report_section){.name = "people",
            .title = "People",
            .columns = columns,
            .column_count = LENGTH(columns),
            .rows = json_pack("[{s:s,s:i,s:I,s:i,s:i},{s:s,s:n}]", "name", "a, \"b\"\nc", "late", 90180000,
                "due_at", (json_int_t)1798736399999, "share", 898, "count", 7, "name", "d", "late"),
            .is_data = true});
}

static void
csv_quotes_what_it_must_and_has_one_line_a_row(void **state)
{
    struct report_document document;
    struct str csv = {0};
    (void)state;

    make(&document);
    report_document_csv(&document, &csv);
    const char *end = strstr(csv.data, "seal\n");
    assert_non_null(end);
    csv.data[end - csv.data] = '\0';
    assert_string_equal(csv.data,
        "report\nname,title\nsample,\"A \"\"sample\"\"\"\n\n"
        "definitions\nsection,column,definition\npeople,name,\"who, and nothing else\"\n\n"
        "people\nname,late,due_at,share,count\n"
        "\"a, \"\"b\"\" c\",25:03,2026-12-31T23:59:59.999+07:00,89.8,7\nd,,,,\n\n");
    str_free(&csv);
    report_document_free(&document);
}

static void
json_has_the_same_words_and_the_numbers(void **state)
{
    struct report_document document;
    (void)state;

    make(&document);
    json_t *made = report_document_json(&document);
    char *text = json_dumps(json_array_get(json_object_get(made, "people"), 0), JSON_COMPACT);
    assert_string_equal(text, "{\"name\":\"a, \\\"b\\\" c\",\"late\":\"25:03\",\"late_ms\":90180000,"
                              "\"due_at\":\"2026-12-31T23:59:59.999+07:00\",\"due_at_ms\":1798736399999,"
                              "\"share\":89.799999999999997,\"count\":7}");
    assert_int_equal(json_string_length(json_object_get(made, "sha256")), 64);
    free(text);
    json_decref(made);
    report_document_free(&document);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_are_of_jakarta),
        cmocka_unit_test(figures_are_rounded_as_they_say),
        cmocka_unit_test(csv_quotes_what_it_must_and_has_one_line_a_row),
        cmocka_unit_test(json_has_the_same_words_and_the_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

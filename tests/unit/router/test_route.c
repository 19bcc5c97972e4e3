// test_route.c - the routing table's decisions, row by row of tests/data/router/routes.tsv.
#include "check.h"
#include "route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct route_table *
table(void)
{
    static const char *const rules[][4] = {
        {"lampu_jalan", "", "", "KABKOTA"},
        {"jalan_rusak", "", "national", "BBPJN"},
        {"jalan_rusak", "", "province", "DPUBMCK"},
        {"jalan_rusak", "", "", "KABKOTA"},
        {"listrik", "", "", "PLN"},
        {"lampu_jalan", "33.74", "", "DISPERKIM"},
        {"lampu_jalan", "33.74", "national", "BPTD"},
        {"emergency", "", "", "BPBD"},
        {"emergency", "33.72", "", "KABKOTA"},
    };
    struct route_table *table = route_table_new(0.3);

    for (size_t i = 0; i < LENGTH(rules); i++)
        assert_int_equal(route_table_add(table, rules[i][0], rules[i][1], rules[i][2], rules[i][3]), 0);
    route_table_add_government(table, "33.74", "PEMDA-33.74");
    route_table_add_government(table, "33.72", "PEMDA-33.72");
    route_table_add_government(table, "33.22", "PEMDA-33.22");
    route_table_ready(table);
    return table;
}

static enum road_class
road_class(const char *name)
{
    enum road_class road = ROAD_UNKNOWN;

    if (strcmp(name, "unknown") != 0)
        assert_int_equal(road_class_parse(name, &road), 0);
    return road;
}

static void
decides_each_row_as_the_table_says(void **state)
{
    struct route_table *rules = table();
    FILE *file = fopen(SOURCE_DIR "/tests/data/router/routes.tsv", "r");
    char line[256];
    int rows = 0;

    (void)state;
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file)); // the header
    while (fgets(line, sizeof(line), file) != NULL) {
        char *rest = line;
        const char *fields[8];
        struct route_question question;
        struct route_answer answer;

        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < LENGTH(fields); i++)
            fields[i] = strsep(&rest, "\t");
        assert_non_null(fields[7]);
        question = (struct route_question){.topic = fields[0],
            .confidence = strtod(fields[1], NULL),
            .region_code = fields[2],
            .road = road_class(fields[3]),
            .urgent = strcmp(fields[4], "urgent") == 0 || strcmp(fields[4], "both") == 0,
            .not_report = strcmp(fields[4], "not_report") == 0 || strcmp(fields[4], "both") == 0};
        route_decide(rules, &question, &answer);
        if (strcmp(answer.agency, fields[5]) != 0)
            fail_msg("%s in %s on %s, %s: %s, not %s (%s)", fields[0], fields[2], fields[3], fields[4],
                answer.agency, fields[5], answer.why);
        assert_int_equal(answer.covered, strcmp(fields[6], "yes") == 0);
        assert_string_equal(answer.topic, fields[7]);
        assert_true(strlen(answer.why) > 0);
        rows++;
    }
    fclose(file);
    assert_true(rows > 30);
    route_table_destroy(&rules);
}

static void
an_unknown_road_class_is_no_rule(void **state)
{
    struct route_table *rules = route_table_new(0.3);

    (void)state;
    assert_int_equal(route_table_add(rules, "jalan_rusak", "", "jalan tikus", "BBPJN"), -1);
    assert_int_equal(route_table_size(rules), 0);
    route_table_destroy(&rules);
    assert_null(rules);
}

static void
an_empty_table_sends_everything_to_the_triage_desk(void **state)
{
    struct route_table *rules = route_table_new(0);
    struct route_question question = {.topic = "listrik", .confidence = 1, .region_code = "33.74"};
    struct route_answer answer;

    (void)state;
    route_table_ready(rules);
    route_decide(rules, &question, &answer);
    assert_string_equal(answer.agency, ROUTE_TRIAGE_DESK);
    assert_false(answer.covered);
    question.urgent = true;
    route_decide(rules, &question, &answer);
    assert_string_equal(answer.agency, ROUTE_TRIAGE_DESK); // not even a rule for emergencies
    route_table_destroy(&rules);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_each_row_as_the_table_says),
        cmocka_unit_test(an_unknown_road_class_is_no_rule),
        cmocka_unit_test(an_empty_table_sends_everything_to_the_triage_desk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

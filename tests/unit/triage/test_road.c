// test_road.c - road.h, by tests/data/triage/road.tsv.
#include "cmocka_all.h"
#include "reference.h"
#include "tsv.h"

#include <string.h>

static void
follows_the_table(void **state)
{
    struct knowledge *knowledge = *state;
    struct tsv *table = tsv_open("tests/data/triage/road.tsv", "expected\ttext");
    struct text text = {0};

    while (tsv_next(table)) {
        const char *found = NULL;

        text_clear(&text);
        text_add(&text, knowledge->lexicon, tsv_field(table, 1), strlen(tsv_field(table, 1)));
        found = road_class_name(roads_find(knowledge->roads, &text));
        if (strcmp(found, tsv_field(table, 0)) != 0)
            fail_msg("road.tsv:%d: %s -> \"%s\"", tsv_line(table), tsv_field(table, 1), found);
    }
    tsv_close(&table);
    text_free(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(follows_the_table)};

    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}

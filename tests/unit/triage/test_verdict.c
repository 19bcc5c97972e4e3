// test_verdict.c - verdict.h, by tests/data/triage/verdict.tsv.
#include "cmocka_all.h"
#include "tsv.h"
#include "verdict.h"

#include <string.h>

static void
follows_the_table(void **state)
{
    struct tsv *table = tsv_open("tests/data/triage/verdict.tsv", "expected\ttext");

    (void)state;
    while (tsv_next(table)) {
        const char *expected = tsv_field(table, 0);
        const char *found = verdict_name(verdict_of(tsv_field(table, 1)));

        if (strcmp(found, strcmp(expected, "none") == 0 ? "" : expected) != 0)
            fail_msg("verdict.tsv:%d: %s -> \"%s\"", tsv_line(table), tsv_field(table, 1), found);
    }
    tsv_close(&table);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(follows_the_table)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_act_plan.c - what follows from what was done on a ticket, row by row of tests/data/router/acts.tsv.
#include "act_plan.h"
#include "check.h"
#include "str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIELDS = 12 };

// A dash is "".
static void
read_row(const char *const fields[FIELDS], struct act_case *act_case)
{
    *act_case = (struct act_case){.ticket_id = 10, .turn = 1};
    assert_true(act_parse(fields[0], &act_case->act.act));
    assert_true(actor_kind_parse(fields[1], &act_case->act.actor));
    str_copy(act_case->act.agency, sizeof(act_case->act.agency), fields[2]);
    str_copy(act_case->act.value, sizeof(act_case->act.value), fields[3]);
    act_case->value_is_agency = fields[3][0] != '\0' && strcmp(fields[3], "NOBODY") != 0;
    str_copy(act_case->agency, sizeof(act_case->agency), fields[4]);
    str_copy(act_case->stage, sizeof(act_case->stage), fields[5]);
    str_copy(act_case->had, sizeof(act_case->had), fields[6]);
    act_case->is_over = strcmp(fields[7], "over") == 0;
    act_case->given_back = (int)strtol(fields[8], NULL, 10);
}

static void
decides_each_row_as_the_table_says(void **state)
{
    FILE *file = fopen(SOURCE_DIR "/tests/data/router/acts.tsv", "r");
    char line[512];
    int rows = 0;

    (void)state;
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file)); // the header
    while (fgets(line, sizeof(line), file) != NULL) {
        struct act_case act_case;
        struct act_plan plan;
        const char *fields[FIELDS];
        char *rest = line;
        char said[512];

        line[strcspn(line, "\n")] = '\0';
        str_copy(said, sizeof(said), line);
        for (size_t i = 0; i < FIELDS; i++) {
            fields[i] = strsep(&rest, "\t");
            CHECK(fields[i] != NULL); // too few columns
            if (strcmp(fields[i], "-") == 0)
                fields[i] = "";
        }
        assert_null(rest);
        read_row(fields, &act_case);
        act_plan_decide(&act_case, &plan);
        if (strcmp(plan.stage, fields[9]) != 0 || strcmp(plan.agency, fields[10]) != 0 ||
            strcmp(plan.done, fields[11]) != 0)
            fail_msg("%s: stage '%s', agency '%s', %s", said, plan.stage, plan.agency, plan.done);
        assert_int_equal(plan.ends_turn, fields[10][0] != '\0');
        assert_int_equal(plan.because[0] != '\0', plan.ends_turn);
        rows++;
    }
    fclose(file);
    assert_true(rows > 60);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_each_row_as_the_table_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_correction.c - what follows from what an officer said, row by row of
// tests/data/router/corrections.tsv.
#include "check.h"
#include "correction.h"
#include "str.h"

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
    static const char *const rules[][3] = {
        {"garbage", "", "KABKOTA"},
        {"power_outage", "", "PLN"},
        {"power_hazard", "", "PLN"},
        {"emergency", "", "BPBD"},
    };
    struct route_table *table = route_table_new(0.3);

    for (size_t i = 0; i < LENGTH(rules); i++)
        assert_int_equal(route_table_add(table, rules[i][0], rules[i][1], "", rules[i][2]), 0);
    route_table_add_government(table, "33.74", "PEMDA-33.74");
    route_table_ready(table);
    return table;
}

// Reads "agency topic confidence region kind flags", flags as in urgent,closed; a dash is "".
static void
read_ticket(char *text, struct correction_ticket *ticket)
{
    const char *fields[6];

    for (size_t i = 0; i < LENGTH(fields); i++) {
        fields[i] = strsep(&text, " ");
        assert_non_null(fields[i]);
        if (strcmp(fields[i], "-") == 0)
            fields[i] = "";
    }
    assert_null(text);
    str_copy(ticket->agency, sizeof(ticket->agency), fields[0]);
    str_copy(ticket->topic, sizeof(ticket->topic), fields[1]);
    ticket->confidence = strtod(fields[2], NULL);
    str_copy(ticket->region_code, sizeof(ticket->region_code), fields[3]);
    str_copy(ticket->kind, sizeof(ticket->kind), fields[4]);
    ticket->urgent = strstr(fields[5], "urgent") != NULL;
    ticket->is_closed = strstr(fields[5], "closed") != NULL;
}

static void
write_ticket(const struct correction_ticket *ticket, char *text, size_t size)
{
    snprintf(text, size, "%s %s %s %s %s", ticket->agency, ticket->topic[0] != '\0' ? ticket->topic : "-",
        ticket->region_code[0] != '\0' ? ticket->region_code : "-", ticket->kind,
        ticket->urgent ? "urgent" : "-");
}

static void
decides_each_row_as_the_table_says(void **state)
{
    static const char *const acts[] = {"nothing", "route", "split", "join"};
    struct route_table *rules = table();
    FILE *file = fopen(SOURCE_DIR "/tests/data/router/corrections.tsv", "r");
    char line[512];
    int rows = 0;

    (void)state;
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file)); // the header
    while (fgets(line, sizeof(line), file) != NULL) {
        struct correction correction = {.id = 1, .report_id = 10, .ticket_id = 10};
        struct correction_plan plan;
        char *rest = line;
        char *fields[7];
        char said[128];
        char ticket[256] = "-";

        line[strcspn(line, "\n")] = '\0';
        snprintf(said, sizeof(said), "%.100s", line);
        for (size_t i = 0; i < LENGTH(fields); i++) {
            fields[i] = strsep(&rest, "\t");
            if (fields[i] == NULL)
                fail_msg("too few columns: %s", said);
        }
        str_copy(correction.what, sizeof(correction.what), fields[0]);
        str_copy(correction.value, sizeof(correction.value), fields[1]);
        read_ticket(fields[2], &correction.ticket);
        // The other ticket, for a join; or what the report alone says, when it did not open the ticket.
        if (strcmp(fields[0], "join") == 0 && strcmp(fields[3], "-") != 0) {
            correction.other_ticket_id = strcmp(fields[3], "same") == 0 ? 10 : 20;
            correction.other_closed = strcmp(fields[3], "closed") == 0;
            str_copy(correction.other_agency, sizeof(correction.other_agency), fields[3]);
        } else if (strcmp(fields[3], "-") != 0) {
            correction.report_id = 11;
            read_ticket(fields[3], &correction.report);
        }
        correction_decide(rules, &correction, &plan);
        if (plan.act == CORRECTION_ROUTE || plan.act == CORRECTION_SPLIT)
            write_ticket(&plan.ticket, ticket, sizeof(ticket));
        if (strcmp(acts[plan.act], fields[4]) != 0 || strcmp(ticket, fields[5]) != 0)
            fail_msg("%s: %s, %s, not %s, %s", said, acts[plan.act], ticket, fields[4], fields[5]);
        assert_int_equal(plan.moves, strstr(fields[6], "moves") != NULL);
        assert_int_equal(plan.raises, strstr(fields[6], "raises") != NULL);
        assert_true(strlen(plan.done) > 0);
        rows++;
    }
    fclose(file);
    assert_true(rows > 15);
    route_table_destroy(&rules);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_each_row_as_the_table_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

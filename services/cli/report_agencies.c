// report_agencies.c - kentongan report agencies: how the agencies answer.
//
// More reports mean more trust, so that nobody is ranked up for having few: ranks are given within bands of
// volume, and not below ten tickets.
#include "report_agencies.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "report_document.h"
#include "report_figure.h"
#include "report_span.h"
#include "rows.h"
#include "store_reports.h"

#include <stdio.h>
#include <string.h>

static const struct report_column columns[] = {
    {"band", "band", REPORT_TEXT,
        "by tickets: 10-29, 30-99, 100-299, 300+; an agency is compared with those of its band alone"},
    {"rank", "rank", REPORT_NUMBER,
        "within the band, by on time, then by median; none below 10 tickets, none for the triage desk"},
    {"agency", "agency", REPORT_TEXT, NULL},
    {"name", "name", REPORT_TEXT, NULL},
    {"tickets", "tickets", REPORT_NUMBER,
        "tickets whose first-response deadline with the agency was due in the period"},
    {"fell", "fell", REPORT_NUMBER,
        "deadlines that fell: due in the period, and not released before because the ticket went elsewhere "
        "or ended"},
    {"in_time", "in time", REPORT_NUMBER, "answered within the deadline"},
    {"on_time", "on time", REPORT_PERCENT,
        "in time / fell; what is open and overdue is in fell.  None for the triage desk, which hands on in "
        "time or is late"},
    {"median", "median h:mm", REPORT_HOURS, "half of the first responses took at most so long, from routed"},
    {"p90", "p90 h:mm", REPORT_HOURS, "nine of ten took at most so long"},
    {"reopened", "reopened", REPORT_PERCENT, "turns that were opened again / turns done or rejected"},
    {"returned", "returned", REPORT_PERCENT, "turns given back as not theirs / all turns"},
    {"pasted", "pasted", REPORT_PERCENT,
        "answers with words that stood on 2 or more other tickets, unless judged to count / all answers with "
        "a "
        "stage"},
    {"held", "held h:mm", REPORT_HOURS, "median time from routed until done, handed on, or now"},
};

// From counts to what is printed.
static void
finish(json_t *row)
{
    static const struct {
        const char *key, *part, *all;
    } shares[] = {{"on_time", "in_time", "fell"}, {"reopened", "reopened", "done"},
        {"returned", "returned", "turns"}, {"pasted", "pasted", "answers"}};
    static const struct {
        const char *key, *from;
    } spans[] = {{"median", "median_ms"}, {"p90", "p90_ms"}, {"held", "held_ms"}};

    for (size_t i = 0; i < LENGTH(shares); i++)
        json_object_set_new(row, shares[i].key,
            report_figure_share(rows_integer(row, shares[i].part), rows_integer(row, shares[i].all)));
    for (size_t i = 0; i < LENGTH(spans); i++)
        json_object_set(row, spans[i].key, json_object_get(row, spans[i].from));
    if (strcmp(json_string_value(json_object_get(row, "agency")), "TRIAGE") == 0)
        json_object_set_new(row, "on_time", json_null());
    if (json_string_length(json_object_get(row, "band")) == 0)
        json_object_set_new(row, "band", json_string("below 10"));
}

static int
print(const struct report_output *output, const struct report_period *period, json_t *rows)
{
    struct report_document document = {.name = "agencies"};
    size_t i = 0;
    json_t *row = NULL;
    int code = EXIT_FAILED;

    json_array_foreach(rows, i, row) finish(row);
    snprintf(document.title, sizeof(document.title), "How the agencies answer, %s", period->label);
    report_document_add_rows(&document, "period", "Period", report_span_columns, LENGTH(report_span_columns),
        report_span_rows(period));
    report_document_add_rows(&document, "agencies", "Agencies", columns, LENGTH(columns), json_incref(rows));
    code = report_output_write(output, &document);
    report_document_free(&document);
    return code;
}

int
report_agencies(int argc, char **argv)
{
    struct report_output output = {0};
    struct report_span said = {0};
    const struct option table[] = {REPORT_SPAN_OPTIONS(said), REPORT_OUTPUT_OPTIONS(output)};
    const struct options options = {.command = "report", .table = table, .count = LENGTH(table)};
    struct report_period period;
    struct db *db = NULL;
    json_t *rows = NULL;
    int64_t now_ms = 0;
    int code = EXIT_AWAY;

    if (options_parse(&options, argc, argv) < 0 || !report_output_is_good(&output, "report agencies") ||
        report_span_read(&said, "report agencies", &period) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    now_ms = store_reports_now(db);
    if (now_ms >= 0 && said.quarter == NULL && said.from == NULL && said.until == NULL)
        report_period_quarter_of(now_ms, &period);
    if (now_ms >= 0)
        rows = store_reports_agencies(db, &period, now_ms);
    if (rows != NULL)
        code = print(&output, &period, rows);
    json_decref(rows);
    db_destroy(&db);
    return code;
}

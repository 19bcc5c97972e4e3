// report_daily.c - kentongan report daily: the governor's morning digest.
#include "report_daily.h"

#include "complain.h"
#include "config.h"
#include "names.h"
#include "options.h"
#include "report_document.h"
#include "report_span.h"
#include "store_reports.h"

#include <stdio.h>
#include <string.h>

static const struct report_column period_columns[] = {{"day", "day", REPORT_TEXT, NULL},
    {"begins_at", "begins", REPORT_TIME, "midnight of Asia/Jakarta"}, {"ends_at", "ends", REPORT_TIME, NULL},
    {"now", "now", REPORT_TIME, "what is overdue, and what is due, is so at this moment, whatever the day"}};

#define ANSWERED "first responses given on the day: a person of the agency gave the ticket a stage"
#define OVERDUE "first responses that are due and not given now"
#define WITHIN(hours) "first responses not given that fall due in the next " hours " hours"
#define DEADLINE_COLUMNS                                                                                     \
    {"answered", "answered", REPORT_NUMBER, ANSWERED}, {"overdue", "overdue", REPORT_NUMBER, OVERDUE},       \
        {"within_6", "due in 6 h", REPORT_NUMBER, WITHIN("6")},                                              \
        {"within_12", "in 12 h", REPORT_NUMBER, WITHIN("12")},                                               \
    {                                                                                                        \
        "within_24", "in 24 h", REPORT_NUMBER, WITHIN("24")                                                  \
    }

static const struct report_column agency_columns[] = {
    {"agency", "agency", REPORT_TEXT,
        "received: who has the report's ticket now; the others: whose deadline it is.  Empty: not routed "
        "yet; SHELF: "
        "no report"},
    {"name", "name", REPORT_TEXT, NULL},
    {"received", "received", REPORT_NUMBER, "reports stored on the day; the agencies sum to all"},
    DEADLINE_COLUMNS};

static const struct report_column region_columns[] = {
    {"region", "kab/kota", REPORT_TEXT, "of the ticket; empty: not known"},
    {"name", "name", REPORT_TEXT, NULL},
    {"received", "received", REPORT_NUMBER, "reports stored on the day; the regions sum to all"},
    DEADLINE_COLUMNS};

static const struct report_column channel_columns[] = {
    {"channel", "channel", REPORT_TEXT, "unreadable: the message was too broken to tell"},
    {"received", "received", REPORT_NUMBER, "messages that came in: stored + duplicate + rejected"},
    {"stored", "stored", REPORT_NUMBER, "accepted as a report of its own"},
    {"duplicate", "duplicate", REPORT_NUMBER,
        "the same message id of the same source again (ALREADY_ACCEPTED)"},
    {"rejected", "rejected", REPORT_NUMBER, "refused for what it says (REJECTED)"}};

static json_t *
figures(const json_t *totals)
{
    static const struct {
        const char *key, *figure, *definition;
    } all[] = {{"received", "received", "reports stored on the day"}, {"answered", "answered", ANSWERED},
        {"overdue", "overdue now", OVERDUE}, {"within_6", "due within 6 hours", WITHIN("6")},
        {"within_12", "due within 12 hours", WITHIN("12")},
        {"within_24", "due within 24 hours", WITHIN("24")}};
    json_t *rows = json_array();

    for (size_t i = 0; i < LENGTH(all); i++)
        report_figures_add(
            rows, all[i].figure, json_incref(json_object_get(totals, all[i].key)), all[i].definition);
    return rows;
}

static json_t *
period_rows(const struct report_period *day, int64_t now_ms)
{
    json_t *rows = json_array();

    report_rows_add(
        rows, json_pack("{s:s, s:I, s:I, s:I}", "day", day->label, "begins_at", (json_int_t)day->begins_ms,
                  "ends_at", (json_int_t)day->ends_ms, "now", (json_int_t)now_ms));
    return rows;
}

static json_t *
channels(json_t *rows)
{
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(rows, i, row)
    {
        int64_t channel = json_integer_value(json_object_get(row, "channel"));

        json_object_set_new(
            row, "channel", json_string(channel == 0 ? "unreadable" : names_channel(channel)));
    }
    return json_incref(rows);
}

static int
print(const struct report_output *output, const struct report_period *day, int64_t now_ms, const json_t *read)
{
    struct report_document document = {.name = "daily"};
    int code = EXIT_FAILED;

    snprintf(document.title, sizeof(document.title), "Reports and first responses, %s", day->label);
    report_document_add_rows(
        &document, "period", "Period", period_columns, LENGTH(period_columns), period_rows(day, now_ms));
    report_document_add_rows(&document, "figures", "All", report_figure_columns,
        LENGTH(report_figure_columns), figures(json_array_get(json_object_get(read, "totals"), 0)));
    report_document_add_rows(&document, "agencies", "By agency", agency_columns, LENGTH(agency_columns),
        json_incref(json_object_get(read, "agencies")));
    report_document_add_rows(&document, "regions", "By regency and city", region_columns,
        LENGTH(region_columns), json_incref(json_object_get(read, "regions")));
    report_document_add_rows(&document, "channels", "By channel", channel_columns, LENGTH(channel_columns),
        channels(json_object_get(read, "channels")));
    code = report_output_write(output, &document);
    report_document_free(&document);
    return code;
}

// The day that is asked for: of today when nothing is said.  -1: it is none, which was said.
static int
find_day(const char *text, int64_t now_ms, struct report_period *day)
{
    if (text == NULL || strcmp(text, "today") == 0) {
        report_period_day_of(now_ms, day);
    } else if (strcmp(text, "yesterday") == 0) {
        report_period_day_of(now_ms - REPORT_PERIOD_DAY_MS, day);
    } else if (report_period_day(text, day) < 0) {
        complain("report daily", "--day %s: is no day; give it as 2026-11-22, today or yesterday", text);
        return -1;
    }
    return 0;
}

int
report_daily(int argc, char **argv)
{
    struct report_output output = {0};
    const char *text = NULL;
    const struct option table[] = {{"day", OPTION_TEXT, &text, 0, 0}, REPORT_OUTPUT_OPTIONS(output)};
    const struct options options = {.command = "report", .table = table, .count = LENGTH(table)};
    struct report_period day;
    struct db *db = NULL;
    json_t *read = NULL;
    int64_t now_ms = 0;
    int code = EXIT_AWAY;

    // A day that is none is said before a database is asked for the time.
    if (options_parse(&options, argc, argv) < 0 || !report_output_is_good(&output, "report daily") ||
        find_day(text, 0, &day) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    now_ms = store_reports_now(db);
    if (now_ms >= 0 && find_day(text, now_ms, &day) == 0)
        read = store_reports_daily(db, &day, now_ms);
    if (read != NULL)
        code = print(&output, &day, now_ms, read);
    json_decref(read);
    db_destroy(&db);
    return code;
}

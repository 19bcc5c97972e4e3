// report_negligence.c - kentongan report negligence: the quarterly list of first responses that were not
// given in time, case by case.
//
// The list says how things were known at one moment, `as of`.  The same database gives the same list for the
// same moment, to the byte, whatever happened since.
#include "report_negligence.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "report_document.h"
#include "report_known.h"
#include "report_span.h"
#include "store_reports.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { OBJECTION_DAYS = 14, OBJECTION_DAYS_MOST = 366 };

static const struct report_column period_columns[] = {{"quarter", "quarter", REPORT_TEXT, NULL},
    {"begins_at", "begins", REPORT_TIME, "Asia/Jakarta"},
    {"ends_at", "ends", REPORT_TIME, "a deadline at this moment belongs to the next quarter"},
    {"as_of", "as of", REPORT_TIME, "what happened or was decided after this moment is not seen"},
    {"objections_from", "objections from", REPORT_TIME,
        "an agency may object to a case with kentongan objection add from this moment"},
    {"objections_until", "until", REPORT_TIME,
        "up to, and without, this moment; an objection after it is marked late"},
    {"state", "state", REPORT_TEXT,
        "provisional: as of lies before the end of the objections' window; else final"}};

static const struct report_column name_columns[] = {{"agency", "agency", REPORT_TEXT, NULL},
    {"name", "name", REPORT_TEXT, "as it is called today"}, {"level", "level", REPORT_TEXT, NULL}};

static const struct report_column policy_columns[] = {
    {"version", "v", REPORT_NUMBER,
        "version of the policy first_response; each case names the one that made it"},
    {"length", "length h:mm", REPORT_HOURS, "of the unit; a working day counts 24 h"},
    {"unit", "unit", REPORT_TEXT, "wall: nights, weekends and holidays count"},
    {"starts", "starts", REPORT_TEXT, "routed: the agency gets the ticket, or it is opened again"},
    {"stops", "stops", REPORT_TEXT,
        "response: a person of the agency gives the ticket a stage (verifying, field check, in progress, "
        "awaiting "
        "validation, done, rejected); automatic receipts, bots, and words that stood on 2 or more other "
        "tickets "
        "(unless a person judged that they count) are none"},
    {"kinds", "kinds", REPORT_TEXT, NULL}, {"topics", "topics", REPORT_TEXT, NULL},
    {"levels", "levels", REPORT_TEXT, NULL}, {"channels", "channels", REPORT_TEXT, NULL},
    {"effective_from", "in force from", REPORT_TIME, NULL}, {"source", "source", REPORT_TEXT, NULL}};

static const struct report_column query_columns[] = {{"line", "line", REPORT_TEXT, NULL}};

static const struct report_column agency_columns[] = {{"agency", "agency", REPORT_TEXT, NULL},
    {"fell", "fell", REPORT_NUMBER,
        "first-response deadlines due in the quarter and not released before: answered + negligent + "
        "excused"},
    {"answered", "in time", REPORT_NUMBER, "answered by the due time, its very moment included"},
    {"negligent", "negligent", REPORT_NUMBER, "not answered by the due time; listed one by one below"},
    {"excused", "excused", REPORT_NUMBER, "not answered by the due time, objection accepted; in the annex"},
    {"released", "released", REPORT_NUMBER,
        "stopped by the due time because the ticket went to another agency, was joined, shelved or "
        "withdrawn"}};

#define CASE_COLUMNS                                                                                         \
    {"agency", "agency", REPORT_TEXT, NULL}, {"tracking_code", "ticket", REPORT_TEXT, NULL},                 \
        {"turn", "turn", REPORT_NUMBER, "which of the ticket's turns, from 0"},                              \
        {"received_at", "received", REPORT_TIME, "the report that opened the ticket"},                       \
        {"started_at", "routed", REPORT_TIME, "the agency got the ticket"},                                  \
        {"due_at", "due", REPORT_TIME, NULL}, {"answered_at", "answered", REPORT_TIME, NULL},                \
        {"outcome", "outcome", REPORT_TEXT,                                                                  \
            "late: answered after the due time; not yet: unanswered as of then; handed on: another agency "  \
            "got it "                                                                                        \
            "after the due time; ended: closed without an answer after the due time"},                       \
        {"late", "late h:mm", REPORT_HOURS,                                                                  \
            "from the due time to the answer, to the end of the turn, or to `as of`, whichever came first"}, \
        {"version", "v", REPORT_NUMBER, NULL}, {"topic", "topic", REPORT_TEXT, NULL},                        \
    {                                                                                                        \
        "region_code", "region", REPORT_TEXT, NULL                                                           \
    }
static const struct report_column case_columns[] = {CASE_COLUMNS};
static const struct report_column annex_columns[] = {
    CASE_COLUMNS, {"objection", "objection", REPORT_NUMBER, "the one that was accepted"}};

static const struct report_column objection_columns[] = {{"id", "id", REPORT_NUMBER, NULL},
    {"agency", "agency", REPORT_TEXT, NULL}, {"tracking_code", "ticket", REPORT_TEXT, NULL},
    {"turn", "turn", REPORT_NUMBER, NULL}, {"at", "raised", REPORT_TIME, NULL},
    {"by", "by", REPORT_TEXT, NULL}, {"reason", "reason", REPORT_TEXT, NULL},
    {"is_late", "window", REPORT_TEXT, "late: raised after the objections' window"},
    {"status", "status", REPORT_TEXT,
        "accepted: the case is in the annex; refused, open: it stays on the list"},
    {"decided_at", "decided", REPORT_TIME, NULL}, {"decided_by", "by", REPORT_TEXT, NULL},
    {"decided_reason", "reason", REPORT_TEXT, NULL}};

// What is asked for.
struct asked {
    struct report_period quarter;
    int64_t window_ends_ms, as_of_ms;
};

// Says what became of a case, and how late it was.
static void
finish_case(json_t *row, const struct asked *asked)
{
    const json_t *stopped = json_object_get(row, "stopped_at");
    const char *stop = json_string_value(json_object_get(row, "stop"));
    bool runs = !json_is_integer(stopped);
    bool is_met = !runs && strcmp(stop, "met") == 0;
    int64_t end_ms = runs ? asked->as_of_ms : json_integer_value(stopped);
    const char *outcome = runs                            ? "not yet"
                          : is_met                        ? "late"
                          : strcmp(stop, "transfer") == 0 ? "handed on"
                                                          : "ended";

    json_object_set_new(row, "outcome", json_string(outcome));
    json_object_set_new(row, "answered_at", is_met ? json_integer(end_ms) : json_null());
    json_object_set_new(
        row, "late", json_integer(end_ms - json_integer_value(json_object_get(row, "due_at"))));
}

// The cases that are on the list, or those that an accepted objection took off.  Returns new.
static json_t *
pick(const json_t *cases, bool excused)
{
    json_t *rows = json_array();
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(cases, i, row) if (json_is_integer(json_object_get(row, "objection")) == excused)
        report_rows_add(rows, json_incref(row));
    return rows;
}

static json_t *
period_rows(const struct asked *asked)
{
    json_t *rows = json_array();

    report_rows_add(
        rows, json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:s}", "quarter", asked->quarter.label, "begins_at",
                  (json_int_t)asked->quarter.begins_ms, "ends_at", (json_int_t)asked->quarter.ends_ms,
                  "as_of", (json_int_t)asked->as_of_ms, "objections_from", (json_int_t)asked->quarter.ends_ms,
                  "objections_until", (json_int_t)asked->window_ends_ms, "state",
                  asked->as_of_ms < asked->window_ends_ms ? "provisional" : "final"));
    return rows;
}

static json_t *
query_rows(void)
{
    json_t *rows = json_array();
    const char *line = store_reports_negligence_query();

    while (*line != '\0') {
        size_t length = strcspn(line, "\n");

        report_rows_add(rows, json_pack("{s:s%}", "line", line, length));
        line += length + (line[length] == '\n');
    }
    report_rows_add(rows, json_pack("{s:s}", "line",
                              "$1 = begins, $2 = ends, $3 = as of, $4 .. $7 = what stopped the clocks of "
                              "tickets on which somebody judged an "
                              "act after $3, as derived from what was known then"));
    return rows;
}

// Appends a section of what was read.
static void
add(struct report_document *document, const struct report_section *section, json_t *rows)
{
    struct report_section added = *section;

    added.rows = rows;
    report_document_add(document, &added);
}

// NOLINTNEXTLINE(bugprone-macro-parentheses): a designator cannot stand in parentheses
#define COLUMNS(table) .columns = table, .column_count = LENGTH(table)
static void
fill(struct report_document *document, const struct asked *asked, const json_t *read)
{
    static const struct report_section
        names = {.name = "names", .title = "Agencies", COLUMNS(name_columns)},
        policies = {.name = "policies", .title = "Policy in force", COLUMNS(policy_columns)},
        query = {.name = "query",
            .title = "The query that finds the cases",
            COLUMNS(query_columns),
            .is_prose = true},
        period = {.name = "period", .title = "Period", COLUMNS(period_columns), .is_data = true},
        agencies = {.name = "agencies",
            .title = "First responses by agency",
            COLUMNS(agency_columns),
            .is_data = true},
        cases = {.name = "cases",
            .title = "Cases that were not answered in time",
            COLUMNS(case_columns),
            .is_data = true},
        objections = {.name = "objections",
            .title = "Objections",
            COLUMNS(objection_columns),
            .is_data = true},
        annex = {.name = "annex",
            .title = "Annex: cases taken off the list by an accepted objection",
            COLUMNS(annex_columns),
            .is_data = true};
    const json_t *all = json_object_get(read, "cases");

    add(document, &names, json_incref(json_object_get(read, "names")));
    add(document, &policies, json_incref(json_object_get(read, "policies")));
    add(document, &query, query_rows());
    add(document, &period, period_rows(asked));
    add(document, &agencies, json_incref(json_object_get(read, "agencies")));
    add(document, &cases, pick(all, false));
    add(document, &objections, json_incref(json_object_get(read, "objections")));
    add(document, &annex, pick(all, true));
}

// What was read as the list has it.
static void
finish(json_t *read, const struct asked *asked)
{
    int64_t stale = 0;
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(json_object_get(read, "cases"), i, row)
    {
        finish_case(row, asked);
        stale += json_is_true(json_object_get(row, "is_stale"));
    }
    json_array_foreach(json_object_get(read, "objections"), i, row) json_object_set_new(row, "is_late",
        json_string(json_integer_value(json_object_get(row, "at")) >= asked->window_ends_ms ? "late" : ""));
    // The list is right about what the watcher knows; it does not wait for it.
    if (stale > 0)
        complain("report negligence",
            "%lld cases have acts that the watcher has not looked at yet; see kentongan status, and run it "
            "again",
            (long long)stale);
}

static int
print(const struct report_output *output, const struct asked *asked, json_t *read)
{
    struct report_document document = {.name = "negligence"};
    int code = EXIT_FAILED;

    finish(read, asked);
    snprintf(document.title, sizeof(document.title),
        "First responses that were not given in time, %s: every case whose deadline fell in the quarter and "
        "was "
        "not answered by then",
        asked->quarter.label);
    fill(&document, asked, read);
    code = report_output_write(output, &document);
    report_document_free(&document);
    return code;
}

// The moment as of which the list is made.  False after one line on standard error.
static bool
settle_as_of(struct asked *asked, const char *text, int64_t now_ms)
{
    asked->as_of_ms = asked->window_ends_ms < now_ms ? asked->window_ends_ms : now_ms;
    if (text == NULL)
        return true;
    if (report_period_moment(text, &asked->as_of_ms) < 0) {
        complain("report negligence", "--as-of %s: is no time; give it as 2027-01-15T00:00:00", text);
        return false;
    }
    if (asked->as_of_ms > now_ms) {
        complain("report negligence",
            "--as-of %s: lies in the future, and nobody knows what happens until then", text);
        return false;
    }
    return true;
}

static int
make(struct db *db, const struct report_output *output, const struct asked *asked)
{
    struct store_reports_known known = {0};
    json_t *judged = store_reports_judged(db, &asked->quarter, asked->as_of_ms);
    json_t *read = NULL;
    int code = EXIT_AWAY;

    if (judged != NULL && report_known_read(db, judged, asked->as_of_ms, &known) == 0)
        read = store_reports_negligence(db, &asked->quarter, asked->as_of_ms, &known);
    if (read != NULL)
        code = print(output, asked, read);
    json_decref(read);
    json_decref(judged);
    report_known_free(&known);
    return code;
}

int
report_negligence(int argc, char **argv)
{
    struct report_output output = {0};
    struct asked asked = {0};
    const char *quarter = NULL;
    const char *as_of = NULL;
    int64_t days = OBJECTION_DAYS;
    int64_t now_ms = 0;
    const struct option table[] = {{"quarter", OPTION_TEXT, &quarter, 0, 0},
        {"as-of", OPTION_TEXT, &as_of, 0, 0}, {"objections", OPTION_INTEGER, &days, 0, OBJECTION_DAYS_MOST},
        REPORT_OUTPUT_OPTIONS(output)};
    const struct options options = {.command = "report", .table = table, .count = LENGTH(table)};
    struct db *db = NULL;
    int code = EXIT_AWAY;

    if (options_parse(&options, argc, argv) < 0 || !report_output_is_good(&output, "report negligence"))
        return EXIT_USAGE;
    if (quarter == NULL || report_period_quarter(quarter, &asked.quarter) < 0) {
        complain("report negligence", "--quarter %s: is no quarter; give it as 2026Q4",
            quarter != NULL ? quarter : "");
        return EXIT_USAGE;
    }
    asked.window_ends_ms = asked.quarter.ends_ms + days * REPORT_PERIOD_DAY_MS;
    db = config_open_db();
    now_ms = store_reports_now(db);
    if (now_ms >= 0)
        code = settle_as_of(&asked, as_of, now_ms) ? make(db, &output, &asked) : EXIT_USAGE;
    db_destroy(&db);
    return code;
}

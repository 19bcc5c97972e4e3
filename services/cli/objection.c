// objection.c - kentongan objection: what an agency says against being on a quarter's list, and what was
// decided.
//
// Objections and decisions are only ever added.  An accepted one takes its case off the list, into the annex.
#include "objection.h"

#include "complain.h"
#include "config.h"
#include "correct.h"
#include "options.h"
#include "report_period.h"
#include "rows.h"
#include "store_objections.h"
#include "verbs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MOST = 2000, BY_MOST = 200, ANY_TURN = -1 };

// Who says it, and why.  Complains when something is missing.
static bool
is_said(const char *what, const char *by, const char *reason)
{
    if (by == NULL || by[0] == '\0' || strlen(by) > BY_MOST) {
        complain(what, "--by: say who, in 1 to %d bytes", BY_MOST);
        return false;
    }
    if (reason == NULL || reason[0] == '\0' || strlen(reason) > TEXT_MOST) {
        complain(what, "--reason: say why, in 1 to %d bytes", TEXT_MOST);
        return false;
    }
    return true;
}

// The missed deadline that is meant; NULL after one line on standard error, and *code is the exit code then.
static const json_t *
choose(const json_t *missed, int64_t turn, const char *text, int *code)
{
    size_t i = 0;
    json_t *row = NULL;

    *code = EXIT_UNKNOWN;
    json_array_foreach(
        missed, i, row) if (json_integer_value(json_object_get(row, "turn")) == turn) return row;
    if (turn != ANY_TURN || json_array_size(missed) == 0) {
        complain("objection add",
            "%s: no first response was missed%s; there is nothing to object to, see kentongan why %s", text,
            turn != ANY_TURN ? " in that turn" : "", text);
        return NULL;
    }
    if (json_array_size(missed) == 1)
        return json_array_get(missed, 0);
    *code = EXIT_USAGE;
    complain("objection add", "%s: %zu first responses were missed; say which with --turn (%lld by %s ..)",
        text, json_array_size(missed),
        (long long)json_integer_value(json_object_get(json_array_get(missed, 0), "turn")),
        json_string_value(json_object_get(json_array_get(missed, 0), "agency")));
    return NULL;
}

static int
store(struct db *db, const struct objection *said, const char *text, bool json)
{
    struct objection objection = *said;
    json_t *missed = NULL;
    json_t *rows = NULL;
    const json_t *chosen = NULL;
    int code = EXIT_AWAY;
    int64_t report_id = correct_report_id(db, "objection add", text, &code);

    if (report_id < 0)
        return code;
    code = EXIT_AWAY;
    missed = store_objections_missed(db, report_id);
    if (missed != NULL)
        chosen = choose(missed, said->turn, text, &code);
    if (chosen != NULL) {
        objection.ticket_id = json_integer_value(json_object_get(chosen, "ticket_id"));
        objection.turn = json_integer_value(json_object_get(chosen, "turn"));
        rows = store_objections_add(db, &objection);
        code = rows != NULL ? EXIT_OK : EXIT_FAILED;
    }
    if (rows != NULL && json)
        rows_print_json(json_incref(json_array_get(rows, 0)));
    else if (rows != NULL)
        printf("noted as objection %lld; the case stays on the list until it is accepted\n",
            (long long)json_integer_value(json_object_get(json_array_get(rows, 0), "id")));
    json_decref(rows);
    json_decref(missed);
    return code;
}

static int
add(int argc, char **argv)
{
    struct objection said = {.turn = ANY_TURN};
    const char *text = NULL;
    bool json = false;
    const struct option table[] = {{"by", OPTION_TEXT, &said.by, 0, 0},
        {"reason", OPTION_TEXT, &said.reason, 0, 0}, {"turn", OPTION_INTEGER, &said.turn, 0, INT16_MAX},
        {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "objection", .table = table, .count = LENGTH(table), .words = &text, .most_words = 1};
    struct db *db = NULL;
    int words = options_parse(&options, argc, argv);
    int code = EXIT_USAGE;

    if (words < 0)
        return EXIT_USAGE;
    if (words == 0) {
        complain("objection add", "to what?  give the ticket's code; see kentongan help objection");
        return EXIT_USAGE;
    }
    if (!is_said("objection add", said.by, said.reason))
        return EXIT_USAGE;
    db = config_open_db();
    code = store(db, &said, text, json);
    db_destroy(&db);
    return code;
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"id", "id", TABLE_NUMBER}, {"at_ms", "raised", TABLE_TIME},
        {"agency", "agency", TABLE_TEXT}, {"tracking_code", "ticket", TABLE_TEXT},
        {"turn", "turn", TABLE_NUMBER}, {"due_at_ms", "was due", TABLE_TIME}, {"by", "by", TABLE_TEXT},
        {"status", "status", TABLE_TEXT}, {"decided_by", "decided by", TABLE_TEXT},
        {"reason", "reason", TABLE_TEXT}};
    const char *quarter = NULL;
    bool json = false;
    const struct option table[] = {
        {"quarter", OPTION_TEXT, &quarter, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "objection", .table = table, .count = LENGTH(table)};
    struct report_period period;
    struct db *db = NULL;
    int code = EXIT_AWAY;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    if (quarter != NULL && report_period_quarter(quarter, &period) < 0) {
        complain("objection list", "--quarter %s: is no quarter; give it as 2026Q4", quarter);
        return EXIT_USAGE;
    }
    db = config_open_db();
    code = verbs_print(
        store_objections_list(db, quarter != NULL ? &period : NULL), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

// Says why an objection could not be decided.  Returns the exit code.
static int
complain_of(struct db *db, const char *what, int64_t id)
{
    json_t *rows = store_objections_one(db, id);
    const char *status = json_string_value(json_object_get(json_array_get(rows, 0), "status"));
    int code = rows == NULL ? EXIT_AWAY : status == NULL ? EXIT_UNKNOWN : EXIT_FAILED;

    if (code == EXIT_UNKNOWN)
        complain(what, "%lld: there is no such objection; see kentongan objection list", (long long)id);
    else if (code == EXIT_FAILED)
        complain(what, "%lld: was %s already; a decision stands, object again to have it reviewed",
            (long long)id, status);
    json_decref(rows);
    return code;
}

static int
decide(const char *what, bool is_accepted, int argc, char **argv)
{
    struct objection_decision decision = {.is_accepted = is_accepted};
    const char *text = NULL;
    char *end = NULL;
    bool json = false;
    const struct option table[] = {{"by", OPTION_TEXT, &decision.by, 0, 0},
        {"reason", OPTION_TEXT, &decision.reason, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "objection", .table = table, .count = LENGTH(table), .words = &text, .most_words = 1};
    struct db *db = NULL;
    json_t *rows = NULL;
    int words = options_parse(&options, argc, argv);
    int code = EXIT_AWAY;

    if (words < 0)
        return EXIT_USAGE;
    errno = 0;
    decision.id = words > 0 ? strtoll(text, &end, 10) : 0;
    if (words == 0 || *end != '\0' || errno != 0 || decision.id < 1) {
        complain(what, "%s: is no number of an objection; see kentongan objection list",
            words > 0 ? text : "nothing");
        return EXIT_USAGE;
    }
    if (!is_said(what, decision.by, decision.reason))
        return EXIT_USAGE;
    db = config_open_db();
    rows = store_objections_decide(db, &decision);
    if (rows != NULL && json_array_size(rows) == 0) {
        code = complain_of(db, what, decision.id);
        json_decref(rows);
    } else {
        code = verbs_print_change(rows, json, what,
            is_accepted ? "accepted: the case goes to the annex" : "refused: the case stays on the list");
    }
    db_destroy(&db);
    return code;
}

static int
accept_one(int argc, char **argv)
{
    return decide("objection accept", true, argc, argv);
}

static int
refuse_one(int argc, char **argv)
{
    return decide("objection refuse", false, argc, argv);
}

int
objection_command(int argc, char **argv)
{
    static const struct verb verbs[] = {
        {"add", add}, {"list", list}, {"accept", accept_one}, {"refuse", refuse_one}};

    return verbs_run("objection", verbs, LENGTH(verbs), argc, argv);
}

// why.c - kentongan why: each deadline of a ticket derived in words and figures, so that nobody has to
// believe it.
#include "why.h"

#include "complain.h"
#include "config.h"
#include "correct.h"
#include "deadline/explain.h"
#include "deadline_store.h"
#include "names.h"
#include "options.h"
#include "policy.h"
#include "rows.h"
#include "store_why.h"
#include "table.h"
#include "why_facts.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// A time, or "never" for null.
static const char *
time_of(const json_t *object, const char *key, char text[TABLE_TIME_SIZE])
{
    const json_t *value = json_object_get(object, key);

    return json_is_integer(value) ? table_time(json_integer_value(value), text) : "never";
}

static void
print_ticket(const json_t *ticket)
{
    static const struct table_column turns[] = {{"turn", "turn", TABLE_NUMBER},
        {"agency", "agency", TABLE_TEXT}, {"from_ms", "from", TABLE_TIME}, {"until_ms", "until", TABLE_TIME},
        {"because", "because", TABLE_TEXT}};
    static const struct table_column acts[] = {{"id", "act", TABLE_NUMBER}, {"at_ms", "at", TABLE_TIME},
        {"act", "what", TABLE_TEXT}, {"value", "value", TABLE_TEXT}, {"actor", "who", TABLE_TEXT},
        {"actor_kind", "kind", TABLE_TEXT}, {"agency", "for", TABLE_TEXT},
        {"same_text", "same words on", TABLE_NUMBER}, {"done", "done", TABLE_TEXT}};
    char at[TABLE_TIME_SIZE];
    size_t i = 0;
    json_t *row = NULL;

    printf("%s%s%s\n", table_colour(stdout, TABLE_BOLD), rows_text(ticket, "tracking_code"),
        table_colour(stdout, TABLE_PLAIN));
    printf("  stage %s; %s%s, topic %s, channel %s; received %s\n", rows_text(ticket, "stage"),
        json_is_true(json_object_get(ticket, "urgent")) ? "urgent " : "", rows_text(ticket, "kind"),
        rows_text(ticket, "topic")[0] != '\0' ? rows_text(ticket, "topic") : "none",
        rows_text(ticket, "channel"), time_of(ticket, "received_at_ms", at));
    table_title(stdout, "turns");
    table_print(stdout, turns, LENGTH(turns), json_object_get(ticket, "turns"));
    json_array_foreach(json_object_get(ticket, "held"), i, row)
    {
        struct str amount = {0};

        explain_amount(UNIT_WALL, rows_integer(row, "ms"), &amount);
        printf("  %s has had it for %s\n", rows_text(row, "agency"), amount.data);
        str_free(&amount);
    }
    if (json_array_size(json_object_get(ticket, "acts")) > 0) {
        table_title(stdout, "acts");
        table_print(stdout, acts, LENGTH(acts), json_object_get(ticket, "acts"));
    }
}

static void
print_told(const json_t *told)
{
    char at[TABLE_TIME_SIZE];
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(told, i, row) printf("  told        %s  step %" JSON_INTEGER_FORMAT
                                            ", %s of %s (%s), notice %" JSON_INTEGER_FORMAT ": %s\n",
        time_of(row, "at_ms", at), (json_int_t)rows_integer(row, "step"), rows_text(row, "role"),
        rows_text(row, "agency"), names_notice_kind(rows_integer(row, "kind")),
        (json_int_t)rows_integer(row, "id"),
        rows_text(row, "delivered")[0] != '\0' ? rows_text(row, "delivered") : "not tried yet");
}

static void
print_changes(const json_t *changes)
{
    char at[TABLE_TIME_SIZE];
    char before[TABLE_TIME_SIZE];
    char after[TABLE_TIME_SIZE];
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(changes, i, row) printf("  moved       %s  from %s (version %" JSON_INTEGER_FORMAT
                                               ") to %s (version %" JSON_INTEGER_FORMAT "): %s\n",
        time_of(row, "at_ms", at), time_of(row, "old_due_at_ms", before),
        (json_int_t)rows_integer(row, "old_version"), time_of(row, "new_due_at_ms", after),
        (json_int_t)rows_integer(row, "new_version"), rows_text(row, "because"));
}

static void
print_deadline(const json_t *deadline)
{
    const json_t *by = json_object_get(deadline, "stopped_by");
    const json_t *check = json_object_get(deadline, "check");
    bool ok = json_is_true(json_object_get(check, "ok"));
    char title[128];
    char at[TABLE_TIME_SIZE];

    snprintf(title, sizeof(title), "%s %" JSON_INTEGER_FORMAT ", %s", rows_text(deadline, "clock"),
        (json_int_t)rows_integer(deadline, "turn"), rows_text(deadline, "agency"));
    table_title(stdout, title);
    fputs(rows_text(deadline, "explained"), stdout);
    if (json_is_object(by))
        printf("  by          act %" JSON_INTEGER_FORMAT ", %s, by %s (%s%s%s), %s\n",
            (json_int_t)rows_integer(by, "id"), rows_text(by, "act"), rows_text(by, "actor"),
            rows_text(by, "actor_kind"), rows_text(by, "agency")[0] != '\0' ? " of " : "",
            rows_text(by, "agency"), time_of(by, "at_ms", at));
    printf("  source      %s\n", rows_text(json_object_get(deadline, "policy"), "source"));
    print_told(json_object_get(deadline, "told"));
    print_changes(json_object_get(deadline, "changes"));
    printf("  check       %s%s%s\n", table_colour(stdout, ok ? TABLE_GREEN : TABLE_RED),
        rows_text(check, "says"), table_colour(stdout, TABLE_PLAIN));
}

static void
print_deadlines(const json_t *ticket)
{
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(json_object_get(ticket, "deadlines"), i, row) print_deadline(row);
    if (i == 0)
        printf("\nno policy gives this ticket a clock\n");
}

static void
print_people(const json_t *answer)
{
    const json_t *own = json_object_get(answer, "own_ticket");

    print_ticket(json_object_get(answer, "ticket"));
    print_deadlines(json_object_get(answer, "ticket"));
    if (json_is_object(own)) {
        printf("\n%s opened a ticket of its own, which was joined to this one:\n",
            rows_text(own, "tracking_code"));
        print_ticket(own);
        print_deadlines(own);
    }
}

// The facts of one ticket, under this key of the answer.  -1 after one line on standard error.
static int
add_ticket(struct db *db, const struct rules *rules, json_t *answer, const char *key, int64_t ticket_id)
{
    struct deadline_store *store = deadline_store_new(db);
    struct deadline_case *cases = NULL;
    size_t count = 0;
    json_t *rest = NULL;
    int rc = -1;

    if (deadline_store_cases(store, &ticket_id, 1, &cases, &count) != DONE || count != 1)
        complain("why", "the ticket cannot be read from PostgreSQL; try again");
    else
        rest = store_why_rest(db, ticket_id);
    if (rest != NULL) {
        json_object_set_new(answer, key, why_facts(rules, &cases[0], rest, rows_integer(answer, "now_ms")));
        rc = 0;
    }
    json_decref(rest);
    deadline_store_destroy(&store);
    return rc;
}

// Reads all; returns the exit code, and the answer when that is EXIT_OK.
static int
read_answer(struct db *db, const char *code, json_t **answer)
{
    struct rules *rules = NULL;
    json_t *found = NULL;
    int exit_code = EXIT_AWAY;
    int64_t report_id = correct_report_id(db, "why", code, &exit_code);

    if (report_id < 0)
        return exit_code;
    exit_code = EXIT_AWAY;
    found = store_why_ticket(db, report_id);
    if (found == NULL)
        goto done;
    if (!json_is_integer(json_object_get(found, "ticket_id"))) {
        complain("why", "%s: %s", code,
            json_object_size(found) == 0 ? "no report has this code; look for a typing error"
                                         : "the report has no ticket yet; wait for the router");
        exit_code = EXIT_UNKNOWN;
        goto done;
    }
    if (policy_read_rules(db, "why", &rules) < 0)
        goto done;
    *answer = json_object();
    json_object_set_new(*answer, "report", json_string(code));
    json_object_set(*answer, "now_ms", json_object_get(found, "now_ms"));
    if (add_ticket(db, rules, *answer, "ticket", rows_integer(found, "ticket_id")) < 0)
        goto done;
    json_object_set_new(*answer, "own_ticket", json_null());
    if (json_is_true(json_object_get(found, "has_own")) && rows_integer(found, "ticket_id") != report_id &&
        add_ticket(db, rules, *answer, "own_ticket", report_id) < 0)
        goto done;
    exit_code = EXIT_OK;

done:
    rules_destroy(&rules);
    json_decref(found);
    return exit_code;
}

int
why_command(int argc, char **argv)
{
    bool json = false;
    const char *code = NULL;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "why", .table = table, .count = LENGTH(table), .words = &code, .most_words = 1};
    json_t *answer = NULL;
    int words = options_parse(&options, argc, argv);

    if (words < 0)
        return EXIT_USAGE;
    if (words == 0) {
        complain("why", "which report?  give its tracking code, as in kentongan why JT-XXXX-XXXX-C");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    int exit_code = read_answer(db, code, &answer);
    if (exit_code == EXIT_OK && json)
        rows_print_json(json_incref(answer));
    else if (exit_code == EXIT_OK)
        print_people(answer);
    json_decref(answer);
    db_destroy(&db);
    return exit_code;
}

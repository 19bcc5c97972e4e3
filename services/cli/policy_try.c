// policy_try.c - kentongan policy try: a past quarter under other rules.  Nothing is written to the database.
//
// Every ticket of the quarter is derived twice from its facts, by the code that the watcher uses: with the
// rules as they are, and as the file would have them.
#include "policy_try.h"

#include "complain.h"
#include "config.h"
#include "deadline_store.h"
#include "options.h"
#include "policy.h"
#include "policy_file.h"
#include "replay.h"
#include "report_period.h"
#include "rows.h"
#include "store_policies.h"
#include "store_why.h"
#include "table.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char definition[] = "negligent: a first_response deadline that fell due in the quarter and was "
                                 "not stopped by then, neither by an "
                                 "answer nor by a transfer nor by the end of the ticket";

// Derives all tickets of the quarter, a page at a time.  0, or -1 after one line on standard error.
static int
replay_all(struct db *db, struct replay *replay)
{
    static int64_t ids[DEADLINE_STORE_MOST];
    struct deadline_store *store = deadline_store_new(db);
    int64_t above = 0;
    int found = DEADLINE_STORE_MOST;
    int rc = 0;

    while (rc == 0 && found == DEADLINE_STORE_MOST) {
        struct deadline_case *cases = NULL;
        size_t count = 0;

        found = store_why_candidates(db, above, replay->begins_ms, replay->ends_ms, ids, DEADLINE_STORE_MOST);
        if (found <= 0) {
            rc = found;
            break;
        }
        above = ids[found - 1];
        if (deadline_store_cases(store, ids, (size_t)found, &cases, &count) != DONE) {
            complain("policy try", "the tickets cannot be read from PostgreSQL; try again");
            rc = -1;
        }
        for (size_t i = 0; rc == 0 && i < count; i++)
            replay_add(replay, &cases[i]);
    }
    deadline_store_destroy(&store);
    return rc;
}

static int
by_name(const void *a, const void *b)
{
    const char *const *one = a;
    const char *const *other = b;

    return strcmp(*one, *other);
}

// The rows of the agencies in the order of their codes.  Returns new.
static json_t *
sorted_agencies(json_t *agencies)
{
    json_t *all = json_array();
    const char **names = check_zalloc(json_object_size(agencies) + 1, sizeof(*names));
    const char *name = NULL;
    json_t *row = NULL;
    size_t count = 0;

    json_object_foreach(agencies, name, row) names[count++] = name;
    qsort(names, count, sizeof(*names), by_name);
    for (size_t i = 0; i < count; i++)
        json_array_append(all, json_object_get(agencies, names[i]));
    free(names);
    return all;
}

static json_t *
answer_of(const struct replay *replay, const struct report_period *quarter, json_t *policies)
{
    json_t *answer = json_object();

    json_object_set_new(answer, "quarter", json_string(quarter->label));
    json_object_set_new(answer, "from_ms", json_integer(quarter->begins_ms));
    json_object_set_new(answer, "until_ms", json_integer(quarter->ends_ms));
    json_object_set_new(answer, "as_of_ms", json_integer(replay->as_of_ms));
    json_object_set_new(answer, "definition", json_string(definition));
    json_object_set(answer, "policies", policies);
    json_object_set_new(answer, "tickets", json_integer(replay->tickets));
    json_object_set_new(answer, "fell_before", json_integer(replay->fell_before));
    json_object_set_new(answer, "fell_after", json_integer(replay->fell_after));
    json_object_set_new(answer, "before", json_integer(replay->negligent_before));
    json_object_set_new(answer, "after", json_integer(replay->negligent_after));
    json_object_set_new(answer, "agencies", sorted_agencies(replay->agencies));
    json_object_set(answer, "negligent_before", replay->negligent);
    json_object_set(answer, "enter", replay->enter);
    json_object_set(answer, "leave", replay->leave);
    return answer;
}

static void
print_moves(const char *title, const json_t *rows)
{
    static const struct table_column columns[] = {{"agency", "agency", TABLE_TEXT},
        {"tracking_code", "ticket", TABLE_TEXT}, {"turn", "turn", TABLE_NUMBER},
        {"started_at_ms", "started", TABLE_TIME}, {"due_before_ms", "due before", TABLE_TIME},
        {"due_after_ms", "due after", TABLE_TIME}, {"stopped_at_ms", "stopped", TABLE_TIME},
        {"stop", "by", TABLE_TEXT}};

    printf("\n%s%zu %s%s\n", table_colour(stdout, TABLE_BOLD), json_array_size(rows), title,
        table_colour(stdout, TABLE_PLAIN));
    if (json_array_size(rows) > 0)
        table_print(stdout, columns, LENGTH(columns), rows);
}

static void
print_people(const struct replay *replay, const struct report_period *quarter, const json_t *policies)
{
    static const struct table_column agencies[] = {{"agency", "agency", TABLE_TEXT},
        {"before", "before", TABLE_NUMBER}, {"after", "after", TABLE_NUMBER},
        {"enter", "enter", TABLE_NUMBER}, {"leave", "leave", TABLE_NUMBER}};
    static const struct table_column changed[] = {{"clock", "clock", TABLE_TEXT},
        {"gives", "gives", TABLE_TEXT}, {"starts", "starts", TABLE_TEXT}, {"stops", "stops", TABLE_TEXT},
        {"for", "for", TABLE_TEXT}};
    char as_of[TABLE_TIME_SIZE];
    json_t *rows = sorted_agencies(replay->agencies);

    printf("%s as of %s, tried on %lld tickets; nothing was changed\n%s\n\n", quarter->label,
        table_time(replay->as_of_ms, as_of), (long long)replay->tickets, definition);
    if (json_array_size(policies) > 0) {
        table_print(stdout, changed, LENGTH(changed), policies);
        putchar('\n');
    }
    printf("before: %lld negligent of %lld that fell due\nafter:  %lld negligent of %lld that fell due\n\n",
        (long long)replay->negligent_before, (long long)replay->fell_before,
        (long long)replay->negligent_after, (long long)replay->fell_after);
    table_print(stdout, agencies, LENGTH(agencies), rows);
    print_moves("would enter the list", replay->enter);
    print_moves("would leave it", replay->leave);
    json_decref(rows);
}

// Are all topics and levels that the file names known?  EXIT_OK, or another exit code after one line.
static int
check_policies(struct db *db, const struct rules *rules, const json_t *policies)
{
    size_t i = 0;
    json_t *row = NULL;
    int code = EXIT_OK;

    json_array_foreach(policies, i, row)
    {
        const struct policy *policy = rules_policy(rules, json_string_value(json_object_get(row, "clock")),
            (int)json_integer_value(json_object_get(row, "version")));

        if (code == EXIT_OK && policy != NULL)
            code = policy_check_known(db, "policy try", policy);
    }
    return code;
}

// What is asked for.
struct trial {
    const char *path, *as_of;
    struct report_period quarter;
    bool json;
};

// The time up to which facts count, to the second, as the report has it.
static int
read_as_of(struct db *db, const struct trial *trial, int64_t *as_of_ms)
{
    int64_t now_ms = 0;

    if (trial->as_of != NULL && report_period_moment(trial->as_of, as_of_ms) < 0) {
        complain(
            "policy try", "--as-of %s: is no time, as in 2026-10-15 or '2026-10-15 07:30'", trial->as_of);
        return EXIT_USAGE;
    }
    if (trial->as_of == NULL && store_policies_time(db, "policy try", "now", as_of_ms, &now_ms) < 0)
        return EXIT_AWAY;
    *as_of_ms -= *as_of_ms % 1000;
    return EXIT_OK;
}

static int
try_with(struct db *db, const struct trial *trial, struct rules *before, struct rules *after)
{
    struct replay replay = {.before = before,
        .after = after,
        .begins_ms = trial->quarter.begins_ms,
        .ends_ms = trial->quarter.ends_ms};
    struct str wrong = {0};
    json_t *policies = policy_file_apply(trial->path, after, &wrong);
    int code = EXIT_USAGE;

    if (policies == NULL) {
        complain("policy try", "%s: %s; see kentongan help policy", trial->path, wrong.data);
        goto done;
    }
    code = check_policies(db, after, policies);
    if (code == EXIT_OK)
        code = read_as_of(db, trial, &replay.as_of_ms);
    if (code != EXIT_OK)
        goto done;
    replay.agencies = json_object();
    replay.negligent = json_array();
    replay.enter = json_array();
    replay.leave = json_array();
    code = EXIT_AWAY;
    if (replay_all(db, &replay) == 0) {
        code = EXIT_OK;
        if (trial->json)
            rows_print_json(answer_of(&replay, &trial->quarter, policies));
        else
            print_people(&replay, &trial->quarter, policies);
    }

done:
    json_decref(replay.agencies);
    json_decref(replay.negligent);
    json_decref(replay.enter);
    json_decref(replay.leave);
    json_decref(policies);
    str_free(&wrong);
    return code;
}

int
policy_try(int argc, char **argv)
{
    struct trial trial = {0};
    const char *quarter = NULL;
    const struct option table[] = {{"quarter", OPTION_TEXT, &quarter, 0, 0},
        {"as-of", OPTION_TEXT, &trial.as_of, 0, 0}, {"json", OPTION_FLAG, &trial.json, 0, 0}};
    const struct options options = {
        .command = "policy", .table = table, .count = LENGTH(table), .words = &trial.path, .most_words = 1};
    struct rules *before = NULL;
    struct rules *after = NULL;
    struct db *db = NULL;
    int code = EXIT_AWAY;

    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0) {
        complain("policy try", "which file?  see kentongan help policy");
        return EXIT_USAGE;
    }
    if (quarter == NULL || report_period_quarter(quarter, &trial.quarter) < 0) {
        complain(
            "policy try", "--quarter %s: give one as in 2026Q3", quarter != NULL ? quarter : "is missing");
        return EXIT_USAGE;
    }
    db = config_open_db();
    if (policy_read_rules(db, "policy try", &before) == 0 && policy_read_rules(db, "policy try", &after) == 0)
        code = try_with(db, &trial, before, after);
    rules_destroy(&before);
    rules_destroy(&after);
    db_destroy(&db);
    return code;
}

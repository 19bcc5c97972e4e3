// policy.c - kentongan policy: how long each clock gives.  A policy is never changed; a new version replaces
// it.
#include "policy.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "store_registry.h"
#include "verbs.h"

enum { HOURS_MOST = 24 * 366, SECONDS_MOST = HOURS_MOST * 3600 };

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"clock", "clock", TABLE_TEXT},
        {"version", "version", TABLE_NUMBER}, {"span", "gives", TABLE_NUMBER},
        {"effective_from_ms", "from", TABLE_TIME}, {"source", "source", TABLE_TEXT}};
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "policy", .table = table, .count = LENGTH(table)};
    char span[TABLE_TIME_SIZE];
    size_t i = 0;
    json_t *row = NULL;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    json_t *rows = store_registry_policies(db);
    if (!json)
        json_array_foreach(rows, i, row) json_object_set_new(
            row, "span", json_string(table_span(json_integer_value(json_object_get(row, "seconds")), span)));
    int code = verbs_print(rows, json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

static int
add(int argc, char **argv)
{
    struct policy policy = {0};
    int64_t hours = 0;
    bool json = false;
    const struct option table[] = {{"hours", OPTION_INTEGER, &hours, 1, HOURS_MOST},
        {"seconds", OPTION_INTEGER, &policy.duration_s, 1, SECONDS_MOST},
        {"source", OPTION_TEXT, &policy.source, 0, 0}, {"from", OPTION_TEXT, &policy.from, 0, 0},
        {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "policy", .table = table, .count = LENGTH(table), .words = &policy.clock, .most_words = 1};

    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0 || policy.source == NULL || (hours > 0) == (policy.duration_s > 0)) {
        complain("policy add", "give a clock, --hours or --seconds, and --source (the rule that says so); "
                               "see kentongan help policy");
        return EXIT_USAGE;
    }
    if (hours > 0)
        policy.duration_s = hours * 3600;
    struct db *db = config_open_db();
    int code = verbs_print_change(store_registry_add_policy(db, &policy), json, "policy add",
        "added; clocks that start from then on follow it, running ones keep theirs");
    db_destroy(&db);
    return code;
}

int
policy_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"add", add}};

    return verbs_run("policy", verbs, LENGTH(verbs), argc, argv);
}

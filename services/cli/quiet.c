// quiet.c - kentongan quiet: when people of a role are let sleep.  Heads of agency never are: the rule is
// that their phones are on 24 hours.
#include "quiet.h"

#include "complain.h"
#include "config.h"
#include "hours_text.h"
#include "options.h"
#include "store_policies.h"
#include "verbs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char moves[] = "the watcher moves the steps of open clocks within seconds";

// Puts the hours into each row as people write them: "21:00-05:00".
static json_t *
with_hours(json_t *rows)
{
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(rows, i, row)
    {
        int begins = (int)json_integer_value(json_object_get(row, "begins"));
        int ends = (int)json_integer_value(json_object_get(row, "ends"));
        char text[32];

        snprintf(text, sizeof(text), "%02d:%02d-%02d:%02d", begins / 60, begins % 60, ends / 60, ends % 60);
        json_object_set_new(row, "hours", json_string(text));
        json_object_del(row, "begins");
        json_object_del(row, "ends");
    }
    return rows;
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {
        {"role", "role", TABLE_TEXT}, {"hours", "quiet", TABLE_TEXT}};
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "quiet", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(with_hours(store_policies_quiet(db)), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

static bool
may_be_quiet(const char *command, const char *role)
{
    if (role != NULL && (strcmp(role, "officer") == 0 || strcmp(role, "desk") == 0))
        return true;
    complain(command, "%s: give officer or desk; all others are told at any hour",
        role != NULL ? role : "nothing said");
    return false;
}

static int
set(int argc, char **argv)
{
    const char *words[2] = {NULL, NULL};
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "quiet", .table = table, .count = LENGTH(table), .words = words, .most_words = 2};
    int begins = 0;
    int ends = 0;

    if (options_parse(&options, argc, argv) < 0 || !may_be_quiet("quiet set", words[0]))
        return EXIT_USAGE;
    if (words[1] == NULL || hours_text_span(words[1], &begins, &ends) < 0) {
        complain("quiet set", "%s: give hours as in 21:00-05:00", words[1] != NULL ? words[1] : "no hours");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    json_t *rows = with_hours(store_policies_set_quiet(db, words[0], begins, ends));
    int code = verbs_print_change(rows, json, "quiet set", moves);
    db_destroy(&db);
    return code;
}

static int
clear(int argc, char **argv)
{
    const char *role = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "quiet", .table = table, .count = LENGTH(table), .words = &role, .most_words = 1};

    if (options_parse(&options, argc, argv) < 0 || !may_be_quiet("quiet clear", role))
        return EXIT_USAGE;
    struct db *db = config_open_db();
    json_t *rows = with_hours(store_policies_clear_quiet(db, role));
    int code = verbs_print_change(rows, json, "quiet clear", moves);
    db_destroy(&db);
    return code;
}

int
quiet_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"set", set}, {"clear", clear}};

    return verbs_run("quiet", verbs, LENGTH(verbs), argc, argv);
}

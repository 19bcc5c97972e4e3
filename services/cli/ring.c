// ring.c - kentongan ring: what rings now, whom the desk has to call, and how long each kind of notice rings
// before it goes on.
#include "ring.h"

#include "complain.h"
#include "config.h"
#include "names.h"
#include "options.h"
#include "ring_words.h"
#include "rows.h"
#include "store_rings.h"
#include "verbs.h"

#include <stdbool.h>
#include <string.h>

enum { LIST_MOST = 200 };

static const char moves[] = "what rings already follows it from its next step on, within seconds";

static const struct table_column step_columns[] = {{"severity", "severity", TABLE_TEXT},
    {"role", "role", TABLE_TEXT}, {"step", "step", TABLE_NUMBER}, {"wait", "after", TABLE_TEXT},
    {"legs", "by", TABLE_TEXT}, {"whom", "to", TABLE_TEXT}};

// Adds lengths of time as people write them, and the words of kinds.
static json_t *
with_words(json_t *rows)
{
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(rows, i, row)
    {
        char span[TABLE_TIME_SIZE];

        if (json_object_get(row, "rings_s") != NULL)
            json_object_set_new(row, "rings", json_string(table_span(rows_integer(row, "rings_s"), span)));
        if (json_object_get(row, "kind") != NULL)
            json_object_set_new(row, "kind", json_string(names_notice_kind(rows_integer(row, "kind"))));
        if (json_object_get(row, "wait_s") != NULL)
            json_object_set_new(row, "wait",
                json_string(rows_integer(row, "wait_s") == 0
                                ? "at once"
                                : table_span(rows_integer(row, "wait_s"), span)));
    }
    return rows;
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"rings", "rings", TABLE_TEXT},
        {"severity", "severity", TABLE_TEXT}, {"agency", "agency", TABLE_TEXT}, {"role", "role", TABLE_TEXT},
        {"tracking_code", "ticket", TABLE_TEXT}, {"kind", "kind", TABLE_TEXT},
        {"step", "next step", TABLE_NUMBER}, {"whom", "to", TABLE_TEXT}, {"next_at_ms", "at", TABLE_TIME}};
    const char *agency = NULL;
    int64_t most = LIST_MOST;
    bool json = false;
    const struct option table[] = {{"agency", OPTION_TEXT, &agency, 0, 0},
        {"most", OPTION_INTEGER, &most, 1, 100000}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "ring list", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(with_words(store_rings_now(db, agency, most)), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

static int
calls(int argc, char **argv)
{
    static const struct table_column columns[] = {{"rings", "unanswered for", TABLE_TEXT},
        {"severity", "severity", TABLE_TEXT}, {"agency", "agency", TABLE_TEXT},
        {"agency_name", "name", TABLE_TEXT}, {"role", "role", TABLE_TEXT},
        {"tracking_code", "ticket", TABLE_TEXT}, {"kind", "kind", TABLE_TEXT}};
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "ring calls", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(with_words(store_rings_calls(db)), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

static bool
is_severity(const char *command, const char *word)
{
    if (word != NULL &&
        (strcmp(word, "darurat") == 0 || strcmp(word, "segera") == 0 || strcmp(word, "biasa") == 0))
        return true;
    complain(command, "%s: give darurat, segera or biasa", word != NULL ? word : "no severity");
    return false;
}

static bool
is_role(const char *command, const char *word)
{
    static const char *const roles[] = {"", "officer", "head", "desk", "sekda", "governor"};

    for (size_t i = 0; i < LENGTH(roles); i++)
        if (strcmp(word, roles[i]) == 0)
            return true;
    complain(command, "--role: %s: give officer, head, desk, sekda or governor", word);
    return false;
}

static int
ladder(int argc, char **argv)
{
    const char *severity = NULL;
    const char *role = NULL;
    bool json = false;
    const struct option table[] = {{"role", OPTION_TEXT, &role, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "ring ladder",
        .table = table,
        .count = LENGTH(table),
        .words = &severity,
        .most_words = 1};

    if (options_parse(&options, argc, argv) < 0 ||
        (severity != NULL && !is_severity("ring ladder", severity)) ||
        (role != NULL && !is_role("ring ladder", role)))
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(
        with_words(store_rings_ladder(db, severity, role)), json, step_columns, LENGTH(step_columns));
    db_destroy(&db);
    return code;
}

static int
set(int argc, char **argv)
{
    const char *severity = NULL;
    const char *role = "";
    const char *text = NULL;
    bool json = false;
    const struct option table[] = {{"role", OPTION_TEXT, &role, 0, 0}, {"steps", OPTION_TEXT, &text, 0, 0},
        {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "ring set", .table = table, .count = LENGTH(table), .words = &severity, .most_words = 1};
    struct ring_words_step steps[RING_WORDS_STEPS_MOST];
    struct str wrong = {0};
    int count = 0;

    if (options_parse(&options, argc, argv) < 0 || !is_severity("ring set", severity) ||
        !is_role("ring set", role))
        return EXIT_USAGE;
    count = text != NULL ? ring_words_read(text, steps, &wrong) : -1;
    if (count < 0) {
        complain("ring set", "--steps: %s", text != NULL ? wrong.data : "which?  See kentongan help ring");
        str_free(&wrong);
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    int code = verbs_print_change(
        with_words(store_rings_set(db, severity, role, steps, (size_t)count)), json, "ring set", moves);
    db_destroy(&db);
    return code;
}

static int
clear(int argc, char **argv)
{
    const char *severity = NULL;
    const char *role = "";
    bool json = false;
    const struct option table[] = {{"role", OPTION_TEXT, &role, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "ring clear", .table = table, .count = LENGTH(table), .words = &severity, .most_words = 1};

    if (options_parse(&options, argc, argv) < 0 || !is_severity("ring clear", severity) ||
        !is_role("ring clear", role))
        return EXIT_USAGE;
    if (role[0] == '\0') {
        complain("ring clear", "--role: whose?  The ladder of all roles can be set anew, not taken away");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    int code = verbs_print_change(
        with_words(store_rings_set(db, severity, role, NULL, 0)), json, "ring clear", moves);
    db_destroy(&db);
    return code;
}

int
ring_command(int argc, char **argv)
{
    static const struct verb verbs[] = {
        {"list", list}, {"calls", calls}, {"ladder", ladder}, {"set", set}, {"clear", clear}};

    return verbs_run("ring", verbs, LENGTH(verbs), argc, argv);
}

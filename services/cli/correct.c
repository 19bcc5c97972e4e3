// correct.c - kentongan correct: what an officer says that a report is.
//
// A correction is only ever added.  The router acts on it within seconds and writes down what it did.
#include "correct.h"

#include "complain.h"
#include "config.h"
#include "id.h"
#include "options.h"
#include "rows.h"
#include "store_corrections.h"
#include "store_story.h"
#include "triage/kind.h"
#include "verbs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { EXPORT_ROWS = 1000 };

// What is said on the command line.
struct said {
    const char *topic, *region, *kind, *urgent, *join;
    bool split;
    struct correction_author author;
    bool json;
    const char *code;
};

int64_t
correct_report_id(struct db *db, const char *what, const char *text, int *code)
{
    uint8_t key[ID_KEY_SIZE];
    int64_t id = -1;

    *code = EXIT_AWAY;
    if (store_story_key(db, key) < 0)
        return -1;
    id = id_parse(key, text, strlen(text));
    if (id < 0) {
        *code = EXIT_UNKNOWN;
        complain(what, "%s: is no tracking code; look for a mistyped character", text);
    }
    return id;
}

bool
correct_is_kind(const char *what, const char *kind)
{
    enum triage_kind ignored = KIND_COMPLAINT;

    if (kind_from_name(kind, &ignored))
        return true;
    complain(what,
        "%s: is no kind; give complaint, criticism, aspiration, suggestion, information_request or "
        "not_report",
        kind);
    return false;
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"id", "id", TABLE_NUMBER}, {"at_ms", "at", TABLE_TIME},
        {"tracking_code", "report", TABLE_TEXT}, {"what", "what", TABLE_TEXT}, {"value", "value", TABLE_TEXT},
        {"by", "by", TABLE_TEXT}, {"done", "done", TABLE_TEXT}, {"reason", "reason", TABLE_TEXT}};
    const char *code = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "correct", .table = table, .count = LENGTH(table), .words = &code, .most_words = 1};
    struct db *db = NULL;
    int64_t id = 0;
    int exit_code = EXIT_USAGE;

    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    db = config_open_db();
    if (words == 1)
        id = correct_report_id(db, "correct list", code, &exit_code);
    if (id >= 0)
        exit_code = verbs_print(store_corrections_list(db, id), json, columns, LENGTH(columns));
    db_destroy(&db);
    return exit_code;
}

// One line of training data: without what no officer named.
static void
print_labelled(json_t *row)
{
    const char *key = NULL;
    void *next = NULL;
    json_t *value = NULL;

    json_object_del(row, "report_id");
    json_object_foreach_safe(row, next, key, value)
    {
        if (json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0))
            json_object_del(row, key);
    }
    rows_print_json(json_incref(row));
}

static int export(int argc, char **argv)
{
    const struct options options = {.command = "correct", .table = NULL, .count = 0};
    struct db *db = NULL;
    int64_t above = 0;
    size_t got = EXPORT_ROWS;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    while (got == EXPORT_ROWS) {
        json_t *rows = store_corrections_labelled(db, above, EXPORT_ROWS);
        size_t i = 0;
        json_t *row = NULL;

        if (rows == NULL) {
            db_destroy(&db);
            return EXIT_AWAY;
        }
        got = json_array_size(rows);
        json_array_foreach(rows, i, row)
        {
            above = json_integer_value(json_object_get(row, "report_id"));
            print_labelled(row);
        }
        json_decref(rows);
    }
    db_destroy(&db);
    return EXIT_OK;
}

// Puts what was said into a row.  -1 after one line on standard error: not one thing, or nonsense.
static int
read_said(const struct said *said, struct correction_row *row)
{
    const struct {
        const char *what, *value;
    } things[] = {{"topic", said->topic}, {"region", said->region}, {"kind", said->kind},
        {"urgent", said->urgent}, {"join", said->join}, {"split", said->split ? "" : NULL}};
    size_t count = 0;

    for (size_t i = 0; i < LENGTH(things); i++)
        if (things[i].value != NULL) {
            row->what = things[i].what;
            row->value = things[i].value;
            count++;
        }
    if (said->code == NULL || count != 1 || said->author.by == NULL || said->author.by[0] == '\0') {
        complain("correct",
            "give a code, one of --topic, --region, --kind, --urgent, --split, --join, and --by "
            "(who says so); see kentongan help correct");
        return -1;
    }
    if (said->kind != NULL && !correct_is_kind("correct", said->kind))
        return -1;
    if (said->urgent != NULL && strcmp(said->urgent, "yes") != 0 && strcmp(said->urgent, "no") != 0) {
        complain("correct", "--urgent %s: is neither yes nor no", said->urgent);
        return -1;
    }
    return 0;
}

static int
add(const struct said *said, const struct correction_row *read)
{
    struct correction_row row = *read;
    struct db *db = config_open_db();
    json_t *rows = NULL;
    char other[24];
    int code = EXIT_FAILED;

    row.report_id = correct_report_id(db, "correct", said->code, &code);
    if (row.report_id < 0)
        goto done;
    if (said->join != NULL) {
        int64_t id = correct_report_id(db, "correct --join", said->join, &code);

        if (id < 0)
            goto done;
        snprintf(other, sizeof(other), "%lld", (long long)id);
        row.value = other;
    }
    rows = store_corrections_add(db, &row, 1, &said->author);
    code = EXIT_FAILED;
    if (rows != NULL && json_array_size(rows) == 0) {
        code = EXIT_UNKNOWN;
        complain("correct", "there is no such report, or no such %s; nothing was noted",
            said->join != NULL ? "other report" : row.what);
    } else if (rows != NULL) {
        code = EXIT_OK;
        if (said->json)
            rows_print_json(json_incref(json_array_get(rows, 0)));
        else
            printf("noted; the router does it within seconds, kentongan correct list %s says what\n",
                said->code);
    }

done:
    json_decref(rows);
    db_destroy(&db);
    return code;
}

int
correct_command(int argc, char **argv)
{
    struct said said = {0};
    struct correction_row row = {0};
    const struct option table[] = {{"topic", OPTION_TEXT, &said.topic, 0, 0},
        {"region", OPTION_TEXT, &said.region, 0, 0}, {"kind", OPTION_TEXT, &said.kind, 0, 0},
        {"urgent", OPTION_TEXT, &said.urgent, 0, 0}, {"join", OPTION_TEXT, &said.join, 0, 0},
        {"split", OPTION_FLAG, &said.split, 0, 0}, {"by", OPTION_TEXT, &said.author.by, 0, 0},
        {"reason", OPTION_TEXT, &said.author.reason, 0, 0}, {"json", OPTION_FLAG, &said.json, 0, 0}};
    const struct options options = {
        .command = "correct", .table = table, .count = LENGTH(table), .words = &said.code, .most_words = 1};

    if (argc > 1 && strcmp(argv[1], "list") == 0)
        return list(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "export") == 0)
        return export(argc - 1, argv + 1);
    if (options_parse(&options, argc, argv) < 0 || read_said(&said, &row) < 0)
        return EXIT_USAGE;
    return add(&said, &row);
}

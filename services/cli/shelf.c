// shelf.c - kentongan shelf: messages that are no report, until a person looked.
#include "shelf.h"

#include "complain.h"
#include "config.h"
#include "correct.h"
#include "names.h"
#include "options.h"
#include "store_corrections.h"
#include "verbs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"tracking_code", "report", TABLE_TEXT},
        {"received_at_ms", "received", TABLE_TIME}, {"channel", "channel", TABLE_TEXT},
        {"source", "source", TABLE_TEXT}, {"reports", "reports", TABLE_NUMBER},
        {"text_bytes", "bytes", TABLE_NUMBER}, {"text", "text", TABLE_TEXT}};
    bool json = false;
    bool text = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}, {"text", OPTION_FLAG, &text, 0, 0}};
    const struct options options = {.command = "shelf", .table = table, .count = LENGTH(table)};
    struct db *db = NULL;
    json_t *rows = NULL;
    json_t *row = NULL;
    size_t i = 0;
    int code = EXIT_AWAY;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    rows = store_shelf_list(db, text);
    json_array_foreach(rows, i, row) json_object_set_new(
        row, "channel", json_string(names_channel(json_integer_value(json_object_get(row, "channel")))));
    code = verbs_print(rows, json, columns, LENGTH(columns) - (text ? 0 : 1));
    db_destroy(&db);
    return code;
}

// Does the report lie on the shelf?  Complains when not.
static bool
lies_there(struct db *db, int64_t id, const char *text, int *code)
{
    json_t *rows = store_corrections_ticket(db, id);
    const char *agency = json_string_value(json_object_get(json_array_get(rows, 0), "agency"));
    bool found = agency != NULL && strcmp(agency, "SHELF") == 0;

    *code = rows == NULL ? EXIT_AWAY : EXIT_UNKNOWN;
    if (rows != NULL && !found)
        complain("shelf take", "%s: does not lie on the shelf; see kentongan shelf list", text);
    json_decref(rows);
    return found;
}

static int
take(int argc, char **argv)
{
    const char *text = NULL;
    const char *user = getenv("USER");
    struct correction_row rows[2] = {{.what = "kind", .value = "complaint"}};
    const char *topic = NULL;
    struct correction_author author = {.by = user != NULL && user[0] != '\0' ? user : "ops"};
    bool json = false;
    const struct option table[] = {{"topic", OPTION_TEXT, &topic, 0, 0},
        {"kind", OPTION_TEXT, &rows[0].value, 0, 0}, {"by", OPTION_TEXT, &author.by, 0, 0},
        {"reason", OPTION_TEXT, &author.reason, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "shelf", .table = table, .count = LENGTH(table), .words = &text, .most_words = 1};
    int code = EXIT_USAGE;

    int words = options_parse(&options, argc, argv);
    if (words < 0 || !correct_is_kind("shelf take", rows[0].value))
        return EXIT_USAGE;
    if (words == 0 || author.by[0] == '\0' || strcmp(rows[0].value, "not_report") == 0) {
        complain("shelf take", "which, and as what?  give its code; see kentongan help shelf");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    rows[0].report_id = correct_report_id(db, "shelf take", text, &code);
    if (rows[0].report_id >= 0 && lies_there(db, rows[0].report_id, text, &code)) {
        size_t count = 1;

        // The topic first, while it still lies there: so it goes to one agency only.
        if (topic != NULL) {
            rows[1] = rows[0];
            rows[0].what = "topic";
            rows[0].value = topic;
            count = 2;
        }
        code = verbs_print_change(store_corrections_add(db, rows, count, &author), json, "shelf take",
            "taken; within seconds it is on its way to an agency");
    }
    db_destroy(&db);
    return code;
}

int
shelf_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"take", take}};

    return verbs_run("shelf", verbs, LENGTH(verbs), argc, argv);
}

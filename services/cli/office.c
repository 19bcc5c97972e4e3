// office.c - kentongan office: when an agency works, where that is not Monday to Friday all day.
#include "office.h"

#include "complain.h"
#include "config.h"
#include "hours_text.h"
#include "options.h"
#include "rows.h"
#include "store_policies.h"
#include "store_registry.h"
#include "verbs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *
agency_of(const json_t *row)
{
    return json_string_value(json_object_get(row, "agency"));
}

static int
integer_of(const json_t *row, const char *key)
{
    return (int)json_integer_value(json_object_get(row, key));
}

// The blocks of one agency, from row *i on, as one row: agency, hours, on_holidays.  Goes behind them.
static json_t *
take_agency(const json_t *rows, size_t *i)
{
    struct hours_block blocks[HOURS_TEXT_BLOCKS_MOST];
    const json_t *first = json_array_get(rows, *i);
    const json_t *row = first;
    json_t *made = json_object();
    struct str text = {0};
    size_t count = 0;

    for (; row != NULL && count < LENGTH(blocks) && strcmp(agency_of(row), agency_of(first)) == 0;
         row = json_array_get(rows, ++*i))
        blocks[count++] = (struct hours_block){.weekday = integer_of(row, "weekday"),
            .opens = integer_of(row, "opens"),
            .closes = integer_of(row, "closes")};
    hours_text_print(blocks, count, &text);
    json_object_set(made, "agency", json_object_get(first, "agency"));
    json_object_set_new(made, "hours", json_string(text.data));
    json_object_set(made, "on_holidays", json_object_get(first, "on_holidays"));
    str_free(&text);
    return made;
}

static json_t *
by_agency(const json_t *rows)
{
    json_t *all = json_array();
    size_t i = 0;

    while (i < json_array_size(rows))
        json_array_append_new(all, take_agency(rows, &i));
    return all;
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"agency", "agency", TABLE_TEXT},
        {"hours", "works", TABLE_TEXT}, {"on_holidays", "on holidays", TABLE_TEXT}};
    const char *agency = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "office", .table = table, .count = LENGTH(table), .words = &agency, .most_words = 1};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    json_t *rows = store_policies_office(db, agency != NULL ? agency : "");
    int code = verbs_print(rows != NULL ? by_agency(rows) : NULL, json, columns, LENGTH(columns));
    json_decref(rows);
    db_destroy(&db);
    if (code == EXIT_OK && !json)
        printf("\nall others: mon-fri 00:00-24:00, not on holidays\n");
    return code;
}

// EXIT_OK when there is such an agency; else another code after one line.
static int
check_agency(struct db *db, const char *command, const char *agency)
{
    json_t *rows = store_registry_agency(db, agency);
    int code = rows == NULL ? EXIT_AWAY : json_array_size(rows) > 0 ? EXIT_OK : EXIT_UNKNOWN;

    if (code == EXIT_UNKNOWN)
        complain(command, "%s: there is no agency of this code; see kentongan agency list", agency);
    json_decref(rows);
    return code;
}

// Replaces the hours of an agency (count 0: none) and says so.
static int
store(const char *command, const char *agency, const struct hours_block *blocks, size_t count,
    bool on_holidays, bool json)
{
    struct db *db = config_open_db();
    int code = check_agency(db, command, agency);

    if (code == EXIT_OK) {
        json_t *rows = store_policies_set_office(db, agency, blocks, count, on_holidays);

        code = rows != NULL ? EXIT_OK : EXIT_FAILED;
        if (rows != NULL && json)
            rows_print_json(by_agency(rows));
        else if (rows != NULL)
            printf(
                "stored; the watcher derives open working-time clocks of %s anew within seconds\n", agency);
        json_decref(rows);
    }
    db_destroy(&db);
    return code;
}

static int
set(int argc, char **argv)
{
    const char *words[2] = {NULL, NULL};
    bool on_holidays = false;
    bool json = false;
    const struct option table[] = {
        {"on-holidays", OPTION_FLAG, &on_holidays, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "office", .table = table, .count = LENGTH(table), .words = words, .most_words = 2};
    struct hours_block blocks[HOURS_TEXT_BLOCKS_MOST];
    struct str wrong = {0};

    int said = options_parse(&options, argc, argv);
    if (said < 0)
        return EXIT_USAGE;
    if (said < 2) {
        complain("office set", "give an agency and its hours, as in 'mon-thu 08:00-16:00; fri 08:00-11:00'");
        return EXIT_USAGE;
    }
    int count = hours_text_week(words[1], blocks, &wrong);
    if (count < 0)
        complain("office set", "hours: %s", wrong.data);
    str_free(&wrong);
    if (count < 0)
        return EXIT_USAGE;
    return store("office set", words[0], blocks, (size_t)count, on_holidays, json);
}

static int
clear(int argc, char **argv)
{
    const char *agency = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "office", .table = table, .count = LENGTH(table), .words = &agency, .most_words = 1};

    int said = options_parse(&options, argc, argv);
    if (said == 0)
        complain("office clear", "which?  give an agency; see kentongan office list");
    return said > 0 ? store("office clear", agency, NULL, 0, false, json) : EXIT_USAGE;
}

int
office_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"set", set}, {"clear", clear}};

    return verbs_run("office", verbs, LENGTH(verbs), argc, argv);
}

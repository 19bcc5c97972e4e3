// holiday.c - kentongan holiday: the days on which nobody works, national holidays and cuti bersama.
//
// Days of a year to come are estimates until the SKB 3 Menteri of that year is out; they count like the
// others.
#include "holiday.h"

#include "complain.h"
#include "config.h"
#include "deadline/calendar.h"
#include "options.h"
#include "store_policies.h"
#include "verbs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char moves[] = "the watcher derives open working-time clocks anew within seconds";

static bool
is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

static bool
is_day(const char *command, const char *text)
{
    int32_t day = 0;

    if (text != NULL && calendar_parse_day(text, &day) == 0)
        return true;
    complain(command, "%s: is no day; give one as in 2027-03-10", text != NULL ? text : "nothing said");
    return false;
}

static void
print_estimates(const json_t *rows)
{
    int estimates = 0;
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(rows, i, row) estimates +=
        strcmp(json_string_value(json_object_get(row, "status")), "estimated") == 0;
    if (estimates > 0)
        printf(
            "\n%d estimated: the decree (SKB 3 Menteri) of that year is not in this table yet; correct them "
            "with kentongan holiday add and remove\n",
            estimates);
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"day", "day", TABLE_TEXT}, {"kind", "kind", TABLE_TEXT},
        {"status", "status", TABLE_TEXT}, {"name", "name", TABLE_TEXT}};
    int64_t year = 0;
    bool removed = false;
    bool json = false;
    const struct option table[] = {{"year", OPTION_INTEGER, &year, 1970, 2199},
        {"removed", OPTION_FLAG, &removed, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "holiday", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    json_t *rows = store_policies_holidays(db, year, removed);
    int code = verbs_print(json_incref(rows), json, columns, LENGTH(columns));
    if (rows != NULL && !json)
        print_estimates(rows);
    json_decref(rows);
    db_destroy(&db);
    return code;
}

static int
add(int argc, char **argv)
{
    static const char *const kinds[] = {"libur", "cuti"};
    static const char *const statuses[] = {"confirmed", "fixed", "estimated"};
    const char *day = NULL;
    const char *name = NULL;
    const char *kind = "libur";
    const char *status = "confirmed";
    bool json = false;
    const struct option table[] = {{"name", OPTION_TEXT, &name, 0, 0}, {"kind", OPTION_TEXT, &kind, 0, 0},
        {"status", OPTION_TEXT, &status, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "holiday", .table = table, .count = LENGTH(table), .words = &day, .most_words = 1};

    if (options_parse(&options, argc, argv) < 0 || !is_day("holiday add", day))
        return EXIT_USAGE;
    if (name == NULL || name[0] == '\0') {
        complain("holiday add", "--name: give the holiday's name");
        return EXIT_USAGE;
    }
    if (!is_one_of(kind, kinds, LENGTH(kinds)) || !is_one_of(status, statuses, LENGTH(statuses))) {
        complain("holiday add",
            "--kind is libur or cuti (not %s), --status confirmed, fixed or estimated (not %s)", kind,
            status);
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    json_t *rows = store_policies_add_holiday(db, day, kind, name, status);
    int code = verbs_print_change(rows, json, "holiday add", moves);
    db_destroy(&db);
    return code;
}

static int
remove_day(int argc, char **argv)
{
    const char *day = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "holiday", .table = table, .count = LENGTH(table), .words = &day, .most_words = 1};

    if (options_parse(&options, argc, argv) < 0 || !is_day("holiday remove", day))
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print_change(store_policies_remove_holiday(db, day), json, "holiday remove", moves);
    db_destroy(&db);
    return code;
}

int
holiday_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"add", add}, {"remove", remove_day}};

    return verbs_run("holiday", verbs, LENGTH(verbs), argc, argv);
}

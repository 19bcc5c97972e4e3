// parked.c - kentongan parked: items that a stage has given up on, until a person looked.
#include "parked.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "store_registry.h"
#include "verbs.h"

#include <stdlib.h>

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"stage", "stage", TABLE_TEXT},
        {"item_id", "item", TABLE_NUMBER}, {"attempts", "attempts", TABLE_NUMBER},
        {"first_at_ms", "first failed", TABLE_TIME}, {"last_at_ms", "last failed", TABLE_TIME},
        {"reason", "reason", TABLE_TEXT}};
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "parked", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(store_registry_parked(db), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

static int
retry(int argc, char **argv)
{
    const char *id = NULL;
    const char *stage = NULL;
    bool json = false;
    char *end = NULL;
    const struct option table[] = {{"stage", OPTION_TEXT, &stage, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "parked", .table = table, .count = LENGTH(table), .words = &id, .most_words = 1};

    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    long long number = words == 1 ? strtoll(id, &end, 10) : 0;
    if (number <= 0 || *end != '\0') {
        complain("parked retry", "which?  give the item's number; see kentongan parked list");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    int code = verbs_print_change(store_registry_retry(db, stage, number), json, "parked retry",
        "its failures are forgotten; the stage takes it up with its next sweep");
    db_destroy(&db);
    return code;
}

int
parked_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"retry", retry}};

    return verbs_run("parked", verbs, LENGTH(verbs), argc, argv);
}

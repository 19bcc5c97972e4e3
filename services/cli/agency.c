// agency.c - kentongan agency: who may have to answer.
#include "agency.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "store_registry.h"
#include "verbs.h"

static const struct table_column columns[] = {{"code", "code", TABLE_TEXT}, {"level", "level", TABLE_TEXT},
    {"region_code", "region", TABLE_TEXT}, {"devices", "phones", TABLE_NUMBER},
    {"routes", "routes", TABLE_NUMBER}, {"name", "name", TABLE_TEXT}};

static int
list(int argc, char **argv)
{
    const char *level = NULL;
    bool json = false;
    const struct option table[] = {{"level", OPTION_TEXT, &level, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "agency", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(store_registry_agencies(db, level), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

static int
show(int argc, char **argv)
{
    const char *agency = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "agency", .table = table, .count = LENGTH(table), .words = &agency, .most_words = 1};
    int code = EXIT_UNKNOWN;

    int words = options_parse(&options, argc, argv);
    if (words <= 0) {
        if (words == 0)
            complain("agency show", "which?  give a code; see kentongan agency list");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    json_t *rows = store_registry_agency(db, agency);
    if (rows != NULL && json_array_size(rows) == 0) {
        complain("agency show", "%s: there is no agency of this code; see kentongan agency list", agency);
        json_decref(rows);
    } else {
        code = verbs_print(rows, json, columns, LENGTH(columns));
    }
    db_destroy(&db);
    return code;
}

static int
add(int argc, char **argv)
{
    struct agency agency = {.region_code = ""};
    bool json = false;
    const struct option table[] = {{"short", OPTION_TEXT, &agency.short_name, 0, 0},
        {"name", OPTION_TEXT, &agency.name, 0, 0}, {"level", OPTION_TEXT, &agency.level, 0, 0},
        {"region", OPTION_TEXT, &agency.region_code, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "agency", .table = table, .count = LENGTH(table), .words = &agency.code, .most_words = 1};

    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0 || agency.name == NULL || agency.level == NULL) {
        complain("agency add", "give a code, --name and --level; see kentongan help agency");
        return EXIT_USAGE;
    }
    if (agency.short_name == NULL)
        agency.short_name = agency.code;
    struct db *db = config_open_db();
    int code = verbs_print_change(store_registry_add_agency(db, &agency), json, "agency add",
        "stored; add its phones with kentongan device add");
    db_destroy(&db);
    return code;
}

int
agency_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"show", show}, {"add", add}};

    return verbs_run("agency", verbs, LENGTH(verbs), argc, argv);
}

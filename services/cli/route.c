// route.c - kentongan route: which agency answers for a topic, in a region, on a class of road.
#include "route.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "store_registry.h"
#include "verbs.h"

#include <string.h>

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"topic", "topic", TABLE_TEXT},
        {"region_prefix", "region", TABLE_TEXT}, {"road_class", "road", TABLE_TEXT},
        {"agency", "agency", TABLE_TEXT}, {"agency_name", "name", TABLE_TEXT}};
    const char *topic = NULL;
    bool json = false;
    const struct option table[] = {{"topic", OPTION_TEXT, &topic, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "route", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(store_registry_routes(db, topic), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

// Reads the words and options that name a route.
static int
parse(struct route *route, bool *json, size_t wanted, int argc, char **argv)
{
    const char *words[2] = {NULL, NULL};
    const struct option table[] = {{"region", OPTION_TEXT, &route->region_prefix, 0, 0},
        {"road", OPTION_TEXT, &route->road_class, 0, 0}, {"json", OPTION_FLAG, json, 0, 0}};
    const struct options options = {
        .command = "route", .table = table, .count = LENGTH(table), .words = words, .most_words = wanted};

    int found = options_parse(&options, argc, argv);
    if (found < 0)
        return -1;
    if ((size_t)found < wanted) {
        complain("route", "give a topic%s; see kentongan help route", wanted == 2 ? " and an agency" : "");
        return -1;
    }
    route->topic = words[0];
    route->agency = words[1];
    return 0;
}

static int
set(int argc, char **argv)
{
    struct route route = {.region_prefix = "", .road_class = ""};
    bool json = false;

    if (parse(&route, &json, 2, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print_change(store_registry_set_route(db, &route), json, "route set",
        "stored; the router follows it within seconds, for new tickets");
    db_destroy(&db);
    return code;
}

static int
remove_one(int argc, char **argv)
{
    struct route route = {.region_prefix = "", .road_class = ""};
    bool json = false;

    if (parse(&route, &json, 1, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print_change(store_registry_remove_route(db, &route), json, "route remove",
        "removed; a less specific route decides from now on");
    db_destroy(&db);
    return code;
}

int
route_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"set", set}, {"remove", remove_one}};

    return verbs_run("route", verbs, LENGTH(verbs), argc, argv);
}

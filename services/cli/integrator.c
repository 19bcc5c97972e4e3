// integrator.c - kentongan integrator: who may publish on the CURVE socket, and under which name.
#include "integrator.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "store_registry.h"
#include "verbs.h"

#include <string.h>
#include <zmq.h>

enum { KEY_LENGTH = 40, KEY_BYTES = 32, NAME_MOST = 100 };

static int
add(int argc, char **argv)
{
    const char *name = NULL;
    const char *key = NULL;
    bool json = false;
    const struct option table[] = {{"key", OPTION_TEXT, &key, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "integrator", .table = table, .count = LENGTH(table), .words = &name, .most_words = 1};
    uint8_t bytes[KEY_BYTES];
    char told[256];

    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0 || key == NULL || strlen(name) > NAME_MOST || name[0] == '\0') {
        complain("integrator add", "give a name of at most %d bytes and --key; see kentongan help integrator",
            NAME_MOST);
        return EXIT_USAGE;
    }
    if (strlen(key) != KEY_LENGTH || zmq_z85_decode(bytes, key) == NULL) {
        complain("integrator add",
            "--key: is not a Z85 key of 40 characters; kentongan keygen curve makes a pair, give its .pub");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    snprintf(
        told, sizeof(told), "integrator %s may publish with this key; ingest knows within seconds", name);
    int code = verbs_print_change(store_registry_add_integrator(db, name, key), json, "integrator add", told);
    db_destroy(&db);
    return code;
}

static int
revoke(int argc, char **argv)
{
    const char *name = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "integrator", .table = table, .count = LENGTH(table), .words = &name, .most_words = 1};
    char told[256];

    int words = options_parse(&options, argc, argv);
    if (words <= 0) {
        if (words == 0)
            complain("integrator revoke", "whose?  give a name; see kentongan integrator list");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    snprintf(told, sizeof(told), "integrator %s is revoked; ingest refuses its key within seconds", name);
    int code =
        verbs_print_change(store_registry_revoke_integrator(db, name), json, "integrator revoke", told);
    db_destroy(&db);
    return code;
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"name", "name", TABLE_TEXT},
        {"public_key", "public key", TABLE_TEXT}, {"added_at_ms", "added", TABLE_TIME},
        {"revoked_at_ms", "revoked", TABLE_TIME}};
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "integrator", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(store_registry_integrators(db), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

int
integrator_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"add", add}, {"revoke", revoke}, {"list", list}};

    return verbs_run("integrator", verbs, LENGTH(verbs), argc, argv);
}

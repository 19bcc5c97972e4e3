// migrate.c - kentongan migrate: brings the tables and the reference data of a database up to this version.
//
// Files of SQL are applied once each, in the order of their numbers; one that was changed after it was
// applied is an error, because nobody can tell what the database then looks like.  Reference data is loaded
// again each time; what ops may have edited (agencies, routes, policies) is only added to, never changed. The
// seed model beside it is added when it is new; it is used until an office has trained its own.
#include "migrate.h"

#include "complain.h"
#include "config.h"
#include "db_script.h"
#include "options.h"
#include "rows.h"
#include "store_migrations.h"
#include "str.h"
#include "triage/model.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Tables that others refer to come first.  Any other file whose name is a table's follows, in the order of
// the alphabet.
static const char *const first_tables[] = {"agencies", "regions", "topics"};
static const char *const kept_tables[] = {"agencies", "routes", "policies", "policy_steps", "holidays",
    "quiet_hours", "ring_steps", "reply_templates"};

struct migrate {
    struct db_script *script;
    const char *sql_folder, *data_folder;
    json_t *applied, *loaded;
    bool json;
};

static bool
is_in(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

// NNN_anything.sql
static int
is_migration(const struct dirent *entry)
{
    const char *name = entry->d_name;
    size_t length = strlen(name);

    return length > 8 && isdigit((unsigned char)name[0]) && isdigit((unsigned char)name[1]) &&
           isdigit((unsigned char)name[2]) && name[3] == '_' && strcmp(name + length - 4, ".sql") == 0;
}

static int
is_data(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 4, ".tsv") == 0;
}

// Where a file of data stands in the order of loading.
static size_t
rank(const char *file)
{
    for (size_t i = 0; i < LENGTH(first_tables); i++)
        if (strncmp(file, first_tables[i], strlen(first_tables[i])) == 0 &&
            file[strlen(first_tables[i])] == '.')
            return i;
    return LENGTH(first_tables);
}

static int
by_rank(const struct dirent **left, const struct dirent **right)
{
    size_t a = rank((*left)->d_name);
    size_t b = rank((*right)->d_name);

    return a != b ? (a < b ? -1 : 1) : strcmp((*left)->d_name, (*right)->d_name);
}

static int
by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

// Reads a whole file into text.
static int
read_file(const char *folder, const char *name, struct str *text)
{
    struct str path = {0};
    char piece[65536];
    size_t got = 0;

    str_format(&path, "%s/%s", folder, name);
    FILE *file = fopen(path.data, "re");
    while (file != NULL && (got = fread(piece, 1, sizeof(piece), file)) > 0)
        str_add(text, piece, got);
    bool failed = file == NULL || ferror(file) != 0;
    if (failed)
        complain("migrate", "%s: %s; check that it can be read", path.data, strerror(errno));
    if (file != NULL)
        fclose(file);
    str_free(&path);
    return failed ? -1 : 0;
}

static void
hash_text(const struct str *text, char hex[2 * crypto_hash_sha256_BYTES + 1])
{
    uint8_t hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const uint8_t *)text->data, text->length);
    sodium_bin2hex(hex, 2 * crypto_hash_sha256_BYTES + 1, hash, sizeof(hash));
}

static int
apply(struct migrate *migrate, const char *name)
{
    struct str text = {0};
    struct store_reason reason = {""};
    char hash[2 * crypto_hash_sha256_BYTES + 1];
    char *before = NULL;
    int rc = -1;

    str_add(&text, "", 0);
    if (read_file(migrate->sql_folder, name, &text) < 0)
        goto done;
    hash_text(&text, hash);
    before = store_migrations_applied(migrate->script, name, &reason);
    if (before == NULL) {
        complain("migrate", "%s: %s; nothing was changed by it", name, reason.text);
    } else if (before[0] != '\0') {
        rc = strcmp(before, hash) == 0 ? 0 : -1;
        if (rc < 0)
            complain("migrate",
                "%s: was changed after it had been applied; put the old text back and add a new file", name);
    } else if (store_migrations_apply(migrate->script, name, hash, text.data, &reason) < 0) {
        complain("migrate", "%s: %s; nothing of it was applied, correct it and run migrate again", name,
            reason.text);
    } else {
        rc = 0;
        json_array_append_new(migrate->applied, json_string(name));
        if (!migrate->json)
            printf("applied %s\n", name);
    }

done:
    free(before);
    str_free(&text);
    return rc;
}

// COPY takes a backslash for the start of an escape, and a carriage return for an error; our files have
// neither meaning.
static void
to_copy_format(const char *rows, size_t length, struct str *out)
{
    size_t from = 0;

    for (size_t i = 0; i < length; i++)
        if (rows[i] == '\\' || rows[i] == '\r') {
            str_add(out, rows + from, i - from);
            if (rows[i] == '\\')
                str_add_text(out, "\\\\");
            from = i + 1;
        }
    str_add(out, rows + from, length - from);
    if (out->length > 0 && out->data[out->length - 1] != '\n')
        str_add_text(out, "\n");
}

static int
load(struct migrate *migrate, const char *name)
{
    struct str text = {0};
    struct str rows = {0};
    struct store_reason reason = {""};
    char table[64];
    long changed = -1;
    int has_table = 0;

    snprintf(table, sizeof(table), "%.*s", (int)strlen(name) - 4, name);
    has_table = store_migrations_has_table(migrate->script, table, &reason);
    if (has_table == 0) {
        if (!migrate->json)
            printf("skipped %s: there is no table of that name\n", name);
        return 0;
    }
    str_add(&text, "", 0);
    str_add(&rows, "", 0);
    if (has_table > 0 && read_file(migrate->data_folder, name, &text) == 0) {
        size_t header = strcspn(text.data, "\r\n");
        size_t body = header + strspn(text.data + header, "\r\n");
        to_copy_format(text.data + body, text.length - body, &rows);
        text.data[header] = '\0';
        const struct store_data data = {.table = table,
            .columns = text.data,
            .rows = {rows.data, rows.length},
            .keep = is_in(table, kept_tables, LENGTH(kept_tables))};
        changed = store_migrations_load(migrate->script, &data, &reason);
    }
    if (changed < 0 && reason.text[0] != '\0')
        complain("migrate", "%s: %s; nothing of it was loaded, correct it and run migrate again", name,
            reason.text);
    if (changed >= 0) {
        json_array_append_new(
            migrate->loaded, json_pack("{s:s s:I}", "table", table, "rows", (json_int_t)changed));
        if (!migrate->json)
            printf("loaded %s: %ld rows added or changed\n", name, changed);
    }
    str_free(&rows);
    str_free(&text);
    return changed < 0 ? -1 : 0;
}

// Does something with each chosen file of a folder, in order, until one fails.
static int
each_file(struct migrate *migrate, const char *folder, int (*choose)(const struct dirent *),
    int (*order)(const struct dirent **, const struct dirent **),
    int (*act)(struct migrate *migrate, const char *name))
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, choose, order);
    int rc = 0;

    if (count < 0) {
        complain("migrate", "%s: %s; run it where the project is, or give --sql and --data", folder,
            strerror(errno));
        return -1;
    }
    for (int i = 0; i < count; i++) {
        if (rc == 0)
            rc = act(migrate, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

static int
is_seed(const struct dirent *entry)
{
    return strcmp(entry->d_name, "seed.model") == 0;
}

static int
load_seed(struct migrate *migrate, const char *name)
{
    struct str bytes = {0};
    struct store_reason reason = {""};
    struct model *model = NULL;
    const char *problem = NULL;
    char *hex = NULL;
    int rc = store_migrations_has_table(migrate->script, "models", &reason);

    if (rc < 0)
        complain("migrate", "%s: %s; it was not loaded", name, reason.text);
    if (rc == 0 && !migrate->json)
        printf("skipped %s: there is no table models\n", name);
    if (rc <= 0)
        return rc;
    rc = -1;
    if (read_file(migrate->data_folder, name, &bytes) < 0)
        goto done;
    model = model_read(bytes.data, bytes.length, &problem);
    if (model == NULL) {
        complain("migrate", "%s: is no model: %s; put the right file there", name, problem);
        goto done;
    }
    hex = check_alloc(2 * bytes.length + 1);
    sodium_bin2hex(hex, 2 * bytes.length + 1, (const uint8_t *)bytes.data, bytes.length);
    rc = store_migrations_seed(migrate->script, model_version(model), hex, &reason);
    if (rc < 0)
        complain("migrate", "%s: %s; it was not loaded", name, reason.text);
    if (rc > 0)
        json_array_append_new(migrate->loaded, json_pack("{s:s s:i}", "table", "models", "rows", 1));
    if (rc > 0 && !migrate->json)
        printf("loaded models: %s\n", model_version(model));

done:
    free(hex);
    model_destroy(&model);
    str_free(&bytes);
    return rc < 0 ? -1 : 0;
}

static struct db_script *
open_script(void)
{
    const struct config *config = config_read();
    bool as_owner = config->owner_database[0] != '\0';
    struct store_reason reason = {""};
    struct db_script *script = db_script_open(as_owner ? config->owner_database : config->database,
        as_owner ? config->owner_database_password : config->database_password, "kentongan migrate",
        reason.text, sizeof(reason.text));

    if (script == NULL)
        complain("migrate", "PostgreSQL: %s; check KENTONGAN_OWNER_DATABASE and that the server runs",
            reason.text);
    return script;
}

int
migrate_command(int argc, char **argv)
{
    struct migrate migrate = {.sql_folder = "deploy/postgres", .data_folder = "deploy/data"};
    const struct option table[] = {{"sql", OPTION_TEXT, &migrate.sql_folder, 0, 0},
        {"data", OPTION_TEXT, &migrate.data_folder, 0, 0}, {"json", OPTION_FLAG, &migrate.json, 0, 0}};
    const struct options options = {.command = "migrate", .table = table, .count = LENGTH(table)};
    struct store_reason reason = {""};
    int code = EXIT_FAILED;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    migrate.script = open_script();
    if (migrate.script == NULL)
        return EXIT_AWAY;
    migrate.applied = json_array();
    migrate.loaded = json_array();
    if (store_migrations_begin(migrate.script, &reason) < 0)
        complain("migrate", "%s; it has to run as the owner of the tables, one at a time", reason.text);
    else if (each_file(&migrate, migrate.sql_folder, is_migration, by_name, apply) == 0 &&
             each_file(&migrate, migrate.data_folder, is_data, by_rank, load) == 0 &&
             each_file(&migrate, migrate.data_folder, is_seed, by_name, load_seed) == 0)
        code = EXIT_OK;
    if (migrate.json && code == EXIT_OK)
        rows_print_json(json_pack("{s:O s:O}", "applied", migrate.applied, "loaded", migrate.loaded));
    else if (code == EXIT_OK)
        printf("the database is up to date\n");
    json_decref(migrate.applied);
    json_decref(migrate.loaded);
    db_script_close(&migrate.script);
    return code;
}

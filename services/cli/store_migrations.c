// store_migrations.c - SQL of kentongan migrate.
#include "store_migrations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The number of the lock is "kent" in ASCII.  One migration at a time; the server frees it with the
// connection.
static const char begin_sql[] = "SELECT pg_advisory_lock(1801809524);"
                                "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at "
                                "timestamptz NOT NULL DEFAULT now(), "
                                "sha256 text NOT NULL)";
static const char applied_sql[] = "SELECT sha256 FROM migrations WHERE name = $1";
static const char note_sql[] = "INSERT INTO migrations (name, sha256) VALUES ($1, $2) RETURNING name";
static const char has_table_sql[] = "SELECT to_regclass('public.' || quote_ident($1)) IS NOT NULL";

// The text that a file has for a column that is no text: nothing means null.
static const char incoming_sql[] = "SELECT 'CREATE TEMP TABLE incoming (' || string_agg(quote_ident(name) || "
                                   "' text', ', ') || ') ON COMMIT DROP' "
                                   "FROM unnest(string_to_array($1, E'\\t')) AS name";
static const char copy_sql[] =
    "SELECT 'COPY incoming (' || string_agg(quote_ident(name), ', ') || ') FROM STDIN' "
    "FROM unnest(string_to_array($1, E'\\t')) AS name";
static const char unknown_sql[] =
    "SELECT coalesce(min(name), '') FROM unnest(string_to_array($2, E'\\t')) AS name WHERE name NOT IN "
    "(SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('public.' || quote_ident($1)) AND attnum "
    "> 0 "
    "AND NOT attisdropped)";
// Writes the INSERT: casts each column to its type, and finds rows again by the primary key.  An update that
// would change nothing is left out, so that loading the same file again writes nothing.
static const char insert_sql[] =
    "WITH columns AS (SELECT a.attname AS name, a.atttypid, a.atttypmod, ordinality, "
    "EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY "
    "(i.indkey)) AS is_key "
    "FROM unnest(string_to_array($2, E'\\t')) WITH ORDINALITY AS wanted (name, ordinality) "
    "JOIN pg_attribute a ON a.attname = wanted.name AND a.attrelid = to_regclass('public.' || "
    "quote_ident($1))) "
    "SELECT 'WITH stored AS (INSERT INTO ' || quote_ident($1) || ' AS old (' || "
    "string_agg(quote_ident(name), ', ') "
    "|| ') SELECT ' || string_agg(CASE WHEN atttypid = 'text'::regtype THEN quote_ident(name) ELSE "
    "'nullif(' || quote_ident(name) || ', '''')::' || format_type(atttypid, atttypmod) END, ', ') || ' FROM "
    "incoming ON CONFLICT ' "
    "|| CASE WHEN $3 = 'keep' OR bool_and(is_key) THEN 'DO NOTHING' ELSE "
    "'(' || string_agg(quote_ident(name), ', ') FILTER (WHERE is_key) || ') DO UPDATE SET ' "
    "|| string_agg(quote_ident(name) || ' = excluded.' || quote_ident(name), ', ') FILTER (WHERE NOT is_key) "
    "|| ' WHERE (' || string_agg('old.' || quote_ident(name), ', ') FILTER (WHERE NOT is_key) || ') IS "
    "DISTINCT FROM (' "
    "|| string_agg('excluded.' || quote_ident(name), ', ') FILTER (WHERE NOT is_key) || ')' END "
    "|| ' RETURNING 1) SELECT count(*) FROM stored' FROM columns";

// A model that an office has trained stays in use; a seed gives way to the seed of a newer version.
static const char seed_sql[] =
    "INSERT INTO models (version, by, bytes, installed_at) SELECT $1, 'seed', decode($2, 'hex'), "
    "CASE WHEN coalesce((SELECT by FROM models ORDER BY installed_at DESC LIMIT 1), 'seed') = 'seed' "
    "THEN clock_timestamp() ELSE (SELECT min(installed_at) FROM models) - interval '1 ms' END ON CONFLICT "
    "(version) DO NOTHING RETURNING version";

static int
run(struct db_script *script, const char *sql, struct store_reason *reason)
{
    return db_script_run(script, sql, reason->text, sizeof(reason->text));
}

static char *
value(struct db_script *script, const char *sql, const char *const *params, struct store_reason *reason)
{
    return db_script_value(script, sql, params, reason->text, sizeof(reason->text));
}

// After a failure within a transaction.  What it says no longer matters.
static void
roll_back(struct db_script *script)
{
    struct store_reason ignored;

    if (run(script, "ROLLBACK", &ignored) < 0)
        return;
}

int
store_migrations_begin(struct db_script *script, struct store_reason *reason)
{
    return run(script, begin_sql, reason);
}

char *
store_migrations_applied(struct db_script *script, const char *name, struct store_reason *reason)
{
    const char *const params[] = {name, NULL};

    return value(script, applied_sql, params, reason);
}

int
store_migrations_apply(struct db_script *script, const char *name, const char *sha256, const char *sql,
    struct store_reason *reason)
{
    const char *const params[] = {name, sha256, NULL};
    char *noted = NULL;
    int rc = -1;

    if (run(script, "BEGIN", reason) == 0 && run(script, sql, reason) == 0)
        noted = value(script, note_sql, params, reason);
    if (noted != NULL)
        rc = run(script, "COMMIT", reason);
    if (rc < 0)
        roll_back(script);
    free(noted);
    return rc;
}

int
store_migrations_has_table(struct db_script *script, const char *table, struct store_reason *reason)
{
    const char *const params[] = {table, NULL};
    char *found = value(script, has_table_sql, params, reason);
    int rc = found == NULL ? -1 : found[0] == 't';

    free(found);
    return rc;
}

static int
refuse_unknown_columns(struct db_script *script, const struct store_data *data, struct store_reason *reason)
{
    const char *const params[] = {data->table, data->columns, NULL};
    char *unknown = value(script, unknown_sql, params, reason);
    int rc = unknown != NULL && unknown[0] == '\0' ? 0 : -1;

    if (unknown != NULL && rc < 0)
        snprintf(reason->text, sizeof(reason->text), "the header names %.60s, which is no column of %s",
            unknown, data->table);
    free(unknown);
    return rc;
}

long
store_migrations_load(struct db_script *script, const struct store_data *data, struct store_reason *reason)
{
    const char *const columns[] = {data->columns, NULL};
    const char *const all[] = {data->table, data->columns, data->keep ? "keep" : "replace", NULL};
    char *incoming = NULL;
    char *copy = NULL;
    char *insert = NULL;
    char *count = NULL;
    long changed = -1;

    if (run(script, "BEGIN", reason) < 0 || refuse_unknown_columns(script, data, reason) < 0)
        goto done;
    incoming = value(script, incoming_sql, columns, reason);
    copy = value(script, copy_sql, columns, reason);
    insert = value(script, insert_sql, all, reason);
    if (incoming == NULL || copy == NULL || insert == NULL || run(script, incoming, reason) < 0 ||
        db_script_copy(script, copy, data->rows, reason->text, sizeof(reason->text)) < 0)
        goto done;
    count = value(script, insert, NULL, reason);
    if (count != NULL && run(script, "COMMIT", reason) == 0)
        changed = strtol(count, NULL, 10);

done:
    if (changed < 0)
        roll_back(script);
    free(count);
    free(insert);
    free(copy);
    free(incoming);
    return changed;
}

int
store_migrations_seed(
    struct db_script *script, const char *version, const char *hex, struct store_reason *reason)
{
    const char *const params[] = {version, hex, NULL};
    char *added = value(script, seed_sql, params, reason);
    int rc = added == NULL ? -1 : added[0] != '\0';

    free(added);
    return rc;
}

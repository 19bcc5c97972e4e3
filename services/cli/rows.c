// rows.c - turns results of PostgreSQL into JSON.
#include "rows.h"

#include "config.h"

#include <stdio.h>
#include <string.h>

static json_t *
cell(const struct db *db, size_t i, size_t row, int column, char type)
{
    size_t length = 0;

    if (db_is_null(db, i, row, column))
        return json_null();
    switch (type) {
    case 'i':
        return json_integer(db_int(db, i, row, column));
    case 'o':
        return json_boolean(db_int(db, i, row, column) != 0);
    case 'd':
        return json_real(db_real(db, i, row, column));
    case 'z':
        return json_integer(db_time(db, i, row, column));
    case 't': {
        const char *text = db_text(db, i, row, column, &length);
        return json_stringn(text, length);
    }
    default:
        check_failed("a known column type", __FILE__, __LINE__);
    }
}

// A text that is not UTF-8 makes no JSON value; PostgreSQL stores none, but a broken row should still be
// shown.
static void
set(json_t *object, const char *key, json_t *value)
{
    int rc = json_object_set_new(object, key, value != NULL ? value : json_null());

    CHECK(rc == 0);
}

static json_t *
object(const struct db *db, size_t i, size_t row, const char *columns)
{
    json_t *made = json_object();
    int column = 0;

    CHECK(made != NULL);
    for (const char *at = columns; *at != '\0'; column++) {
        size_t length = strcspn(at, ":");
        char key[64];

        CHECK(at[length] == ':' && length < sizeof(key));
        memcpy(key, at, length);
        key[length] = '\0';
        set(made, key, cell(db, i, row, column, at[length + 1]));
        at += length + 2;
        at += strspn(at, " ");
    }
    return made;
}

static void
append(json_t *array, json_t *value)
{
    int rc = json_array_append_new(array, value);

    CHECK(rc == 0);
}

json_t *
rows_array(const struct db *db, size_t i, const char *columns)
{
    json_t *array = json_array();

    CHECK(array != NULL);
    for (size_t row = 0; row < db_rows(db, i); row++)
        append(array, object(db, i, row, columns));
    return array;
}

json_t *
rows_object(const struct db *db, size_t i, const char *columns)
{
    return db_rows(db, i) > 0 ? object(db, i, 0, columns) : json_null();
}

json_t *
rows_run(struct db *db, const char *name, const char *sql, struct db_params *params, const char *columns)
{
    const struct db_query query = {.name = name, .sql = sql, .params = params};
    json_t *rows = NULL;

    if (config_run(db, name, &query, 1) == DONE)
        rows = rows_array(db, 0, columns);
    db_release(db);
    db_params_destroy(&params);
    return rows;
}

int64_t
rows_integer(const json_t *row, const char *key)
{
    return json_integer_value(json_object_get(row, key));
}

const char *
rows_text(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));

    return text != NULL ? text : "";
}

void
rows_print_json(json_t *value)
{
    json_dumpf(value, stdout, JSON_COMPACT | JSON_REAL_PRECISION(10));
    putchar('\n');
    fflush(stdout);
    json_decref(value);
}

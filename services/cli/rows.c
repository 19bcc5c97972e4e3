// rows.c - turns results of PostgreSQL into JSON.
#include "rows.h"

#include "config.h"
#include "db_json.h"

#include <stdio.h>

json_t *
rows_array(const struct db *db, size_t i, const char *columns)
{
    return db_json_rows(db, i, columns);
}

json_t *
rows_object(const struct db *db, size_t i, const char *columns)
{
    return db_rows(db, i) > 0 ? db_json_row(db, i, 0, columns) : json_null();
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

// db_params.h - parameters as libpq wants them; private to db.c and db_params.c.
#ifndef KENTONGAN_DB_PARAMS_H
#define KENTONGAN_DB_PARAMS_H

#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DB_PARAMS_MOST = 32 };

struct db_column {
    char letter;
    bool is_array, has_null, is_null;
    int32_t rows;
    struct str bytes; // an array: room for its header, then the elements; a single value: the value
};

struct db_params {
    struct db_column columns[DB_PARAMS_MOST];
    size_t count;
};

// What PQsendPrepare needs to know of a column's type.
uint32_t db_params_oid(const struct db_column *column);

// The finished binary value of a column; NULL for a null.  Borrowed until the next put or clear.
const char *db_params_value(const struct db_column *column, int *length);

#endif

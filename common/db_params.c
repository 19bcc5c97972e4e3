// db_params.c - columns of parameters in PostgreSQL's binary format.
//
// An array is: dimensions, has-null flag, element type, length, lower bound (4 bytes each), then per element
// its length
// (-1 for null) and its bytes, all in network order (src/backend/utils/adt/arrayfuncs.c, array_send).
#include "db_params.h"

#include "db.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { ARRAY_HEADER = 20, POSTGRES_EPOCH_S = 946684800 }; // 2000-01-01 in Unix time

struct type {
    char letter;
    uint32_t oid, array_oid; // from pg_type.dat, fixed for ever
    size_t width;            // bytes; 0: as long as the value
};

static const struct type known_types[] = {
    {'i', 20, 1016, 8},
    {'n', 23, 1007, 4},
    {'s', 21, 1005, 2},
    {'o', 16, 1000, 1},
    {'d', 701, 1022, 8},
    {'r', 700, 1021, 4},
    {'t', 25, 1009, 0},
    {'b', 17, 1001, 0},
    {'u', 2950, 2951, 16},
    {'z', 1184, 1185, 8},
};

static const struct type *
type_of(char letter)
{
    for (size_t i = 0; i < LENGTH(known_types); i++)
        if (known_types[i].letter == letter)
            return &known_types[i];
    check_failed("a known type letter", __FILE__, __LINE__);
}

struct db_params *
db_params_new(const char *types)
{
    struct db_params *params = check_zalloc(1, sizeof(*params));

    params->count = strlen(types);
    CHECK(params->count <= DB_PARAMS_MOST);
    for (size_t i = 0; i < params->count; i++) {
        params->columns[i].is_array = types[i] >= 'A' && types[i] <= 'Z';
        params->columns[i].letter = (char)(types[i] | 0x20);
        CHECK(type_of(params->columns[i].letter) != NULL);
    }
    db_params_clear(params);
    return params;
}

void
db_params_destroy(struct db_params **params)
{
    if (*params == NULL)
        return;
    for (size_t i = 0; i < (*params)->count; i++)
        str_free(&(*params)->columns[i].bytes);
    free(*params);
    *params = NULL;
}

static void
write_array_header(struct db_column *column)
{
    uint32_t header[5] = {htobe32(column->rows > 0 ? 1 : 0), htobe32(column->has_null ? 1 : 0),
        htobe32(type_of(column->letter)->oid), htobe32((uint32_t)column->rows), htobe32(1)};

    memcpy(column->bytes.data, header, sizeof(header));
}

void
db_params_clear(struct db_params *params)
{
    static const char header[ARRAY_HEADER];

    for (size_t i = 0; i < params->count; i++) {
        struct db_column *column = &params->columns[i];

        column->rows = 0;
        column->has_null = false;
        column->is_null = true;
        str_clear(&column->bytes);
        if (column->is_array) {
            str_add(&column->bytes, header, sizeof(header));
            write_array_header(column);
        }
    }
}

uint32_t
db_params_oid(const struct db_column *column)
{
    const struct type *type = type_of(column->letter);

    return column->is_array ? type->array_oid : type->oid;
}

const char *
db_params_value(const struct db_column *column, int *length)
{
    *length = (int)column->bytes.length;
    if (column->is_array && column->rows == 0)
        *length = 12; // an empty array has no dimension
    return !column->is_array && column->is_null ? NULL : column->bytes.data;
}

// Appends one element, or sets the single value.
static void
put(struct db_params *params, size_t i, const void *data, size_t length)
{
    struct db_column *column = &params->columns[i];

    CHECK(i < params->count);
    if (column->is_array) {
        uint32_t prefix = htobe32((uint32_t)length);

        str_add(&column->bytes, &prefix, sizeof(prefix));
        column->rows++;
    } else {
        str_clear(&column->bytes);
        column->is_null = false;
    }
    str_add(&column->bytes, data, length);
    if (column->is_array)
        write_array_header(column);
}

void
db_put_int(struct db_params *params, size_t column, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);
    size_t width = type_of(params->columns[column].letter)->width;

    CHECK(width > 0 && width <= sizeof(big));
    put(params, column, (const char *)&big + sizeof(big) - width, width); // the low bytes, which come last
}

void
db_put_real(struct db_params *params, size_t column, double value)
{
    uint64_t wide = 0;
    uint32_t narrow = 0;
    float rounded = (float)value;

    if (type_of(params->columns[column].letter)->width == sizeof(wide)) {
        memcpy(&wide, &value, sizeof(wide));
        wide = htobe64(wide);
        put(params, column, &wide, sizeof(wide));
    } else {
        memcpy(&narrow, &rounded, sizeof(narrow));
        narrow = htobe32(narrow);
        put(params, column, &narrow, sizeof(narrow));
    }
}

void
db_put_text(struct db_params *params, size_t column, const void *data, size_t length)
{
    put(params, column, data, length);
}

void
db_put_string(struct db_params *params, size_t column, const char *text)
{
    put(params, column, text, strlen(text));
}

void
db_put_time(struct db_params *params, size_t column, int64_t unix_ms)
{
    db_put_int(params, column, (unix_ms - (int64_t)POSTGRES_EPOCH_S * 1000) * 1000);
}

void
db_put_null(struct db_params *params, size_t column)
{
    struct db_column *target = &params->columns[column];
    uint32_t null = htobe32(UINT32_MAX);

    CHECK(column < params->count);
    if (!target->is_array) {
        target->is_null = true;
        return;
    }
    target->has_null = true;
    target->rows++;
    str_add(&target->bytes, &null, sizeof(null));
    write_array_header(target);
}

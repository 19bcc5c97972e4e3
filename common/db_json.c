// db_json.c - rows of a finished transaction as JSON.
#include "db_json.h"

#include <string.h>

enum { KEY_SIZE = 64 };

static json_t *
cell(const struct db *db, size_t i, size_t row, int column, char type)
{
    size_t length = 0;
    const char *text = NULL;

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
    case 't':
        text = db_text(db, i, row, column, &length);
        return json_stringn(text, length);
    case 'j':
        text = db_text(db, i, row, column, &length);
        return json_loadb(text, length, JSON_DECODE_ANY, NULL);
    default:
        check_failed("a known column type", __FILE__, __LINE__);
    }
}

json_t *
db_json_row(const struct db *db, size_t i, size_t row, const char *columns)
{
    json_t *made = json_object();
    int column = 0;

    CHECK(made != NULL);
    for (const char *at = columns; *at != '\0'; column++) {
        size_t length = strcspn(at, ":");
        char key[KEY_SIZE];
        json_t *value = NULL;
        int rc = -1;

        CHECK(at[length] == ':' && length < sizeof(key));
        memcpy(key, at, length);
        key[length] = '\0';
        value = cell(db, i, row, column, at[length + 1]);
        // A text that is not UTF-8 makes no JSON value; PostgreSQL stores none, but a broken row should still
        // be shown.
        rc = json_object_set_new(made, key, value != NULL ? value : json_null());
        CHECK(rc == 0);
        at += length + 2;
        at += strspn(at, " ");
    }
    return made;
}

json_t *
db_json_rows(const struct db *db, size_t i, const char *columns)
{
    json_t *array = json_array();

    CHECK(array != NULL);
    for (size_t row = 0; row < db_rows(db, i); row++) {
        int rc = json_array_append_new(array, db_json_row(db, i, row, columns));

        CHECK(rc == 0);
    }
    return array;
}

// db_json.h - rows of a finished transaction as JSON, for those that hand them on as they are.
//
// columns names and types the columns in order, "id:i name:t added_at_ms:z":
//     i integer, o boolean, d real, t text, z time (as Unix ms), j text that is JSON itself.  A null is
//     JSON's null.
#ifndef KENTONGAN_DB_JSON_H
#define KENTONGAN_DB_JSON_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stddef.h>

// All rows of query i.  columns may name fewer than there are.  Returns new: an array of objects.
MUST_USE json_t *db_json_rows(const struct db *db, size_t i, const char *columns);

// One row of query i, which has to be there.  Returns new.
MUST_USE json_t *db_json_row(const struct db *db, size_t i, size_t row, const char *columns);

#endif

// rows.h - rows of a finished query as JSON, the one form in which commands hand on what they read.
#ifndef KENTONGAN_CLI_ROWS_H
#define KENTONGAN_CLI_ROWS_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

// Reads all rows of query i; db_json.h says what columns is.  Returns new: an array of objects.
MUST_USE json_t *rows_array(const struct db *db, size_t i, const char *columns);

// The first row alone, or JSON's null when there is none.  Returns new.
MUST_USE json_t *rows_object(const struct db *db, size_t i, const char *columns);

// Runs one statement, named after the command it is for, and takes its parameters, which may be NULL. Returns
// new: its rows as rows_array reads them (columns may name fewer than there are), or NULL after one line on
// standard error.
MUST_USE json_t *rows_run(
    struct db *db, const char *name, const char *sql, struct db_params *params, const char *columns);

// The value under a key of a row: 0 where it is no integer, "" where it is no text.  Borrowed from the row.
int64_t rows_integer(const json_t *row, const char *key);
const char *rows_text(const json_t *row, const char *key);

// Prints a value on one line on standard output.  Takes it.
void rows_print_json(json_t *value);

#endif

// store_migrations.h - SQL of kentongan migrate: which files were applied, and how reference data gets into
// its tables.
#ifndef KENTONGAN_CLI_STORE_MIGRATIONS_H
#define KENTONGAN_CLI_STORE_MIGRATIONS_H

#include "check.h"
#include "db_script.h"

#include <stdbool.h>
#include <stddef.h>

// What a function says when it fails: one line.
struct store_reason {
    char text[512];
};

// Waits for another migration to end (60 s at most), and makes the table of migrations.  Held until the
// script is closed.
MUST_USE int store_migrations_begin(struct db_script *script, struct store_reason *reason);

// The SHA-256 (hexadecimal) of the file of this name when it was applied; "" when it was not.  Returns new,
// or NULL.
MUST_USE char *store_migrations_applied(
    struct db_script *script, const char *name, struct store_reason *reason);

// Applies a file and writes it down, in one transaction.
MUST_USE int store_migrations_apply(struct db_script *script, const char *name, const char *sha256,
    const char *sql, struct store_reason *reason);

// Does this table exist?  1, 0 or -1.
MUST_USE int store_migrations_has_table(
    struct db_script *script, const char *table, struct store_reason *reason);

struct store_data {
    const char *table;
    const char *columns;        // names, separated by tabs, as the header of the file has them
    struct db_script_data rows; // in COPY's text format
    bool keep;                  // rows that are there stay as they are; else the file's values replace theirs
};

// Loads rows into a table by its primary key, in one transaction.  Returns how many were added or changed, or
// -1.
MUST_USE long store_migrations_load(
    struct db_script *script, const struct store_data *data, struct store_reason *reason);

// Adds the seed model of this version (hex: its bytes) and installs it, unless a model is in use that is no
// seed. Returns 1, 0 when it was there already, or -1 with a reason.
MUST_USE int store_migrations_seed(
    struct db_script *script, const char *version, const char *hex, struct store_reason *reason);

#endif

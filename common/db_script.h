// db_script.h - scripts for PostgreSQL: files of many statements, and COPY.  For migrations only.
//
// A connection of its own that waits for its answers; services use db.h, which never does.
#ifndef KENTONGAN_DB_SCRIPT_H
#define KENTONGAN_DB_SCRIPT_H

#include "check.h"

#include <stddef.h>

struct db_script;

// Connects; name is shown by pg_stat_activity.  Returns new, or NULL with one line in reason.
struct db_script *db_script_open(
    const char *conninfo, const char *password, const char *name, char *reason, size_t size);
void db_script_close(struct db_script **script);

// Runs any number of statements, which are one transaction unless they say otherwise.  Returns 0, or -1 with
// one line in reason.
MUST_USE int db_script_run(struct db_script *script, const char *sql, char *reason, size_t size);

// Runs one statement with text parameters.  Returns new: the first column of its first row as text ("" when
// there is no row or it is null); or NULL with one line in reason.
MUST_USE char *db_script_value(
    struct db_script *script, const char *sql, const char *const *params, char *reason, size_t size);

// Runs "COPY .. FROM STDIN" and feeds it data.  Returns 0, or -1 with one line in reason that names the line
// of the data.
struct db_script_data {
    const char *bytes;
    size_t length;
};
MUST_USE int db_script_copy(
    struct db_script *script, const char *sql, struct db_script_data data, char *reason, size_t size);

#endif

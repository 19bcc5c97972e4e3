// store_reports_run.h - how the statements of a report are run.
#ifndef KENTONGAN_CLI_STORE_REPORTS_RUN_H
#define KENTONGAN_CLI_STORE_REPORTS_RUN_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stddef.h>

enum { STORE_REPORTS_MOST = 5 };

// One statement: its rows go under this key, with these columns (rows.h).
struct store_reports_part {
    const char *key, *sql, *columns;
};

// Runs them all with the same parameters, which it takes, in one read-only snapshot.  Returns new: an object
// of arrays, or NULL after one line on standard error that starts with `what`.
MUST_USE json_t *store_reports_run(struct db *db, const char *what, const struct store_reports_part *parts,
    size_t count, struct db_params *params);

#endif

// correct.h - kentongan correct: what an officer says that a report is.
#ifndef KENTONGAN_CLI_CORRECT_H
#define KENTONGAN_CLI_CORRECT_H

#include "check.h"
#include "db.h"

#include <stdbool.h>
#include <stdint.h>

int correct_command(int argc, char **argv);

// The id of the report with this code; -1 after one line on standard error that starts with `what`, and *code
// is the exit code then.
MUST_USE int64_t correct_report_id(struct db *db, const char *what, const char *text, int *code);

// Is this a kind of report (triages.kind)?  Complains in the name of `what` when not.
MUST_USE bool correct_is_kind(const char *what, const char *kind);

#endif

// verbs.h - commands that have verbs, as in "integrator add": one table a command.
#ifndef KENTONGAN_CLI_VERBS_H
#define KENTONGAN_CLI_VERBS_H

#include "check.h"
#include "table.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct verb {
    const char *name;
    int (*run)(int argc, char **argv); // argv[0] is the verb
};

// Runs the verb that argv[1] names.  Returns its exit code, or 2 after one line that lists the verbs.
int verbs_run(const char *command, const struct verb *verbs, size_t count, int argc, char **argv);

// Prints rows as JSON or as a table.  Takes rows.  NULL (which was told already): exit code 3, else 0.
int verbs_print(json_t *rows, bool json, const struct table_column *columns, size_t count);

// The same for what was added or changed; without a row, complains that `what` does not exist: exit code 4.
// told: what happened, one line for people.
int verbs_print_change(json_t *rows, bool json, const char *what, const char *told);

#endif

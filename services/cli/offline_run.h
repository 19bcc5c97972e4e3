// offline_run.h - a line of JSON in, a line of JSON out: the loop of the offline tools.
#ifndef KENTONGAN_CLI_OFFLINE_RUN_H
#define KENTONGAN_CLI_OFFLINE_RUN_H

#include "offline_report.h"
#include "str.h"

#include <jansson.h>

struct offline_run {
    const char *command; // for complaints
    const char *file;    // NULL or "-": standard input
    // Appends the answer to one object with its line's end to out.  -1 with a reason, "field: what is wrong
    // with it"; what it appended then goes away.
    int (*answer)(
        void *self, const json_t *object, long line, struct str *out, char reason[OFFLINE_REASON_SIZE]);
    void *self;
};

// Answers each line of the file on standard output, in order, and writes out what is answered before it waits
// for more.  A line without an answer becomes {"line": .., "id": .., "error": ..}.  Blank lines are left out.
// Returns the exit code, after one line on standard error where it is not 0.
int offline_run(const struct offline_run *run);

#endif

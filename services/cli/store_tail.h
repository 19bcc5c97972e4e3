// store_tail.h - SQL of kentongan tail: what was committed since the last look.
#ifndef KENTONGAN_CLI_STORE_TAIL_H
#define KENTONGAN_CLI_STORE_TAIL_H

#include "check.h"
#include "db.h"

#include <jansson.h>

enum { STORE_TAIL_SOURCES = 6, STORE_TAIL_SNAPSHOT_SIZE = 4096 };

// How far each of the tables was seen.  All zero: nothing yet.
struct store_tail {
    char snapshots[STORE_TAIL_SOURCES][STORE_TAIL_SNAPSHOT_SIZE];
    int64_t pages[STORE_TAIL_SOURCES];
};

// Rows that were committed since the last call, in the order of their times; the first call returns none.
// [{"at_ms", "what" (event, notice, delivery, call, proof or reply), "ticket_id" (of a reply: the report),
// "agency", "detail"}].  Returns new, or NULL after one line on standard error.
MUST_USE json_t *store_tail_read(struct db *db, struct store_tail *tail);

#endif

// deadline_store.h - reads from PostgreSQL what deadlines are derived from: rules and histories.
//
// The one SQL for the watcher, which keeps the deadlines, and for the tools that explain them: they must not
// see different facts.
#ifndef KENTONGAN_DEADLINE_STORE_H
#define KENTONGAN_DEADLINE_STORE_H

#include "db.h"
#include "deadline/change.h"
#include "deadline/history.h"
#include "deadline/rules.h"
#include "outcome.h"

#include <stddef.h>
#include <stdint.h>

struct deadline_store;

enum { DEADLINE_STORE_MOST = 1024 };

// What a stored deadline was derived from: so many acts, tickets.changes, rules.version.
struct deadline_known {
    int acts, changes;
    int64_t rules;
};

// One ticket with its facts and its stored deadlines.  All borrowed from the store until the next call.
struct deadline_case {
    struct history history;
    int changes;     // tickets.changes
    bool has_clocks; // false: on the shelf, or joined to another: nothing may run
    char tracking_code[20];
    char region_code[20];
    char stage[24];
    struct deadline_row *rows;    // by clock, then turn; one with clock "" says that no policy gives any
    struct deadline_known *known; // of each row
    size_t row_count;
};

// Borrows db.  Returns new.
struct deadline_store *deadline_store_new(struct db *db);
void deadline_store_destroy(struct deadline_store **store);

// Reads all rules.  DONE: *rules is new, *version is rules.version as of the same snapshot.
MUST_USE enum outcome deadline_store_rules(
    struct deadline_store *store, struct rules **rules, int64_t *version);

// Reads the cases of these tickets (at most DEADLINE_STORE_MOST), in the order of ids, each once; those that
// are no tickets are left out.  A ticket is read first, then its turns, acts and deadlines: what happens to
// it meanwhile is seen or not, but changes is of the first look, so that whoever derives from this can tell.
// DONE: *cases is borrowed until the next call.
MUST_USE enum outcome deadline_store_cases(struct deadline_store *store, const int64_t *tickets, size_t count,
    struct deadline_case **cases, size_t *case_count);

#endif

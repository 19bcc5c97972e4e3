// plan.h - what has to be written of one ticket so that its stored deadlines are what was derived.  Pure.
#ifndef KENTONGAN_WATCHER_PLAN_H
#define KENTONGAN_WATCHER_PLAN_H

#include "deadline_store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A row of deadlines as it is to be.
struct plan_row {
    struct deadline_row row;
    const struct deadline_row *old; // NULL: it is new
    const struct deadline_known *old_known;
    bool is_changed;     // false: it is what it was, and only knows more
    const char *because; // to be journalled; NULL: not
};

struct plan {
    struct plan_row rows[2 * DERIVE_MOST];
    size_t count, new_count;
    int64_t next_at_ms; // when the first of all its clocks has to be looked at; 0: never
    struct deadline derived[DERIVE_MOST];
};

struct plan_rules {
    const struct rules *rules;
    int64_t version;
    bool walking; // rules_applied will say of all tickets that they know these rules
};

// Derives the deadlines of one and says which rows are to be written; each of them will know all acts and
// changes of one, and the rules.  now_ms: PostgreSQL's time.  A ticket that has or had an agency, and gets no
// clock, gets the row that says so.  rows borrow from one.
void plan_ticket(
    struct plan *plan, const struct plan_rules *rules, const struct deadline_case *one, int64_t now_ms);

#endif

// store_fire.h - the watcher's SQL that fires steps, and tells which timers come next.
#ifndef KENTONGAN_WATCHER_STORE_FIRE_H
#define KENTONGAN_WATCHER_STORE_FIRE_H

#include "cache.h"
#include "db.h"
#include "deadline/change.h"
#include "outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store_fire;

// A stored deadline of which a step will fire, or is due.
struct pending {
    int64_t ticket_id;
    struct deadline_row row;
    bool is_due;   // by PostgreSQL's clock
    bool is_fresh; // due, and derived from all that there is
    bool urgent;   // the ticket is
    char topic[48], region_code[20];
    int kind;         // NoticeKind of the step; the caller sets it
    const char *told; // agency of the notice, and what the ladder calls it; the caller sets them
    const char *role;
    int64_t notice_id, created_at_ms; // 0: it was not fired
};

// Borrows db.  Returns new.
struct store_fire *store_fire_new(struct db *db);
void store_fire_destroy(struct store_fire **store);

// What is pending of some tickets, in the order of ids, and the version of the rules at that moment. Borrowed
// from the store until it looks again.
struct looked {
    struct pending *pending;
    size_t count;
    int64_t rules;
};

// rules: the version that a fresh row was derived with.
MUST_USE enum outcome store_fire_look(
    struct store_fire *store, const int64_t *tickets, size_t count, int64_t rules, struct looked *looked);

// Fires the next step of each, in this order, in one transaction: those that nobody else has locked, that are
// due by PostgreSQL's clock, and fresh, all looked at once more under their locks.  DONE: notice_id and
// created_at_ms are set in those that were fired.
MUST_USE enum outcome store_fire_fire(
    struct store_fire *store, struct pending *const *pending, size_t count, int64_t rules);

// The same for steps that tell nobody but end the ticket.  *count_closed: how many were fired.
MUST_USE enum outcome store_fire_close(struct store_fire *store, struct pending *const *pending, size_t count,
    int64_t rules, size_t *count_closed);

// A page of timers, one a row of deadlines, by time and then ticket: after the one given, up to until_ms (0:
// now, by PostgreSQL's clock).
MUST_USE enum outcome store_fire_timers(struct store_fire *store, const struct timer *from, int64_t until_ms,
    struct timer *timers, size_t room, size_t *count);

#endif

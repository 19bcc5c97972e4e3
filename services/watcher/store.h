// store.h - the watcher's SQL that keeps deadlines: writing them, and finding tickets whose deadlines are
// old.
#ifndef KENTONGAN_WATCHER_STORE_H
#define KENTONGAN_WATCHER_STORE_H

#include "db.h"
#include "id.h"
#include "outcome.h"
#include "plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

// Borrows db.  Returns new.
struct store *store_new(struct db *db);
void store_destroy(struct store **store);

// Adds a row to what store_write() will write; it will know so many acts and changes.  Copies.
void store_put(struct store *store, int64_t ticket_id, const struct plan_row *row, int acts, int changes);

// Forgets what was put.
void store_clear(struct store *store);

// What became of a write.  conflict: some rows were not written, because they are not what they were when
// they were read; stale: nothing was, because the rules are others now.  Either way: derive anew.
struct written {
    bool conflict, stale;
};

// Writes what was put, in one transaction, if the rules are still of that version.
MUST_USE enum outcome store_write(struct store *store, int64_t rules, struct written *written);

// Tickets without deadlines, or with such as do not know tickets.changes: above < id <= up_to, oldest first,
// at most room.
MUST_USE enum outcome store_missing(
    struct store *store, int64_t above, int64_t up_to, int64_t *tickets, size_t room, size_t *count);
MUST_USE enum outcome store_newest(struct store *store, int64_t *id);

// Tickets whose deadlines do not know all acts, by acts above the one given, in their order, at most room; a
// ticket may be there more than once.  newest: the highest act there is; old: the highest that is older than
// ACTS_LATE_S, below which nothing can appear any more; last: that of the last ticket found.
struct acts_found {
    int64_t newest, old, last;
    size_t count;
};
enum { ACTS_LATE_S = 120 };
MUST_USE enum outcome store_acted(struct store *store, int64_t above, bool with_old, int64_t *tickets,
    size_t room, struct acts_found *found);

// The mark up to which the deadlines know all acts.  store_set_acts_mark: only if nobody moved it meanwhile.
MUST_USE enum outcome store_acts_mark(struct store *store, int64_t *mark);
MUST_USE enum outcome store_set_acts_mark(struct store *store, int64_t old_mark, int64_t mark);

MUST_USE enum outcome store_rules_version(struct store *store, int64_t *version);

// How far the rules of this version have been applied; starts with ticket 0 when they are new, unless
// somebody writes deadlines by older rules at this very moment (then *version is another one: ask again).
MUST_USE enum outcome store_walk(struct store *store, int64_t rules, int64_t *version, int64_t *up_to);
MUST_USE enum outcome store_walked(struct store *store, int64_t rules, int64_t up_to);

// Tickets with a clock that runs or has to fire, above the one given and up to *up_to, which is set; at most
// room.  *up_to INT64_MAX: there are no more.
MUST_USE enum outcome store_running(
    struct store *store, int64_t above, int64_t *tickets, size_t room, size_t *count, int64_t *up_to);

// PostgreSQL's time in Unix ms, and the key of tracking codes.
MUST_USE enum outcome store_time_and_key(struct store *store, int64_t *now_ms, uint8_t key[ID_KEY_SIZE]);

#endif

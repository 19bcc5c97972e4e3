// store.h - what PostgreSQL does for the watcher: the table of deadlines, written and fired only under the
// conditions that the watcher's SQL has.  Here the real decision code works.
//
// Each ticket's rows are derived together, so the marks (acts, changes, rules) and the count of writes are
// kept once for all of them.
#ifndef KENTONGAN_SIM_STORE_H
#define KENTONGAN_SIM_STORE_H

#include "deadline/change.h"
#include "world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stored {
    struct deadline_row *rows; // by clock, then turn
    size_t count;
    int64_t acts, changes, rules; // what they were derived from; acts -1: nothing yet
    int64_t writes;
};

struct store {
    struct stored *tickets; // as the world's
    size_t ticket_count;
    int64_t applied_version, applied_up_to; // rules_applied
};

struct referee_row;

// What one derivation of a ticket says has to be written.
struct plan {
    struct ticket *ticket;
    struct book *book;
    struct deadline_row *rows; // all rows, as they are to be
    struct change *changes;    // one for each
    size_t count;
    int64_t acts, changes_of_ticket;
    int64_t writes;             // of the ticket, when it was read
    struct referee_row *should; // the referee's, by referee_plan()
    size_t should_count;
};

void store_init(struct store *store, const struct world *world);
void store_free(struct store *store);

// Borrowed.
struct stored *store_ticket(const struct store *store, const struct ticket *ticket);

// Reads the ticket and derives it by this book.  Returns new.
struct plan *store_plan(
    const struct store *store, const struct world *world, struct ticket *ticket, struct book *book);
void store_plan_destroy(struct plan **plan);

// May the plan be written: are the rows as they were read, and the rules those that are in force?
bool store_may_write(const struct store *store, const struct world *world, const struct plan *plan);

// Writes it; it may be.
void store_write(struct store *store, const struct plan *plan);

// Were the ticket's rows derived from all there is, seen by a watcher that knows this version of the rules?
bool store_is_fresh(
    const struct store *store, const struct world *world, const struct ticket *ticket, int64_t version);

// Fires the next step of a row: only if that is the step that was read, and due by PostgreSQL's clock.
// Returns the row after that, borrowed; NULL: nothing was done.
const struct deadline_row *store_fire(struct store *store, const struct world *world,
    const struct ticket *ticket, const struct deadline_row *read);

// When the first of the ticket's rows fires, CALENDAR_NEVER: none will.
int64_t store_next(const struct store *store, const struct ticket *ticket);

#endif

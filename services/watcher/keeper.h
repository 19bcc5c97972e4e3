// keeper.h - keeps the stored deadlines what they should be, when something happened to a ticket or the rules
// moved.
//
// Deriving is always the same: read the facts, derive, write what differs, set the timers.  It is asked for
// by messages and sweeps (tickets that are new or have changed), by acts, by a step that was due on a row
// that does not know everything, and by a change of the rules.
#ifndef KENTONGAN_WATCHER_KEEPER_H
#define KENTONGAN_WATCHER_KEEPER_H

#include "db.h"
#include "outcome.h"
#include "store.h"
#include "timers.h"

#include <stddef.h>
#include <stdint.h>

struct keeper;

// Borrows all.  Returns new.
struct keeper *keeper_new(struct db *db, struct store *store, struct timers *timers);
void keeper_destroy(struct keeper **keeper);

// Loads the rules if they are others than those in hand.
MUST_USE enum outcome keeper_refresh(struct keeper *keeper);

// PostgreSQL's time is our own plus this; and that time, as far as we know.
void keeper_set_skew(struct keeper *keeper, int64_t skew_ms);
int64_t keeper_now_ms(const struct keeper *keeper);

// The rules in hand, and their version; 0: none yet.  Borrowed until the next call.
const struct rules *keeper_rules(const struct keeper *keeper, int64_t *version);

// Derives the deadlines of these tickets anew, any number, in any order, and writes what is another.  On
// REJECT some may have been written.
MUST_USE enum outcome keeper_derive(struct keeper *keeper, const int64_t *tickets, size_t count);

// The same when there is nobody to tell: one that PostgreSQL refuses does not keep the others from being
// written. Returns how many were looked at.
size_t keeper_settle(struct keeper *keeper, const int64_t *tickets, size_t count);

// Acts were stored: the next keeper_work() looks for them.
void keeper_acted(struct keeper *keeper);

// Looks for acts that the deadlines do not know, and applies new rules to open tickets: a page of each, and
// more until clock_mono_ms() is until_ms.
void keeper_work(struct keeper *keeper, int64_t until_ms);

#endif

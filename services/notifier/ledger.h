// ledger.h - attempts that ended and are not stored yet; stores them in batches on a connection of its own.
//
// A commit never holds up a push.  While PostgreSQL is away attempts are kept here; when there are
// LEDGER_MOST of them, nothing more is pushed until they are stored.
#ifndef KENTONGAN_LEDGER_H
#define KENTONGAN_LEDGER_H

#include "db.h"
#include "store.h"

#include <stdbool.h>

struct ledger;

enum { LEDGER_MOST = 50000 };

// Borrows db (nobody else may use it), store and self.  stored is called for each attempt once it is
// committed.  Returns new.
typedef void ledger_stored(void *self, const struct attempt *attempt);
struct ledger *ledger_new(struct db *db, struct store *store);
void ledger_destroy(struct ledger **ledger);
void ledger_on_stored(struct ledger *ledger, ledger_stored *stored, void *self);

// refused is called, before stored, for an attempt whose data PostgreSQL can never store.  Has to be set.
void ledger_on_refused(struct ledger *ledger, ledger_stored *refused, void *self);

// Keeps a copy until it is stored.
void ledger_add(struct ledger *ledger, const struct attempt *attempt);
bool ledger_has_room(const struct ledger *ledger);

// For service_watch_fd(), service_every() and whoever has added something; self is the struct ledger.
int ledger_fd(void *self);
short ledger_events(void *self);
void ledger_pump(void *self);

// Waits until all is stored, for patience_ms at most.  Returns how many are not.
size_t ledger_flush(struct ledger *ledger, int64_t patience_ms);

#endif

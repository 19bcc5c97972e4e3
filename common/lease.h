// lease.h - one holder at a time, among processes that may die, or freeze and thaw, at any moment.
//
// A row of leases says who holds it and until when, by PostgreSQL's clock.  Beside it, every process that
// wants a lease has an advisory lock of its own for as long as its connection stands.  So a holder that died
// is replaced at once, because its lock is gone, and one that is frozen when its time is over.
//
//                        taken: nobody has it, its time is over, or its holder's connection is gone
//     +-------------+ ---------------------------------> +---------+
//     | STANDING BY |                                    | HOLDING |--+
//     +-------------+ <---------------------------------- +---------+  | renewed in time
//        ^       ^      connection lost                    |     ^ ^--+
//        |       |                   not renewed in 4/5    |     |
//        |       +--------------------+                    v     | renewed: nobody took it
//        |         connection lost    |          +----------+    |
//        +----------------------------+----------| OVERDUE  |----+
//                 another one took it            +----------+
//
// lease_hold() is the only mover, and true in HOLDING alone.  A lease is renewed after a fifth of the time
// that it lasts; its holder stops after four fifths, by a clock of its own that runs on while the machine
// sleeps.  That is no proof: a process may freeze between asking and acting.  What must not happen twice,
// PostgreSQL has to see to; a lease keeps two from working against each other.
//
// Who takes a lease that is over ends the connection of the one that let it go: it may have frozen in the
// middle of a transaction, with rows locked.  (PostgreSQL allows it, since both have the same role.)
#ifndef KENTONGAN_LEASE_H
#define KENTONGAN_LEASE_H

#include "db.h"

#include <stdbool.h>
#include <stdint.h>

struct lease;

// Standing by.  name: one for all who compete, copied; lasts_ms: the same for all, at least 500.  Borrows db,
// which may have one lease.  Returns new.
struct lease *lease_new(struct db *db, const char *name, int64_t lasts_ms);

// The lease ends with db's connection.
void lease_destroy(struct lease **lease);

// Takes or renews it when it is time to; may this process act now?  Waits for PostgreSQL, 1.5 s at most.  As
// long as it says yes, and the connection (db_epoch()) is the same, nobody else has held it in between.
//
// A long walk in many transactions keeps it, too: each db_run() on the connection renews what is held.
bool lease_hold(struct lease *lease);

#endif

// ringer.h - fires the later steps of rings when they are due, and hushes the other phones when somebody has
// answered.
//
// Works while this replica does.  The first step is not its business: that goes out with the notice.
#ifndef KENTONGAN_RINGER_H
#define KENTONGAN_RINGER_H

#include "dispatch.h"
#include "stage.h"
#include "store.h"
#include "store_rings.h"

struct ringer;

enum { RINGER_MS = 500 }; // how often ringer_pump() wants to be called

// All borrowed.  db: the stage's connection.
struct ringer_options {
    struct db *db;
    struct store *store;
    struct store_rings *rings;
    struct dispatch *dispatch;
    struct legs *legs;
    const struct ladders *ladders;
    int64_t ttl_s; // as in dispatch_options
};

// Returns new.
struct ringer *ringer_new(const struct ringer_options *options);
void ringer_destroy(struct ringer **ringer);

// Whose activity it follows, set before the first pump.  Borrows.
void ringer_use_stage(struct ringer *ringer, struct stage *stage);

// What it knew to be in hand may be so no more: it looks again at all that was stored and not sent.
void ringer_start_over(struct ringer *ringer);

// For service_every(); self is the struct ringer.
void ringer_pump(void *self);

#endif

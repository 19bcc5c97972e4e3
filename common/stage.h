// stage.h - the one shape of classifier, router, watcher and notifier: take, decide, store, forward; and
// sweep.
//
// Messages bring what was just stored upstream; the sweep asks PostgreSQL for what should have come and has
// no output row. Both end in the handler's batch.  Nothing is marked done because a send succeeded.
//
//   message --take--> batch --handle--> DONE    stored and forwarded
//   sweep  --load-->  batch             RETRY   the database is away: forgotten here, the next sweep brings
//   it again
//                                       REJECT  the batch is taken apart, item by item; the one at fault
//                                       counts as trouble
//                                               and is parked after ten times
#ifndef KENTONGAN_STAGE_H
#define KENTONGAN_STAGE_H

#include "bus.h"
#include "check.h"
#include "db.h"
#include "outcome.h"
#include "service.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stage;

// What a stage does; self is the handler's own struct.
struct stage_handler {
    const char *name; // classifier
    void *self;

    // Reads one message and appends its items to the batch.  -1: unreadable, nothing was appended.
    int (*take)(void *self, const uint8_t *data, size_t length);

    // Items in the batch now, and the id of item i.
    size_t (*count)(void *self);
    int64_t (*id)(void *self, size_t i);

    // Decides, stores and forwards items first .. first + count - 1.  On REJECT nothing of them was stored.
    // Single items that have to come again later are named with stage_trouble().
    enum outcome (*handle)(void *self, size_t first, size_t count);

    // Empties the batch.
    void (*clear)(void *self);

    // Appends items that lack this stage's output and are not parked: above < id <= up_to, oldest first, at
    // most STAGE_LIMIT.
    // RETRY with an empty batch: nothing to hand out, but what lies between is not all done; the marks stay.
    enum outcome (*sweep)(void *self, int64_t above, int64_t up_to);

    // The highest id of the input table now, 0 when it is empty.
    enum outcome (*newest)(void *self, int64_t *id);

    // Loads reference data and indexes; called when the stage becomes active, again about every 5 s.  RETRY:
    // not active yet.
    enum outcome (*refresh)(void *self, bool first);

    // Another replica works from now on; what is in hand here it does as well.  NULL: nothing to do.
    // refresh(first) follows when this one works again.
    void (*stand_by)(void *self);
};

struct stage_options {
    const char *inbox;       // endpoints of the stages before, separated by commas
    struct db *db;           // Borrows; the stage and its handler take turns with it
    struct service *service; // Borrows
    const char
        *before; // the stage that makes the input, when ids of its output are those of its input; or NULL
    bool alone;  // one active replica: the one that holds a lease
    int64_t lease_ms; // how long a frozen one keeps it; 0: 5 s
    int64_t sweep_ms; // how often to sweep
    int64_t grace_ms; // how long a row is left to its message before the sweep takes it
};

enum { STAGE_LIMIT = 1024, STAGE_ATTEMPTS = 10 };

// Joins the service's loop.  Borrows handler; copies options.  Returns new.
struct stage *stage_new(const struct stage_handler *handler, const struct stage_options *options);
void stage_destroy(struct stage **stage);

// May this replica act now?  For what a handler does of its own accord, beside the batches.
bool stage_is_active(struct stage *stage);

// Item i of the batch in hand could not be done by its own fault; it is tried again with the sweep and parked
// after STAGE_ATTEMPTS times (at once when final).  reason: one line, without a citizen's words.
void stage_trouble(struct stage *stage, int64_t item_id, bool final, const char *reason);

#endif

// handler.h - the notifier as a stage: notices in, from messages and sweeps; phones, ladders and names
// loaded; the rest is dispatch.h's and ringer.h's.
//
// handle() takes notices in hand and returns; their ends are stored when the pushes have ended.  Until then a
// sweep that looks at them does not count them as done.
#ifndef KENTONGAN_NOTIFIER_HANDLER_H
#define KENTONGAN_NOTIFIER_HANDLER_H

#include "db.h"
#include "device.h"
#include "dispatch.h"
#include "ringer.h"
#include "stage.h"
#include "store.h"
#include "store_rings.h"
#include "writer.h"

struct handler;

// All borrowed.  db: the stage's connection; ladders: filled here.
struct handler_options {
    struct db *db;
    struct store *store;
    struct store_rings *rings;
    struct devices *devices;
    struct ladders *ladders;
    struct writer *writer;
    struct dispatch *dispatch;
    struct ringer *ringer;
};

// Returns new.
struct handler *handler_new(const struct handler_options *options);
void handler_destroy(struct handler **handler);

// What stage_new() needs.  Borrows, as long as handler lives.
const struct stage_handler *handler_stage(const struct handler *handler);

#endif

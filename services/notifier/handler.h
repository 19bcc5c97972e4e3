// handler.h - the notifier as a stage: notices in, from messages and sweeps; phones and names loaded; the
// rest is dispatch.h's.
//
// handle() takes notices in hand and returns; their ends are stored when the pushes have ended.  Until then a
// sweep that looks at them does not count them as done.
#ifndef KENTONGAN_NOTIFIER_HANDLER_H
#define KENTONGAN_NOTIFIER_HANDLER_H

#include "db.h"
#include "device.h"
#include "dispatch.h"
#include "stage.h"
#include "store.h"

struct handler;

// Borrows all.  db: the stage's connection.  Returns new.
struct handler *handler_new(
    struct db *db, struct store *store, struct devices *devices, struct dispatch *dispatch);
void handler_destroy(struct handler **handler);

// What stage_new() needs.  Borrows, as long as handler lives.
const struct stage_handler *handler_stage(const struct handler *handler);

#endif

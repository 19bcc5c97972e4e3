// handler.h - the router as a stage.
#ifndef KENTONGAN_ROUTER_HANDLER_H
#define KENTONGAN_ROUTER_HANDLER_H

#include "bus.h"
#include "db.h"
#include "stage.h"

struct handler;

// Borrows db and both outboxes.  least_confidence: 0 .. 1, below it the triage desk decides.  Returns new.
struct handler *handler_new(
    struct db *db, struct bus_outbox *routed, struct bus_outbox *notices, double least_confidence);
void handler_destroy(struct handler **handler);

// What the stage loop calls.  Borrowed from handler.
const struct stage_handler *handler_stage(struct handler *handler);

#endif

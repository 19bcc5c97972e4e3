// handler.h - the router as a stage.
#ifndef KENTONGAN_ROUTER_HANDLER_H
#define KENTONGAN_ROUTER_HANDLER_H

#include "bus.h"
#include "db.h"
#include "service.h"
#include "stage.h"

#include <stdint.h>

struct handler;

struct handler_options {
    struct service *service; // Borrows, like what follows
    struct db *db;
    struct bus_outbox *routed, *notices;
    double least_confidence; // 0 .. 1, below it the triage desk decides
    int64_t sweep_ms;        // how often to look for corrections and incidents
};

// Joins the service's loop.  Copies options.  Returns new.
struct handler *handler_new(const struct handler_options *options);
void handler_destroy(struct handler **handler);

// For bell_new(): acts were stored.
void handler_acted(void *self);

// What the stage loop calls.  Borrowed from handler.
const struct stage_handler *handler_stage(struct handler *handler);

#endif

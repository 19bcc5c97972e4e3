// handler.h - the watcher as a stage, and the alarm clock beside it.
#ifndef KENTONGAN_WATCHER_HANDLER_H
#define KENTONGAN_WATCHER_HANDLER_H

#include "bus.h"
#include "cache.h"
#include "db.h"
#include "service.h"
#include "stage.h"

#include <stdint.h>

struct handler;

struct handler_options {
    struct service *service; // Borrows, like what follows
    struct db *db;
    struct cache *cache;
    struct bus_outbox *notices;
    int64_t due_sweep_ms; // how often PostgreSQL is asked for what is due
    int64_t horizon_ms;   // timers of so near a future are in Redis
};

// Joins the loop with its own ticks.  Copies options.  Returns new.
struct handler *handler_new(const struct handler_options *options);
void handler_destroy(struct handler **handler);

// For bell_new(): acts were stored.
void handler_acted(void *self);

// What the stage loop calls.  Borrowed from handler.
const struct stage_handler *handler_stage(struct handler *handler);

// The stage that decides whether this replica fires; before the loop runs.  Borrows.
void handler_set_stage(struct handler *handler, struct stage *stage);

#endif

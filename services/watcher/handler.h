// handler.h - the watcher as a stage, and the alarm clock beside it.
#ifndef KENTONGAN_WATCHER_HANDLER_H
#define KENTONGAN_WATCHER_HANDLER_H

#include "bus.h"
#include "cache.h"
#include "db.h"
#include "service.h"
#include "stage.h"

struct handler;

// Joins the loop with its own ticks.  Borrows all.  Returns new.
struct handler *handler_new(struct service *service, struct db *db, struct cache *cache,
    struct bus_outbox *notices, int64_t due_sweep_ms);
void handler_destroy(struct handler **handler);

// What the stage loop calls.  Borrowed from handler.
const struct stage_handler *handler_stage(struct handler *handler);

#endif

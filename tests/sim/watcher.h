// watcher.h - two watchers that work on the same stored rows at once, as services/watcher does, and their
// faults.
//
// Each does everything in two steps, reading and writing, between which the other one and the people go on.
// What a watcher read may be old when it writes; only the store's conditions keep that from doing harm.
#ifndef KENTONGAN_SIM_WATCHER_H
#define KENTONGAN_SIM_WATCHER_H

#include "queue.h"
#include "referee.h"
#include "store.h"
#include "world.h"

#include <stdint.h>

// What happens in a simulation; those from WATCHER_POLL on are a watcher's.
enum {
    EVENT_TICKET,
    EVENT_DEED,
    EVENT_ROUTE,
    EVENT_EDIT,
    EVENT_CHECK,
    EVENT_FAULT_BEGINS, // with: the fault
    EVENT_FAULT_ENDS,
    WATCHER_POLL,  // looks for tickets that changed, and for new rules
    WATCHER_ALARM, // Redis: a ticket is due
    WATCHER_SWEEP, // PostgreSQL: what is due?
    WATCHER_FIRE,  // with: the rows that were read
    WATCHER_WRITE, // with: a plan
    WATCHER_WALK,  // derives the next tickets by new rules
    WATCHER_WALKED // with: their plans
};

enum { WATCHER_PAGE = 8 };

struct watcher {
    int id, life;    // life: counts its deaths
    int64_t version; // of the rules that it knows, 0: none
    int64_t walked_up_to;
    bool is_walking;
    struct chance chance;
};

struct watchers {
    struct watcher each[WORLD_WATCHERS];
    struct world *world;
    struct store *store;
    struct queue *queue;
    struct referee *referee;
};

// Borrows all of these.
void watchers_init(struct watchers *watchers, struct world *world, struct store *store, struct queue *queue,
    struct referee *referee);

// Something was written that they find by polling.
void watchers_notice(struct watchers *watchers);

// One of their events; its faults come before it.
void watchers_handle(struct watchers *watchers, struct event *event);

// A fault begins or ends.
void watchers_fault(struct watchers *watchers, const struct fault *fault, bool begins);

// Frees what an event that nobody will handle holds.
void watchers_forget(struct event *event);

#endif

// handler.c - the watcher as a stage: Routed in, deadlines stored, Notice out when one is due.
//
// Redis says when to look, PostgreSQL says what is due.  A timer that Redis lost, or never had, is found by
// the sweep over the deadlines; a timer that Redis has too early fires nothing.
#include "handler.h"

#include "clock.h"
#include "firing.h"
#include "keeper.h"
#include "log.h"
#include "store.h"
#include "store_fire.h"
#include "timers.h"
#include "wire.h"

#include <stdlib.h>

enum {
    ROOM = STAGE_LIMIT + WIRE_ITEMS_MOST,
    ALARM_MS = 100, // how often Redis is asked
    TURN_MS = 500,  // for so long is fired before messages get their turn
    WORK_MS = 100,  // for so long is looked for acts, walked, and brought to Redis
    SKEW_MS = 2000,
};

struct handler {
    struct stage_handler stage;
    struct stage *self; // borrowed; NULL: not set yet
    struct handler_options options;
    struct store *store;
    struct store_fire *fire;
    struct timers *timers;
    struct keeper *keeper;
    struct firing *firing;
    int64_t next_sweep_ms;

    int64_t tickets[ROOM]; // the batch
    size_t count;
    struct timer due[FIRING_MOST];
};

static int
take(void *self, const uint8_t *data, size_t length)
{
    struct handler *handler = self;
    Kentongan__V1__Routed *message = wire_routed(data, length);

    if (message == NULL)
        return -1;
    CHECK(handler->count + message->n_tickets <= ROOM);
    for (size_t i = 0; i < message->n_tickets; i++)
        handler->tickets[handler->count++] = message->tickets[i]->ticket_id;
    kentongan__v1__routed__free_unpacked(message, NULL);
    return 0;
}

static size_t
count(void *self)
{
    return ((struct handler *)self)->count;
}

static int64_t
id(void *self, size_t i)
{
    return ((struct handler *)self)->tickets[i];
}

static void
clear(void *self)
{
    ((struct handler *)self)->count = 0;
}

static enum outcome
handle(void *self, size_t first, size_t number)
{
    struct handler *handler = self;

    return keeper_derive(handler->keeper, &handler->tickets[first], number);
}

static enum outcome
sweep(void *self, int64_t above, int64_t up_to)
{
    struct handler *handler = self;

    return store_missing(handler->store, above, up_to, handler->tickets, STAGE_LIMIT, &handler->count);
}

static enum outcome
newest(void *self, int64_t *newest_id)
{
    return store_newest(((struct handler *)self)->store, newest_id);
}

static enum outcome
refresh(void *self, bool first)
{
    struct handler *handler = self;
    uint8_t key[ID_KEY_SIZE];
    int64_t now_ms = 0;
    int64_t skew_ms = 0;

    if (store_time_and_key(handler->store, &now_ms, key) != DONE || keeper_refresh(handler->keeper) != DONE)
        return RETRY;
    firing_set_key(handler->firing, key);
    skew_ms = now_ms - clock_now_ms();
    keeper_set_skew(handler->keeper, skew_ms);
    if (llabs(skew_ms) > SKEW_MS)
        log_warn(EV_CLOCK_SKEWED, "skew_ms=%lld", (long long)skew_ms);
    if (first)
        timers_reset(handler->timers);
    return DONE;
}

// Fires what Redis says may be due.  Returns whether there may be more.
static bool
fire_timers(struct handler *handler, int64_t until_ms)
{
    size_t found = FIRING_MOST;
    size_t progress = 0;

    while (found == FIRING_MOST && clock_mono_ms() < until_ms) {
        found = timers_due(handler->timers, keeper_now_ms(handler->keeper), handler->due, FIRING_MOST);
        if (found > 0 && firing_run(handler->firing, handler->due, found, &progress) != DONE)
            return false;
    }
    return found == FIRING_MOST;
}

// Looks at Redis often and at PostgreSQL every few seconds, and lets the rest be done in between.
static void
on_alarm(void *self)
{
    struct handler *handler = self;
    int64_t now = clock_mono_ms();

    if (handler->self == NULL || !stage_is_active(handler->self))
        return;
    (void)fire_timers(handler, now + TURN_MS);
    if (now >= handler->next_sweep_ms)
        handler->next_sweep_ms = firing_sweep(handler->firing, now + TURN_MS)
                                     ? 0
                                     : clock_mono_ms() + handler->options.due_sweep_ms;
    keeper_work(handler->keeper, clock_mono_ms() + WORK_MS);
    timers_work(handler->timers, keeper_now_ms(handler->keeper), clock_mono_ms() + WORK_MS);
}

struct handler *
handler_new(const struct handler_options *options)
{
    struct handler *handler = check_zalloc(1, sizeof(*handler));

    handler->stage = (struct stage_handler){
        .name = "watcher",
        .self = handler,
        .take = take,
        .count = count,
        .id = id,
        .handle = handle,
        .clear = clear,
        .sweep = sweep,
        .newest = newest,
        .refresh = refresh,
    };
    handler->options = *options;
    handler->store = store_new(options->db);
    handler->fire = store_fire_new(options->db);
    handler->timers = timers_new(options->cache, handler->fire, options->horizon_ms);
    handler->keeper = keeper_new(options->db, handler->store, handler->timers);
    handler->firing = firing_new(handler->fire, handler->keeper, handler->timers, options->notices);
    service_every(options->service, ALARM_MS, on_alarm, handler);
    return handler;
}

void
handler_acted(void *self)
{
    struct handler *handler = self;

    keeper_acted(handler->keeper);
    on_alarm(handler);
}

void
handler_destroy(struct handler **handler)
{
    if (*handler == NULL)
        return;
    firing_destroy(&(*handler)->firing);
    keeper_destroy(&(*handler)->keeper);
    timers_destroy(&(*handler)->timers);
    store_fire_destroy(&(*handler)->fire);
    store_destroy(&(*handler)->store);
    free(*handler);
    *handler = NULL;
}

const struct stage_handler *
handler_stage(struct handler *handler)
{
    return &handler->stage;
}

void
handler_set_stage(struct handler *handler, struct stage *stage)
{
    handler->self = stage;
}

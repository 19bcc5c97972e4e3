// handler.c - the watcher as a stage: Routed in, deadlines stored, Notice out when one is due.
//
// Redis says when to look, PostgreSQL says what is due.  A timer that Redis lost, or never had, is found by
// the sweep over the deadlines; a timer that Redis has too early fires nothing.  Timers leave Redis only
// after PostgreSQL has committed.
#include "handler.h"

#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "metrics.h"
#include "store.h"
#include "wire.h"

#include <stdlib.h>

enum {
    ROOM = STAGE_LIMIT + WIRE_ITEMS_MOST,
    ALARM_MS = 100,  // how often Redis is asked
    WHOLE_MS = 1000, // how often Redis is asked whether it still has everything
    PAGE = 4096,     // timers read and set at a time when they are set anew
    SKEW_MS = 2000,
};

struct handler {
    struct stage_handler stage;
    struct store *store;
    struct cache *cache;
    struct bus_outbox *outbox;
    int64_t due_sweep_ms, next_sweep_ms, next_whole_ms;
    int64_t skew_ms; // PostgreSQL's clock minus ours
    uint8_t tracking_key[ID_KEY_SIZE];
    bool is_active;

    int64_t tickets[ROOM]; // the batch
    size_t count;
    struct timer timers[ROOM], due[STAGE_LIMIT], pages[PAGE];
    struct fired fired[STAGE_LIMIT];
    Kentongan__V1__NoticeItem items[STAGE_LIMIT];
    Kentongan__V1__NoticeItem *item_list[STAGE_LIMIT];
    char codes[STAGE_LIMIT][ID_CODE_SIZE];
    struct str message;
};

static struct metric started = {"kentongan_watcher_started_total", "Deadlines set.", 0, NULL};
static struct metric fired_metric = {
    "kentongan_watcher_fired_total", "Warnings and breaches fired.", 0, NULL};

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
    char code[ID_CODE_SIZE];
    char time[32];
    size_t timer_count = 0;
    enum outcome outcome =
        store_start_clocks(handler->store, &handler->tickets[first], number, handler->timers, &timer_count);

    metric_add(&started, (int64_t)timer_count);
    for (size_t i = 0; i < timer_count; i++) {
        id_code(handler->tracking_key, handler->timers[i].id, code);
        log_info(EV_CLOCK_STARTED, "report=%s clock=first_response warns=%s", code,
            clock_format(handler->timers[i].at_ms, time, sizeof(time)));
    }
    // Redis away: the sweep over the deadlines fires them.
    if (outcome == DONE && timer_count > 0 && cache_add(handler->cache, handler->timers, timer_count) < 0)
        log_debug(EV_CACHE_AWAY, "timers=%zu", timer_count);
    failpoint("watcher.after_timers");
    return outcome;
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
    int64_t now_ms = 0;

    if (first)
        handler->is_active = false;
    if (store_time_and_key(handler->store, &now_ms, handler->tracking_key) != DONE)
        return RETRY;
    handler->skew_ms = now_ms - clock_now_ms();
    if (llabs(handler->skew_ms) > SKEW_MS)
        log_warn(EV_CLOCK_SKEWED, "skew_ms=%lld", (long long)handler->skew_ms);
    handler->is_active = true;
    return DONE;
}

// Tells the notifier of what was fired.
static void
ring(struct handler *handler, size_t fired_count)
{
    Kentongan__V1__Notice notice;

    kentongan__v1__notice__init(&notice);
    for (size_t i = 0; i < fired_count; i++) {
        struct fired *fired = &handler->fired[i];
        Kentongan__V1__NoticeItem *item = &handler->items[i];

        id_code(handler->tracking_key, fired->ticket_id, handler->codes[i]);
        kentongan__v1__notice_item__init(item);
        item->notice_id = fired->notice_id;
        item->ticket_id = fired->ticket_id;
        item->kind = (Kentongan__V1__NoticeKind)fired->kind;
        item->agency = fired->agency;
        item->tracking_code = handler->codes[i];
        item->topic = fired->topic;
        item->region_code = fired->region_code;
        item->due_at_ms = fired->due_at_ms;
        item->created_at_ms = fired->created_at_ms;
        item->urgent = fired->urgent;
        log_info(EV_STEP_FIRED, "report=%s kind=%d agency=%s", handler->codes[i], fired->kind, fired->agency);
    }
    notice.n_notices = fired_count;
    notice.notices = handler->item_list;
    wire_ring(handler->outbox, &handler->message, &notice.base);
}

// Sets in Redis what comes next for these tickets, and removes those for which nothing comes.
static void
reset_timers(struct handler *handler, size_t number)
{
    size_t add_count = 0;
    size_t remove_count = 0;

    for (size_t i = 0; i < number; i++) {
        if (handler->timers[i].at_ms != 0)
            handler->pages[add_count++] = handler->timers[i];
        else
            handler->due[remove_count++] = handler->timers[i];
    }
    // What fails here is asked for again at the next alarm, and fires nothing.
    if ((add_count > 0 && cache_add(handler->cache, handler->pages, add_count) < 0) ||
        (remove_count > 0 && cache_remove(handler->cache, handler->due, remove_count) < 0))
        log_debug(EV_CACHE_AWAY, "timers=%zu", number);
}

// Fires what PostgreSQL agrees is due among handler->due.
static enum outcome
fire(struct handler *handler, size_t number)
{
    size_t fired_count = 0;
    enum outcome outcome =
        store_fire(handler->store, handler->due, number, handler->fired, &fired_count, handler->timers);

    if (outcome != DONE)
        return outcome;
    if (fired_count > 0) {
        metric_add(&fired_metric, (int64_t)fired_count);
        ring(handler, fired_count);
    }
    reset_timers(handler, number);
    return DONE;
}

// Redis has lost its timers, or is new: sets them all again.
static void
rebuild_timers(struct handler *handler)
{
    int64_t above = 0;
    int64_t total = 0;
    size_t number = PAGE;

    while (number == PAGE) {
        if (store_timers(handler->store, above, handler->pages, PAGE, &number) != DONE)
            return;
        if (number > 0 && cache_add(handler->cache, handler->pages, number) < 0)
            return;
        if (number > 0)
            above = handler->pages[number - 1].id;
        total += (int64_t)number;
    }
    if (cache_mark_whole(handler->cache) == 0)
        log_info(EV_TIMERS_REBUILT, "timers=%lld", (long long)total);
}

// Looks at Redis often and at PostgreSQL every few seconds.
static void
on_alarm(void *self)
{
    struct handler *handler = self;
    int64_t now = clock_mono_ms();
    size_t number = 0;
    int found = 0;

    if (!handler->is_active)
        return;
    if (now >= handler->next_whole_ms) {
        handler->next_whole_ms = now + WHOLE_MS;
        if (cache_is_whole(handler->cache) == 0)
            rebuild_timers(handler);
    }
    found = cache_due(handler->cache, clock_now_ms() + handler->skew_ms, handler->due, STAGE_LIMIT);
    if (found > 0 && fire(handler, (size_t)found) != DONE)
        return;
    if (now < handler->next_sweep_ms)
        return;
    handler->next_sweep_ms = now + handler->due_sweep_ms;
    if (store_due(handler->store, handler->due, STAGE_LIMIT, &number) != DONE || number == 0)
        return;
    // A step that fired late may have the next one due as well.
    if (fire(handler, number) == DONE)
        handler->next_sweep_ms = 0;
}

struct handler *
handler_new(struct service *service, struct db *db, struct cache *cache, struct bus_outbox *notices,
    int64_t due_sweep_ms)
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
    handler->store = store_new(db);
    handler->cache = cache;
    handler->outbox = notices;
    handler->due_sweep_ms = due_sweep_ms;
    for (size_t i = 0; i < STAGE_LIMIT; i++)
        handler->item_list[i] = &handler->items[i];
    service_every(service, ALARM_MS, on_alarm, handler);
    return handler;
}

void
handler_destroy(struct handler **handler)
{
    if (*handler == NULL)
        return;
    store_destroy(&(*handler)->store);
    str_free(&(*handler)->message);
    free(*handler);
    *handler = NULL;
}

const struct stage_handler *
handler_stage(struct handler *handler)
{
    return &handler->stage;
}

// watcher.c - two watchers at once.
//
//     POLL --changed--> plan --> WRITE --> ALARM at the next step --> FIRE --due and fresh--> next step
//       |                          ^                                   |
//       +--new rules--> WALK ------+-------------- not fresh ----------+
//
// An alarm that got lost is found by a SWEEP; a write that came too late is given up, and POLL finds the
// ticket again.
#include "watcher.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

enum { POLL_MS = 1000, SWEEP_MS = 5500, HAND_MS = 60, LOST_PERCENT = 8 };

// Rows of a ticket as they were read.
struct reading {
    struct ticket *ticket;
    size_t count;
    struct deadline_row rows[];
};

struct page {
    int64_t after, up_to;
    size_t count;
    struct plan *plans[WATCHER_PAGE];
};

void
watchers_init(struct watchers *watchers, struct world *world, struct store *store, struct queue *queue,
    struct referee *referee)
{
    *watchers = (struct watchers){.world = world, .store = store, .queue = queue, .referee = referee};
    for (int i = 0; i < WORLD_WATCHERS; i++) {
        watchers->each[i].id = i;
        chance_init(&watchers->each[i].chance, world->seed, 10 + (uint64_t)i);
    }
}

// From now on at the latest within so many milliseconds.
static void
soon(struct watchers *watchers, struct watcher *watcher, struct event event, int64_t from_ms,
    int64_t within_ms)
{
    int64_t now = watchers->world->now_ms;

    event.at_ms = (from_ms > now ? from_ms : now) + chance_between(&watcher->chance, 1, within_ms);
    event.watcher = watcher->id;
    event.life = watcher->life;
    queue_add(watchers->queue, event);
}

void
watchers_notice(struct watchers *watchers)
{
    for (int i = 0; i < WORLD_WATCHERS; i++)
        soon(watchers, &watchers->each[i], (struct event){.what = WATCHER_POLL}, 0, POLL_MS);
}

// The watcher hears of it by Redis, or finds it by a sweep.
static void
set_timer(struct watchers *watchers, struct watcher *watcher, const struct ticket *ticket)
{
    int64_t next = store_next(watchers->store, ticket);

    if (next == CALENDAR_NEVER || next > watchers->world->ends_ms)
        return;
    if (chance_is(&watcher->chance, LOST_PERCENT))
        soon(watchers, watcher, (struct event){.what = WATCHER_SWEEP}, next, SWEEP_MS);
    else
        soon(watchers, watcher, (struct event){.what = WATCHER_ALARM, .ticket = ticket->id}, next, 300);
}

static void
set_timers(struct watchers *watchers, const struct ticket *ticket)
{
    for (int i = 0; i < WORLD_WATCHERS; i++)
        set_timer(watchers, &watchers->each[i], ticket);
}

// ---- Deriving
// ----------------------------------------------------------------------------------------------------

static struct plan *
make_plan(struct watchers *watchers, const struct watcher *watcher, struct ticket *ticket)
{
    // Versions count from 1.
    struct book *book = watchers->world->books[watcher->version - 1];
    struct plan *plan = store_plan(watchers->store, watchers->world, ticket, book);

    referee_plan(watchers->referee, plan);
    return plan;
}

static void
derive_anew(struct watchers *watchers, struct watcher *watcher, struct ticket *ticket)
{
    soon(watchers, watcher,
        (struct event){.what = WATCHER_WRITE, .with = make_plan(watchers, watcher, ticket)}, 0, HAND_MS);
}

// Reads the rules if they changed, and walks through all tickets then.
static void
know_rules(struct watchers *watchers, struct watcher *watcher)
{
    const struct store *store = watchers->store;
    int64_t version = world_book(watchers->world)->version;

    if (watcher->version == version)
        return;
    watcher->version = version;
    watcher->walked_up_to = store->applied_version == version ? store->applied_up_to : 0;
    if (!watcher->is_walking)
        soon(watchers, watcher, (struct event){.what = WATCHER_WALK}, 0, HAND_MS);
    watcher->is_walking = true;
}

static void
poll(struct watchers *watchers, struct watcher *watcher)
{
    struct world *world = watchers->world;

    know_rules(watchers, watcher);
    for (size_t i = 0; i < world->opened; i++) {
        struct ticket *ticket = &world->tickets[i];
        const struct stored *stored = store_ticket(watchers->store, ticket);
        if (stored->acts != (int64_t)ticket->act_count || stored->changes != ticket->changes)
            derive_anew(watchers, watcher, ticket);
    }
}

static void
write_plan(struct watchers *watchers, struct watcher *watcher, struct plan *plan)
{
    if (store_may_write(watchers->store, watchers->world, plan)) {
        store_write(watchers->store, plan);
        referee_written(watchers->referee, plan);
        set_timers(watchers, plan->ticket);
    } else {
        soon(watchers, watcher, (struct event){.what = WATCHER_POLL}, 0, POLL_MS);
    }
}

static void
walk(struct watchers *watchers, struct watcher *watcher)
{
    struct page *page = check_zalloc(1, sizeof(*page));
    struct world *world = watchers->world;

    page->after = page->up_to = watcher->walked_up_to;
    while (page->up_to < (int64_t)world->opened && page->count < WATCHER_PAGE)
        page->plans[page->count++] = make_plan(watchers, watcher, &world->tickets[page->up_to++]);
    soon(watchers, watcher, (struct event){.what = WATCHER_WALKED, .with = page}, 0, HAND_MS);
}

// A page is written as a whole or not at all: rules_applied says that all up to there know the rules.
static void
write_page(struct watchers *watchers, struct watcher *watcher, const struct page *page)
{
    struct store *store = watchers->store;
    bool is_whole =
        world_book(watchers->world)->version == watcher->version && page->after == watcher->walked_up_to;

    for (size_t i = 0; i < page->count && is_whole; i++)
        is_whole = store_may_write(store, watchers->world, page->plans[i]);
    for (size_t i = 0; i < page->count && is_whole; i++)
        write_plan(watchers, watcher, page->plans[i]);
    know_rules(watchers, watcher);
    if (is_whole && store->applied_version < watcher->version && page->after == 0) {
        store->applied_version = watcher->version;
        store->applied_up_to = page->up_to;
    } else if (is_whole && store->applied_version == watcher->version &&
               store->applied_up_to >= page->after && store->applied_up_to < page->up_to) {
        store->applied_up_to = page->up_to;
    }
    if (is_whole)
        watcher->walked_up_to = page->up_to;
    watcher->is_walking = !is_whole || page->count == WATCHER_PAGE;
    if (watcher->is_walking)
        soon(watchers, watcher, (struct event){.what = WATCHER_WALK}, 0, HAND_MS);
}

static void
forget_page(struct page *page)
{
    for (size_t i = 0; i < page->count; i++)
        store_plan_destroy(&page->plans[i]);
    free(page);
}

// ---- Firing
// ------------------------------------------------------------------------------------------------------

static void
read_due(struct watchers *watchers, struct watcher *watcher, struct ticket *ticket)
{
    const struct stored *stored = store_ticket(watchers->store, ticket);
    struct reading *reading = check_zalloc(1, sizeof(*reading) + stored->count * sizeof(*reading->rows));

    reading->ticket = ticket;
    for (size_t i = 0; i < stored->count; i++) {
        size_t at = reading->count;
        if (stored->rows[i].next_at_ms == 0 || stored->rows[i].next_at_ms > watchers->world->now_ms)
            continue;
        // In the order in which they were due.
        for (; at > 0 && reading->rows[at - 1].next_at_ms > stored->rows[i].next_at_ms; at--)
            reading->rows[at] = reading->rows[at - 1];
        reading->rows[at] = stored->rows[i];
        reading->count++;
    }
    if (reading->count > 0)
        soon(watchers, watcher, (struct event){.what = WATCHER_FIRE, .with = reading}, 0, HAND_MS);
    else
        free(reading);
}

static void
sweep(struct watchers *watchers, struct watcher *watcher)
{
    struct world *world = watchers->world;

    for (size_t i = 0; i < world->opened; i++)
        if (store_next(watchers->store, &world->tickets[i]) <= world->now_ms)
            read_due(watchers, watcher, &world->tickets[i]);
}

// The ticket is done, by the system: the ladder said so.
static void
close_ticket(struct watchers *watchers, struct ticket *ticket)
{
    world_add_act(watchers->world, ticket, (struct act_row){.act = ACT_DONE, .actor = ACTOR_SYSTEM});
    queue_add(watchers->queue, (struct event){.at_ms = watchers->world->now_ms + 700,
                                   .what = EVENT_ROUTE,
                                   .ticket = ticket->id,
                                   .watcher = -1});
    watchers_notice(watchers);
}

static void
fire_row(struct watchers *watchers, const struct watcher *watcher, struct ticket *ticket,
    const struct deadline_row *read)
{
    const struct policy *policy =
        rules_policy(book_rules(world_book(watchers->world)), read->clock, read->version);
    const struct deadline_row *row = store_fire(watchers->store, watchers->world, ticket, read);

    if (!row)
        return;
    world_tell(watchers->world, "ticket %lld: watcher %d fires %s %d step %d", (long long)ticket->id,
        watcher->id, row->clock, row->turn, read->next_step);
    referee_fired(watchers->referee, ticket, read->next_step, row);
    // What has been stopped meanwhile is not closed.
    if (policy && policy->ladder.steps[read->next_step].role == ROLE_CLOSE && row->stop == STOP_NONE)
        close_ticket(watchers, ticket);
}

static void
fire(struct watchers *watchers, struct watcher *watcher, struct reading *reading)
{
    struct ticket *ticket = reading->ticket;
    bool is_fresh = true;

    for (size_t i = 0; i < reading->count && is_fresh; i++) {
        is_fresh = store_is_fresh(watchers->store, watchers->world, ticket, watcher->version);
        if (is_fresh)
            fire_row(watchers, watcher, ticket, &reading->rows[i]);
    }
    if (is_fresh) {
        // What is due by now, too, it does at once.
        read_due(watchers, watcher, ticket);
        set_timers(watchers, ticket);
        return;
    }
    know_rules(watchers, watcher);
    derive_anew(watchers, watcher, ticket);
}

// ---- Faults
// ------------------------------------------------------------------------------------------------------

void
watchers_forget(struct event *event)
{
    if (event->what == WATCHER_WALKED) {
        forget_page(event->with);
    } else if (event->what == WATCHER_WRITE) {
        struct plan *plan = event->with;
        store_plan_destroy(&plan);
    } else if (event->what == WATCHER_FIRE) {
        free(event->with);
    }
    event->with = NULL;
}

static void
die(struct watcher *watcher)
{
    watcher->life++;
    watcher->version = 0;
    watcher->is_walking = false;
}

void
watchers_fault(struct watchers *watchers, const struct fault *fault, bool begins)
{
    for (int i = 0; i < WORLD_WATCHERS; i++) {
        struct watcher *watcher = &watchers->each[i];
        bool is_hit = fault->kind == FAULT_OUTAGE || fault->kind == FAULT_ABSENT || fault->watcher == i;
        if (!is_hit || fault->kind == FAULT_TIMERS || fault->kind == FAULT_FROZEN)
            continue;
        if (begins) {
            die(watcher);
            continue;
        }
        soon(watchers, watcher, (struct event){.what = WATCHER_POLL}, 0, POLL_MS);
        soon(watchers, watcher, (struct event){.what = WATCHER_SWEEP}, 0, 2000);
        // It makes its timers anew from PostgreSQL.
        for (size_t j = 0; j < watchers->world->opened; j++)
            set_timer(watchers, watcher, &watchers->world->tickets[j]);
    }
}

// Is the watcher hindered?  Then the event is forgotten or comes later.
static bool
is_hindered(struct watchers *watchers, struct watcher *watcher, struct event *event)
{
    const struct world *world = watchers->world;
    const struct fault *frozen = world_fault(world, FAULT_FROZEN, watcher->id);
    const struct fault *timers = world_fault(world, FAULT_TIMERS, watcher->id);

    if (event->life != watcher->life || world_fault(world, FAULT_OUTAGE, watcher->id) ||
        world_fault(world, FAULT_ABSENT, watcher->id) || world_fault(world, FAULT_DOWN, watcher->id)) {
        watchers_forget(event);
        return true;
    }
    if (frozen) {
        event->at_ms = frozen->until_ms;
        queue_add(watchers->queue, *event);
        return true;
    }
    if (timers && event->what == WATCHER_ALARM) {
        soon(watchers, watcher, (struct event){.what = WATCHER_SWEEP}, 0, SWEEP_MS);
        return true;
    }
    return false;
}

void
watchers_handle(struct watchers *watchers, struct event *event)
{
    struct watcher *watcher = &watchers->each[event->watcher];

    if (is_hindered(watchers, watcher, event))
        return;
    if (watcher->version == 0)
        know_rules(watchers, watcher);
    if (event->what == WATCHER_POLL)
        poll(watchers, watcher);
    else if (event->what == WATCHER_ALARM)
        read_due(watchers, watcher, &watchers->world->tickets[event->ticket - 1]);
    else if (event->what == WATCHER_SWEEP)
        sweep(watchers, watcher);
    else if (event->what == WATCHER_FIRE)
        fire(watchers, watcher, event->with);
    else if (event->what == WATCHER_WRITE)
        write_plan(watchers, watcher, event->with);
    else if (event->what == WATCHER_WALK)
        walk(watchers, watcher);
    else if (event->what == WATCHER_WALKED)
        write_page(watchers, watcher, event->with);
    watchers_forget(event);
}

// handler.c - the notifier as a stage.
//
// The stage's marks may only move over notices that are settled in PostgreSQL.  What is in hand is not, and
// may stay so for a day when a phone's push service is away: so a sweep that finds nothing new but passes
// over something in hand answers RETRY, which leaves the marks where they are.  To spare such sweeps the long
// way from a mark that stands still, `floor` remembers up to where everything is settled or in hand; it is
// forgotten when something had to be turned away.
#include "handler.h"

#include "log.h"
#include "names.h"
#include "wire.h"

#include <stdlib.h>

enum {
    BATCH_ROWS = 8192, // a message has up to WIRE_ITEMS_MOST items, a sweep a row for each phone
    PAGES_MOST = 4,    // in one sweep: bounds how long it holds up the loop
    FULL_DEVICES = 64,
    NAMES_EVERY = 60, // refreshes: names of places hardly ever change
};

// One notice for all phones of its agency (from a message), or open for one phone (from a sweep).
struct item {
    bool swept;
    struct open_row row;
};

struct handler {
    struct db *db;
    struct store *store;
    struct devices *devices;
    struct dispatch *dispatch;
    struct names *names;
    struct stage_handler stage;
    struct item *items;
    size_t count, room;
    int64_t floor;
    int refreshes;
};

static struct item *
add_item(struct handler *handler)
{
    if (handler->count == handler->room) {
        handler->room = handler->room == 0 ? BATCH_ROWS : handler->room * 2;
        handler->items = check_realloc(handler->items, handler->room * sizeof(*handler->items));
    }
    handler->items[handler->count] = (struct item){0};
    return &handler->items[handler->count++];
}

// What is for the reporter is published with the tracking code, not pushed.
static bool
is_for_agency(Kentongan__V1__NoticeKind kind)
{
    return kind == KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_TICKET_OPENED ||
           kind == KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_50 ||
           kind == KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_80 ||
           kind == KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_BREACH ||
           kind == KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_INCIDENT ||
           kind == KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_URGENT ||
           kind == KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_ESCALATION;
}

static void
take_step(const Kentongan__V1__NoticeItem *from, struct step *step)
{
    str_copy(step->clock, sizeof(step->clock), from->clock);
    step->role = (uint8_t)step_role(from->role);
    step->since_ms = from->since_ms;
    str_copy(step->late, sizeof(step->late), from->late_agency);
    for (size_t i = 0; i < from->n_told_before; i++)
        if (step_role(from->told_before[i]->role) != STEP_ROLE_NONE)
            step_tell(step, step_role(from->told_before[i]->role), from->told_before[i]->at_ms);
}

static int
take(void *self, const uint8_t *data, size_t length)
{
    struct handler *handler = self;
    Kentongan__V1__Notice *message = wire_notice(data, length);

    if (message == NULL)
        return -1;
    for (size_t i = 0; i < message->n_notices; i++) {
        const Kentongan__V1__NoticeItem *from = message->notices[i];
        struct notice *notice = NULL;

        if (!is_for_agency(from->kind))
            continue;
        notice = &add_item(handler)->row.notice;
        notice->id = from->notice_id;
        notice->kind = (enum notice_kind)from->kind;
        notice->due_at_ms = from->due_at_ms;
        notice->created_at_ms = from->created_at_ms;
        notice->urgent = from->urgent;
        notice->count = from->count;
        str_copy(notice->ticket, sizeof(notice->ticket), from->tracking_code);
        str_copy(notice->agency, sizeof(notice->agency), from->agency);
        str_copy(notice->topic, sizeof(notice->topic), from->topic);
        str_copy(notice->region, sizeof(notice->region), from->region_code);
        take_step(from, &notice->step);
    }
    kentongan__v1__notice__free_unpacked(message, NULL);
    return 0;
}

static size_t
count(void *self)
{
    return ((const struct handler *)self)->count;
}

static int64_t
id(void *self, size_t i)
{
    return ((const struct handler *)self)->items[i].row.notice.id;
}

static void
clear(void *self)
{
    ((struct handler *)self)->count = 0;
}

static enum outcome
handle(void *self, size_t first, size_t length)
{
    struct handler *handler = self;

    for (size_t i = first; i < first + length; i++) {
        const struct item *item = &handler->items[i];
        int rc = item->swept ? dispatch_open_row(handler->dispatch, &item->row)
                             : dispatch_notice(handler->dispatch, &item->row.notice);

        // Turned away: a later sweep has to look at it again.
        if (rc < 0)
            handler->floor = 0;
    }
    dispatch_pump(handler->dispatch);
    return DONE;
}

static void
found(void *self, const struct open_row *row)
{
    struct handler *handler = self;

    if (handler->count < STAGE_LIMIT && !dispatch_holds(handler->dispatch, row->notice.id, row->device_id))
        *add_item(handler) = (struct item){.swept = true, .row = *row};
}

// After one page: up to where is everything settled or in hand, what the page has found included?
static void
raise_floor(struct handler *handler, const struct sweep_range *range, const struct sweep_page *page)
{
    if (page->mark > handler->floor)
        handler->floor = page->mark;
    if (range->above <= handler->floor && page->old > handler->floor && handler->count < STAGE_LIMIT &&
        range->full_count == 0)
        handler->floor = page->old;
}

static enum outcome
sweep(void *self, int64_t above, int64_t up_to)
{
    struct handler *handler = self;
    int64_t full[FULL_DEVICES];
    struct sweep_range range = {.above = above > handler->floor ? above : handler->floor, .up_to = up_to};
    struct sweep_page page = {.partial = true};
    int64_t held = dispatch_lowest(handler->dispatch, above, up_to);

    range.full_devices = full;
    range.full_count = dispatch_full_devices(handler->dispatch, full, FULL_DEVICES);
    for (int pages = 0; pages < PAGES_MOST && page.partial && handler->count == 0; pages++) {
        if (dispatch_is_full(handler->dispatch))
            break;
        if (store_sweep(handler->store, handler->db, &range, &page, found, handler) != DONE)
            return RETRY;
        raise_floor(handler, &range, &page);
        range.above = page.last;
    }
    // Nothing to do, but not all is settled: the marks have to wait.
    if (handler->count == 0 && (held != 0 || page.partial || range.full_count > 0))
        return RETRY;
    return DONE;
}

static enum outcome
newest(void *self, int64_t *highest)
{
    return store_newest(((const struct handler *)self)->db, highest);
}

static enum outcome
load_names(struct handler *handler)
{
    struct names *fresh = names_new();

    if (store_load_names(handler->db, fresh) != DONE) {
        names_destroy(&fresh);
        return RETRY;
    }
    dispatch_use_names(handler->dispatch, fresh);
    names_destroy(&handler->names);
    handler->names = fresh;
    return DONE;
}

// Another replica sends now: what waits here it has in hand as well.
static void
stand_by(void *self)
{
    struct handler *handler = self;

    dispatch_drop_waiting(handler->dispatch);
    handler->floor = 0;
}

static enum outcome
refresh(void *self, bool first)
{
    struct handler *handler = self;

    // While another replica worked, it may have settled what waits here.
    if (first) {
        stand_by(handler);
        handler->refreshes = 0;
    }
    if (first && store_load_key(handler->store, handler->db) != DONE)
        return RETRY;
    if (store_load_devices(handler->db, handler->devices, dispatch_removed, handler->dispatch) != DONE)
        return RETRY;
    if (handler->refreshes++ % NAMES_EVERY == 0 && load_names(handler) != DONE)
        return RETRY;
    if (first)
        log_info(EV_DATA_LOADED, "devices=%zu", devices_count(handler->devices));
    return DONE;
}

struct handler *
handler_new(struct db *db, struct store *store, struct devices *devices, struct dispatch *dispatch)
{
    struct handler *handler = check_zalloc(1, sizeof(*handler));

    handler->db = db;
    handler->store = store;
    handler->devices = devices;
    handler->dispatch = dispatch;
    handler->stage = (struct stage_handler){
        .name = "notifier",
        .self = handler,
        .take = take,
        .count = count,
        .id = id,
        .handle = handle,
        .clear = clear,
        .sweep = sweep,
        .newest = newest,
        .refresh = refresh,
        .stand_by = stand_by,
    };
    return handler;
}

void
handler_destroy(struct handler **handler)
{
    if (*handler == NULL)
        return;
    names_destroy(&(*handler)->names);
    free((*handler)->items);
    free(*handler);
    *handler = NULL;
}

const struct stage_handler *
handler_stage(const struct handler *handler)
{
    return &handler->stage;
}

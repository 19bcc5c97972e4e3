// handler.c - the notifier as a stage.
//
// The stage's marks may only move over notices that are settled in PostgreSQL.  What is in hand is not, and
// may stay so for a day when a phone's push service is away: so a sweep that finds nothing new but passes
// over something in hand answers RETRY, which leaves the marks where they are.  To spare such sweeps the long
// way from a mark that stands still, `floor` remembers up to where everything is settled or in hand; it is
// forgotten when something had to be turned away.
#include "handler.h"

#include "clock.h"
#include "log.h"
#include "names.h"
#include "wire.h"

#include <stdlib.h>

enum {
    BATCH_ROWS = 8192, // a message has up to WIRE_ITEMS_MOST items, a sweep one for each phone
    PAGES_MOST = 4,    // in one sweep: bounds how long it holds up the loop
    NAMES_EVERY = 60,  // refreshes: names of places hardly ever change
    FRESH_MS = 1000,   // nobody has answered what is as young as that
};

// One notice for all whom it means (from a message), or open for one phone (from a sweep).
struct item {
    bool swept;
    bool known; // the whole notice is
    struct notice notice;
    struct errand errand; // of a sweep
};

struct handler {
    struct handler_options options;
    struct names *names;
    struct notice_key key;
    struct stage_handler stage;
    struct item *items;
    size_t count, room;
    size_t filled;    // of swept items, whose notices come in the same order
    bool passed_over; // the sweep that is going on left out what had no room
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

// Whether a message's notice has a ring, and how hard it rings, is what its trigger made of it.
static void
take_ring(struct notice *notice)
{
    notice->rings = true;
    notice->severity = (uint8_t)ring_severity(notice->kind, notice->urgent);
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
        notice = &add_item(handler)->notice;
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
        take_ring(notice);
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
    return ((const struct handler *)self)->items[i].notice.id;
}

static void
clear(void *self)
{
    ((struct handler *)self)->count = 0;
}

static void
take_answered(void *self, int64_t notice_id)
{
    struct handler *handler = self;

    for (size_t i = 0; i < handler->count; i++)
        if (!handler->items[i].swept && handler->items[i].notice.id == notice_id)
            handler->items[i].notice.answered = true;
}

// A message may have waited for this replica, and been answered meanwhile: then nobody is told.  What is
// fresh leaves without asking.  Who answers from here on is told of to dispatch, which has them in hand by
// then.  Without an answer of PostgreSQL all are told: rather once too often than late.
static void
find_answered(struct handler *handler, size_t first, size_t length)
{
    int64_t *ids = check_zalloc(length, sizeof(*ids));
    int64_t fresh_from_ms = clock_now_ms() - FRESH_MS;
    size_t count = 0;

    for (size_t i = first; i < first + length; i++)
        if (!handler->items[i].swept && handler->items[i].notice.created_at_ms < fresh_from_ms)
            ids[count++] = handler->items[i].notice.id;
    if (count > 0)
        (void)!store_answered(
            handler->options.store, handler->options.db, ids, count, take_answered, handler);
    free(ids);
}

static enum outcome
handle(void *self, size_t first, size_t length)
{
    struct handler *handler = self;
    struct dispatch *dispatch = handler->options.dispatch;

    find_answered(handler, first, length);
    for (size_t i = first; i < first + length; i++) {
        const struct item *item = &handler->items[i];
        int rc = item->swept ? dispatch_errand(dispatch, &item->notice, &item->errand)
                             : dispatch_notice(dispatch, &item->notice);

        // Turned away: a later sweep has to look at it again.
        if (rc < 0)
            handler->floor = 0;
    }
    dispatch_pump(dispatch);
    return DONE;
}

// A notice that the sweep looks at is open for one phone (NULL: for nobody).
static void
take_open(
    struct handler *handler, const struct sweep_row *row, struct device *device, const struct told *last)
{
    const struct queue_key key = {.notice_id = row->notice.id, .device_id = device != NULL ? device->id : 0};
    struct item *item = NULL;

    if (dispatch_holds(handler->options.dispatch, &key))
        return;
    if (handler->count >= STAGE_LIMIT || (device != NULL && row->notice.severity != SEVERITY_DARURAT &&
                                             dispatch_is_full_for(handler->options.dispatch, device))) {
        handler->passed_over = true;
        return;
    }
    item = add_item(handler);
    item->swept = true;
    item->notice.id = row->notice.id;
    item->errand = (struct errand){.device_id = key.device_id,
        .attempt = last != NULL ? last->attempt + 1 : 1,
        .wait_ms = last != NULL ? last->wait_ms : 0};
}

static void
found(void *self, const struct sweep_row *row)
{
    struct handler *handler = self;
    struct reach reach = dispatch_reach(handler->options.dispatch, &row->notice);
    struct device *device = reach_next(&reach, NULL);
    struct told told[TOLD_MOST];
    size_t count = reach_told(row->told, told, TOLD_MOST);
    const struct told *last = NULL;

    if (device == NULL && reach_is_open(told, count, NULL, row->notice.created_at_ms, NULL))
        take_open(handler, row, NULL, NULL);
    for (; device != NULL; device = reach_next(&reach, device))
        if (reach_is_open(told, count, device, row->notice.created_at_ms, &last))
            take_open(handler, row, device, last);
}

// The notice of some of the swept items, which are in the same order.
static void
fill(void *self, const struct notice *notice)
{
    struct handler *handler = self;

    while (handler->filled < handler->count && handler->items[handler->filled].notice.id < notice->id)
        handler->filled++;
    for (; handler->filled < handler->count && handler->items[handler->filled].notice.id == notice->id;
         handler->filled++) {
        handler->items[handler->filled].notice = *notice;
        handler->items[handler->filled].known = true;
    }
}

// Reads the notices that the sweep found open.
static enum outcome
load_notices(struct handler *handler)
{
    int64_t *ids = check_zalloc(handler->count, sizeof(*ids));
    size_t count = 0;
    enum outcome outcome = RETRY;

    for (size_t i = 0; i < handler->count; i++)
        if (count == 0 || ids[count - 1] != handler->items[i].notice.id)
            ids[count++] = handler->items[i].notice.id;
    handler->filled = 0;
    outcome = store_notices(handler->options.store, handler->options.db, ids, count, fill, handler);
    free(ids);
    // What is gone from the table meanwhile is left out.
    count = 0;
    for (size_t i = 0; i < handler->count; i++)
        if (handler->items[i].known)
            handler->items[count++] = handler->items[i];
    handler->count = outcome == DONE ? count : 0;
    return outcome;
}

// After one page: up to where is everything settled or in hand, what the page has found included?
static void
raise_floor(struct handler *handler, int64_t above, const struct sweep_page *page)
{
    if (page->mark > handler->floor)
        handler->floor = page->mark;
    if (above <= handler->floor && page->old > handler->floor && !handler->passed_over)
        handler->floor = page->old;
}

static enum outcome
sweep(void *self, int64_t above, int64_t up_to)
{
    struct handler *handler = self;
    const struct handler_options *options = &handler->options;
    int64_t span[2] = {above > handler->floor ? above : handler->floor, up_to};
    struct sweep_page page = {.partial = true};
    int64_t held = dispatch_lowest(options->dispatch, above, up_to);

    handler->passed_over = false;
    for (int pages = 0; pages < PAGES_MOST && page.partial && handler->count == 0; pages++) {
        if (dispatch_is_full(options->dispatch))
            break;
        if (store_sweep(options->store, options->db, span, &page, found, handler) != DONE)
            return RETRY;
        raise_floor(handler, span[0], &page);
        span[0] = page.last;
    }
    if (handler->count > 0 && load_notices(handler) != DONE) {
        handler->floor = 0;
        return RETRY;
    }
    // Nothing to do, but not all is settled: the marks have to wait.
    if (handler->count == 0 && (held != 0 || page.partial || handler->passed_over))
        return RETRY;
    return DONE;
}

static enum outcome
newest(void *self, int64_t *highest)
{
    return store_newest(((const struct handler *)self)->options.db, highest);
}

static enum outcome
load_names(struct handler *handler)
{
    struct names *fresh = names_new();

    if (store_load_names(handler->options.db, fresh) != DONE) {
        names_destroy(&fresh);
        return RETRY;
    }
    writer_use(handler->options.writer, fresh, &handler->key);
    names_destroy(&handler->names);
    handler->names = fresh;
    return DONE;
}

static void
start_over(struct handler *handler, bool stands_by)
{
    dispatch_drop_waiting(handler->options.dispatch, stands_by);
    ringer_start_over(handler->options.ringer);
    handler->floor = 0;
}

// Another replica sends now: what waits here it has in hand as well.
static void
stand_by(void *self)
{
    start_over(self, true);
}

static enum outcome
refresh(void *self, bool first)
{
    struct handler *handler = self;
    const struct handler_options *options = &handler->options;

    // While another replica worked, it may have settled what waits here.
    if (first) {
        start_over(handler, false);
        handler->refreshes = 0;
    }
    if (first && store_load_keys(options->store, options->db, &handler->key) != DONE)
        return RETRY;
    if (store_rings_ladders(options->rings, options->ladders) != DONE)
        return RETRY;
    if (store_load_devices(options->db, options->devices, dispatch_removed, options->dispatch) != DONE)
        return RETRY;
    if (handler->refreshes++ % NAMES_EVERY == 0 && load_names(handler) != DONE)
        return RETRY;
    if (first)
        log_info(EV_DATA_LOADED, "devices=%zu", devices_count(options->devices));
    return DONE;
}

struct handler *
handler_new(const struct handler_options *options)
{
    struct handler *handler = check_zalloc(1, sizeof(*handler));

    handler->options = *options;
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

// handler.c - the router as a stage: Triaged in; tickets, journal and notices stored; Routed and Notice out.
//
// It never guesses and never drops: what no rule covers goes to the triage desk, and a report whose earlier
// one has no ticket yet waits for it, a minute at most.
#include "handler.h"

#include "failpoint.h"
#include "log.h"
#include "route.h"
#include "store.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROOM = STAGE_LIMIT + WIRE_ITEMS_MOST
}; // a batch may be one item short of its limit when a message comes

struct handler {
    struct stage_handler stage;
    struct store *store;
    struct bus_outbox *routed_outbox, *notice_outbox;
    struct route_table *routes;
    double least_confidence;
    struct routing routings[ROOM];
    size_t count;
    struct routed routed[ROOM];

    // What is sent: the lists point into the arrays for ever.
    Kentongan__V1__RoutedTicket tickets[ROOM];
    Kentongan__V1__RoutedTicket *ticket_list[ROOM];
    Kentongan__V1__NoticeItem items[ROOM];
    Kentongan__V1__NoticeItem *item_list[ROOM];
    struct str message;
};

static int
take(void *self, const uint8_t *data, size_t length)
{
    struct handler *handler = self;
    Kentongan__V1__Triaged *message = wire_triaged(data, length);

    if (message == NULL)
        return -1;
    for (size_t i = 0; i < message->n_reports; i++) {
        const Kentongan__V1__TriagedReport *report = message->reports[i];
        struct routing *routing = &handler->routings[handler->count++];

        CHECK(handler->count <= ROOM);
        memset(routing, 0, sizeof(*routing));
        routing->report_id = report->report_id;
        routing->joins = report->follows_id != 0 ? report->follows_id : report->duplicate_of;
        routing->received_at_ms = report->received_at_ms;
        routing->confidence = report->confidence;
        routing->road = (enum road_class)report->road_class;
        str_copy(routing->tracking_code, sizeof(routing->tracking_code), report->tracking_code);
        str_copy(routing->topic, sizeof(routing->topic), report->topic);
        str_copy(routing->region_code, sizeof(routing->region_code), report->region_code);
    }
    kentongan__v1__triaged__free_unpacked(message, NULL);
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
    return ((struct handler *)self)->routings[i].report_id;
}

static void
clear(void *self)
{
    ((struct handler *)self)->count = 0;
}

static void
decide(struct handler *handler, struct routing *routing)
{
    const struct route_question question = {
        .topic = routing->topic,
        .confidence = routing->confidence,
        .region_code = routing->region_code,
        .road = routing->road,
    };

    route_decide(handler->routes, &question, &routing->answer);
    if (routing->joins != 0)
        str_copy(routing->answer.why, sizeof(routing->answer.why),
            "joins the ticket of the earlier report that it repeats or continues");
}

// The routing that opened this ticket; there is one, because a notice to an agency was stored for it.  Both
// lists are in about the same order, so that the search starts where the last one ended.
static struct routing *
opener(struct handler *handler, size_t first, size_t number, size_t from, int64_t ticket_id)
{
    for (size_t i = 0; i < number; i++) {
        struct routing *routing = &handler->routings[first + (from + i) % number];

        if (routing->report_id == ticket_id)
            return routing;
    }
    check_failed("a notice belongs to a routing of its batch", __FILE__, __LINE__);
}

// Tells the watcher and the notifier of the new tickets.
static void
forward(struct handler *handler, size_t first, size_t number, size_t routed_count)
{
    Kentongan__V1__Routed routed;
    Kentongan__V1__Notice notice;
    size_t at = 0;

    if (routed_count == 0)
        return;
    for (size_t i = 0; i < routed_count; i++) {
        struct routed *one = &handler->routed[i];
        struct routing *routing = opener(handler, first, number, at, one->ticket_id);

        at = (size_t)(routing - &handler->routings[first]) + 1;
        kentongan__v1__routed_ticket__init(&handler->tickets[i]);
        handler->tickets[i].ticket_id = one->ticket_id;
        handler->tickets[i].agency = one->agency;
        handler->tickets[i].routed_at_ms = one->created_at_ms;
        kentongan__v1__notice_item__init(&handler->items[i]);
        handler->items[i].notice_id = one->notice_id;
        handler->items[i].ticket_id = one->ticket_id;
        handler->items[i].kind = KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_TICKET_OPENED;
        handler->items[i].agency = one->agency;
        handler->items[i].tracking_code = routing->tracking_code;
        handler->items[i].topic = routing->topic;
        handler->items[i].region_code = routing->region_code;
        handler->items[i].due_at_ms = one->due_at_ms;
        handler->items[i].created_at_ms = one->created_at_ms;
    }
    kentongan__v1__notice__init(&notice);
    notice.n_notices = routed_count;
    notice.notices = handler->item_list;
    wire_ring(handler->notice_outbox, &handler->message, &notice.base);
    kentongan__v1__routed__init(&routed);
    routed.n_tickets = routed_count;
    routed.tickets = handler->ticket_list;
    wire_ring(handler->routed_outbox, &handler->message, &routed.base);
}

static void
say(const struct handler *handler, size_t first, size_t number)
{
    for (size_t i = first; i < first + number; i++) {
        const struct routing *routing = &handler->routings[i];

        log_info(routing->answer.covered || routing->joins != 0 ? EV_REPORT_ROUTED : EV_ROUTE_MISSING,
            "report=%s why=\"%s\"", routing->tracking_code, routing->answer.why);
    }
}

static enum outcome
handle(void *self, size_t first, size_t number)
{
    struct handler *handler = self;
    size_t routed_count = 0;
    enum outcome outcome = RETRY;

    for (size_t i = 0; i < number; i++)
        decide(handler, &handler->routings[first + i]);
    outcome =
        store_routings(handler->store, &handler->routings[first], number, handler->routed, &routed_count);
    if (outcome == DONE) {
        say(handler, first, number);
        forward(handler, first, number, routed_count);
    }
    failpoint("router.after_forward");
    return outcome;
}

static enum outcome
sweep(void *self, int64_t above, int64_t up_to)
{
    struct handler *handler = self;

    return store_missing(handler->store, above, up_to, handler->routings, STAGE_LIMIT, &handler->count);
}

static enum outcome
newest(void *self, int64_t *newest_id)
{
    return store_newest(((struct handler *)self)->store, newest_id);
}

// Routes are few; reading them anew each time is how an edit takes effect within seconds.
static enum outcome
refresh(void *self, bool first)
{
    struct handler *handler = self;
    struct route_table *routes = store_load_routes(handler->store, handler->least_confidence);

    if (routes == NULL)
        return RETRY;
    if (first)
        log_info(EV_DATA_LOADED, "routes=%zu", route_table_size(routes));
    route_table_destroy(&handler->routes);
    handler->routes = routes;
    return DONE;
}

struct handler *
handler_new(struct db *db, struct bus_outbox *routed, struct bus_outbox *notices, double least_confidence)
{
    struct handler *handler = check_zalloc(1, sizeof(*handler));

    handler->stage = (struct stage_handler){
        .name = "router",
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
    handler->routed_outbox = routed;
    handler->notice_outbox = notices;
    handler->least_confidence = least_confidence;
    for (size_t i = 0; i < ROOM; i++) {
        handler->ticket_list[i] = &handler->tickets[i];
        handler->item_list[i] = &handler->items[i];
    }
    return handler;
}

void
handler_destroy(struct handler **handler)
{
    if (*handler == NULL)
        return;
    store_destroy(&(*handler)->store);
    route_table_destroy(&(*handler)->routes);
    str_free(&(*handler)->message);
    free(*handler);
    *handler = NULL;
}

const struct stage_handler *
handler_stage(struct handler *handler)
{
    return &handler->stage;
}

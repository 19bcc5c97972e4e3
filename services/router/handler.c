// handler.c - the router as a stage: Triaged in; tickets, journal and notices stored; Routed and Notice out.
//
// It never guesses and never drops: what no rule covers goes to the triage desk, and a report whose earlier
// one has no ticket yet waits for it, a minute at most.
#include "handler.h"

#include "changes.h"
#include "failpoint.h"
#include "forward.h"
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
    struct forward *forward;
    struct changes *changes;
    struct route_table *routes;
    double least_confidence;
    struct routing routings[ROOM];
    size_t count;
    struct told told[ROOM];
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
        routing->continues = report->follows_id != 0;
        routing->received_at_ms = report->received_at_ms;
        routing->confidence = report->confidence;
        routing->road = (enum road_class)report->road_class;
        routing->urgent = report->urgent;
        routing->incident_id = report->incident_id;
        str_copy(routing->kind, sizeof(routing->kind), report->kind);
        str_copy(routing->verdict, sizeof(routing->verdict), report->verdict);
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
        .urgent = routing->urgent,
        .not_report = strcmp(routing->kind, STORE_NOT_REPORT) == 0,
    };

    route_decide(handler->routes, &question, &routing->answer);
}

// Completes what is told of new tickets from the routings that opened them, which are in about the same
// order, so that each search starts where the last one ended.  Those that could not join know it then.
static void
complete(struct handler *handler, struct routing *routings, size_t number, size_t told_count)
{
    size_t at = 0;

    for (size_t i = 0; i < told_count; i++) {
        struct told *told = &handler->told[i];

        if (told->kind != KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_TICKET_OPENED)
            continue;
        for (size_t tries = 0; tries < number && routings[at].report_id != told->ticket_id; tries++)
            at = (at + 1) % number;
        CHECK(routings[at].report_id == told->ticket_id);
        routings[at].joins = 0;
        str_copy(told->tracking_code, sizeof(told->tracking_code), routings[at].tracking_code);
        str_copy(told->topic, sizeof(told->topic), routings[at].answer.topic);
        str_copy(told->region_code, sizeof(told->region_code), routings[at].region_code);
        told->urgent = routings[at].urgent;
    }
}

static void
say(const struct handler *handler, size_t first, size_t number)
{
    for (size_t i = first; i < first + number; i++) {
        const struct routing *routing = &handler->routings[i];

        log_info(routing->answer.covered || routing->joins != 0 ? EV_REPORT_ROUTED : EV_ROUTE_MISSING,
            "report=%s why=\"%s\"", routing->tracking_code,
            routing->joins != 0 ? STORE_JOINS : routing->answer.why);
    }
}

static enum outcome
handle(void *self, size_t first, size_t number)
{
    struct handler *handler = self;
    size_t told_count = 0;
    enum outcome outcome = RETRY;

    for (size_t i = 0; i < number; i++)
        decide(handler, &handler->routings[first + i]);
    outcome = store_routings(handler->store, &handler->routings[first], number, handler->told, &told_count);
    if (outcome == DONE) {
        complete(handler, &handler->routings[first], number, told_count);
        say(handler, first, number);
        forward_told(handler->forward, handler->told, told_count);
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
    changes_use_routes(handler->changes, routes);
    return DONE;
}

struct handler *
handler_new(const struct handler_options *options)
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
    handler->store = store_new(options->db);
    handler->least_confidence = options->least_confidence;
    handler->forward = forward_new(options->routed, options->notices, ROOM);
    handler->changes = changes_new(options->db, handler->forward);
    service_every(options->service, options->sweep_ms, changes_run, handler->changes);
    return handler;
}

void
handler_acted(void *self)
{
    changes_run(((struct handler *)self)->changes);
}

void
handler_destroy(struct handler **handler)
{
    if (*handler == NULL)
        return;
    store_destroy(&(*handler)->store);
    changes_destroy(&(*handler)->changes);
    forward_destroy(&(*handler)->forward);
    route_table_destroy(&(*handler)->routes);
    free(*handler);
    *handler = NULL;
}

const struct stage_handler *
handler_stage(struct handler *handler)
{
    return &handler->stage;
}

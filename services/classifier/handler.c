// handler.c - the classifier as a stage: Received in; triages stored; Triaged out.
//
// It never drops a report: one that it cannot place or name goes on as such, and a duplicate is linked, never
// lost.
#include "handler.h"

#include "batch.h"
#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "metrics.h"
#include "store.h"
#include "wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROOM = STAGE_LIMIT + WIRE_ITEMS_MOST, // a batch may be one item short of its limit when a message comes
    LOOK_MS = 60000,                      // how often to ask whether the reference tables have changed
};

struct handler {
    struct stage_handler stage;
    struct store *store;
    struct bus_outbox *outbox;
    struct knowledge *knowledge;
    struct duplicates *duplicates;
    size_t index_most;
    int64_t next_look_ms;
    struct text scratch;
    struct batch *batch;
    struct triage triages[ROOM];
    bool is_new[ROOM];

    // What is sent.
    Kentongan__V1__TriagedReport reports[ROOM];
    Kentongan__V1__TriagedReport *report_list[ROOM];
    struct str message;
};

static struct metric duplicates_found = {
    "kentongan_classifier_duplicates_total", "Reports linked to an earlier one.", 0, NULL};
static struct metric without_topic = {
    "kentongan_classifier_without_topic_total", "Reports in which no topic was found.", 0, NULL};
static struct metric without_place = {"kentongan_classifier_without_place_total",
    "Reports in which no regency or smaller region was found.", 0, NULL};

static bool
is_on_globe(const Kentongan__V1__Point *point)
{
    return isfinite(point->latitude) && isfinite(point->longitude) && fabs(point->latitude) <= 90 &&
           fabs(point->longitude) <= 180;
}

static int
take(void *self, const uint8_t *data, size_t length)
{
    struct handler *handler = self;
    Kentongan__V1__Received *message = wire_received(data, length);

    if (message == NULL)
        return -1;
    for (size_t i = 0; i < message->n_reports; i++) {
        const Kentongan__V1__ReceivedReport *report = message->reports[i];
        bool has_point = report->point != NULL && is_on_globe(report->point);

        batch_add(handler->batch, &(struct batch_item){
                                      .follows_id = report->follows_id,
                                      .tracking_code = report->tracking_code,
                                      .report = {.id = report->report_id,
                                          .received_at_ms = report->received_at_ms,
                                          .text = report->text,
                                          .text_length = strlen(report->text),
                                          .address = report->address,
                                          .address_length = strlen(report->address),
                                          .region_code = report->region_code,
                                          .has_point = has_point,
                                          .latitude = has_point ? report->point->latitude : 0,
                                          .longitude = has_point ? report->point->longitude : 0},
                                  });
    }
    kentongan__v1__received__free_unpacked(message, NULL);
    return 0;
}

static size_t
count(void *self)
{
    return batch_count(((struct handler *)self)->batch);
}

static int64_t
id(void *self, size_t i)
{
    return batch_items(((struct handler *)self)->batch)[i].report.id;
}

static void
clear(void *self)
{
    batch_clear(((struct handler *)self)->batch);
}

// protobuf-c's strings are not const, and packing does not write to them.
static char *
unconst(const char *text)
{
    union {
        const char *in;
        char *out;
    } cast = {.in = text};

    return cast.out;
}

// Tells the router of the rows that are new.
static void
forward(struct handler *handler, const struct batch_item *items, size_t number)
{
    Kentongan__V1__Triaged message;
    size_t sent = 0;

    for (size_t i = 0; i < number; i++) {
        const struct triage *triage = &handler->triages[i];
        Kentongan__V1__TriagedReport *report = &handler->reports[sent];

        if (!handler->is_new[i])
            continue;
        sent++;
        kentongan__v1__triaged_report__init(report);
        report->report_id = items[i].report.id;
        report->tracking_code = unconst(items[i].tracking_code);
        report->topic = unconst(triage->topic);
        report->confidence = triage->confidence;
        report->region_code = unconst(triage->region_code);
        report->road_class = (Kentongan__V1__RoadClass)triage->road;
        report->duplicate_of = triage->duplicate_of;
        report->follows_id = items[i].follows_id;
        report->received_at_ms = items[i].report.received_at_ms;
        log_info(EV_REPORT_TRIAGED, "report=%s topic=%s region=%s duplicate_of=%lld", report->tracking_code,
            report->topic, report->region_code, (long long)report->duplicate_of);
        metric_add(&duplicates_found, triage->duplicate_of != 0);
        metric_add(&without_topic, triage->topic[0] == '\0');
        metric_add(&without_place, strchr(triage->region_code, '.') == NULL);
    }
    if (sent == 0)
        return;
    kentongan__v1__triaged__init(&message);
    message.n_reports = sent;
    message.reports = handler->report_list;
    wire_ring(handler->outbox, &handler->message, &message.base);
}

static enum outcome
handle(void *self, size_t first, size_t number)
{
    struct handler *handler = self;
    const struct batch_item *items = batch_items(handler->batch) + first;
    enum outcome outcome = RETRY;

    for (size_t i = 0; i < number; i++)
        triage_decide(handler->knowledge, handler->duplicates, &handler->scratch, &items[i].report,
            &handler->triages[i]);
    outcome = store_triages(handler->store, items, handler->triages, number, handler->is_new);
    if (outcome == DONE)
        forward(handler, items, number);
    failpoint("classifier.after_forward");
    return outcome;
}

static enum outcome
sweep(void *self, int64_t above, int64_t up_to)
{
    struct handler *handler = self;

    return store_missing(handler->store, above, up_to, handler->batch, STAGE_LIMIT);
}

static enum outcome
newest(void *self, int64_t *newest_id)
{
    return store_newest(((struct handler *)self)->store, newest_id);
}

// The first time, another replica may have worked until now: what it stored has to be in the index.
static enum outcome
refresh(void *self, bool first)
{
    struct handler *handler = self;
    struct knowledge *knowledge = NULL;

    if (!first && clock_mono_ms() < handler->next_look_ms)
        return DONE;
    handler->next_look_ms = clock_mono_ms() + LOOK_MS;
    if (first || store_knowledge_changed(handler->store)) {
        knowledge = store_load_knowledge(handler->store);
        if (knowledge == NULL)
            return RETRY;
        knowledge_destroy(&handler->knowledge);
        handler->knowledge = knowledge;
    }
    return first ? store_rebuild(handler->store, handler->duplicates, handler->index_most) : DONE;
}

struct handler *
handler_new(struct db *db, struct bus_outbox *outbox, size_t index_most)
{
    struct handler *handler = check_zalloc(1, sizeof(*handler));

    handler->stage = (struct stage_handler){
        .name = "classifier",
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
    handler->outbox = outbox;
    handler->index_most = index_most;
    handler->duplicates = duplicates_new(index_most);
    handler->batch = batch_new(ROOM);
    for (size_t i = 0; i < ROOM; i++)
        handler->report_list[i] = &handler->reports[i];
    return handler;
}

void
handler_destroy(struct handler **handler)
{
    if (*handler == NULL)
        return;
    store_destroy(&(*handler)->store);
    knowledge_destroy(&(*handler)->knowledge);
    duplicates_destroy(&(*handler)->duplicates);
    batch_destroy(&(*handler)->batch);
    text_free(&(*handler)->scratch);
    str_free(&(*handler)->message);
    free(*handler);
    *handler = NULL;
}

const struct stage_handler *
handler_stage(struct handler *handler)
{
    return &handler->stage;
}

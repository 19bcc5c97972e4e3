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
#include "store_index.h"
#include "store_knowledge.h"
#include "triage/model.h"
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
    struct store_knowledge *knowledge_store;
    struct store_index *index_store;
    struct bus_outbox *outbox;
    struct knowledge *knowledge;
    struct duplicates *duplicates;
    struct surge *surge;
    struct incidents incidents;
    size_t index_most;
    int64_t next_look_ms;
    struct text scratch;
    struct batch *batch;
    struct decision decisions[ROOM];
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
static struct metric urgent = {
    "kentongan_classifier_urgent_total", "Reports of danger to life or disaster.", 0, NULL};
static struct metric not_reports = {
    "kentongan_classifier_not_reports_total", "Messages that are no report, for the shelf.", 0, NULL};
static struct metric incidents_declared = {
    "kentongan_classifier_incidents_total", "Incidents: one matter from many places.", 0, NULL};
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

static void
count_decision(const struct triage *triage)
{
    metric_add(&duplicates_found, triage->relation == RELATION_DUPLICATE);
    metric_add(&without_topic, triage->topic[0] == '\0');
    metric_add(&without_place, strchr(triage->place.region_code, '.') == NULL);
    metric_add(&urgent, triage->urgent);
    metric_add(&not_reports, triage->kind == KIND_NOT_REPORT && !triage->urgent);
}

static void
put_report(
    Kentongan__V1__TriagedReport *report, const struct batch_item *item, const struct decision *decision)
{
    const struct triage *triage = &decision->triage;

    kentongan__v1__triaged_report__init(report);
    report->report_id = item->report.id;
    report->tracking_code = wire_text(item->tracking_code);
    report->topic = wire_text(triage->topic);
    report->confidence = triage->confidence;
    report->region_code = wire_text(triage->place.region_code);
    report->road_class = (Kentongan__V1__RoadClass)triage->road;
    report->duplicate_of = triage->relation == RELATION_DUPLICATE ? triage->duplicate_of : 0;
    report->follows_id = item->follows_id;
    report->received_at_ms = item->report.received_at_ms;
    report->kind = wire_text(kind_name(triage->kind));
    report->urgent = triage->urgent;
    report->incident_id = decision->incident_id;
    report->verdict = wire_text(verdict_name(decision->verdict));
}

// Tells the router of the rows that are new.
static void
forward(struct handler *handler, const struct batch_item *items, size_t number)
{
    Kentongan__V1__Triaged message;
    size_t sent = 0;

    for (size_t i = 0; i < number; i++) {
        const struct triage *triage = &handler->decisions[i].triage;

        if (!handler->is_new[i])
            continue;
        put_report(&handler->reports[sent++], &items[i], &handler->decisions[i]);
        log_info(EV_REPORT_TRIAGED, "report=%s kind=%s urgent=%s topic=%s region=%s %s_of=%lld",
            items[i].tracking_code, kind_name(triage->kind), triage->urgent ? "yes" : "no", triage->topic,
            triage->place.region_code, relation_name(triage->relation), (long long)triage->duplicate_of);
        count_decision(triage);
    }
    if (sent == 0)
        return;
    kentongan__v1__triaged__init(&message);
    message.n_reports = sent;
    message.reports = handler->report_list;
    wire_ring(handler->outbox, &handler->message, &message.base);
}

// What is known already, is no report, or lies elsewhere makes no incident.
static void
decide(struct handler *handler, const struct batch_item *item, struct decision *decision)
{
    const struct triage_report *report = &item->report;
    const struct triage *triage = &decision->triage;

    triage_decide(handler->knowledge, handler->duplicates, &handler->scratch, report, &decision->triage);
    decision->verdict = item->follows_id != 0 ? verdict_of(report->text) : VERDICT_NONE;
    decision->incident_id = 0;
    if (decision->verdict == VERDICT_NONE && triage->relation != RELATION_DUPLICATE &&
        triage->kind != KIND_NOT_REPORT && !triage->place.outside)
        decision->incident_id = incidents_check(&handler->incidents, handler->surge,
            &(struct surge_report){.report_id = report->id,
                .received_at_ms = report->received_at_ms,
                .topic = triage->topic,
                .region_code = triage->place.region_code});
}

static void
say_incidents(const struct incidents *incidents)
{
    for (size_t i = 0; i < incidents->count; i++)
        log_info(EV_INCIDENT, "incident=%lld topic=%s region=%s", (long long)incidents->items[i].id,
            incidents->items[i].topic, incidents->items[i].region_code);
    metric_add(&incidents_declared, (int64_t)incidents->count);
}

static enum outcome
handle(void *self, size_t first, size_t number)
{
    struct handler *handler = self;
    const struct model *model = handler->knowledge->model;
    const struct store_batch batch = {
        .items = batch_items(handler->batch) + first,
        .decisions = handler->decisions,
        .count = number,
        .model = model != NULL ? model_version(model) : "",
        .incidents = &handler->incidents,
    };
    enum outcome outcome = RETRY;

    incidents_clear(&handler->incidents);
    for (size_t i = 0; i < number; i++)
        decide(handler, &batch.items[i], &handler->decisions[i]);
    outcome = store_decisions(handler->store, &batch, handler->is_new);
    if (outcome == DONE) {
        forward(handler, batch.items, number);
        say_incidents(&handler->incidents);
    }
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

static enum outcome
load_knowledge(struct handler *handler)
{
    struct knowledge *knowledge = store_knowledge_load(handler->knowledge_store);

    if (knowledge == NULL)
        return RETRY;
    knowledge_destroy(&handler->knowledge);
    handler->knowledge = knowledge;
    return DONE;
}

// The first time, another replica may have worked until now: what it stored has to be in the index.
static enum outcome
start(struct handler *handler)
{
    handler->next_look_ms = clock_mono_ms() + LOOK_MS;
    if (load_knowledge(handler) != DONE)
        return RETRY;
    return store_index_rebuild(
        handler->index_store, handler->duplicates, handler->surge, handler->index_most);
}

static enum outcome
refresh(void *self, bool first)
{
    struct handler *handler = self;

    if (first)
        return start(handler);
    if (store_knowledge_refresh_model(handler->knowledge_store, handler->knowledge) != DONE ||
        store_index_take_splits(handler->index_store, handler->duplicates) != DONE)
        return RETRY;
    if (clock_mono_ms() < handler->next_look_ms)
        return DONE;
    handler->next_look_ms = clock_mono_ms() + LOOK_MS;
    return store_knowledge_changed(handler->knowledge_store) ? load_knowledge(handler) : DONE;
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
    handler->knowledge_store = store_knowledge_new(db);
    handler->index_store = store_index_new(db);
    handler->surge = surge_new();
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
    store_knowledge_destroy(&(*handler)->knowledge_store);
    store_index_destroy(&(*handler)->index_store);
    surge_destroy(&(*handler)->surge);
    incidents_free(&(*handler)->incidents);
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

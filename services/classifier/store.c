// store.c - the classifier's SQL on reports and triages.
//
// Two tables are written: triages, one row a report, and incidents.  No row is ever changed, and storing one
// twice does nothing.
#include "store.h"

#include "failpoint.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000, CANDIDATES_SIZE = PLACE_CANDIDATES * 14 + 1 };

struct store {
    struct db *db;
    struct db_params *triages, *incidents, *range;
};

static const char triages_sql[] =
    "INSERT INTO triages (report_id, kind, urgent, topic, confidence, topic_2, confidence_2, topic_3, "
    "confidence_3, region_code, region_candidates, outside, language, road_class, relation, duplicate_of, "
    "duplicate_score, profile, model, incident_id, why, verdict) "
    "SELECT * FROM unnest($1::bigint[], $2::text[], $3::boolean[], $4::text[], $5::real[], $6::text[], "
    "$7::real[], $8::text[], $9::real[], $10::text[], $11::text[], $12::boolean[], $13::text[], "
    "$14::smallint[], $15::text[], $16::bigint[], $17::real[], $18::bytea[], $19::text[], $20::bigint[], "
    "$21::text[], $22::text[]) ON CONFLICT (report_id) DO NOTHING RETURNING report_id";
static const char triages_types[] = "ITOTRTRTRTTOTSTIRBTITT";

// Only when the triage that declared it is the one that stands.
static const char incidents_sql[] =
    "INSERT INTO incidents (id, declared_by, topic, region_code, members) "
    "SELECT u.id, u.declared_by, u.topic, u.region_code, string_to_array(u.members, ',')::bigint[] "
    "FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[]) "
    "AS u (id, declared_by, topic, region_code, members) JOIN triages t ON t.report_id = u.declared_by "
    "AND t.incident_id = u.id ON CONFLICT (id) DO NOTHING";

static const char missing_sql[] = "SELECT r.id, r.tracking_code, r.text, r.latitude, r.longitude, "
                                  "r.region_code, r.address, r.received_at, r.follows_id "
                                  "FROM reports r WHERE r.id > $1 AND r.id <= $2 "
                                  "AND NOT EXISTS (SELECT 1 FROM triages t WHERE t.report_id = r.id) "
                                  "AND NOT EXISTS (SELECT 1 FROM troubles p WHERE p.stage = 'classifier' AND "
                                  "p.item_id = r.id AND p.parked) "
                                  "ORDER BY r.id LIMIT $3";
static const char newest_sql[] = "SELECT coalesce(max(id), 0) FROM reports";

struct store *
store_new(struct db *db)
{
    struct store *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->triages = db_params_new(triages_types);
    store->incidents = db_params_new("IITTT");
    store->range = db_params_new("iii");
    return store;
}

void
store_destroy(struct store **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->triages);
    db_params_destroy(&(*store)->incidents);
    db_params_destroy(&(*store)->range);
    free(*store);
    *store = NULL;
}

// The topic that was decided, and the likeliest others.
static void
put_topics(struct db_params *params, const struct triage *triage)
{
    size_t next = triage->topic[0] != '\0' ? 1 : 0;

    db_put_string(params, 3, triage->topic);
    db_put_real(params, 4, triage->confidence);
    for (size_t column = 5; column <= 7; column += 2, next++) {
        db_put_string(params, column, next < triage->topic_count ? triage->topics[next].code : "");
        db_put_real(params, column + 1, next < triage->topic_count ? triage->topics[next].p : 0);
    }
}

static void
put_place(struct db_params *params, const struct place_answer *place)
{
    char candidates[CANDIDATES_SIZE] = "";
    size_t length = 0;

    for (size_t i = 0; i < place->candidate_count; i++) {
        if (i > 0 && length + 1 < sizeof(candidates))
            candidates[length++] = ',';
        str_copy(candidates + length, sizeof(candidates) - length, place->candidates[i]);
        length += strlen(candidates + length);
    }
    db_put_string(params, 9, place->region_code);
    db_put_string(params, 10, candidates);
    db_put_int(params, 11, place->outside);
}

static void
put_decision(struct db_params *params, const struct decision *decision, int64_t report_id, const char *model)
{
    const struct triage *triage = &decision->triage;
    uint8_t profile[PROFILE_PACKED];

    profile_pack(&triage->profile, profile);
    db_put_int(params, 0, report_id);
    db_put_string(params, 1, kind_name(triage->kind));
    db_put_int(params, 2, triage->urgent);
    put_topics(params, triage);
    put_place(params, &triage->place);
    db_put_string(params, 12, language_name(triage->language));
    db_put_int(params, 13, (int64_t)triage->road);
    db_put_string(params, 14, relation_name(triage->relation));
    db_put_int(params, 15, triage->duplicate_of);
    db_put_real(params, 16, triage->duplicate_score);
    db_put_text(params, 17, profile, sizeof(profile));
    db_put_string(params, 18, model);
    db_put_int(params, 19, decision->incident_id);
    db_put_string(params, 20, triage->why);
    db_put_string(params, 21, verdict_name(decision->verdict));
}

static void
put_incidents(struct db_params *params, const struct incidents *incidents)
{
    db_params_clear(params);
    for (size_t i = 0; i < incidents->count; i++) {
        db_put_int(params, 0, incidents->items[i].id);
        db_put_int(params, 1, incidents->items[i].declared_by);
        db_put_string(params, 2, incidents->items[i].topic);
        db_put_string(params, 3, incidents->items[i].region_code);
        db_put_text(params, 4, incidents->items[i].members.data, incidents->items[i].members.length);
    }
}

// Marks the rows that came back.  They come about in the order in which they went in, so that each search
// starts where the last one ended.
static void
mark_new(const struct db *db, const struct store_batch *batch, bool *is_new)
{
    size_t at = 0;

    for (size_t row = 0; row < db_rows(db, 0); row++) {
        int64_t id = db_int(db, 0, row, 0);

        for (size_t tries = 0; tries < batch->count && batch->items[at].report.id != id; tries++)
            at = (at + 1) % batch->count;
        CHECK(batch->items[at].report.id == id);
        is_new[at] = true;
    }
}

enum outcome
store_decisions(struct store *store, const struct store_batch *batch, bool *is_new)
{
    const struct db_query queries[] = {
        {"triages", triages_sql, store->triages},
        {"incidents", incidents_sql, store->incidents},
    };
    enum outcome outcome = RETRY;

    db_params_clear(store->triages);
    for (size_t i = 0; i < batch->count; i++)
        put_decision(store->triages, &batch->decisions[i], batch->items[i].report.id, batch->model);
    put_incidents(store->incidents, batch->incidents);
    failpoint("classifier.before_commit");
    outcome = db_run(store->db, queries, batch->incidents->count > 0 ? 2 : 1, PATIENCE_MS);
    failpoint("classifier.after_commit");
    memset(is_new, 0, batch->count * sizeof(*is_new));
    if (outcome == DONE)
        mark_new(store->db, batch, is_new);
    db_release(store->db);
    return outcome;
}

enum outcome
store_missing(struct store *store, int64_t above, int64_t up_to, struct batch *batch, size_t room)
{
    const struct db_query query = {"missing", missing_sql, store->range};
    struct db *db = store->db;
    enum outcome outcome = RETRY;

    db_params_clear(store->range);
    db_put_int(store->range, 0, above);
    db_put_int(store->range, 1, up_to);
    db_put_int(store->range, 2, (int64_t)room);
    outcome = db_run(db, &query, 1, PATIENCE_MS);
    for (size_t i = 0; outcome == DONE && i < db_rows(db, 0); i++) {
        struct batch_item item = {
            .tracking_code = db_text(db, 0, i, 1, NULL), .follows_id = db_int(db, 0, i, 8)};
        struct triage_report *report = &item.report;

        report->id = db_int(db, 0, i, 0);
        report->text = db_text(db, 0, i, 2, &report->text_length);
        report->has_point = !db_is_null(db, 0, i, 3) && !db_is_null(db, 0, i, 4);
        report->latitude = report->has_point ? db_real(db, 0, i, 3) : 0;
        report->longitude = report->has_point ? db_real(db, 0, i, 4) : 0;
        report->region_code = db_text(db, 0, i, 5, NULL);
        report->address = db_text(db, 0, i, 6, &report->address_length);
        report->received_at_ms = db_time(db, 0, i, 7);
        batch_add(batch, &item);
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_newest(struct store *store, int64_t *id)
{
    const struct db_query query = {"newest", newest_sql, NULL};
    enum outcome outcome = db_run(store->db, &query, 1, PATIENCE_MS);

    if (outcome == DONE)
        *id = db_int(store->db, 0, 0, 0);
    db_release(store->db);
    return outcome == DONE ? DONE : RETRY;
}

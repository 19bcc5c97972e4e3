// store_knowledge.c - the classifier's SQL on what it knows.
#include "store_knowledge.h"

#include "log.h"
#include "str.h"
#include "triage/model.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000, STAMP_SIZE = 320 };

struct store_knowledge {
    struct db *db;
    struct db_params *place;
    char stamp[STAMP_SIZE];       // of the reference tables when they were read
    char model_stamp[STAMP_SIZE]; // of the models when they were looked at
};

static const char lexicon_sql[] = "SELECT word, normal FROM lexicon";
static const char regions_sql[] = "SELECT code, level, kind, name FROM regions";
static const char aliases_sql[] = "SELECT alias, region_code FROM region_aliases";
static const char polygons_sql[] = "SELECT code, rings FROM region_polygons";
static const char topics_sql[] = "SELECT code, sektor FROM topics";
static const char keywords_sql[] = "SELECT topic, keyword, weight FROM topic_keywords";

// Rows and the transactions that wrote them: every edit changes one of the two.
#define STAMP(table) "(SELECT count(*) || '/' || coalesce(sum(xmin::text::bigint), 0) FROM " #table ")"
static const char stamp_sql[] = "SELECT concat_ws(' ', " STAMP(lexicon) ", " STAMP(regions) ", " STAMP(
    region_aliases) ", " STAMP(region_polygons) ", " STAMP(topics) ", " STAMP(topic_keywords) ")";

static const char model_stamp_sql[] = "SELECT concat_ws(' ', max(installed_at), count(*)) FROM models";
static const char model_sql[] =
    "SELECT version, CASE WHEN version <> $2 THEN bytes END FROM models ORDER BY installed_at DESC LIMIT 1 "
    "OFFSET $1";

struct store_knowledge *
store_knowledge_new(struct db *db)
{
    struct store_knowledge *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->place = db_params_new("it");
    return store;
}

void
store_knowledge_destroy(struct store_knowledge **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->place);
    free(*store);
    *store = NULL;
}

// Fills a knowledge from the finished queries, in their order in store_knowledge_load.  Returns how many rows
// made no sense.
static size_t
read_knowledge(const struct db *db, struct knowledge *knowledge)
{
    size_t wrong = 0;

    for (size_t i = 0; i < db_rows(db, 1); i++)
        lexicon_add(knowledge->lexicon, db_text(db, 1, i, 0, NULL), db_text(db, 1, i, 1, NULL));
    for (size_t i = 0; i < db_rows(db, 2); i++)
        wrong += places_add(knowledge->places, &(struct place_region){.code = db_text(db, 2, i, 0, NULL),
                                                   .level = db_text(db, 2, i, 1, NULL),
                                                   .kind = db_text(db, 2, i, 2, NULL),
                                                   .name = db_text(db, 2, i, 3, NULL)}) < 0;
    knowledge_words_ready(knowledge);
    for (size_t i = 0; i < db_rows(db, 3); i++)
        wrong +=
            places_add_alias(knowledge->places, db_text(db, 3, i, 0, NULL), db_text(db, 3, i, 1, NULL)) < 0;
    for (size_t i = 0; i < db_rows(db, 4); i++)
        wrong +=
            places_add_polygon(knowledge->places, db_text(db, 4, i, 0, NULL), db_text(db, 4, i, 1, NULL)) < 0;
    for (size_t i = 0; i < db_rows(db, 5); i++)
        wrong += topics_add(knowledge->topics, knowledge->lexicon, db_text(db, 5, i, 0, NULL),
                     db_text(db, 5, i, 1, NULL), db_real(db, 5, i, 2)) < 0;
    for (size_t i = 0; i < db_rows(db, 6); i++)
        knowledge_add_topic(knowledge, db_text(db, 6, i, 0, NULL), db_text(db, 6, i, 1, NULL));
    return wrong;
}

struct knowledge *
store_knowledge_load(struct store_knowledge *store)
{
    const struct db_query queries[] = {
        {"stamp", stamp_sql, NULL}, // first: an edit that commits meanwhile makes the next look differ
        {"lexicon", lexicon_sql, NULL},
        {"regions", regions_sql, NULL},
        {"aliases", aliases_sql, NULL},
        {"polygons", polygons_sql, NULL},
        {"keywords", keywords_sql, NULL},
        {"topics", topics_sql, NULL},
    };
    struct knowledge *knowledge = NULL;
    struct db *db = store->db;
    size_t wrong = 0;

    if (db_run(db, queries, LENGTH(queries), PATIENCE_MS) == DONE) {
        knowledge = knowledge_new();
        wrong = read_knowledge(db, knowledge);
        str_copy(store->stamp, sizeof(store->stamp), db_text(db, 0, 0, 0, NULL));
        log_line(wrong > 0 ? LOG_LEVEL_WARN : LOG_LEVEL_INFO, EV_DATA_LOADED,
            "words=%zu regions=%zu topics=%zu left_out=%zu", lexicon_size(knowledge->lexicon),
            places_size(knowledge->places), topics_size(knowledge->topics), wrong);
    }
    db_release(db);
    store->model_stamp[0] = '\0';
    if (knowledge != NULL && store_knowledge_refresh_model(store, knowledge) != DONE)
        knowledge_destroy(&knowledge);
    return knowledge;
}

bool
store_knowledge_changed(struct store_knowledge *store)
{
    const struct db_query query = {"stamp", stamp_sql, NULL};
    bool changed = false;

    if (db_run(store->db, &query, 1, PATIENCE_MS) == DONE)
        changed = strcmp(store->stamp, db_text(store->db, 0, 0, 0, NULL)) != 0;
    db_release(store->db);
    return changed;
}

// Reads the model that was installed last but `place`.  ended: it is in use now, was before, or there is
// none.
static enum outcome
read_model(struct store_knowledge *store, struct knowledge *knowledge, int64_t place, bool *ended)
{
    const struct db_query query = {"model", model_sql, store->place};
    struct db *db = store->db;
    struct model *model = NULL;
    const char *problem = NULL;
    const char *bytes = NULL;
    size_t length = 0;
    enum outcome outcome = RETRY;

    db_params_clear(store->place);
    db_put_int(store->place, 0, place);
    db_put_string(store->place, 1, knowledge->model != NULL ? model_version(knowledge->model) : "");
    outcome = db_run(db, &query, 1, PATIENCE_MS);
    *ended = outcome != DONE || db_rows(db, 0) == 0 || db_is_null(db, 0, 0, 1);
    if (!*ended) {
        bytes = db_text(db, 0, 0, 1, &length);
        model = model_read(bytes, length, &problem);
        if (model == NULL) {
            log_error(EV_MODEL_REFUSED, "model=%s reason=\"%s\" in_use=%s", db_text(db, 0, 0, 0, NULL),
                problem, knowledge->model != NULL ? model_version(knowledge->model) : "none");
        } else {
            knowledge_set_model(knowledge, model);
            log_info(EV_MODEL_LOADED, "model=%s", model_version(knowledge->model));
        }
        *ended = model != NULL || knowledge->model != NULL;
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_knowledge_refresh_model(struct store_knowledge *store, struct knowledge *knowledge)
{
    const struct db_query query = {"model_stamp", model_stamp_sql, NULL};
    char stamp[STAMP_SIZE] = "";
    bool ended = false;
    enum outcome outcome = db_run(store->db, &query, 1, PATIENCE_MS);

    if (outcome == DONE)
        str_copy(stamp, sizeof(stamp), db_text(store->db, 0, 0, 0, NULL));
    db_release(store->db);
    if (outcome != DONE)
        return RETRY;
    if (strcmp(stamp, store->model_stamp) == 0)
        return DONE;
    for (int64_t place = 0; outcome == DONE && !ended; place++)
        outcome = read_model(store, knowledge, place, &ended);
    if (outcome == DONE)
        str_copy(store->model_stamp, sizeof(store->model_stamp), stamp);
    return outcome;
}

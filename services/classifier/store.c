// store.c - all of the classifier's SQL.
//
// One table is written: triages, one row a report, never changed.  Storing a report twice does nothing.
#include "store.h"

#include "failpoint.h"
#include "log.h"
#include "stage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000, PAGE = 10000, STAMP_SIZE = 256 };

struct store {
    struct db *db;
    struct db_params *triages, *range, *page;
    char stamp[STAMP_SIZE]; // of the reference tables when they were read
};

static const char lexicon_sql[] = "SELECT word, normal FROM lexicon";
static const char regions_sql[] = "SELECT code, level, kind, name FROM regions";
static const char aliases_sql[] = "SELECT alias, region_code FROM region_aliases";
static const char polygons_sql[] = "SELECT code, rings FROM region_polygons";
static const char keywords_sql[] = "SELECT topic, keyword, weight FROM topic_keywords";

// Rows and the transactions that wrote them: every edit changes one of the two.
static const char stamp_sql[] =
    "SELECT concat_ws(' ', "
    "(SELECT count(*) || '/' || coalesce(sum(xmin::text::bigint), 0) FROM lexicon), "
    "(SELECT count(*) || '/' || coalesce(sum(xmin::text::bigint), 0) FROM regions), "
    "(SELECT count(*) || '/' || coalesce(sum(xmin::text::bigint), 0) FROM region_aliases), "
    "(SELECT count(*) || '/' || coalesce(sum(xmin::text::bigint), 0) FROM region_polygons), "
    "(SELECT count(*) || '/' || coalesce(sum(xmin::text::bigint), 0) FROM topic_keywords))";

static const char triages_sql[] = "INSERT INTO triages (report_id, topic, confidence, region_code, "
                                  "road_class, duplicate_of, signature, why) "
                                  "SELECT * FROM unnest($1::bigint[], $2::text[], $3::real[], $4::text[], "
                                  "$5::smallint[], $6::bigint[], $7::bigint[], "
                                  "$8::text[]) ON CONFLICT (report_id) DO NOTHING RETURNING report_id";

static const char missing_sql[] = "SELECT r.id, r.tracking_code, r.text, r.latitude, r.longitude, "
                                  "r.region_code, r.address, r.received_at, r.follows_id "
                                  "FROM reports r WHERE r.id > $1 AND r.id <= $2 "
                                  "AND NOT EXISTS (SELECT 1 FROM triages t WHERE t.report_id = r.id) "
                                  "AND NOT EXISTS (SELECT 1 FROM troubles p WHERE p.stage = 'classifier' AND "
                                  "p.item_id = r.id AND p.parked) "
                                  "ORDER BY r.id LIMIT $3";
static const char newest_sql[] = "SELECT coalesce(max(id), 0) FROM reports";

// Newest first by id, which follows time; the page is cut by number, and the last 30 days are picked by the
// reader, so that no page ever reads far beyond them.
static const char recent_sql[] =
    "SELECT p.report_id, p.signature, p.region_code, r.received_at, r.latitude, r.longitude, p.duplicate_of "
    "FROM (SELECT report_id, signature, region_code, duplicate_of FROM triages WHERE report_id < $1 "
    "ORDER BY report_id DESC LIMIT $2) p JOIN reports r ON r.id = p.report_id ORDER BY p.report_id DESC";
static const char now_sql[] = "SELECT now()";

struct store *
store_new(struct db *db)
{
    struct store *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->triages = db_params_new("ITRTSIIT");
    store->range = db_params_new("iii");
    store->page = db_params_new("ii");
    return store;
}

void
store_destroy(struct store **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->triages);
    db_params_destroy(&(*store)->range);
    db_params_destroy(&(*store)->page);
    free(*store);
    *store = NULL;
}

// Fills a knowledge from the finished queries, in their order in store_load_knowledge.  Returns how many rows
// made no sense.
static size_t
read_knowledge(struct db *db, struct knowledge *knowledge)
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
    return wrong;
}

struct knowledge *
store_load_knowledge(struct store *store)
{
    const struct db_query queries[] = {
        {"stamp", stamp_sql, NULL}, // first: an edit that commits meanwhile makes the next look differ
        {"lexicon", lexicon_sql, NULL},
        {"regions", regions_sql, NULL},
        {"aliases", aliases_sql, NULL},
        {"polygons", polygons_sql, NULL},
        {"keywords", keywords_sql, NULL},
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
    return knowledge;
}

bool
store_knowledge_changed(struct store *store)
{
    const struct db_query query = {"stamp", stamp_sql, NULL};
    bool changed = false;

    if (db_run(store->db, &query, 1, PATIENCE_MS) == DONE)
        changed = strcmp(store->stamp, db_text(store->db, 0, 0, 0, NULL)) != 0;
    db_release(store->db);
    return changed;
}

// What a row of recent_sql says; the region code is copied.
struct recent {
    struct duplicates_report report;
    char region_code[16];
};

struct recents {
    struct recent *rows;
    size_t count, most;
};

// Takes the first reports of a page that are inside the window.  False: the page reached its end.
static bool
read_page(struct db *db, int64_t since_ms, struct recents *recents)
{
    size_t inside = 0;

    for (size_t i = 0; i < db_rows(db, 0) && recents->count < recents->most; i++) {
        struct recent *recent = &recents->rows[recents->count];
        int64_t received_at_ms = db_time(db, 0, i, 3);

        if (received_at_ms < since_ms)
            continue;
        inside++;
        if (db_int(db, 0, i, 6) != 0)
            continue;
        recents->count++;
        str_copy(recent->region_code, sizeof(recent->region_code), db_text(db, 0, i, 2, NULL));
        recent->report = (struct duplicates_report){
            .report_id = db_int(db, 0, i, 0),
            .received_at_ms = received_at_ms,
            .signature = (uint64_t)db_int(db, 0, i, 1),
            .has_point = !db_is_null(db, 0, i, 4) && !db_is_null(db, 0, i, 5),
        };
        if (recent->report.has_point) {
            recent->report.latitude = db_real(db, 0, i, 4);
            recent->report.longitude = db_real(db, 0, i, 5);
        }
    }
    return inside > 0 && recents->count < recents->most;
}

static enum outcome
database_now(struct db *db, int64_t *now_ms)
{
    const struct db_query query = {"now", now_sql, NULL};
    enum outcome outcome = db_run(db, &query, 1, PATIENCE_MS);

    if (outcome == DONE)
        *now_ms = db_time(db, 0, 0, 0);
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_rebuild(struct store *store, struct duplicates *duplicates, size_t most)
{
    const struct db_query query = {"recent", recent_sql, store->page};
    struct recents recents = {.most = most};
    struct db *db = store->db;
    int64_t below = INT64_MAX;
    int64_t now_ms = 0;
    bool more = true;
    enum outcome outcome = database_now(db, &now_ms);

    while (outcome == DONE && more) {
        recents.rows = check_realloc(recents.rows, (recents.count + PAGE) * sizeof(*recents.rows));
        db_params_clear(store->page);
        db_put_int(store->page, 0, below);
        db_put_int(store->page, 1, PAGE);
        outcome = db_run(db, &query, 1, PATIENCE_MS);
        if (outcome == DONE) {
            more = read_page(db, now_ms - DUPLICATES_WINDOW_MS, &recents) && db_rows(db, 0) == PAGE;
            below = db_rows(db, 0) > 0 ? db_int(db, 0, db_rows(db, 0) - 1, 0) : 0;
        }
        db_release(db);
    }
    if (outcome == DONE) {
        duplicates_clear(duplicates);
        for (size_t i = recents.count; i > 0; i--) {
            recents.rows[i - 1].report.region_code = recents.rows[i - 1].region_code;
            duplicates_add(duplicates, &recents.rows[i - 1].report);
        }
        log_info(EV_INDEX_REBUILT, "reports=%zu", duplicates_size(duplicates));
    }
    free(recents.rows);
    return outcome == DONE ? DONE : RETRY;
}

static void
put_triages(
    struct db_params *params, const struct batch_item *items, const struct triage *triages, size_t count)
{
    db_params_clear(params);
    for (size_t i = 0; i < count; i++) {
        db_put_int(params, 0, items[i].report.id);
        db_put_string(params, 1, triages[i].topic);
        db_put_real(params, 2, triages[i].confidence);
        db_put_string(params, 3, triages[i].region_code);
        db_put_int(params, 4, (int64_t)triages[i].road);
        db_put_int(params, 5, triages[i].duplicate_of);
        db_put_int(params, 6, (int64_t)triages[i].signature);
        db_put_string(params, 7, triages[i].why);
    }
}

enum outcome
store_triages(struct store *store, const struct batch_item *items, const struct triage *triages, size_t count,
    bool *is_new)
{
    const struct db_query query = {"triages", triages_sql, store->triages};
    struct db *db = store->db;
    enum outcome outcome = RETRY;
    size_t at = 0;

    put_triages(store->triages, items, triages, count);
    failpoint("classifier.before_commit");
    outcome = db_run(db, &query, 1, PATIENCE_MS);
    failpoint("classifier.after_commit");
    memset(is_new, 0, count * sizeof(*is_new));
    if (outcome == DONE) {
        // Rows come back about in the order they went in, so that each search starts where the last one
        // ended.
        for (size_t row = 0; row < db_rows(db, 0); row++) {
            int64_t id = db_int(db, 0, row, 0);

            for (size_t tries = 0; tries < count && items[at].report.id != id; tries++)
                at = (at + 1) % count;
            CHECK(items[at].report.id == id);
            is_new[at] = true;
        }
    }
    db_release(db);
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

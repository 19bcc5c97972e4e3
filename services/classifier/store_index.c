// store_index.c - the classifier's SQL on what it keeps in memory of earlier reports.
//
// Reports are read back in the order of their ids, which is the order in which they were decided but for
// those that a sweep brought.
#include "store_index.h"

#include "clock.h"
#include "log.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000, PAGE = 10000, TAKEN_MOST = 256 };

struct member {
    int64_t report_id, incident;
};

struct store_index {
    struct db *db;
    struct db_params *page, *most, *above;
    struct member *members; // by report, while the index is read back
    size_t member_count, member_next;
    // Corrections up to passed are taken in for ever; those above it may commit late.
    int64_t passed;
    int64_t taken[TAKEN_MOST]; // above passed, and taken in
    size_t taken_count;
};

static const char neighbours_sql[] = "SELECT code, neighbour FROM region_neighbours ORDER BY code, neighbour";
// An incident is over three days after it began.
static const char incidents_sql[] =
    "SELECT i.id, i.declared_by, i.topic, i.region_code, r.received_at FROM incidents i "
    "JOIN reports r ON r.id = i.id WHERE i.declared_at > now() - interval '9 days' "
    "ORDER BY i.declared_at, i.declared_by";
static const char start_sql[] =
    "SELECT coalesce((SELECT report_id FROM triages ORDER BY report_id DESC OFFSET $1 LIMIT 1), 0), now()";
static const char passed_sql[] =
    "SELECT coalesce(max(id), 0) FROM corrections WHERE at < now() - interval '2 minutes'";

// Which reports belong to an incident that was declared after they were decided.
static const char members_sql[] =
    "SELECT u.report_id, i.id FROM incidents i CROSS JOIN LATERAL unnest(i.members) AS u (report_id) "
    "WHERE i.declared_at > now() - interval '9 days' ORDER BY u.report_id, i.declared_at";

static const char page_sql[] =
    "SELECT p.report_id, p.profile, CASE WHEN p.relation = 'duplicate' AND NOT EXISTS (SELECT FROM "
    "corrections "
    "c WHERE c.report_id = p.report_id AND c.what = 'split') THEN p.duplicate_of ELSE 0 END, "
    "r.received_at, CASE WHEN p.relation = 'duplicate' OR p.kind = 'not_report' OR p.outside THEN '' ELSE "
    "p.topic END, p.region_code, p.incident_id "
    "FROM (SELECT * FROM triages WHERE report_id > $1 ORDER BY report_id LIMIT $2) p "
    "JOIN reports r ON r.id = p.report_id ORDER BY p.report_id";

static const char splits_sql[] =
    "SELECT c.id, c.at < now() - interval '2 minutes', c.what = 'split', t.profile FROM corrections c "
    "JOIN triages t ON t.report_id = c.report_id WHERE c.id > $1 ORDER BY c.id";

struct store_index *
store_index_new(struct db *db)
{
    struct store_index *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->page = db_params_new("ii");
    store->most = db_params_new("i");
    store->above = db_params_new("i");
    return store;
}

void
store_index_destroy(struct store_index **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->page);
    db_params_destroy(&(*store)->most);
    db_params_destroy(&(*store)->above);
    free((*store)->members);
    free(*store);
    *store = NULL;
}

static void
read_neighbours(const struct db *db, size_t query, struct surge *surge)
{
    for (size_t i = 0; i < db_rows(db, query); i++)
        surge_add_neighbour(surge, db_text(db, query, i, 0, NULL), db_text(db, query, i, 1, NULL));
}

static void
read_incidents(const struct db *db, size_t query, struct surge *surge)
{
    for (size_t i = 0; i < db_rows(db, query); i++)
        surge_restore_incident(surge, &(struct surge_incident){.id = db_int(db, query, i, 0),
                                          .declared_by = db_int(db, query, i, 1),
                                          .topic = db_text(db, query, i, 2, NULL),
                                          .region_code = db_text(db, query, i, 3, NULL),
                                          .began_at_ms = db_time(db, query, i, 4)});
}

static void
read_members(const struct db *db, size_t query, struct store_index *store)
{
    store->member_count = db_rows(db, query);
    store->member_next = 0;
    free(store->members);
    store->members = check_alloc((store->member_count + 1) * sizeof(*store->members));
    for (size_t i = 0; i < store->member_count; i++)
        store->members[i] = (struct member){db_int(db, query, i, 0), db_int(db, query, i, 1)};
}

// The incident that this report is a member of; 0: none.  Reports have to come in ascending order.
static int64_t
incident_of(struct store_index *store, int64_t report_id)
{
    int64_t incident = 0;

    for (; store->member_next < store->member_count; store->member_next++) {
        const struct member *member = &store->members[store->member_next];

        if (member->report_id > report_id)
            break;
        if (member->report_id == report_id && incident == 0)
            incident = member->incident;
    }
    return incident;
}

// What comes before the reports.  DONE: above is the id after which they begin, now_ms the time.
static enum outcome
begin(struct store_index *store, struct surge *surge, size_t most, int64_t *above, int64_t *now_ms)
{
    const struct db_query queries[] = {
        {"index_passed", passed_sql, NULL},
        {"index_neighbours", neighbours_sql, NULL},
        {"index_incidents", incidents_sql, NULL},
        {"index_start", start_sql, store->most},
        {"index_members", members_sql, NULL},
    };
    struct db *db = store->db;
    enum outcome outcome = RETRY;

    db_params_clear(store->most);
    db_put_int(store->most, 0, (int64_t)most);
    outcome = db_run(db, queries, LENGTH(queries), PATIENCE_MS);
    if (outcome == DONE) {
        store->passed = db_int(db, 0, 0, 0);
        store->taken_count = 0;
        read_neighbours(db, 1, surge);
        read_incidents(db, 2, surge);
        *above = db_int(db, 3, 0, 0);
        *now_ms = db_time(db, 3, 0, 1);
        read_members(db, 4, store);
    }
    db_release(db);
    return outcome;
}

static void
add_row(struct store_index *store, size_t row, struct duplicates *duplicates, struct surge *surge,
    int64_t since_ms)
{
    const struct db *db = store->db;
    struct profile profile;
    size_t length = 0;
    const char *packed = db_text(db, 0, row, 1, &length);
    int64_t received_at_ms = db_time(db, 0, row, 3);
    int64_t declared = db_int(db, 0, row, 6);
    int64_t incident = incident_of(store, db_int(db, 0, row, 0));

    // Rows from before there were profiles, or of another version, are not found again.
    if (profile_unpack((const uint8_t *)packed, length, &profile) == 0)
        duplicates_add(duplicates, &profile, db_int(db, 0, row, 2));
    if (received_at_ms > since_ms)
        surge_restore(surge,
            &(struct surge_report){.report_id = db_int(db, 0, row, 0),
                .received_at_ms = received_at_ms,
                .topic = db_text(db, 0, row, 4, NULL),
                .region_code = db_text(db, 0, row, 5, NULL)},
            declared != 0 ? declared : incident);
}

enum outcome
store_index_rebuild(
    struct store_index *store, struct duplicates *duplicates, struct surge *surge, size_t most)
{
    const struct db_query query = {"index_page", page_sql, store->page};
    struct db *db = store->db;
    int64_t started_ms = clock_mono_ms();
    int64_t above = 0;
    int64_t now_ms = 0;
    size_t rows = PAGE;
    size_t total = 0;
    enum outcome outcome = RETRY;

    duplicates_clear(duplicates);
    surge_clear(surge);
    outcome = begin(store, surge, most, &above, &now_ms);
    while (outcome == DONE && rows == PAGE) {
        db_params_clear(store->page);
        db_put_int(store->page, 0, above);
        db_put_int(store->page, 1, PAGE);
        outcome = db_run(db, &query, 1, PATIENCE_MS);
        rows = outcome == DONE ? db_rows(db, 0) : 0;
        for (size_t i = 0; i < rows; i++)
            add_row(store, i, duplicates, surge, now_ms - SURGE_USUAL_MS - SURGE_WINDOW_MS);
        if (rows > 0)
            above = db_int(db, 0, rows - 1, 0);
        total += rows;
        db_release(db);
    }
    free(store->members);
    store->members = NULL;
    if (outcome == DONE)
        log_info(EV_INDEX_REBUILT, "reports=%zu kept=%zu took_ms=%lld", total, duplicates_size(duplicates),
            (long long)(clock_mono_ms() - started_ms));
    return outcome == DONE ? DONE : RETRY;
}

static bool
was_taken(const struct store_index *store, int64_t id)
{
    for (size_t i = 0; i < store->taken_count; i++)
        if (store->taken[i] == id)
            return true;
    return false;
}

// All corrections up to id are taken in for ever.
static void
pass(struct store_index *store, int64_t id)
{
    size_t kept = 0;

    store->passed = id;
    for (size_t i = 0; i < store->taken_count; i++)
        if (store->taken[i] > id)
            store->taken[kept++] = store->taken[i];
    store->taken_count = kept;
}

static void
take_split(const struct db *db, size_t row, struct duplicates *duplicates)
{
    struct profile profile;
    size_t length = 0;
    const char *packed = db_text(db, 0, row, 3, &length);

    if (db_int(db, 0, row, 2) == 0 || profile_unpack((const uint8_t *)packed, length, &profile) < 0)
        return;
    duplicates_remove(duplicates, profile.id);
    duplicates_add(duplicates, &profile, 0);
    log_info(EV_SPLIT_TAKEN_IN, "correction=%lld", (long long)db_int(db, 0, row, 0));
}

enum outcome
store_index_take_splits(struct store_index *store, struct duplicates *duplicates)
{
    const struct db_query query = {"index_splits", splits_sql, store->above};
    struct db *db = store->db;
    enum outcome outcome = RETRY;
    bool all_old = true;

    db_params_clear(store->above);
    db_put_int(store->above, 0, store->passed);
    outcome = db_run(db, &query, 1, PATIENCE_MS);
    for (size_t i = 0; outcome == DONE && i < db_rows(db, 0); i++) {
        int64_t id = db_int(db, 0, i, 0);

        if (!was_taken(store, id)) {
            take_split(db, i, duplicates);
            // More at once than fit are taken in again: the same as once.
            if (store->taken_count < TAKEN_MOST)
                store->taken[store->taken_count++] = id;
        }
        all_old = all_old && db_int(db, 0, i, 1) != 0;
        if (all_old)
            pass(store, id);
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

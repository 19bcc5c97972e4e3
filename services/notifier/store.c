// store.c - the notifier's only SQL.
//
// When is a notice open for a device?  When its last attempt there asked for another one; or when there was
// no attempt and the device is older than the notice, or nobody else has been told.  A phone that was added
// later does not get old notices of colleagues.
#include "store.h"

#include "id.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE_MS = 12000,
    PAGE = 16384, // notices looked at in one sweep's statement: bounds its time
    ROWS_MOST = 4096,
};

static const char key_sql[] = "SELECT value FROM cluster WHERE name = 'tracking_key'";

static const char devices_sql[] = "SELECT id, agency, endpoint, p256dh, auth FROM devices "
                                  "WHERE removed_at IS NULL ORDER BY id";

static const char topics_sql[] = "SELECT code, name FROM topics";

static const char regions_sql[] = "SELECT code, kind, name, parent FROM regions";

static const char newest_sql[] = "SELECT coalesce(max(id), 0) FROM notices";

// Who was told of this deadline before, and when those steps were due.
#define TOLD_BEFORE                                                                                          \
    "(SELECT string_agg(b.role || ' ' || coalesce(l.steps[b.step + 1], (extract(epoch FROM b.created_at) "   \
    "* 1000)::bigint), ',' ORDER BY b.step) FROM notices b "                                                 \
    "LEFT JOIN deadlines l ON l.ticket_id = b.cause AND l.clock = b.clock AND l.turn = b.turn "              \
    "WHERE b.cause = n.cause AND b.turn = n.turn AND b.kind IN (3, 4, 5, 8) AND b.clock = n.clock "          \
    "AND b.step < n.step AND b.role <> '')"

// $1, $2: above, up to; $3: full devices; $4: notices to look at; $5: rows to return.
static const char open_sql[] =
    "SELECT n.id, n.ticket_id, n.kind, n.agency, n.due_at, n.created_at, t.topic, t.region_code, "
    "coalesce(d.id, 0), "
    "coalesce(last.attempt, 0) + 1, "
    "greatest(0, extract(epoch FROM last.retry_at - now()) * 1000)::bigint, coalesce(t.urgent, false), "
    "CASE n.kind WHEN 6 THEN (SELECT count(*) FROM tickets i WHERE i.incident_id = n.cause AND i.incident_id "
    "<> 0) ELSE 0 END, n.clock, n.role, n.since, CASE WHEN n.clock <> '' THEN " TOLD_BEFORE " END, "
    "CASE WHEN n.clock <> '' THEN (SELECT l.agency FROM deadlines l WHERE l.ticket_id = n.cause AND l.clock "
    "= "
    "n.clock AND l.turn = n.turn AND l.agency <> n.agency) END "
    "FROM notices n "
    "LEFT JOIN devices d ON d.agency = n.agency AND d.removed_at IS NULL "
    "LEFT JOIN LATERAL (SELECT attempt, outcome, retry_at FROM deliveries "
    "WHERE notice_id = n.id AND device_id = d.id ORDER BY attempt DESC LIMIT 1) last ON true "
    "LEFT JOIN tickets t ON t.id = n.ticket_id "
    "WHERE n.id > $1 AND n.id <= (SELECT max(id) FROM "
    "(SELECT id FROM notices WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $4) page) "
    "AND n.audience = 'agency' AND n.kind <> 2 AND (d.id IS NULL OR d.id <> ALL ($3) OR t.urgent) "
    "AND NOT EXISTS (SELECT FROM troubles p WHERE p.stage = 'notifier' AND p.item_id = n.id AND p.parked) "
    "AND CASE WHEN last.outcome IS NOT NULL THEN last.outcome = 'retry' "
    "ELSE d.added_at <= n.created_at OR NOT EXISTS (SELECT FROM deliveries told "
    "WHERE told.notice_id = n.id AND told.outcome NOT IN ('retry', 'gone')) END "
    "ORDER BY n.id, d.id LIMIT $5";

// Runs after open_sql, on a later snapshot: it may see more low ids, and then ends lower, never higher.
static const char page_sql[] = "SELECT coalesce(max(id), 0), coalesce(max(id) FILTER (WHERE created_at < "
                               "now() - interval '2 minutes'), 0), "
                               "count(*) >= $3, (SELECT done_up_to FROM stage_marks WHERE stage = "
                               "'notifier') FROM (SELECT id, created_at FROM notices WHERE id > $1 AND id "
                               "<= $2 ORDER BY id LIMIT $3) page";

static const char attempts_sql[] =
    "INSERT INTO deliveries (notice_id, device_id, attempt, at, outcome, status, reason, retry_at) "
    "SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::timestamptz[], $5::text[], "
    "$6::smallint[], "
    "$7::text[], $8::timestamptz[]) ON CONFLICT DO NOTHING";

static const char gone_sql[] =
    "UPDATE devices SET removed_at = now(), removed_why = 'the push service says it is gone' "
    "WHERE id = ANY ($1) AND removed_at IS NULL";

struct store {
    uint8_t key[ID_KEY_SIZE];
    struct db_params *sweep, *page, *attempts, *gone;
};

struct store *
store_new(void)
{
    struct store *store = check_zalloc(1, sizeof(*store));

    store->sweep = db_params_new("iiIii");
    store->page = db_params_new("iii");
    store->attempts = db_params_new("IISZTSTZ");
    store->gone = db_params_new("I");
    return store;
}

void
store_destroy(struct store **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->sweep);
    db_params_destroy(&(*store)->page);
    db_params_destroy(&(*store)->attempts);
    db_params_destroy(&(*store)->gone);
    free(*store);
    *store = NULL;
}

enum outcome
store_load_key(struct store *store, struct db *db)
{
    const struct db_query query = {"notifier_key", key_sql, NULL};
    enum outcome outcome = db_run(db, &query, 1, PATIENCE_MS);

    if (outcome == DONE) {
        size_t length = 0;
        const char *key = db_rows(db, 0) == 1 ? db_text(db, 0, 0, 0, &length) : NULL;

        if (key != NULL && length == sizeof(store->key))
            memcpy(store->key, key, sizeof(store->key));
        else
            outcome = RETRY; // the database is not migrated yet
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_load_devices(
    struct db *db, struct devices *devices, void (*removed)(void *self, struct device *device), void *self)
{
    const struct db_query query = {"notifier_devices", devices_sql, NULL};
    enum outcome outcome = db_run(db, &query, 1, PATIENCE_MS);

    if (outcome == DONE) {
        devices_load_begin(devices);
        for (size_t row = 0; row < db_rows(db, 0); row++) {
            struct device_row device = {.id = db_int(db, 0, row, 0)};

            device.agency = db_text(db, 0, row, 1, NULL);
            device.endpoint = db_text(db, 0, row, 2, NULL);
            device.p256dh = db_text(db, 0, row, 3, &device.p256dh_length);
            device.auth = db_text(db, 0, row, 4, &device.auth_length);
            devices_load_put(devices, &device);
        }
        devices_load_end(devices, removed, self);
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_load_names(struct db *db, struct names *names)
{
    const struct db_query queries[] = {
        {"notifier_topics", topics_sql, NULL},
        {"notifier_regions", regions_sql, NULL},
    };
    enum outcome outcome = db_run(db, queries, LENGTH(queries), PATIENCE_MS);

    if (outcome == DONE) {
        for (size_t row = 0; row < db_rows(db, 0); row++)
            names_add_topic(names, db_text(db, 0, row, 0, NULL), db_text(db, 0, row, 1, NULL));
        for (size_t row = 0; row < db_rows(db, 1); row++) {
            const struct region region = {
                .code = db_text(db, 1, row, 0, NULL),
                .kind = db_text(db, 1, row, 1, NULL),
                .name = db_text(db, 1, row, 2, NULL),
                .parent = db_text(db, 1, row, 3, NULL),
            };

            names_add_region(names, &region);
        }
        names_ready(names);
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_newest(struct db *db, int64_t *id)
{
    const struct db_query query = {"notifier_newest", newest_sql, NULL};
    enum outcome outcome = db_run(db, &query, 1, PATIENCE_MS);

    if (outcome == DONE)
        *id = db_int(db, 0, 0, 0);
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

static void
read_step(const struct db *db, size_t row, struct step *step)
{
    char role[16];

    db_copy_text(db, 0, row, 13, step->clock, sizeof(step->clock));
    db_copy_text(db, 0, row, 14, role, sizeof(role));
    step->role = (uint8_t)step_role(role);
    step->since_ms = db_is_null(db, 0, row, 15) ? 0 : db_time(db, 0, row, 15);
    // A role that this program does not know yet: those before it are told.
    if (!db_is_null(db, 0, row, 16))
        (void)!step_tell_all(step, db_text(db, 0, row, 16, NULL));
    db_copy_text(db, 0, row, 17, step->late, sizeof(step->late));
}

static void
read_row(const struct store *store, const struct db *db, size_t row, struct open_row *open)
{
    struct notice *notice = &open->notice;

    memset(open, 0, sizeof(*open));
    notice->id = db_int(db, 0, row, 0);
    id_code(store->key, db_int(db, 0, row, 1), notice->ticket);
    notice->kind = (enum notice_kind)db_int(db, 0, row, 2);
    db_copy_text(db, 0, row, 3, notice->agency, sizeof(notice->agency));
    notice->due_at_ms = db_is_null(db, 0, row, 4) ? 0 : db_time(db, 0, row, 4);
    notice->created_at_ms = db_time(db, 0, row, 5);
    db_copy_text(db, 0, row, 6, notice->topic, sizeof(notice->topic));
    db_copy_text(db, 0, row, 7, notice->region, sizeof(notice->region));
    open->device_id = db_int(db, 0, row, 8);
    open->attempt = (int)db_int(db, 0, row, 9);
    open->wait_ms = db_int(db, 0, row, 10);
    notice->urgent = db_int(db, 0, row, 11) != 0;
    notice->count = db_int(db, 0, row, 12);
    read_step(db, row, &notice->step);
}

// The answer was cut at ROWS_MOST rows, and its last notice may lack some of its rows: the page ends before
// that one.
static size_t
cut_page(const struct db *db, struct sweep_page *page)
{
    size_t rows = db_rows(db, 0);
    int64_t last = db_int(db, 0, rows - 1, 0);

    page->last = last - 1;
    page->old = page->old < page->last ? page->old : page->last;
    page->partial = true;
    // A notice for more phones than that keeps its rows: what is missing comes when these are settled.
    if (db_int(db, 0, 0, 0) != last)
        while (db_int(db, 0, rows - 1, 0) == last)
            rows--;
    return rows;
}

enum outcome
store_sweep(struct store *store, struct db *db, const struct sweep_range *range, struct sweep_page *page,
    void (*found)(void *self, const struct open_row *row), void *self)
{
    const struct db_query queries[] = {
        {"notifier_open", open_sql, store->sweep},
        {"notifier_page", page_sql, store->page},
    };
    enum outcome outcome = RETRY;

    db_params_clear(store->sweep);
    db_params_clear(store->page);
    db_put_int(store->sweep, 0, range->above);
    db_put_int(store->sweep, 1, range->up_to);
    for (size_t i = 0; i < range->full_count; i++)
        db_put_int(store->sweep, 2, range->full_devices[i]);
    db_put_int(store->sweep, 3, PAGE);
    db_put_int(store->sweep, 4, ROWS_MOST);
    db_put_int(store->page, 0, range->above);
    db_put_int(store->page, 1, range->up_to);
    db_put_int(store->page, 2, PAGE);
    outcome = db_run(db, queries, LENGTH(queries), PATIENCE_MS);
    if (outcome == DONE) {
        size_t rows = db_rows(db, 0);
        struct open_row open;

        page->last = db_int(db, 1, 0, 0);
        page->old = db_int(db, 1, 0, 1);
        page->partial = db_int(db, 1, 0, 2) != 0;
        page->mark = db_int(db, 1, 0, 3);
        if (rows == ROWS_MOST)
            rows = cut_page(db, page);
        for (size_t row = 0; row < rows; row++) {
            read_row(store, db, row, &open);
            found(self, &open);
        }
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

void
store_submit(struct store *store, struct db *db, const struct attempt *attempts, size_t count)
{
    const struct db_query queries[] = {
        {"notifier_attempts", attempts_sql, store->attempts},
        {"notifier_gone", gone_sql, store->gone},
    };
    bool any_gone = false;

    CHECK(count > 0 && count <= ATTEMPTS_MOST);
    db_params_clear(store->attempts);
    db_params_clear(store->gone);
    for (size_t i = 0; i < count; i++) {
        const struct attempt *attempt = &attempts[i];

        db_put_int(store->attempts, 0, attempt->notice_id);
        db_put_int(store->attempts, 1, attempt->device_id);
        db_put_int(store->attempts, 2, attempt->number);
        db_put_time(store->attempts, 3, attempt->at_ms);
        db_put_string(store->attempts, 4, answer_text(attempt->ending));
        db_put_int(store->attempts, 5, attempt->status);
        db_put_string(store->attempts, 6, attempt->reason);
        if (attempt->ending == ENDING_RETRY)
            db_put_time(store->attempts, 7, attempt->retry_at_ms);
        else
            db_put_null(store->attempts, 7);
        if (attempt->ending == ENDING_GONE) {
            db_put_int(store->gone, 0, attempt->device_id);
            any_gone = true;
        }
    }
    db_submit(db, queries, any_gone ? 2 : 1);
}

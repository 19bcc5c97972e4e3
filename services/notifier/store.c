// store.c - the notifier's SQL of notices and phones.
//
// A sweep reads which notices there are and what became of their first step for whom; who is meant, and so
// whether one is open, is reach.h's to say, for messages and sweeps alike.
#include "store.h"

#include "id.h"
#include "ring.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE_MS = 12000,
    PAGE = 16384, // notices looked at in one sweep's statement: bounds its time
};

static const char key_sql[] = "SELECT value FROM cluster WHERE name = 'tracking_key'";

static const char token_key_sql[] = "SELECT inner_pad, outer_pad FROM notice_key";

// A person who left, or went to another agency, takes the phones along.
static const char devices_sql[] =
    "SELECT d.id, coalesce(p.agency, d.agency), d.endpoint, d.p256dh, d.auth, d.leg, coalesce(p.id, 0), "
    "coalesce(p.role, ''), d.added_at FROM devices d LEFT JOIN persons p ON p.id = d.person_id "
    "WHERE d.removed_at IS NULL AND p.removed_at IS NULL ORDER BY d.id";

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

// $1, $2: above, up to; $3: notices to look at.  Rings are found by their keys, whatever the planner thinks.
static const char sweep_sql[] =
    "SELECT n.id, n.kind, n.agency, n.role, n.device_id, n.created_at, coalesce(r.severity, ''), "
    "(SELECT string_agg(d.device_id || ' ' || d.attempt || ' ' || d.outcome || ' ' || CASE WHEN d.outcome = "
    "'retry' THEN greatest(0, extract(epoch FROM coalesce(d.retry_at, now()) - now()) * 1000)::bigint ELSE 0 "
    "END, ',') FROM deliveries d WHERE d.notice_id = n.id AND d.step = 0) "
    "FROM (SELECT * FROM notices WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3) n "
    "LEFT JOIN LATERAL (SELECT o.severity FROM rings o WHERE o.notice_id = n.id OFFSET 0) r ON true "
    "WHERE n.audience = 'agency' AND n.kind <> 2 "
    "AND NOT EXISTS (SELECT FROM troubles p WHERE p.stage = 'notifier' AND p.item_id = n.id AND p.parked) "
    "ORDER BY n.id";

static const char notices_sql[] =
    "SELECT n.id, n.ticket_id, n.kind, n.agency, n.due_at, n.created_at, t.topic, t.region_code, "
    "n.device_id, coalesce(r.severity, ''), r.notice_id IS NOT NULL, "
    "coalesce(r.ended IN ('acknowledged', 'over'), false), coalesce(t.urgent, false), "
    "CASE n.kind WHEN 6 THEN (SELECT count(*) FROM tickets i WHERE i.incident_id = n.cause AND i.incident_id "
    "<> 0) ELSE 0 END, n.clock, n.role, n.since, CASE WHEN n.clock <> '' AND n.kind <> 9 THEN " TOLD_BEFORE
    " END, "
    "CASE WHEN n.clock <> '' THEN (SELECT l.agency FROM deadlines l WHERE l.ticket_id = n.cause AND l.clock "
    "= n.clock AND l.turn = n.turn AND l.agency <> n.agency) END "
    "FROM unnest($1::bigint[]) AS u (id) CROSS JOIN LATERAL (SELECT * FROM notices WHERE id = u.id OFFSET 0) "
    "AS n LEFT JOIN LATERAL (SELECT * FROM rings WHERE notice_id = n.id OFFSET 0) r ON true "
    "LEFT JOIN LATERAL (SELECT * FROM tickets WHERE id = n.ticket_id OFFSET 0) t ON true ORDER BY n.id";

static const char answered_sql[] =
    "SELECT r.notice_id FROM unnest($1::bigint[]) AS u (id) CROSS JOIN LATERAL "
    "(SELECT * FROM rings WHERE notice_id = u.id OFFSET 0) AS r WHERE r.ended IN ('acknowledged', 'over') "
    "ORDER BY r.notice_id";

// Runs after sweep_sql, on a later snapshot: it may see more low ids, and then ends lower, never higher.
static const char page_sql[] = "SELECT coalesce(max(id), 0), coalesce(max(id) FILTER (WHERE created_at < "
                               "now() - interval '2 minutes'), 0), "
                               "count(*) >= $3, (SELECT done_up_to FROM stage_marks WHERE stage = "
                               "'notifier') FROM (SELECT id, created_at FROM notices WHERE id > $1 AND id "
                               "<= $2 ORDER BY id LIMIT $3) page";

static const char attempts_sql[] =
    "INSERT INTO deliveries (notice_id, device_id, attempt, at, outcome, status, reason, retry_at, step) "
    "SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::timestamptz[], $5::text[], "
    "$6::smallint[], $7::text[], $8::timestamptz[], $9::smallint[]) ON CONFLICT DO NOTHING";

static const char gone_sql[] =
    "UPDATE devices SET removed_at = now(), removed_why = 'whoever delivers to it says it is gone' "
    "WHERE id = ANY ($1) AND removed_at IS NULL";

// Of these steps, which ended badly, none has reached anybody.  A ring that somebody else has locked is being
// answered, or moved, anyway.
static const char skip_sql[] =
    "WITH waits AS (SELECT r.notice_id FROM unnest($1::bigint[], $2::smallint[]) AS u (notice_id, step) "
    "CROSS JOIN LATERAL (SELECT o.notice_id FROM rings o WHERE o.notice_id = u.notice_id "
    "AND o.step = u.step + 1 AND o.next_at > now() FOR NO KEY UPDATE SKIP LOCKED) AS r "
    "WHERE NOT EXISTS (SELECT FROM deliveries d WHERE d.notice_id = u.notice_id AND d.step = u.step "
    "AND d.outcome = 'accepted')) "
    "UPDATE rings SET next_at = now() WHERE notice_id IN (SELECT notice_id FROM waits)";

struct store {
    uint8_t key[ID_KEY_SIZE];
    struct db_params *sweep, *page, *ids, *attempts, *gone, *skip;
};

struct store *
store_new(void)
{
    struct store *store = check_zalloc(1, sizeof(*store));

    store->sweep = db_params_new("iii");
    store->page = db_params_new("iii");
    store->ids = db_params_new("I");
    store->attempts = db_params_new("IISZTSTZS");
    store->gone = db_params_new("I");
    store->skip = db_params_new("IS");
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
    db_params_destroy(&(*store)->ids);
    db_params_destroy(&(*store)->gone);
    db_params_destroy(&(*store)->skip);
    free(*store);
    *store = NULL;
}

// Copies bytes of exactly this size out of an answer's first row.
static bool
copy_bytes(const struct db *db, size_t i, int column, uint8_t *to, size_t size)
{
    size_t length = 0;
    const char *from = db_rows(db, i) == 1 ? db_text(db, i, 0, column, &length) : NULL;

    if (from == NULL || length != size)
        return false; // the database is not migrated yet
    memcpy(to, from, size);
    return true;
}

enum outcome
store_load_keys(struct store *store, struct db *db, struct notice_key *tokens)
{
    const struct db_query queries[] = {
        {"notifier_key", key_sql, NULL},
        {"notifier_token_key", token_key_sql, NULL},
    };
    enum outcome outcome = db_run(db, queries, LENGTH(queries), PATIENCE_MS);

    if (outcome == DONE && (!copy_bytes(db, 0, 0, store->key, sizeof(store->key)) ||
                               !copy_bytes(db, 1, 0, tokens->inner_pad, sizeof(tokens->inner_pad)) ||
                               !copy_bytes(db, 1, 1, tokens->outer_pad, sizeof(tokens->outer_pad))))
        outcome = RETRY;
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
            device.leg = leg_parse(db_text(db, 0, row, 5, NULL));
            device.person_id = db_int(db, 0, row, 6);
            device.role = device_role_parse(db_text(db, 0, row, 7, NULL));
            device.added_at_ms = db_time(db, 0, row, 8);
            if (device.leg != LEGS)
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

    db_copy_text(db, 0, row, 14, step->clock, sizeof(step->clock));
    db_copy_text(db, 0, row, 15, role, sizeof(role));
    step->role = (uint8_t)step_role(role);
    step->since_ms = db_is_null(db, 0, row, 16) ? 0 : db_time(db, 0, row, 16);
    // A role that this program does not know yet: those before it are told.
    if (!db_is_null(db, 0, row, 17))
        (void)!step_tell_all(step, db_text(db, 0, row, 17, NULL));
    db_copy_text(db, 0, row, 18, step->late, sizeof(step->late));
}

// Of a notice that was made before there were rings, what its kind says.
static uint8_t
read_severity(const struct db *db, size_t row, int column, const struct notice *notice)
{
    const char *word = db_text(db, 0, row, column, NULL);

    return (
        uint8_t)(word[0] != '\0' ? ring_severity_parse(word) : ring_severity(notice->kind, notice->urgent));
}

static void
read_notice(const struct store *store, const struct db *db, size_t row, struct notice *notice)
{
    memset(notice, 0, sizeof(*notice));
    notice->id = db_int(db, 0, row, 0);
    if (db_int(db, 0, row, 1) != 0)
        id_code(store->key, db_int(db, 0, row, 1), notice->ticket);
    notice->kind = (enum notice_kind)db_int(db, 0, row, 2);
    db_copy_text(db, 0, row, 3, notice->agency, sizeof(notice->agency));
    notice->due_at_ms = db_is_null(db, 0, row, 4) ? 0 : db_time(db, 0, row, 4);
    notice->created_at_ms = db_time(db, 0, row, 5);
    db_copy_text(db, 0, row, 6, notice->topic, sizeof(notice->topic));
    db_copy_text(db, 0, row, 7, notice->region, sizeof(notice->region));
    notice->device_id = db_int(db, 0, row, 8);
    notice->rings = db_int(db, 0, row, 10) != 0;
    notice->answered = db_int(db, 0, row, 11) != 0;
    notice->urgent = db_int(db, 0, row, 12) != 0;
    notice->count = db_int(db, 0, row, 13);
    notice->severity = read_severity(db, row, 9, notice);
    // The clock of a test of a phone only makes it another one than the test before.
    if (notice->kind != NOTICE_TEST)
        read_step(db, row, &notice->step);
}

// Runs a query whose parameters are store->ids.
static enum outcome
run_of_ids(struct store *store, struct db *db, const struct db_query *query, const int64_t *ids, size_t count)
{
    db_params_clear(store->ids);
    for (size_t i = 0; i < count; i++)
        db_put_int(store->ids, 0, ids[i]);
    return db_run(db, query, 1, PATIENCE_MS);
}

enum outcome
store_notices(struct store *store, struct db *db, const int64_t *ids, size_t count,
    void (*found)(void *self, const struct notice *notice), void *self)
{
    const struct db_query query = {"notifier_notices", notices_sql, store->ids};
    enum outcome outcome = run_of_ids(store, db, &query, ids, count);

    if (outcome == DONE)
        for (size_t row = 0; row < db_rows(db, 0); row++) {
            struct notice notice;

            read_notice(store, db, row, &notice);
            found(self, &notice);
        }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_answered(struct store *store, struct db *db, const int64_t *ids, size_t count,
    void (*found)(void *self, int64_t notice_id), void *self)
{
    const struct db_query query = {"notifier_answered", answered_sql, store->ids};
    enum outcome outcome = run_of_ids(store, db, &query, ids, count);

    for (size_t row = 0; outcome == DONE && row < db_rows(db, 0); row++)
        found(self, db_int(db, 0, row, 0));
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

static void
read_row(const struct db *db, size_t row, struct sweep_row *to)
{
    struct notice *notice = &to->notice;
    char role[16];

    memset(to, 0, sizeof(*to));
    notice->id = db_int(db, 0, row, 0);
    notice->kind = (enum notice_kind)db_int(db, 0, row, 1);
    db_copy_text(db, 0, row, 2, notice->agency, sizeof(notice->agency));
    db_copy_text(db, 0, row, 3, role, sizeof(role));
    notice->step.role = (uint8_t)step_role(role);
    notice->device_id = db_int(db, 0, row, 4);
    notice->created_at_ms = db_time(db, 0, row, 5);
    notice->severity = read_severity(db, row, 6, notice);
    to->told = db_is_null(db, 0, row, 7) ? "" : db_text(db, 0, row, 7, NULL);
}

enum outcome
store_sweep(struct store *store, struct db *db, const int64_t span[2], struct sweep_page *page,
    void (*found)(void *self, const struct sweep_row *row), void *self)
{
    const struct db_query queries[] = {
        {"notifier_sweep", sweep_sql, store->sweep},
        {"notifier_page", page_sql, store->page},
    };
    enum outcome outcome = RETRY;

    db_params_clear(store->sweep);
    db_params_clear(store->page);
    for (size_t i = 0; i < 2; i++) {
        db_put_int(store->sweep, i, span[i]);
        db_put_int(store->page, i, span[i]);
    }
    db_put_int(store->sweep, 2, PAGE);
    db_put_int(store->page, 2, PAGE);
    outcome = db_run(db, queries, LENGTH(queries), PATIENCE_MS);
    if (outcome == DONE) {
        page->last = db_int(db, 1, 0, 0);
        page->old = db_int(db, 1, 0, 1);
        page->partial = db_int(db, 1, 0, 2) != 0;
        page->mark = db_int(db, 1, 0, 3);
        for (size_t row = 0; row < db_rows(db, 0); row++) {
            struct sweep_row read;

            read_row(db, row, &read);
            found(self, &read);
        }
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

static void
put_attempt(struct store *store, const struct attempt *attempt)
{
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
    db_put_int(store->attempts, 8, attempt->step);
}

void
store_submit(struct store *store, struct db *db, const struct attempt *attempts, size_t count)
{
    struct db_query queries[3] = {{"notifier_attempts", attempts_sql, store->attempts}};
    size_t query_count = 1;
    bool any_gone = false;
    bool any_skip = false;

    CHECK(count > 0 && count <= ATTEMPTS_MOST);
    db_params_clear(store->attempts);
    db_params_clear(store->gone);
    db_params_clear(store->skip);
    for (size_t i = 0; i < count; i++) {
        const struct attempt *attempt = &attempts[i];

        put_attempt(store, attempt);
        if (attempt->ending == ENDING_GONE) {
            db_put_int(store->gone, 0, attempt->device_id);
            any_gone = true;
        }
        if (attempt->skip) {
            db_put_int(store->skip, 0, attempt->notice_id);
            db_put_int(store->skip, 1, attempt->step);
            any_skip = true;
        }
    }
    if (any_gone)
        queries[query_count++] = (struct db_query){"notifier_gone", gone_sql, store->gone};
    if (any_skip)
        queries[query_count++] = (struct db_query){"notifier_skip", skip_sql, store->skip};
    db_submit(db, queries, query_count);
}

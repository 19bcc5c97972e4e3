// store.c - all of the watcher's SQL.
//
// Exactly once: the fire statement moves next_step only from what it is, only when PostgreSQL's clock says
// that next_at has come, and stores the notice in the same transaction.  Two watchers, or one that asks
// twice, fire one step once.
#include "store.h"

#include "failpoint.h"
#include "steps.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000 };

struct store {
    struct db *db;
    struct db_params *start, *stop, *fire, *fired, *page, *range, *limit;
};

static const char start_sql[] =
    "INSERT INTO deadlines (ticket_id, clock, turn, policy_version, agency, started_at, due_at, next_at) "
    "SELECT k.id, 'first_response', k.turn, p.version, k.agency, k.routed_at, k.routed_at + p.duration, "
    "k.routed_at + p.duration * $2 / 100 "
    "FROM unnest($1::bigint[]) AS u (id) JOIN tickets k ON k.id = u.id AND k.agency NOT IN ('', 'SHELF') "
    "CROSS JOIN LATERAL (SELECT version, duration FROM policies WHERE clock = 'first_response' "
    "AND effective_from <= k.routed_at ORDER BY effective_from DESC, version DESC LIMIT 1) AS p "
    "ON CONFLICT (ticket_id, clock, turn) DO NOTHING RETURNING ticket_id, next_at";
// The clock of an agency that has the ticket no longer.
static const char stop_sql[] =
    "UPDATE deadlines d SET stopped_at = k.routed_at FROM unnest($1::bigint[]) AS u (id) "
    "JOIN tickets k ON k.id = u.id AND k.turn > 0 "
    "WHERE d.ticket_id = k.id AND d.clock = 'first_response' AND d.turn < k.turn AND d.stopped_at IS NULL";

// $2 .. $4: the kinds of notice of the three steps; $5, $6: the shares of the second and third.  A clock
// whose turn is over fires nothing, even before it is stopped.
static const char fire_sql[] =
    "WITH fired AS (UPDATE deadlines d SET next_step = d.next_step + 1, next_at = CASE d.next_step "
    "WHEN 0 THEN d.started_at + (d.due_at - d.started_at) * $5 / 100 "
    "ELSE d.started_at + (d.due_at - d.started_at) * $6 / 100 END "
    "FROM unnest($1::bigint[]) AS u (ticket_id) JOIN tickets k ON k.id = u.ticket_id "
    "WHERE d.ticket_id = u.ticket_id AND d.clock = 'first_response' AND d.turn = k.turn "
    "AND d.stopped_at IS NULL AND d.next_step < 3 AND d.next_at <= clock_timestamp() "
    "RETURNING d.ticket_id, d.next_step, d.agency, d.due_at, d.turn) "
    "INSERT INTO notices (ticket_id, kind, cause, audience, agency, due_at, turn) "
    "SELECT f.ticket_id, CASE f.next_step WHEN 1 THEN $2 WHEN 2 THEN $3 ELSE $4 END, f.ticket_id, 'agency', "
    "f.agency, "
    "f.due_at, f.turn FROM fired f ORDER BY f.due_at RETURNING id, ticket_id, kind, agency, due_at, "
    "created_at";
// A ticket may have gone to another agency since the statement before: it has a row all the same.
static const char after_fire_sql[] =
    "SELECT k.id, d.next_at, coalesce(d.stopped_at IS NULL AND d.next_step < 3, false), k.topic, "
    "k.region_code, k.urgent "
    "FROM unnest($1::bigint[]) WITH ORDINALITY AS u (ticket_id, place) "
    "JOIN tickets k ON k.id = u.ticket_id LEFT JOIN deadlines d ON d.ticket_id = k.id AND d.clock = "
    "'first_response' AND d.turn = k.turn ORDER BY u.place";

static const char due_sql[] =
    "SELECT d.ticket_id, d.next_at FROM deadlines d JOIN tickets k ON k.id = d.ticket_id AND k.turn = d.turn "
    "WHERE d.stopped_at IS NULL AND d.next_step < 3 AND d.next_at <= clock_timestamp() "
    "ORDER BY d.next_at LIMIT $1";
static const char timers_sql[] =
    "SELECT d.ticket_id, d.next_at FROM deadlines d JOIN tickets k ON k.id = d.ticket_id AND k.turn = d.turn "
    "WHERE d.ticket_id > $1 AND d.clock = 'first_response' AND d.stopped_at IS NULL AND d.next_step < 3 "
    "ORDER BY d.ticket_id LIMIT $2";
static const char missing_sql[] =
    "SELECT k.id FROM tickets k WHERE k.id > $1 AND k.id <= $2 AND ((k.agency NOT IN ('', 'SHELF') "
    "AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.ticket_id = k.id AND d.clock = 'first_response' "
    "AND d.turn = k.turn)) OR (k.turn > 0 AND EXISTS (SELECT 1 FROM deadlines d WHERE d.ticket_id = k.id "
    "AND d.clock = 'first_response' AND d.turn < k.turn AND d.stopped_at IS NULL))) "
    "AND NOT EXISTS (SELECT 1 FROM troubles p WHERE p.stage = 'watcher' AND p.item_id = k.id AND p.parked) "
    "ORDER BY k.id LIMIT $3";
static const char newest_sql[] = "SELECT coalesce(max(id), 0) FROM tickets";
static const char time_sql[] =
    "SELECT clock_timestamp(), (SELECT value FROM cluster WHERE name = 'tracking_key')";

struct store *
store_new(struct db *db)
{
    struct store *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->start = db_params_new("In");
    store->stop = db_params_new("I");
    store->fire = db_params_new("Isssnn");
    store->fired = db_params_new("I");
    store->page = db_params_new("ii");
    store->range = db_params_new("iii");
    store->limit = db_params_new("i");
    return store;
}

void
store_destroy(struct store **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->start);
    db_params_destroy(&(*store)->stop);
    db_params_destroy(&(*store)->fire);
    db_params_destroy(&(*store)->fired);
    db_params_destroy(&(*store)->page);
    db_params_destroy(&(*store)->range);
    db_params_destroy(&(*store)->limit);
    free(*store);
    *store = NULL;
}

// Reads (ticket, time) rows.
static size_t
read_timers(const struct db *db, struct timer *timers)
{
    size_t count = db_rows(db, 0);

    for (size_t i = 0; i < count; i++)
        timers[i] = (struct timer){.id = db_int(db, 0, i, 0), .at_ms = db_time(db, 0, i, 1)};
    return count;
}

enum outcome
store_start_clocks(
    struct store *store, const int64_t *tickets, size_t count, struct timer *timers, size_t *timer_count)
{
    const struct db_query queries[] = {
        {"start", start_sql, store->start},
        {"stop", stop_sql, store->stop},
    };
    enum outcome outcome = RETRY;

    db_params_clear(store->start);
    db_params_clear(store->stop);
    for (size_t i = 0; i < count; i++) {
        db_put_int(store->start, 0, tickets[i]);
        db_put_int(store->stop, 0, tickets[i]);
    }
    db_put_int(store->start, 1, steps_percent(0));
    failpoint("watcher.before_commit");
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    failpoint("watcher.after_commit");
    *timer_count = outcome == DONE ? read_timers(store->db, timers) : 0;
    db_release(store->db);
    return outcome;
}

// Reads what was fired and completes it with the tickets' topic and region, which come in the order of the
// tickets asked for.
static size_t
read_fired(const struct db *db, struct fired *fired)
{
    size_t count = db_rows(db, 0);
    size_t places = db_rows(db, 1);
    size_t place = 0;

    for (size_t i = 0; i < count; i++) {
        struct fired *one = &fired[i];

        one->notice_id = db_int(db, 0, i, 0);
        one->ticket_id = db_int(db, 0, i, 1);
        one->kind = (int)db_int(db, 0, i, 2);
        str_copy(one->agency, sizeof(one->agency), db_text(db, 0, i, 3, NULL));
        one->due_at_ms = db_time(db, 0, i, 4);
        one->created_at_ms = db_time(db, 0, i, 5);
        for (size_t tried = 0; tried < places && db_int(db, 1, place, 0) != one->ticket_id; tried++)
            place = (place + 1) % places;
        CHECK(places > 0 && db_int(db, 1, place, 0) == one->ticket_id);
        str_copy(one->topic, sizeof(one->topic), db_text(db, 1, place, 3, NULL));
        str_copy(one->region_code, sizeof(one->region_code), db_text(db, 1, place, 4, NULL));
        one->urgent = db_int(db, 1, place, 5) != 0;
    }
    return count;
}

static void
read_next(const struct db *db, const struct timer *due, size_t count, struct timer *timers)
{
    size_t row = 0;

    for (size_t i = 0; i < count; i++) {
        timers[i] = (struct timer){.id = due[i].id, .at_ms = 0};
        if (row < db_rows(db, 1) && db_int(db, 1, row, 0) == due[i].id) {
            if (db_int(db, 1, row, 2) != 0)
                timers[i].at_ms = db_time(db, 1, row, 1);
            row++;
        }
    }
}

enum outcome
store_fire(struct store *store, const struct timer *due, size_t count, struct fired *fired,
    size_t *fired_count, struct timer *timers)
{
    const struct db_query queries[] = {
        {"fire", fire_sql, store->fire},
        {"after_fire", after_fire_sql, store->fired},
    };
    enum outcome outcome = RETRY;

    db_params_clear(store->fire);
    db_params_clear(store->fired);
    for (size_t i = 0; i < count; i++) {
        db_put_int(store->fire, 0, due[i].id);
        db_put_int(store->fired, 0, due[i].id);
    }
    for (int step = 0; step < STEPS_COUNT; step++)
        db_put_int(store->fire, (size_t)step + 1, steps_notice_kind(step));
    db_put_int(store->fire, 4, steps_percent(1));
    db_put_int(store->fire, 5, steps_percent(2));
    failpoint("watcher.before_fire");
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    failpoint("watcher.after_fire");
    *fired_count = 0;
    if (outcome == DONE) {
        *fired_count = read_fired(store->db, fired);
        read_next(store->db, due, count, timers);
    }
    db_release(store->db);
    return outcome;
}

enum outcome
store_due(struct store *store, struct timer *timers, size_t room, size_t *count)
{
    const struct db_query query = {"due", due_sql, store->limit};
    enum outcome outcome = RETRY;

    db_params_clear(store->limit);
    db_put_int(store->limit, 0, (int64_t)room);
    outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    *count = outcome == DONE ? read_timers(store->db, timers) : 0;
    db_release(store->db);
    return outcome;
}

enum outcome
store_timers(struct store *store, int64_t above_ticket, struct timer *timers, size_t room, size_t *count)
{
    const struct db_query query = {"timers", timers_sql, store->page};
    enum outcome outcome = RETRY;

    db_params_clear(store->page);
    db_put_int(store->page, 0, above_ticket);
    db_put_int(store->page, 1, (int64_t)room);
    outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    *count = outcome == DONE ? read_timers(store->db, timers) : 0;
    db_release(store->db);
    return outcome;
}

enum outcome
store_missing(struct store *store, int64_t above, int64_t up_to, int64_t *tickets, size_t room, size_t *count)
{
    const struct db_query query = {"missing", missing_sql, store->range};
    enum outcome outcome = RETRY;

    db_params_clear(store->range);
    db_put_int(store->range, 0, above);
    db_put_int(store->range, 1, up_to);
    db_put_int(store->range, 2, (int64_t)room);
    outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    *count = outcome == DONE ? db_rows(store->db, 0) : 0;
    for (size_t i = 0; i < *count; i++)
        tickets[i] = db_int(store->db, 0, i, 0);
    db_release(store->db);
    return outcome;
}

enum outcome
store_newest(struct store *store, int64_t *id)
{
    const struct db_query query = {"newest", newest_sql, NULL};
    enum outcome outcome = db_run(store->db, &query, 1, PATIENCE_MS);

    if (outcome == DONE)
        *id = db_int(store->db, 0, 0, 0);
    db_release(store->db);
    return outcome;
}

enum outcome
store_time_and_key(struct store *store, int64_t *now_ms, uint8_t key[ID_KEY_SIZE])
{
    const struct db_query query = {"time", time_sql, NULL};
    enum outcome outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    size_t length = 0;

    if (outcome == DONE) {
        const char *value = db_text(store->db, 0, 0, 1, &length);

        *now_ms = db_time(store->db, 0, 0, 0);
        if (length == ID_KEY_SIZE)
            memcpy(key, value, ID_KEY_SIZE);
        else
            outcome = RETRY;
    }
    db_release(store->db);
    return outcome;
}

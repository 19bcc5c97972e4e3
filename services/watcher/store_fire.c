// store_fire.c - the watcher's SQL that fires steps.
//
// Exactly once, never early, never after the answer: the first statement locks the rows that are due and
// passes over those that somebody else has locked; the second one, which sees what was committed up to then,
// moves a row by one step only if it holds that lock (xmax is this transaction), is on the step that was
// read, and knows all acts, all changes of the ticket and the rules; the notice is stored by the same
// statement.  Acts are added under the locks of all rows of the ticket, and get their time there: they come
// before the step, which then does not fire, or after it.
//
// now() is the start of the transaction, by PostgreSQL's clock, and created_at of the notices.
#include "store_fire.h"

#include "failpoint.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000 };

struct store_fire {
    struct db *db;
    struct db_params *look, *lock, *fire, *lock_all, *close, *timers;
    struct pending *pending;
    size_t pending_room;
};

// The row d knows all there is; $2 is the version of the rules.  An act with which a turn may have ended
// counts only when the router has dealt with it.
#define IS_FRESH                                                                                             \
    "(d.rules = $2 OR d.ticket_id <= (SELECT up_to FROM rules_applied WHERE version = $2)) "                 \
    "AND d.changes = (SELECT k.changes FROM tickets k WHERE k.id = d.ticket_id) "                            \
    "AND d.acts = (SELECT count(*) FROM acts a WHERE a.ticket_id = d.ticket_id AND (a.act NOT IN "           \
    "('not_ours', 'assign', 'reopened') OR EXISTS (SELECT FROM acts_done o WHERE o.act_id = a.id))) "        \
    "AND (SELECT version FROM rules) = $2 "
// The row that was read, if it is of this transaction's lock and due.  It is found by its key, whatever the
// planner thinks of the table.
#define AS_READ                                                                                              \
    "CROSS JOIN LATERAL (SELECT ctid AS place FROM deadlines o WHERE o.ticket_id = u.ticket_id "             \
    "AND o.clock = u.clock AND o.turn = u.turn AND o.policy_version = u.version AND o.next_step = u.step "   \
    "AND o.next_at <= now() AND o.xmax = pg_current_xact_id()::xid OFFSET 0) AS read WHERE d.ctid = "        \
    "read.place "
#define NEVER "9223372036854775807" // CALENDAR_NEVER: a step for which no working time is left

static const char rules_sql[] = "SELECT version FROM rules";
static const char look_sql[] =
    "SELECT d.ticket_id, d.clock, d.turn, d.policy_version, d.agency, d.started_at, d.due_at, d.stop, "
    "d.next_step, "
    "d.next_at, d.next_at <= now(), d.next_at <= now() AND " IS_FRESH ", k.urgent, k.topic, k.region_code, "
    "cardinality(d.steps), d.steps[1], d.steps[2], d.steps[3], d.steps[4], d.steps[5], d.steps[6], "
    "d.steps[7], "
    "d.steps[8] FROM unnest($1::bigint[]) AS u (id) "
    "CROSS JOIN LATERAL (SELECT * FROM deadlines WHERE ticket_id = u.id AND next_at IS NOT NULL OFFSET 0) AS "
    "d "
    "CROSS JOIN LATERAL (SELECT * FROM tickets WHERE id = u.id OFFSET 0) AS k ORDER BY d.ticket_id";
_Static_assert(LADDER_STEPS_MOST == 8, "look_sql reads so many steps");

static const char lock_sql[] =
    "SELECT count(*) FROM unnest($1::bigint[], $2::text[], $3::smallint[]) AS u (ticket_id, clock, turn) "
    "CROSS JOIN LATERAL (SELECT FROM deadlines d WHERE d.ticket_id = u.ticket_id AND d.clock = u.clock "
    "AND d.turn = u.turn AND d.next_at <= now() FOR NO KEY UPDATE SKIP LOCKED) AS locked";
static const char fire_sql[] =
    "WITH fired AS (UPDATE deadlines d SET next_step = d.next_step + 1, "
    "next_at = CASE WHEN d.stop = '' THEN to_timestamp(nullif(d.steps[d.next_step + 2], " NEVER
    ") / 1000.0) END "
    "FROM unnest($1::bigint[], $3::text[], $4::smallint[], $5::integer[], $6::smallint[], $7::smallint[], "
    "$8::text[], "
    "$9::text[]) WITH ORDINALITY AS u (ticket_id, clock, turn, version, step, kind, told, role, "
    "place) " AS_READ "AND " IS_FRESH "RETURNING d.ticket_id, d.clock, d.turn, u.step, u.kind, u.told, "
    "u.role, d.started_at, d.due_at, u.place) "
    "INSERT INTO notices (ticket_id, kind, cause, audience, agency, due_at, turn, clock, step, role, since) "
    "SELECT ticket_id, kind, ticket_id, 'agency', told, due_at, turn, clock, step, role, started_at "
    "FROM fired ORDER BY place RETURNING ticket_id, clock, turn, id, created_at";

// An act locks all rows of its ticket, in this order.  What has been stopped meanwhile is not closed.
static const char lock_all_sql[] =
    "SELECT count(*) FROM unnest($1::bigint[]) AS u (ticket_id) "
    "CROSS JOIN LATERAL (SELECT FROM deadlines d WHERE d.ticket_id = u.ticket_id ORDER BY d.clock, d.turn "
    "FOR NO KEY UPDATE SKIP LOCKED) AS locked";
static const char close_sql[] =
    "WITH fired AS (UPDATE deadlines d SET next_step = d.next_step + 1, next_at = NULL "
    "FROM unnest($1::bigint[], $3::text[], $4::smallint[], $5::integer[], $6::smallint[]) "
    "AS u (ticket_id, clock, turn, version, step) " AS_READ "AND " IS_FRESH
    "AND NOT (SELECT bool_or(o.xmax <> pg_current_xact_id()::xid) FROM deadlines o WHERE o.ticket_id = "
    "d.ticket_id) "
    "RETURNING d.ticket_id, d.clock, d.turn, d.stop) "
    "SELECT CASE WHEN stop = '' THEN act_add(ticket_id, 'done', 'watcher', 'system', '', '', "
    "'Ditutup: pelapor tidak menanggapi tindak lanjut.', 0, "
    "'close:' || ticket_id || ':' || clock || ':' || turn) END FROM fired";

static const char timers_sql[] =
    "SELECT ticket_id, next_at FROM deadlines WHERE next_at >= $1 AND next_at <= coalesce($3, now()) "
    "AND (next_at, ticket_id) > ($1, $2) ORDER BY next_at, ticket_id LIMIT $4";

struct store_fire *
store_fire_new(struct db *db)
{
    struct store_fire *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->look = db_params_new("Ii");
    store->lock = db_params_new("ITS");
    store->fire = db_params_new("IiTSNSSTT");
    store->lock_all = db_params_new("I");
    store->close = db_params_new("IiTSNS");
    store->timers = db_params_new("zizi");
    return store;
}

void
store_fire_destroy(struct store_fire **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->look);
    db_params_destroy(&(*store)->lock);
    db_params_destroy(&(*store)->fire);
    db_params_destroy(&(*store)->lock_all);
    db_params_destroy(&(*store)->close);
    db_params_destroy(&(*store)->timers);
    free((*store)->pending);
    free(*store);
    *store = NULL;
}

static void
read_pending(const struct db *db, size_t i, struct pending *pending)
{
    struct deadline_row *row = &pending->row;

    *pending = (struct pending){.ticket_id = db_int(db, 0, i, 0),
        .is_due = db_int(db, 0, i, 10) != 0,
        .is_fresh = db_int(db, 0, i, 11) != 0,
        .urgent = db_int(db, 0, i, 12) != 0};
    str_copy(row->clock, sizeof(row->clock), db_text(db, 0, i, 1, NULL));
    row->turn = (int)db_int(db, 0, i, 2);
    row->version = (int)db_int(db, 0, i, 3);
    str_copy(row->agency, sizeof(row->agency), db_text(db, 0, i, 4, NULL));
    row->started_at_ms = db_time(db, 0, i, 5);
    row->due_at_ms = db_is_null(db, 0, i, 6) ? CALENDAR_NEVER : db_time(db, 0, i, 6);
    row->stop = *db_text(db, 0, i, 7, NULL) == '\0' ? STOP_NONE : STOP_ENDED; // which one, nobody asks
    row->next_step = (int)db_int(db, 0, i, 8);
    row->next_at_ms = db_time(db, 0, i, 9);
    str_copy(pending->topic, sizeof(pending->topic), db_text(db, 0, i, 13, NULL));
    str_copy(pending->region_code, sizeof(pending->region_code), db_text(db, 0, i, 14, NULL));
    row->step_count = (size_t)db_int(db, 0, i, 15);
    if (row->step_count > LADDER_STEPS_MOST)
        row->step_count = LADDER_STEPS_MOST;
    for (size_t step = 0; step < row->step_count; step++)
        row->steps[step] = db_int(db, 0, i, 16 + (int)step);
}

enum outcome
store_fire_look(
    struct store_fire *store, const int64_t *tickets, size_t count, int64_t rules, struct looked *looked)
{
    const struct db_query queries[] = {{"fire_look", look_sql, store->look}, {"fire_rules", rules_sql, NULL}};
    enum outcome outcome = RETRY;

    *looked = (struct looked){.count = 0};
    db_params_clear(store->look);
    for (size_t i = 0; i < count; i++)
        db_put_int(store->look, 0, tickets[i]);
    db_put_int(store->look, 1, rules);
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    if (outcome == DONE) {
        looked->count = db_rows(store->db, 0);
        looked->rules = db_int(store->db, 1, 0, 0);
        if (looked->count > store->pending_room) {
            store->pending_room = looked->count + looked->count / 2;
            store->pending = check_realloc(store->pending, store->pending_room * sizeof(*store->pending));
        }
        for (size_t i = 0; i < looked->count; i++)
            read_pending(store->db, i, &store->pending[i]);
        looked->pending = store->pending;
    }
    db_release(store->db);
    return outcome;
}

// What both ways of firing name the rows by: $1 and $3 .. $6, with $2 for the rules.
static void
put_rows(struct db_params *params, struct pending *const *pending, size_t count, int64_t rules)
{
    db_params_clear(params);
    db_put_int(params, 1, rules);
    for (size_t i = 0; i < count; i++) {
        const struct deadline_row *row = &pending[i]->row;

        db_put_int(params, 0, pending[i]->ticket_id);
        db_put_string(params, 2, row->clock);
        db_put_int(params, 3, row->turn);
        db_put_int(params, 4, row->version);
        db_put_int(params, 5, row->next_step);
    }
}

static bool
is_row(const struct db *db, size_t row, const struct pending *pending)
{
    return db_int(db, 1, row, 0) == pending->ticket_id && db_int(db, 1, row, 2) == pending->row.turn &&
           strcmp(db_text(db, 1, row, 1, NULL), pending->row.clock) == 0;
}

// The notices come in the order in which the rows were given; those that were not fired are left out.
static void
read_notices(const struct db *db, struct pending *const *pending, size_t count)
{
    size_t row = 0;

    for (size_t i = 0; i < count && row < db_rows(db, 1); i++)
        if (is_row(db, row, pending[i])) {
            pending[i]->notice_id = db_int(db, 1, row, 3);
            pending[i]->created_at_ms = db_time(db, 1, row, 4);
            row++;
        }
    CHECK(row == db_rows(db, 1));
}

enum outcome
store_fire_fire(struct store_fire *store, struct pending *const *pending, size_t count, int64_t rules)
{
    const struct db_query queries[] = {
        {"fire_lock", lock_sql, store->lock},
        {"fire", fire_sql, store->fire},
    };
    enum outcome outcome = RETRY;

    put_rows(store->fire, pending, count, rules);
    db_params_clear(store->lock);
    for (size_t i = 0; i < count; i++) {
        db_put_int(store->lock, 0, pending[i]->ticket_id);
        db_put_string(store->lock, 1, pending[i]->row.clock);
        db_put_int(store->lock, 2, pending[i]->row.turn);
        db_put_int(store->fire, 6, pending[i]->kind);
        db_put_string(store->fire, 7, pending[i]->told);
        db_put_string(store->fire, 8, pending[i]->role);
    }
    failpoint("watcher.before_fire");
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    failpoint("watcher.after_fire");
    if (outcome == DONE)
        read_notices(store->db, pending, count);
    db_release(store->db);
    return outcome;
}

enum outcome
store_fire_close(struct store_fire *store, struct pending *const *pending, size_t count, int64_t rules,
    size_t *count_closed)
{
    const struct db_query queries[] = {
        {"close_lock", lock_all_sql, store->lock_all},
        {"close", close_sql, store->close},
    };
    enum outcome outcome = RETRY;

    put_rows(store->close, pending, count, rules);
    db_params_clear(store->lock_all);
    for (size_t i = 0; i < count; i++)
        db_put_int(store->lock_all, 0, pending[i]->ticket_id);
    failpoint("watcher.before_fire");
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    failpoint("watcher.after_fire");
    *count_closed = outcome == DONE ? db_rows(store->db, 1) : 0;
    db_release(store->db);
    return outcome;
}

enum outcome
store_fire_timers(struct store_fire *store, const struct timer *from, int64_t until_ms, struct timer *timers,
    size_t room, size_t *count)
{
    const struct db_query query = {"timers", timers_sql, store->timers};
    enum outcome outcome = RETRY;

    db_params_clear(store->timers);
    db_put_time(store->timers, 0, from->at_ms);
    db_put_int(store->timers, 1, from->id);
    if (until_ms == 0)
        db_put_null(store->timers, 2);
    else
        db_put_time(store->timers, 2, until_ms);
    db_put_int(store->timers, 3, (int64_t)room);
    outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    *count = outcome == DONE ? db_rows(store->db, 0) : 0;
    for (size_t i = 0; i < *count; i++)
        timers[i] = (struct timer){.id = db_int(store->db, 0, i, 0), .at_ms = db_time(store->db, 0, i, 1)};
    db_release(store->db);
    return outcome;
}

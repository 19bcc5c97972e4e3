// store_rings.c - the notifier's SQL of rings.
//
// A step is taken once: the first statement locks the rings that are due and passes over those that somebody
// else has locked, an act that answers them above all; the second one, which sees what was committed up to
// then, moves a ring only if it holds that lock (xmax is this transaction), is on the step that was read and
// is still worth ringing for; its calls are stored by the same statement.
#include "store_rings.h"

#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000, HUSH_MOST = 500 };

struct store_rings {
    struct db *db;
    struct db_params *due, *lock, *move, *open_calls, *hush, *again, *leg;
    int64_t *moved; // notices, in order
    size_t moved_count, moved_room;
};

static const char ladders_sql[] =
    "SELECT severity, role, step, (extract(epoch FROM wait) * 1000)::bigint, legs, "
    "whom FROM ring_steps ORDER BY severity, role, step";
static const char quiet_sql[] =
    "SELECT (extract(epoch FROM begins) / 60)::integer, "
    "(extract(epoch FROM ends) / 60)::integer FROM quiet_hours WHERE role = 'officer'";

// Nothing is left to ring for: the ticket is done or gone to somebody else, or the deadline is met.  Only the
// notice of a turn (kind 1) has the ticket's number of it; that of a deadline has the deadline's, which for
// many clocks counts how often they started.  Who is told because of his office, and not because the ticket
// is his, is told of it wherever it goes; of an incident, too.
#define IS_OVER                                                                                              \
    "EXISTS (SELECT FROM notices n JOIN tickets t ON t.id = n.ticket_id WHERE n.id = r.notice_id "           \
    "AND (t.stage IN ('done', 'rejected') OR (n.kind = 1 AND t.turn <> n.turn) "                             \
    "OR (n.kind <> 6 AND n.role NOT IN ('desk', 'sekda', 'governor') AND t.agency <> n.agency) "             \
    "OR (n.kind IN (3, 4, 5, 8) AND NOT EXISTS (SELECT FROM deadlines l WHERE l.ticket_id = n.ticket_id "    \
    "AND l.clock = n.clock AND l.turn = n.turn AND l.stop = ''))))"

#ifdef CONTROL_ACCEPTED
// Negative control: what a push service accepted counts as acknowledged.
#define IS_ACCEPTED                                                                                          \
    " OR EXISTS (SELECT FROM deliveries d WHERE d.notice_id = r.notice_id AND d.outcome = 'accepted')"
#else
#define IS_ACCEPTED ""
#endif

static const char due_sql[] =
    "SELECT r.notice_id, r.step, r.started_at, (SELECT due_at FROM notices WHERE id = r.notice_id), "
    "r.severity, r.role, r.agency, " IS_OVER IS_ACCEPTED " FROM (SELECT * FROM rings WHERE next_at <= now() "
    "ORDER BY next_at LIMIT $1) r ORDER BY r.next_at";

static const char lock_sql[] =
    "SELECT count(*) FROM unnest($1::bigint[]) AS u (id) "
    "CROSS JOIN LATERAL (SELECT FROM rings r WHERE r.notice_id = u.id AND r.next_at <= now() "
    "FOR NO KEY UPDATE SKIP LOCKED) AS locked";
// $1 .. $5: moves; $6 .. $9: calls.
static const char move_sql[] =
    "WITH moved AS (UPDATE rings r SET step = u.to_step, "
    "next_at = CASE WHEN u.ended = '' THEN coalesce(u.next_at, now()) END, ended = u.ended, "
    "ended_at = CASE WHEN u.ended <> '' THEN now() END "
    "FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::timestamptz[], $5::text[]) "
    "AS u (id, step, to_step, next_at, ended) "
    "CROSS JOIN LATERAL (SELECT ctid AS place FROM rings o WHERE o.notice_id = u.id AND o.step = u.step "
    "AND o.next_at <= now() AND o.xmax = pg_current_xact_id()::xid OFFSET 0) AS read "
    "WHERE r.ctid = read.place AND (u.ended = 'over' OR NOT " IS_OVER ") RETURNING r.notice_id), "
    "called AS (INSERT INTO ring_calls (notice_id, step, device_id, whom) SELECT c.notice_id, c.step, "
    "c.device_id, c.whom FROM unnest($6::bigint[], $7::smallint[], $8::bigint[], $9::text[]) "
    "AS c (notice_id, step, device_id, whom) JOIN moved m ON m.notice_id = c.notice_id ON CONFLICT DO "
    "NOTHING) "
    "SELECT notice_id FROM moved ORDER BY notice_id";

// What has been answered or is over needs no end, nor does a phone that is no more.  $1: stored after; $2:
// grace in ms; $3: rows.
static const char open_calls_sql[] =
    "SELECT c.notice_id, c.step, c.device_id, c.at, coalesce(last.attempt, 0) + 1, "
    "greatest(0, extract(epoch FROM last.retry_at - now()) * 1000)::bigint "
    "FROM ring_calls c CROSS JOIN LATERAL (SELECT ended FROM rings WHERE notice_id = c.notice_id OFFSET 0) r "
    "JOIN devices v ON v.id = c.device_id AND v.removed_at IS NULL "
    "LEFT JOIN persons p ON p.id = v.person_id LEFT JOIN LATERAL "
    "(SELECT d.attempt, d.outcome, coalesce(d.retry_at, now()) AS retry_at FROM deliveries d WHERE "
    "d.notice_id = c.notice_id AND d.device_id = c.device_id AND d.step = c.step ORDER BY d.attempt DESC "
    "LIMIT 1) last ON true "
    "WHERE c.at > $1 AND c.at < now() - $2 * interval '1 ms' AND p.removed_at IS NULL "
    "AND coalesce(last.outcome, 'retry') = 'retry' AND r.ended NOT IN ('acknowledged', 'over') "
    "ORDER BY c.at LIMIT $3";

// Those whose phones may be waiting: its agency, and whoever else was called.  Which phone answered stands in
// the act's key: see notice_use().
static const char hush_sql[] =
    "WITH taken AS (SELECT r.notice_id FROM rings r WHERE r.ended = 'acknowledged' AND NOT r.hushed "
    "ORDER BY r.notice_id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED), "
    "answered AS (UPDATE rings r SET hushed = true FROM taken t WHERE r.notice_id = t.notice_id "
    "RETURNING r.notice_id, r.ticket_id, r.agency, r.ended_at, r.ended_by) "
    "SELECT a.notice_id, 0::bigint, a.agency, a.ended_by FROM answered a UNION "
    "SELECT a.notice_id, 0, coalesce(p.agency, v.agency), a.ended_by FROM answered a "
    "JOIN ring_calls c ON c.notice_id = a.notice_id JOIN devices v ON v.id = c.device_id "
    "LEFT JOIN persons p ON p.id = v.person_id UNION ALL "
    "SELECT max(a.notice_id), d.device_id, max(a.agency), max(a.ended_by) FROM answered a "
    "JOIN deliveries d ON d.notice_id = a.notice_id AND d.device_id <> 0 AND d.outcome = 'accepted' "
    "WHERE a.ended_at > now() - interval '5 minutes' AND NOT EXISTS (SELECT FROM acts o WHERE o.ticket_id = "
    "a.ticket_id AND o.at = a.ended_at AND split_part(coalesce(o.key, ''), ':', 1) = 'notice' "
    "AND split_part(o.key, ':', 3) = d.device_id::text) GROUP BY a.ticket_id, d.device_id";

static const char again_sql[] =
    "UPDATE rings SET hushed = false WHERE notice_id = ANY ($1::bigint[]) AND ended = 'acknowledged'";

static const char leg_sql[] =
    "INSERT INTO legs AS old (leg, state, reason) VALUES ($1, $2, $3) ON CONFLICT (leg) DO UPDATE SET "
    "since = CASE WHEN old.state = excluded.state THEN old.since ELSE now() END, state = excluded.state, "
    "reason = excluded.reason";

struct store_rings *
store_rings_new(struct db *db)
{
    struct store_rings *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->due = db_params_new("i");
    db_put_int(store->due, 0, RINGS_MOST);
    store->lock = db_params_new("I");
    store->move = db_params_new("ISSZTISIT");
    store->open_calls = db_params_new("zii");
    store->hush = db_params_new("i");
    db_put_int(store->hush, 0, HUSH_MOST);
    store->again = db_params_new("I");
    store->leg = db_params_new("ttt");
    return store;
}

void
store_rings_destroy(struct store_rings **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->due);
    db_params_destroy(&(*store)->lock);
    db_params_destroy(&(*store)->move);
    db_params_destroy(&(*store)->open_calls);
    db_params_destroy(&(*store)->hush);
    db_params_destroy(&(*store)->again);
    db_params_destroy(&(*store)->leg);
    free((*store)->moved);
    free(*store);
    *store = NULL;
}

enum outcome
store_rings_ladders(struct store_rings *store, struct ladders *ladders)
{
    const struct db_query queries[] = {
        {"notifier_ladders", ladders_sql, NULL},
        {"notifier_quiet", quiet_sql, NULL},
    };
    struct db *db = store->db;
    enum outcome outcome = db_run(db, queries, LENGTH(queries), PATIENCE_MS);

    if (outcome == DONE) {
        *ladders = (struct ladders){0};
        for (size_t row = 0; row < db_rows(db, 0); row++) {
            const struct ring_row step = {
                .severity = db_text(db, 0, row, 0, NULL),
                .role = db_text(db, 0, row, 1, NULL),
                .step = (int)db_int(db, 0, row, 2),
                .wait_ms = db_int(db, 0, row, 3),
                .legs = db_text(db, 0, row, 4, NULL),
                .whom = db_text(db, 0, row, 5, NULL),
            };

            // What only a later version knows ends the ladder before it.
            (void)!ring_add(ladders, &step);
        }
        ladders->is_quiet = db_rows(db, 1) == 1;
        ladders->quiet_from = ladders->is_quiet ? (int)db_int(db, 1, 0, 0) : 0;
        ladders->quiet_until = ladders->is_quiet ? (int)db_int(db, 1, 0, 1) : 0;
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_rings_due(struct store_rings *store, void (*found)(void *self, const struct due_ring *ring), void *self)
{
    const struct db_query query = {"notifier_due", due_sql, store->due};
    struct db *db = store->db;
    enum outcome outcome = db_run(db, &query, 1, PATIENCE_MS);

    for (size_t row = 0; outcome == DONE && row < db_rows(db, 0); row++) {
        struct due_ring ring = {
            .notice_id = db_int(db, 0, row, 0),
            .step = (int)db_int(db, 0, row, 1),
            .started_at_ms = db_time(db, 0, row, 2),
            .due_at_ms = db_is_null(db, 0, row, 3) ? 0 : db_time(db, 0, row, 3),
            .severity = ring_severity_parse(db_text(db, 0, row, 4, NULL)),
            .role = step_role(db_text(db, 0, row, 5, NULL)),
            .over = db_int(db, 0, row, 7) != 0,
        };

        db_copy_text(db, 0, row, 6, ring.agency, sizeof(ring.agency));
        found(self, &ring);
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

// Remembers which rings have moved.
static void
take_moved(struct store_rings *store, size_t i)
{
    size_t rows = db_rows(store->db, i);

    if (rows > store->moved_room) {
        store->moved_room = rows;
        store->moved = check_realloc(store->moved, rows * sizeof(*store->moved));
    }
    for (size_t row = 0; row < rows; row++)
        store->moved[row] = db_int(store->db, i, row, 0);
    store->moved_count = rows;
}

enum outcome
store_rings_move(struct store_rings *store, const struct ring_move *moves, size_t move_count,
    const struct ring_call *calls, size_t call_count)
{
    const struct db_query queries[] = {
        {"notifier_lock", lock_sql, store->lock},
        {"notifier_move", move_sql, store->move},
    };
    struct db *db = store->db;
    enum outcome outcome = RETRY;

    db_params_clear(store->lock);
    db_params_clear(store->move);
    for (size_t i = 0; i < move_count; i++) {
        db_put_int(store->lock, 0, moves[i].notice_id);
        db_put_int(store->move, 0, moves[i].notice_id);
        db_put_int(store->move, 1, moves[i].step);
        db_put_int(store->move, 2, moves[i].to_step);
        if (moves[i].next_at_ms != 0)
            db_put_time(store->move, 3, moves[i].next_at_ms);
        else
            db_put_null(store->move, 3);
        db_put_string(store->move, 4, moves[i].ended);
    }
    for (size_t i = 0; i < call_count; i++) {
        db_put_int(store->move, 5, calls[i].notice_id);
        db_put_int(store->move, 6, calls[i].step);
        db_put_int(store->move, 7, calls[i].device_id);
        db_put_string(store->move, 8, ring_whom_word(calls[i].whom));
    }
    store->moved_count = 0;
    outcome = db_run(db, queries, LENGTH(queries), PATIENCE_MS);
    if (outcome == DONE)
        take_moved(store, 1);
    db_release(db);
    return outcome;
}

static int
by_number(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a;
    int64_t other = *(const int64_t *)b;

    return (one > other) - (one < other);
}

bool
store_rings_is_moved(const struct store_rings *store, int64_t notice_id)
{
    return store->moved_count > 0 &&
           bsearch(&notice_id, store->moved, store->moved_count, sizeof(notice_id), by_number) != NULL;
}

enum outcome
store_rings_open_calls(struct store_rings *store, int64_t at_ms, int64_t grace_ms,
    void (*found)(void *self, const struct open_call *call), void *self)
{
    const struct db_query query = {"notifier_open_calls", open_calls_sql, store->open_calls};
    struct db *db = store->db;
    enum outcome outcome = RETRY;

    db_params_clear(store->open_calls);
    db_put_time(store->open_calls, 0, at_ms);
    db_put_int(store->open_calls, 1, grace_ms);
    db_put_int(store->open_calls, 2, RINGS_MOST);
    outcome = db_run(db, &query, 1, PATIENCE_MS);
    for (size_t row = 0; outcome == DONE && row < db_rows(db, 0); row++) {
        const struct open_call open = {
            .call = {.notice_id = db_int(db, 0, row, 0),
                .step = (int)db_int(db, 0, row, 1),
                .device_id = db_int(db, 0, row, 2)},
            .at_ms = db_time(db, 0, row, 3),
            .attempt = (int)db_int(db, 0, row, 4),
            .wait_ms = db_is_null(db, 0, row, 5) ? 0 : db_int(db, 0, row, 5),
        };

        found(self, &open);
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_rings_hush(
    struct store_rings *store, void (*found)(void *self, const struct hushed_row *row), void *self)
{
    const struct db_query query = {"notifier_hush", hush_sql, store->hush};
    struct db *db = store->db;
    enum outcome outcome = db_run(db, &query, 1, PATIENCE_MS);

    for (size_t row = 0; outcome == DONE && row < db_rows(db, 0); row++) {
        struct hushed_row hushed = {.notice_id = db_int(db, 0, row, 0), .device_id = db_int(db, 0, row, 1)};

        db_copy_text(db, 0, row, 2, hushed.agency, sizeof(hushed.agency));
        db_copy_text(db, 0, row, 3, hushed.by, sizeof(hushed.by));
        found(self, &hushed);
    }
    db_release(db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_rings_hush_again(struct store_rings *store, const int64_t *notice_ids, size_t count)
{
    const struct db_query query = {"notifier_hush_again", again_sql, store->again};
    enum outcome outcome = RETRY;

    db_params_clear(store->again);
    for (size_t i = 0; i < count; i++)
        db_put_int(store->again, 0, notice_ids[i]);
    outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    db_release(store->db);
    return outcome == DONE ? DONE : RETRY;
}

enum outcome
store_rings_leg(struct store_rings *store, enum leg leg, enum leg_state state, const char *reason)
{
    static const char *const words[] = {[LEG_OFF] = "off", [LEG_UP] = "up", [LEG_DEAD] = "dead"};
    const struct db_query query = {"notifier_leg", leg_sql, store->leg};
    enum outcome outcome = RETRY;

    db_params_clear(store->leg);
    db_put_string(store->leg, 0, leg_name(leg));
    db_put_string(store->leg, 1, words[state]);
    db_put_string(store->leg, 2, reason);
    outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    db_release(store->db);
    return outcome == DONE ? DONE : RETRY;
}

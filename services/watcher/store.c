// store.c - the watcher's SQL that keeps deadlines.
//
// A row is written only if it still is as it was read (next_step, due_at, stop, acts, changes), and only if
// the rules are still those that it was derived with.  Who writes holds the advisory lock "kentongan.rules"
// with others who write; the walk that applies new rules takes it alone once, before its first ticket.  After
// that nobody can bring in what was derived with older rules.
#include "store.h"

#include "failpoint.h"

#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE_MS = 12000,
    ROWS_LOOKED_AT = 8192, // in one page of the walk; a ticket has far less
};

// The columns that an insert and an update share.
enum {
    TICKET,
    CLOCK,
    TURN,
    VERSION,
    AGENCY,
    STARTED,
    DUE,
    STOPPED,
    STOP,
    NEXT_STEP,
    NEXT_AT,
    STEPS_FROM, // its place in STEPS, which holds the steps of all rows
    STEPS_TO,
    KNOWN_ACTS,
    KNOWN_CHANGES,
    STEPS,
    KNOWN_RULES,
    OLD_STEP, // from here on: an update's
    OLD_DUE,
    OLD_STOP,
    OLD_ACTS,
    OLD_CHANGES,
    OLD_VERSION,
    BECAUSE
};
#define SHARED_TYPES "ITSNTZZZTSZNNNNIi"

struct store {
    struct db *db;
    struct db_params *insert, *update;
    size_t insert_count, update_count, insert_steps, update_steps;
    struct db_params *one, *two, *range, *page, *mark;
};

static const char lock_sql[] = "SELECT pg_advisory_xact_lock_shared(hashtext('kentongan.rules'))";
static const char rules_sql[] = "SELECT version FROM rules";
static const char insert_sql[] =
    "INSERT INTO deadlines (ticket_id, clock, turn, policy_version, agency, started_at, due_at, stopped_at, "
    "stop, "
    "next_step, next_at, steps, acts, changes, rules) "
    "SELECT u.ticket_id, u.clock, u.turn, u.version, u.agency, u.started_at, u.due_at, u.stopped_at, u.stop, "
    "u.next_step, u.next_at, ($16::bigint[])[u.steps_from : u.steps_to], u.acts, u.changes, $17 "
    "FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::integer[], $5::text[], $6::timestamptz[], "
    "$7::timestamptz[], $8::timestamptz[], $9::text[], $10::smallint[], $11::timestamptz[], $12::integer[], "
    "$13::integer[], $14::integer[], $15::integer[]) AS u (ticket_id, clock, turn, version, agency, "
    "started_at, "
    "due_at, stopped_at, stop, next_step, next_at, steps_from, steps_to, acts, changes) "
    "WHERE (SELECT version FROM rules) = $17 ON CONFLICT (ticket_id, clock, turn) DO NOTHING";
// Rows of an older release have microseconds.  The row is found by its key, whatever the planner thinks of
// the table; one that was changed since is at another place, and left alone.
static const char update_sql[] =
    "WITH written AS (UPDATE deadlines d SET policy_version = u.version, agency = u.agency, "
    "started_at = u.started_at, due_at = u.due_at, stopped_at = u.stopped_at, stop = u.stop, "
    "next_step = u.next_step, next_at = u.next_at, steps = ($16::bigint[])[u.steps_from : u.steps_to], "
    "acts = u.acts, changes = u.changes, rules = $17 "
    "FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::integer[], $5::text[], $6::timestamptz[], "
    "$7::timestamptz[], $8::timestamptz[], $9::text[], $10::smallint[], $11::timestamptz[], $12::integer[], "
    "$13::integer[], $14::integer[], $15::integer[], $18::smallint[], $19::timestamptz[], $20::text[], "
    "$21::integer[], $22::integer[], $23::integer[], $24::text[]) AS u (ticket_id, clock, turn, version, "
    "agency, "
    "started_at, due_at, stopped_at, stop, next_step, next_at, steps_from, steps_to, acts, changes, "
    "old_step, "
    "old_due_at, old_stop, old_acts, old_changes, old_version, because) "
    "CROSS JOIN LATERAL (SELECT ctid AS place FROM deadlines o WHERE o.ticket_id = u.ticket_id AND o.clock = "
    "u.clock "
    "AND o.turn = u.turn AND o.next_step = u.old_step "
    "AND date_trunc('milliseconds', o.due_at) IS NOT DISTINCT FROM u.old_due_at AND o.stop = u.old_stop "
    "AND o.acts = u.old_acts AND o.changes = u.old_changes OFFSET 0) AS read "
    "WHERE d.ctid = read.place AND (SELECT version FROM rules) = $17 "
    "RETURNING d.ticket_id, d.clock, d.turn, u.old_version, d.policy_version, u.old_due_at, d.due_at, "
    "u.because), "
    "noted AS (INSERT INTO deadline_changes (ticket_id, clock, turn, old_version, new_version, old_due_at, "
    "new_due_at, because) SELECT * FROM written WHERE because <> '') SELECT count(*) FROM written";

static const char missing_sql[] =
    "SELECT k.id FROM tickets k WHERE k.id > $1 AND k.id <= $2 AND (k.agency NOT IN ('', 'SHELF') OR k.turn "
    "> 0) "
    "AND (SELECT bool_and(d.changes = k.changes) FROM deadlines d WHERE d.ticket_id = k.id) IS NOT TRUE "
    "AND NOT EXISTS (SELECT 1 FROM troubles p WHERE p.stage = 'watcher' AND p.item_id = k.id AND p.parked) "
    "ORDER BY k.id LIMIT $3";
static const char newest_sql[] = "SELECT coalesce(max(id), 0) FROM tickets";

// $1: seconds; null asks for nothing old.
static const char newest_acts_sql[] =
    "SELECT coalesce(max(id), 0), coalesce((SELECT id FROM acts WHERE $1 IS NOT NULL "
    "AND at < now() - $1 * interval '1 second' ORDER BY id DESC LIMIT 1), 0) FROM acts";
static const char acted_sql[] =
    "SELECT a.ticket_id, a.id FROM acts a WHERE a.id > $1 AND (SELECT bool_or(d.acts <> "
    "(SELECT count(*) FROM acts c WHERE c.ticket_id = d.ticket_id)) FROM deadlines d "
    "WHERE d.ticket_id = a.ticket_id) ORDER BY a.id LIMIT $2";
static const char acts_mark_sql[] = "SELECT done_up_to FROM stage_marks WHERE stage = 'watcher.acts'";
static const char set_acts_mark_sql[] =
    "UPDATE stage_marks SET done_up_to = $2 WHERE stage = 'watcher.acts' AND done_up_to = $1";

static const char walk_sql[] =
    "UPDATE rules_applied SET version = $1, up_to = 0 "
    "WHERE version < $1 AND pg_try_advisory_xact_lock(hashtext('kentongan.rules'))";
static const char applied_sql[] = "SELECT version, up_to FROM rules_applied";
static const char walked_sql[] = "UPDATE rules_applied SET up_to = $2 WHERE version = $1 AND up_to < $2";
static const char running_sql[] = "SELECT ticket_id, stop = '' OR next_at IS NOT NULL FROM deadlines "
                                  "WHERE ticket_id > $1 ORDER BY ticket_id LIMIT $2";
static const char time_sql[] =
    "SELECT clock_timestamp(), (SELECT value FROM cluster WHERE name = 'tracking_key')";

struct store *
store_new(struct db *db)
{
    struct store *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->insert = db_params_new(SHARED_TYPES);
    store->update = db_params_new(SHARED_TYPES "SZTNNNT");
    store->one = db_params_new("i");
    store->two = db_params_new("ii");
    store->range = db_params_new("iii");
    store->page = db_params_new("ii");
    store->mark = db_params_new("ii");
    return store;
}

void
store_destroy(struct store **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->insert);
    db_params_destroy(&(*store)->update);
    db_params_destroy(&(*store)->one);
    db_params_destroy(&(*store)->two);
    db_params_destroy(&(*store)->range);
    db_params_destroy(&(*store)->page);
    db_params_destroy(&(*store)->mark);
    free(*store);
    *store = NULL;
}

// A moment that may never come, or not have come.
static void
put_moment(struct db_params *params, size_t column, int64_t at_ms)
{
    if (at_ms == 0 || at_ms == CALENDAR_NEVER)
        db_put_null(params, column);
    else
        db_put_time(params, column, at_ms);
}

static void
put_shared(struct db_params *params, size_t *steps, int64_t ticket_id, const struct deadline_row *row)
{
    db_put_int(params, TICKET, ticket_id);
    db_put_string(params, CLOCK, row->clock);
    db_put_int(params, TURN, row->turn);
    db_put_int(params, VERSION, row->version);
    db_put_string(params, AGENCY, row->agency);
    db_put_time(params, STARTED, row->started_at_ms);
    put_moment(params, DUE, row->due_at_ms);
    put_moment(params, STOPPED, row->stopped_at_ms);
    db_put_string(params, STOP, stop_name(row->stop));
    db_put_int(params, NEXT_STEP, row->next_step);
    put_moment(params, NEXT_AT, row->next_at_ms);
    db_put_int(params, STEPS_FROM, (int64_t)*steps + 1);
    for (size_t i = 0; i < row->step_count; i++)
        db_put_int(params, STEPS, row->steps[i]);
    *steps += row->step_count;
    db_put_int(params, STEPS_TO, (int64_t)*steps);
}

void
store_put(struct store *store, int64_t ticket_id, const struct plan_row *row, int acts, int changes)
{
    struct db_params *params = row->old != NULL ? store->update : store->insert;

    put_shared(params, row->old != NULL ? &store->update_steps : &store->insert_steps, ticket_id, &row->row);
    db_put_int(params, KNOWN_ACTS, acts);
    db_put_int(params, KNOWN_CHANGES, changes);
    if (row->old == NULL) {
        store->insert_count++;
        return;
    }
    db_put_int(params, OLD_STEP, row->old->next_step);
    put_moment(params, OLD_DUE, row->old->due_at_ms);
    db_put_string(params, OLD_STOP, stop_name(row->old->stop));
    db_put_int(params, OLD_ACTS, row->old_known->acts);
    db_put_int(params, OLD_CHANGES, row->old_known->changes);
    db_put_int(params, OLD_VERSION, row->old->version);
    db_put_string(params, BECAUSE, row->because != NULL ? row->because : "");
    store->update_count++;
}

void
store_clear(struct store *store)
{
    db_params_clear(store->insert);
    db_params_clear(store->update);
    store->insert_count = store->update_count = store->insert_steps = store->update_steps = 0;
}

enum outcome
store_write(struct store *store, int64_t rules, struct written *written)
{
    struct db_query queries[4] = {{"write_lock", lock_sql, NULL}, {"write_rules", rules_sql, NULL}};
    size_t count = 2;
    size_t insert_at = 0;
    size_t update_at = 0;
    enum outcome outcome = RETRY;

    db_put_int(store->insert, KNOWN_RULES, rules);
    db_put_int(store->update, KNOWN_RULES, rules);
    if (store->insert_count > 0)
        queries[insert_at = count++] = (struct db_query){"write_insert", insert_sql, store->insert};
    if (store->update_count > 0)
        queries[update_at = count++] = (struct db_query){"write_update", update_sql, store->update};
    failpoint("watcher.before_commit");
    outcome = db_run(store->db, queries, count, PATIENCE_MS);
    failpoint("watcher.after_commit");
    *written = (struct written){.conflict = false};
    if (outcome == DONE) {
        written->stale = db_int(store->db, 1, 0, 0) != rules;
        written->conflict =
            (insert_at != 0 && db_affected(store->db, insert_at) < store->insert_count) ||
            (update_at != 0 && db_int(store->db, update_at, 0, 0) < (int64_t)store->update_count);
    }
    db_release(store->db);
    store_clear(store);
    return outcome;
}

// Runs one query that returns ids; count is 0 when it is not DONE.
static enum outcome
read_ids(struct store *store, const struct db_query *query, int64_t *ids, size_t *count)
{
    enum outcome outcome = db_run(store->db, query, 1, PATIENCE_MS);

    *count = outcome == DONE ? db_rows(store->db, 0) : 0;
    for (size_t i = 0; i < *count; i++)
        ids[i] = db_int(store->db, 0, i, 0);
    db_release(store->db);
    return outcome;
}

// Runs one query that returns one number.
static enum outcome
read_one(struct store *store, const struct db_query *query, int64_t *number)
{
    enum outcome outcome = db_run(store->db, query, 1, PATIENCE_MS);

    if (outcome == DONE && db_rows(store->db, 0) == 1)
        *number = db_int(store->db, 0, 0, 0);
    db_release(store->db);
    return outcome;
}

enum outcome
store_missing(struct store *store, int64_t above, int64_t up_to, int64_t *tickets, size_t room, size_t *count)
{
    db_params_clear(store->range);
    db_put_int(store->range, 0, above);
    db_put_int(store->range, 1, up_to);
    db_put_int(store->range, 2, (int64_t)room);
    return read_ids(store, &(struct db_query){"missing", missing_sql, store->range}, tickets, count);
}

enum outcome
store_newest(struct store *store, int64_t *id)
{
    return read_one(store, &(struct db_query){"newest", newest_sql, NULL}, id);
}

enum outcome
store_acted(struct store *store, int64_t above, bool with_old, int64_t *tickets, size_t room,
    struct acts_found *found)
{
    const struct db_query queries[] = {
        {"acts_newest", newest_acts_sql, store->one},
        {"acted", acted_sql, store->page},
    };
    enum outcome outcome = RETRY;

    db_params_clear(store->one);
    if (with_old)
        db_put_int(store->one, 0, ACTS_LATE_S);
    db_params_clear(store->page);
    db_put_int(store->page, 0, above);
    db_put_int(store->page, 1, (int64_t)room);
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    *found = (struct acts_found){.count = 0};
    if (outcome == DONE) {
        found->newest = db_int(store->db, 0, 0, 0);
        found->old = db_int(store->db, 0, 0, 1);
        found->count = db_rows(store->db, 1);
        for (size_t i = 0; i < found->count; i++)
            tickets[i] = db_int(store->db, 1, i, 0);
        if (found->count > 0)
            found->last = db_int(store->db, 1, found->count - 1, 1);
    }
    db_release(store->db);
    return outcome;
}

enum outcome
store_acts_mark(struct store *store, int64_t *mark)
{
    return read_one(store, &(struct db_query){"acts_mark", acts_mark_sql, NULL}, mark);
}

// Runs a statement with two numbers that returns nothing.
static enum outcome
run_two(struct store *store, const char *name, const char *sql, int64_t first, int64_t second)
{
    const struct db_query query = {name, sql, store->two};
    enum outcome outcome = RETRY;

    db_params_clear(store->two);
    db_put_int(store->two, 0, first);
    db_put_int(store->two, 1, second);
    outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    db_release(store->db);
    return outcome;
}

enum outcome
store_set_acts_mark(struct store *store, int64_t old_mark, int64_t mark)
{
    return run_two(store, "set_acts_mark", set_acts_mark_sql, old_mark, mark);
}

enum outcome
store_rules_version(struct store *store, int64_t *version)
{
    return read_one(store, &(struct db_query){"rules", rules_sql, NULL}, version);
}

enum outcome
store_walk(struct store *store, int64_t rules, int64_t *version, int64_t *up_to)
{
    const struct db_query queries[] = {{"walk", walk_sql, store->one}, {"applied", applied_sql, NULL}};
    enum outcome outcome = RETRY;

    db_params_clear(store->one);
    db_put_int(store->one, 0, rules);
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    if (outcome == DONE) {
        *version = db_int(store->db, 1, 0, 0);
        *up_to = db_int(store->db, 1, 0, 1);
    }
    db_release(store->db);
    return outcome;
}

enum outcome
store_walked(struct store *store, int64_t rules, int64_t up_to)
{
    return run_two(store, "walked", walked_sql, rules, up_to);
}

enum outcome
store_running(
    struct store *store, int64_t above, int64_t *tickets, size_t room, size_t *count, int64_t *up_to)
{
    const struct db_query query = {"running", running_sql, store->page};
    enum outcome outcome = RETRY;
    size_t rows = 0;

    db_params_clear(store->page);
    db_put_int(store->page, 0, above);
    db_put_int(store->page, 1, ROWS_LOOKED_AT);
    outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    *count = 0;
    *up_to = above;
    if (outcome == DONE) {
        rows = db_rows(store->db, 0);
        // Of the last ticket in a full page there may be more rows.
        int64_t last = rows == ROWS_LOOKED_AT ? db_int(store->db, 0, rows - 1, 0) : INT64_MAX;

        *up_to = rows == ROWS_LOOKED_AT ? last - 1 : INT64_MAX;
        for (size_t i = 0; i < rows; i++) {
            int64_t ticket = db_int(store->db, 0, i, 0);

            if (ticket == last || db_int(store->db, 0, i, 1) == 0 ||
                (*count > 0 && tickets[*count - 1] == ticket))
                continue;
            if (*count == room) {
                *up_to = tickets[room - 1];
                break;
            }
            tickets[(*count)++] = ticket;
        }
    }
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

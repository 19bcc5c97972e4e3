// store_acts.c - the router's SQL on what was done on tickets.
//
// The row in acts_done is what makes an act count once: everything else in its transaction is written only
// when this transaction wrote that row (its xmin is our own), and it is written only while the ticket is as
// the plan was made for.
#include "store_acts.h"

#include "check.h"
#include "store_told.h"
#include "store_turns.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000 };

struct store_acts {
    struct db *db;
    struct db_params *above, *done, *stage, *move, *event, *notice, *mark, *causes;
    struct db_query queries[DB_QUERIES_MOST];
    size_t query_count;
    int64_t passed; // all acts up to here are done for ever
};

#define IS_MINE "EXISTS (SELECT FROM acts_done d WHERE d.act_id = $1 AND d.xmin = pg_current_xact_id()::xid)"

// past: the turn in which it was done, when that is over.  $2: turns.because of a ticket that was given back.
static const char next_sql[] =
    "SELECT a.id, a.ticket_id, a.at, a.act, a.actor_kind, a.agency, a.value, a.same_text, k.agency, k.stage, "
    "k.turn, coalesce(past.agency, k.agency), past.turn IS NOT NULL, "
    "(SELECT count(*) FROM turns b WHERE b.ticket_id = k.id AND b.because = $2), "
    "EXISTS (SELECT FROM agencies g WHERE g.code = a.value AND g.code NOT IN ('SHELF', 'KABKOTA')), "
    "r.tracking_code "
    "FROM acts a JOIN tickets k ON k.id = a.ticket_id JOIN reports r ON r.id = a.ticket_id "
    "LEFT JOIN LATERAL (SELECT p.turn, p.agency FROM turns p WHERE p.ticket_id = k.id AND p.until_at > a.at "
    "ORDER BY p.turn LIMIT 1) past ON true "
    "WHERE a.id > $1 AND NOT EXISTS (SELECT FROM acts_done d WHERE d.act_id = a.id) ORDER BY a.id LIMIT 1";
// Below the lowest that is not done, and below those that may still commit late.
static const char passed_sql[] =
    "SELECT coalesce((SELECT min(a.id) - 1 FROM acts a WHERE a.id > $1 AND (a.at > now() - interval "
    "'2 minutes' OR NOT EXISTS (SELECT FROM acts_done d WHERE d.act_id = a.id))), "
    "(SELECT max(id) FROM acts), 0)";

static const char done_sql[] =
    "INSERT INTO acts_done (act_id, done) SELECT $1, $2 FROM tickets k WHERE k.id = $3 AND k.agency = $4 AND "
    "k.stage = $5 AND k.turn = $6 FOR NO KEY UPDATE ON CONFLICT (act_id) DO NOTHING";
static const char stage_sql[] = "UPDATE tickets k SET stage = $2 FROM acts a WHERE a.id = $1 AND k.id = "
                                "a.ticket_id AND " IS_MINE;
// $2: stage, '' as it is; $3: agency of the next turn; $4: why this one ends.
static const char move_sql[] = STORE_TURN_ENDS("a.at", "$4",
    "FROM acts a JOIN tickets k ON k.id = a.ticket_id WHERE a.id = $1 AND " IS_MINE,
    "UPDATE tickets k SET stage = CASE $2 WHEN '' THEN k.stage ELSE $2 END, agency = $3, turn = k.turn + 1, "
    "routed_at = greatest(a.at, k.routed_at) FROM acts a WHERE a.id = $1 AND k.id = a.ticket_id "
    "AND " IS_MINE);
static const char event_sql[] =
    "INSERT INTO ticket_events (ticket_id, at, actor, event, detail) "
    "SELECT a.ticket_id, a.at, a.actor, a.act, $2 FROM acts a WHERE a.id = $1 AND " IS_MINE;
static const char notice_sql[] =
    "INSERT INTO notices (ticket_id, kind, cause, audience, agency, due_at, turn) "
    "SELECT k.id, 1, k.id, 'agency', k.agency, " STORE_FIRST_RESPONSE_DUE ", k.turn FROM acts a "
    "JOIN tickets k ON k.id = a.ticket_id WHERE a.id = $1 AND k.agency NOT IN ('', 'SHELF') AND " IS_MINE
    " ON CONFLICT (cause, kind, turn, clock, step) DO NOTHING";
static const char mark_sql[] = STORE_WATCHER_LOOKS("$2", IS_MINE);

struct store_acts *
store_acts_new(struct db *db)
{
    struct store_acts *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->above = db_params_new("it");
    store->done = db_params_new("itittn");
    store->stage = db_params_new("it");
    store->move = db_params_new("ittt");
    store->event = db_params_new("it");
    store->notice = db_params_new("i");
    store->mark = db_params_new("ii");
    store->causes = db_params_new("I");
    return store;
}

void
store_acts_destroy(struct store_acts **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->above);
    db_params_destroy(&(*store)->done);
    db_params_destroy(&(*store)->stage);
    db_params_destroy(&(*store)->move);
    db_params_destroy(&(*store)->event);
    db_params_destroy(&(*store)->notice);
    db_params_destroy(&(*store)->mark);
    db_params_destroy(&(*store)->causes);
    free(*store);
    *store = NULL;
}

#define COPY(db, column, field) db_copy_text(db, 0, 0, column, field, sizeof(field))

static void
read_case(const struct db *db, struct act_case *act_case)
{
    struct act_row *act = &act_case->act;

    memset(act_case, 0, sizeof(*act_case));
    act->id = db_int(db, 0, 0, 0);
    act_case->ticket_id = db_int(db, 0, 0, 1);
    act->at_ms = db_time(db, 0, 0, 2);
    bool known = act_parse(db_text(db, 0, 0, 3, NULL), &act->act) &&
                 actor_kind_parse(db_text(db, 0, 0, 4, NULL), &act->actor);
    CHECK(known); // the columns' own checks say so
    COPY(db, 5, act->agency);
    COPY(db, 6, act->value);
    act->same_text = (int)db_int(db, 0, 0, 7);
    COPY(db, 8, act_case->agency);
    COPY(db, 9, act_case->stage);
    act_case->turn = (int)db_int(db, 0, 0, 10);
    COPY(db, 11, act_case->had);
    act_case->is_over = db_int(db, 0, 0, 12) != 0;
    act_case->given_back = (int)db_int(db, 0, 0, 13);
    act_case->value_is_agency = db_int(db, 0, 0, 14) != 0;
    COPY(db, 15, act_case->tracking_code);
}

enum outcome
store_acts_next(struct store_acts *store, struct act_case *act_case, bool *found)
{
    const struct db_query queries[] = {
        {"acts_next", next_sql, store->above},
        {"acts_passed", passed_sql, store->above},
    };
    enum outcome outcome = RETRY;

    db_params_clear(store->above);
    db_put_int(store->above, 0, store->passed);
    db_put_string(store->above, 1, ACT_PLAN_NOT_OURS);
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    *found = outcome == DONE && db_rows(store->db, 0) > 0;
    if (*found)
        read_case(store->db, act_case);
    if (outcome == DONE)
        store->passed = db_int(store->db, 1, 0, 0);
    db_release(store->db);
    return outcome;
}

static void
add(struct store_acts *store, const char *name, const char *sql, const struct db_params *params)
{
    CHECK(store->query_count < DB_QUERIES_MOST);
    store->queries[store->query_count++] = (struct db_query){name, sql, params};
}

// What every act leaves: its proof and a line in the journal.
static void
add_done(struct store_acts *store, const struct act_case *act_case, const char *done)
{
    store->query_count = 0;
    db_params_clear(store->done);
    db_put_int(store->done, 0, act_case->act.id);
    db_put_string(store->done, 1, done);
    db_put_int(store->done, 2, act_case->ticket_id);
    db_put_string(store->done, 3, act_case->agency);
    db_put_string(store->done, 4, act_case->stage);
    db_put_int(store->done, 5, act_case->turn);
    add(store, "acts_done", done_sql, store->done);
    db_params_clear(store->event);
    db_put_int(store->event, 0, act_case->act.id);
    db_put_string(store->event, 1, done);
    add(store, "acts_event", event_sql, store->event);
}

static void
add_stage(struct store_acts *store, int64_t act_id, const char *stage)
{
    db_params_clear(store->stage);
    db_put_int(store->stage, 0, act_id);
    db_put_string(store->stage, 1, stage);
    add(store, "acts_stage", stage_sql, store->stage);
}

// The next turn: with it goes a notice, and the watcher is to look at the ticket.
static void
add_move(struct store_acts *store, const struct act_case *act_case, const struct act_plan *plan)
{
    int64_t id = act_case->act.id;

    db_params_clear(store->move);
    db_put_int(store->move, 0, id);
    db_put_string(store->move, 1, plan->stage);
    db_put_string(store->move, 2, plan->agency);
    db_put_string(store->move, 3, plan->because);
    add(store, "acts_move", move_sql, store->move);
    db_params_clear(store->notice);
    db_put_int(store->notice, 0, id);
    add(store, "acts_notice", notice_sql, store->notice);
    db_params_clear(store->mark);
    db_put_int(store->mark, 0, id);
    db_put_int(store->mark, 1, act_case->ticket_id);
    add(store, "acts_mark", mark_sql, store->mark);
    db_params_clear(store->causes);
    db_put_int(store->causes, 0, act_case->ticket_id);
    add(store, "told", store_told_sql, store->causes);
}

enum outcome
store_acts_do(struct store_acts *store, const struct act_case *act_case, const struct act_plan *plan,
    bool *is_done, struct told *told, size_t *told_count)
{
    enum outcome outcome = RETRY;

    add_done(store, act_case, plan->done);
    if (plan->ends_turn)
        add_move(store, act_case, plan);
    else if (plan->stage[0] != '\0')
        add_stage(store, act_case->act.id, plan->stage);
    outcome = db_run(store->db, store->queries, store->query_count, PATIENCE_MS);
    *is_done = outcome == DONE && db_affected(store->db, 0) == 1;
    *told_count = *is_done && plan->ends_turn ? store_read_told(store->db, store->query_count - 1, told) : 0;
    db_release(store->db);
    return outcome;
}

enum outcome
store_acts_refuse(
    struct store_acts *store, const struct act_case *act_case, struct act_plan *plan, bool *is_done)
{
    enum outcome outcome = RETRY;

    *plan = (struct act_plan){.because = "", .done = "could not be done: the database refuses its data"};
    add_done(store, act_case, plan->done);
    outcome = db_run(store->db, store->queries, 1, PATIENCE_MS);
    *is_done = outcome == DONE && db_affected(store->db, 0) == 1;
    db_release(store->db);
    return outcome;
}

// store_changes.c - the router's SQL on tickets that were routed already.
//
// The row in corrections_done is what makes a correction happen once: everything else in its transaction is
// written only when this transaction wrote that row (its xmin is our own).
#include "store_changes.h"

#include "check.h"
#include "store_told.h"
#include "store_turns.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000 };

// What a correction's transaction is made of: the queries so far, in order.
struct store_changes {
    struct db *db;
    struct db_params *above, *done, *write, *event, *notice, *mark, *join, *causes;
    struct db_query queries[DB_QUERIES_MOST];
    size_t query_count;
    int64_t passed; // all corrections up to here are done for ever
};

#define IS_MINE                                                                                              \
    "EXISTS (SELECT FROM corrections_done d WHERE d.correction_id = $1 AND d.xmin = "                        \
    "pg_current_xact_id()::xid)"

#define IS_CLOSED(ticket) ticket ".stage IN ('done', 'rejected')"
#define TICKET_IS_CLOSED IS_CLOSED("k")
#define OTHER_IS_CLOSED IS_CLOSED("other")

// said: what officers said last of this report, before correction c.  The topic of the ticket is a person's
// when one was named for any of its reports.  other: the ticket to join; its report may still be on its way.
static const char next_sql[] =
    "SELECT c.id, c.report_id, c.what, c.value, c.by, t.ticket_id, k.agency, k.region_code, k.kind, "
    "k.urgent, o.road_class, CASE WHEN person.named THEN k.topic ELSE o.topic END, "
    "CASE WHEN person.named THEN 1 ELSE o.confidence END, coalesce(said.topic, r.topic), "
    "CASE WHEN said.topic IS NULL THEN r.confidence ELSE 1 END, coalesce(said.region, r.region_code), "
    "coalesce(said.kind, r.kind), coalesce(said.urgent = 'yes', r.urgent), r.road_class, "
    "coalesce(other.ticket_id, 0), coalesce(other.agency, ''), coalesce(other.urgent, false), "
    "w.tracking_code, " TICKET_IS_CLOSED ", coalesce(" OTHER_IS_CLOSED ", false) "
    "FROM corrections c JOIN reports w ON w.id = c.report_id "
    "JOIN ticket_reports t ON t.report_id = c.report_id JOIN tickets k ON k.id = t.ticket_id "
    "JOIN triages o ON o.report_id = k.id JOIN triages r ON r.report_id = c.report_id "
    "CROSS JOIN LATERAL (SELECT nullif(substring(c.value FROM '^[0-9]{1,18}$'), '')::bigint AS "
    "id) named "
    "CROSS JOIN LATERAL (SELECT "
    "(array_agg(s.value ORDER BY s.id DESC) FILTER (WHERE s.what = 'topic'))[1] AS topic, "
    "(array_agg(s.value ORDER BY s.id DESC) FILTER (WHERE s.what = 'region'))[1] AS region, "
    "(array_agg(s.value ORDER BY s.id DESC) FILTER (WHERE s.what = 'kind'))[1] AS kind, "
    "(array_agg(s.value ORDER BY s.id DESC) FILTER (WHERE s.what = 'urgent'))[1] AS urgent "
    "FROM corrections s WHERE s.report_id = c.report_id AND s.id < c.id) said "
    "CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM corrections s "
    "JOIN ticket_reports h ON h.report_id = s.report_id WHERE s.what = 'topic' AND s.id < c.id "
    "AND h.ticket_id = k.id AND (h.report_id = k.id OR h.ticket_id <> h.report_id)) AS named) "
    "person "
    "LEFT JOIN LATERAL (SELECT h.ticket_id, e.agency, e.urgent, e.stage FROM ticket_reports h "
    "JOIN tickets e ON e.id = h.ticket_id WHERE c.what = 'join' AND h.report_id = named.id) "
    "other ON true "
    "WHERE c.id > $1 "
    "AND NOT EXISTS (SELECT FROM corrections_done d WHERE d.correction_id = c.id) "
    "AND (c.what <> 'join' OR other.ticket_id IS NOT NULL "
    "OR NOT EXISTS (SELECT FROM reports y WHERE y.id = named.id)) "
    "ORDER BY c.id LIMIT 1";
// Below the lowest that is not done, and below those that may still commit late.
static const char passed_sql[] =
    "SELECT coalesce((SELECT min(c.id) - 1 FROM corrections c WHERE c.id > $1 AND (c.at > now() - interval "
    "'2 minutes' OR NOT EXISTS (SELECT FROM corrections_done d WHERE d.correction_id = c.id))), "
    "(SELECT max(id) FROM corrections), 0)";

static const char done_sql[] = "INSERT INTO corrections_done (correction_id, ticket_id, done) "
                               "VALUES ($1, $2, $3) ON CONFLICT (correction_id) DO NOTHING";
// A report that joins meanwhile may have made it urgent.
static const char route_sql[] = STORE_TURN_ENDS("now()", "'corrected ' || c.what",
    "FROM tickets k JOIN corrections c ON c.id = $1 WHERE k.id = $2 AND k.agency <> $3 AND " IS_MINE,
    "UPDATE tickets SET agency = $3, topic = $4, region_code = $5, kind = $6, urgent = CASE WHEN "
    "(SELECT what FROM corrections WHERE id = $1) IN ('kind', 'urgent') THEN $7 ELSE urgent END, "
    "turn = turn + CASE WHEN agency <> $3 THEN 1 ELSE 0 END, "
    "routed_at = CASE WHEN agency <> $3 THEN greatest(now(), routed_at) ELSE routed_at END "
    "WHERE id = $2 AND " IS_MINE);
// The report may have opened a ticket before, which was joined to another one meanwhile.
static const char split_sql[] =
    STORE_TURN_ENDS("now()", "'split off again'", "FROM tickets k WHERE k.id = $2 AND " IS_MINE,
        "INSERT INTO tickets (id, agency, topic, region_code, kind, urgent, incident_id) "
        "SELECT $2, $3, $4, $5, $6, $7, (SELECT incident_id FROM triages WHERE report_id = $2) WHERE " IS_MINE
        " ON CONFLICT (id) DO UPDATE SET agency = excluded.agency, topic = excluded.topic, region_code = "
        "excluded.region_code, kind = excluded.kind, urgent = excluded.urgent, turn = tickets.turn + 1, "
        "routed_at = greatest(now(), tickets.routed_at)");
static const char own_sql[] =
    "UPDATE ticket_reports SET ticket_id = report_id WHERE report_id = $2 AND " IS_MINE;
static const char join_reports_sql[] =
    "UPDATE ticket_reports SET ticket_id = $3 WHERE ticket_id = $2 AND (report_id = $2 OR ticket_id <> "
    "report_id) AND " IS_MINE;
static const char join_ticket_sql[] =
    STORE_TURN_ENDS("now()", "'joined to another'", "FROM tickets k WHERE k.id = $2 AND " IS_MINE,
        "UPDATE tickets SET agency = '', turn = turn + 1, routed_at = greatest(now(), routed_at) "
        "WHERE id = $2 AND " IS_MINE);
static const char raise_sql[] = "UPDATE tickets SET urgent = true WHERE id = $3 AND NOT urgent AND " IS_MINE;
static const char event_sql[] =
    "INSERT INTO ticket_events (ticket_id, report_id, actor, event, detail) "
    "SELECT DISTINCT e.ticket_id, $4::bigint, $5, 'corrected', $6 FROM (VALUES ($2::bigint), ($3::bigint)) "
    "AS e (ticket_id) WHERE " IS_MINE;
// Kind 1 with each turn; kind 7 each time that the report makes a ticket urgent where it is.  What was closed
// when it was joined to another is still closed when it is split off.
static const char notice_sql[] =
    "INSERT INTO notices (ticket_id, kind, cause, audience, agency, due_at, turn) "
    "SELECT k.id, $3, CASE $3 WHEN 1 THEN k.id ELSE $4 END, 'agency', k.agency, " STORE_FIRST_RESPONSE_DUE
    ", CASE $3 WHEN 1 THEN k.turn ELSE (SELECT count(*) FROM notices o WHERE o.cause = $4 AND o.kind = 7) "
    "END FROM tickets k WHERE k.id = $2 AND k.agency NOT IN ('', 'SHELF') "
    "AND (k.urgent OR $3 = 1) AND NOT " TICKET_IS_CLOSED " AND " IS_MINE
    " ON CONFLICT (cause, kind, turn, clock, step) DO NOTHING";
static const char mark_sql[] = STORE_WATCHER_LOOKS("$2", IS_MINE);

// An incident that is not told a month later will not be: it keeps the sweep as short as it was on the first
// day. (A scalar subquery, since the planner may not turn one into a scan of all notices.)
#define UNTOLD                                                                                               \
    "i.declared_at > now() - interval '30 days' AND (SELECT n.id FROM notices n WHERE n.cause = i.id "       \
    "AND n.kind = 6 LIMIT 1) IS NULL"
// Members may get their tickets a minute after the incident was declared; for ten minutes it is looked at.
static const char members_sql[] =
    "UPDATE tickets k SET incident_id = i.id FROM incidents i CROSS JOIN LATERAL unnest(i.members) AS m (id) "
    "JOIN ticket_reports r ON r.report_id = m.id "
    "WHERE (i.declared_at > now() - interval '10 minutes' OR (" UNTOLD
    ")) AND k.id = r.ticket_id AND k.incident_id = 0";
static const char incidents_sql[] =
    "INSERT INTO notices (ticket_id, kind, cause, audience, agency, turn) "
    "SELECT r.ticket_id, 6, i.id, 'agency', a.agency, a.turn FROM incidents i "
    "JOIN ticket_reports r ON r.report_id = i.id JOIN ticket_reports l ON l.report_id = i.declared_by "
    "CROSS JOIN LATERAL (SELECT 'TRIAGE' AS agency, 0 AS turn UNION ALL "
    "SELECT k.agency, row_number() OVER (ORDER BY k.agency) FROM tickets k WHERE k.incident_id = i.id "
    "AND k.incident_id <> 0 AND k.agency NOT IN ('', 'SHELF', 'TRIAGE') GROUP BY k.agency) a "
    "WHERE " UNTOLD
    " ORDER BY i.id, a.turn LIMIT 256 ON CONFLICT (cause, kind, turn, clock, step) DO NOTHING RETURNING id";
static const char told_incidents_sql[] =
    STORE_TOLD "AND n.kind = 6 AND n.cause = ANY (ARRAY(SELECT id FROM incidents WHERE declared_at > "
               "now() - interval '30 days'))";

struct store_changes *
store_changes_new(struct db *db)
{
    struct store_changes *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->above = db_params_new("i");
    store->done = db_params_new("iit");
    store->write = db_params_new("iitttto");
    store->event = db_params_new("iiiitt");
    store->notice = db_params_new("iisi");
    store->mark = db_params_new("ii");
    store->join = db_params_new("iii");
    store->causes = db_params_new("I");
    return store;
}

void
store_changes_destroy(struct store_changes **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->above);
    db_params_destroy(&(*store)->done);
    db_params_destroy(&(*store)->write);
    db_params_destroy(&(*store)->event);
    db_params_destroy(&(*store)->notice);
    db_params_destroy(&(*store)->mark);
    db_params_destroy(&(*store)->join);
    db_params_destroy(&(*store)->causes);
    free(*store);
    *store = NULL;
}

#define COPY(db, column, field) db_copy_text(db, 0, 0, column, field, sizeof(field))

static void
read_correction(const struct db *db, struct correction *correction)
{
    struct correction_ticket *ticket = &correction->ticket;
    struct correction_ticket *report = &correction->report;

    memset(correction, 0, sizeof(*correction));
    correction->id = db_int(db, 0, 0, 0);
    correction->report_id = db_int(db, 0, 0, 1);
    COPY(db, 2, correction->what);
    COPY(db, 3, correction->value);
    COPY(db, 4, correction->by);
    correction->ticket_id = db_int(db, 0, 0, 5);
    COPY(db, 6, ticket->agency);
    COPY(db, 7, ticket->region_code);
    COPY(db, 8, ticket->kind);
    ticket->urgent = db_int(db, 0, 0, 9) != 0;
    ticket->road = (enum road_class)db_int(db, 0, 0, 10);
    COPY(db, 11, ticket->topic);
    ticket->confidence = db_real(db, 0, 0, 12);
    COPY(db, 13, report->topic);
    report->confidence = db_real(db, 0, 0, 14);
    COPY(db, 15, report->region_code);
    COPY(db, 16, report->kind);
    report->urgent = db_int(db, 0, 0, 17) != 0;
    report->road = (enum road_class)db_int(db, 0, 0, 18);
    correction->other_ticket_id = db_int(db, 0, 0, 19);
    COPY(db, 20, correction->other_agency);
    correction->other_urgent = db_int(db, 0, 0, 21) != 0;
    COPY(db, 22, correction->tracking_code);
    ticket->is_closed = db_int(db, 0, 0, 23) != 0;
    correction->other_closed = db_int(db, 0, 0, 24) != 0;
}

enum outcome
store_changes_next(struct store_changes *store, struct correction *correction, bool *found)
{
    const struct db_query queries[] = {
        {"changes_next", next_sql, store->above},
        {"changes_passed", passed_sql, store->above},
    };
    enum outcome outcome = RETRY;

    db_params_clear(store->above);
    db_put_int(store->above, 0, store->passed);
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    *found = outcome == DONE && db_rows(store->db, 0) > 0;
    if (*found)
        read_correction(store->db, correction);
    if (outcome == DONE)
        store->passed = db_int(store->db, 1, 0, 0);
    db_release(store->db);
    return outcome;
}

static void
add(struct store_changes *store, const char *name, const char *sql, const struct db_params *params)
{
    CHECK(store->query_count < DB_QUERIES_MOST);
    store->queries[store->query_count++] = (struct db_query){name, sql, params};
}

static void
add_done(
    struct store_changes *store, const struct correction *correction, int64_t ticket_id, const char *done)
{
    store->query_count = 0;
    db_params_clear(store->done);
    db_put_int(store->done, 0, correction->id);
    db_put_int(store->done, 1, ticket_id);
    db_put_string(store->done, 2, done);
    add(store, "changes_done", done_sql, store->done);
}

static void
put_write(struct store_changes *store, int64_t correction_id, int64_t ticket_id,
    const struct correction_ticket *ticket)
{
    db_params_clear(store->write);
    db_put_int(store->write, 0, correction_id);
    db_put_int(store->write, 1, ticket_id);
    db_put_string(store->write, 2, ticket->agency);
    db_put_string(store->write, 3, ticket->topic);
    db_put_string(store->write, 4, ticket->region_code);
    db_put_string(store->write, 5, ticket->kind);
    db_put_int(store->write, 6, ticket->urgent);
}

static void
put_join(struct store_changes *store, int64_t correction_id, int64_t ticket_id, int64_t other_id)
{
    db_params_clear(store->join);
    db_put_int(store->join, 0, correction_id);
    db_put_int(store->join, 1, ticket_id);
    db_put_int(store->join, 2, other_id);
}

// A line in the journals of two tickets, which may be one.
static void
add_event(
    struct store_changes *store, const struct correction *correction, int64_t other_id, const char *done)
{
    db_params_clear(store->event);
    db_put_int(store->event, 0, correction->id);
    db_put_int(store->event, 1, correction->ticket_id);
    db_put_int(store->event, 2, other_id);
    db_put_int(store->event, 3, correction->report_id);
    db_put_string(store->event, 4, correction->by);
    db_put_string(store->event, 5, done);
    add(store, "changes_event", event_sql, store->event);
}

static void
add_notice(struct store_changes *store, const struct correction *correction, int64_t ticket_id, int kind)
{
    db_params_clear(store->notice);
    db_put_int(store->notice, 0, correction->id);
    db_put_int(store->notice, 1, ticket_id);
    db_put_int(store->notice, 2, kind);
    db_put_int(store->notice, 3, correction->report_id);
    add(store, "changes_notice", notice_sql, store->notice);
}

static void
add_mark(struct store_changes *store, int64_t correction_id, int64_t ticket_id)
{
    db_params_clear(store->mark);
    db_put_int(store->mark, 0, correction_id);
    db_put_int(store->mark, 1, ticket_id);
    add(store, "changes_mark", mark_sql, store->mark);
}

// The transaction of a plan.  Returns the ticket on which the report hangs after it.
static int64_t
add_plan(struct store_changes *store, const struct correction *correction, const struct correction_plan *plan)
{
    int64_t id = correction->id;
    int64_t ticket_id = correction->ticket_id;

    switch (plan->act) {
    case CORRECTION_NOTHING:
        add_done(store, correction, ticket_id, plan->done);
        add_event(store, correction, ticket_id, plan->done);
        break;
    case CORRECTION_ROUTE:
        add_done(store, correction, ticket_id, plan->done);
        put_write(store, id, ticket_id, &plan->ticket);
        add(store, "changes_route", route_sql, store->write);
        add_event(store, correction, ticket_id, plan->done);
        if (plan->moves || plan->raises)
            add_notice(store, correction, ticket_id, plan->moves ? 1 : 7);
        add_mark(store, id, ticket_id);
        break;
    case CORRECTION_SPLIT:
        ticket_id = correction->report_id;
        add_done(store, correction, ticket_id, plan->done);
        put_write(store, id, ticket_id, &plan->ticket);
        put_join(store, id, ticket_id, 0);
        add(store, "changes_split", split_sql, store->write);
        add(store, "changes_own", own_sql, store->join);
        add_event(store, correction, ticket_id, plan->done);
        add_notice(store, correction, ticket_id, 1);
        add_mark(store, id, ticket_id);
        break;
    case CORRECTION_JOIN:
        ticket_id = correction->other_ticket_id;
        add_done(store, correction, ticket_id, plan->done);
        put_join(store, id, correction->ticket_id, ticket_id);
        add(store, "changes_join_reports", join_reports_sql, store->join);
        add(store, "changes_join_ticket", join_ticket_sql, store->join);
        if (plan->raises)
            add(store, "changes_raise", raise_sql, store->join);
        add_event(store, correction, ticket_id, plan->done);
        if (plan->raises)
            add_notice(store, correction, ticket_id, 7);
        add_mark(
            store, id, plan->raises && ticket_id < correction->ticket_id ? ticket_id : correction->ticket_id);
        break;
    }
    return ticket_id;
}

enum outcome
store_changes_do(struct store_changes *store, const struct correction *correction,
    const struct correction_plan *plan, struct told *told, size_t *told_count)
{
    enum outcome outcome = RETRY;
    int64_t ticket_id = add_plan(store, correction, plan);

    db_params_clear(store->causes);
    db_put_int(store->causes, 0, ticket_id);
    db_put_int(store->causes, 0, correction->report_id);
    add(store, "told", store_told_sql, store->causes);
    outcome = db_run(store->db, store->queries, store->query_count, PATIENCE_MS);
    *told_count = outcome == DONE ? store_read_told(store->db, store->query_count - 1, told) : 0;
    db_release(store->db);
    return outcome;
}

enum outcome
store_changes_refuse(
    struct store_changes *store, const struct correction *correction, struct correction_plan *plan)
{
    enum outcome outcome = RETRY;

    *plan = (struct correction_plan){
        .act = CORRECTION_NOTHING, .done = "could not be done: the database refuses its data"};
    add_done(store, correction, correction->ticket_id, plan->done);
    outcome = db_run(store->db, store->queries, store->query_count, PATIENCE_MS);
    db_release(store->db);
    return outcome;
}

enum outcome
store_changes_incidents(struct store_changes *store, struct told *told, size_t *told_count)
{
    const struct db_query queries[] = {
        {"changes_members", members_sql, NULL},
        {"changes_incidents", incidents_sql, NULL},
        {"changes_told", told_incidents_sql, NULL},
    };
    enum outcome outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);

    *told_count = outcome == DONE ? store_read_told(store->db, 2, told) : 0;
    db_release(store->db);
    return outcome;
}

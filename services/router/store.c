// store.c - all of the router's SQL.
//
// A batch is one transaction.  The row in ticket_reports is what makes it happen once: the journal and the
// notices are written for just those reports whose ticket_reports row this transaction made (its xmin is our
// own).
#include "store.h"

#include "failpoint.h"
#include "store_told.h"
#include "store_turns.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 12000 };

struct store {
    struct db *db;
    struct db_params *tickets, *opened, *apart, *joined, *journal, *all, *raised, *answered, *range;
};

static const char routes_sql[] = "SELECT topic, region_prefix, road_class, agency FROM routes";
static const char governments_sql[] = "SELECT region_code, code FROM agencies WHERE region_code <> ''";

static const char tickets_sql[] =
    "INSERT INTO tickets (id, agency, topic, region_code, kind, urgent, incident_id) "
    "SELECT u.id, u.agency, u.topic, u.region_code, u.kind, u.urgent, u.incident_id "
    "FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::bigint[]) "
    "AS u (id, agency, topic, region_code, kind, urgent, incident_id) "
    "WHERE NOT EXISTS (SELECT 1 FROM ticket_reports t WHERE t.report_id = u.id) "
    "ON CONFLICT (id) DO NOTHING";
static const char opened_sql[] =
    "INSERT INTO ticket_reports (report_id, ticket_id) "
    "SELECT u.id, u.id FROM unnest($1::bigint[]) AS u (id) ON CONFLICT (report_id) DO NOTHING";
// A report must not vanish on the shelf because something earlier was none, nor behind a ticket that is
// closed: what is still so, or so again, has a clock of its own.  The first one opens the ticket that all
// later ones join, n.  What is no report, or a verdict on what was answered, may join anything.  An act that
// closes counts from when it is stored: the router may do it only after this batch.  (A scalar, and no
// EXISTS, which the planner may turn into a hash of all acts.)
#define CAN_JOIN(ticket)                                                                                     \
    "(" ticket ".agency NOT IN ('', 'SHELF') AND " ticket ".stage NOT IN ('done', 'rejected') "              \
    "AND (SELECT a.id FROM acts a WHERE a.ticket_id = " ticket ".id AND a.act IN ('done', 'rejected') "      \
    "AND NOT EXISTS (SELECT FROM acts_done d WHERE d.act_id = a.id) LIMIT 1) IS NULL)"
#define EARLIER_CAN CAN_JOIN("k")
#define LATER_CAN CAN_JOIN("n")
#define EARLIER                                                                                              \
    "JOIN ticket_reports t ON t.report_id = u.joins JOIN tickets k ON k.id = t.ticket_id "                   \
    "LEFT JOIN ticket_reports c ON c.report_id = k.continued_by AND k.continued_by <> 0 "                    \
    "LEFT JOIN tickets n ON n.id = c.ticket_id AND " LATER_CAN
static const char apart_sql[] =
    "WITH first AS (SELECT DISTINCT ON (k.id) k.id AS earlier, u.* FROM unnest($1::bigint[], $2::text[], "
    "$3::text[], $4::text[], $5::text[], $6::boolean[], $7::bigint[], $8::bigint[]) "
    "AS u (id, agency, topic, region_code, kind, urgent, incident_id, joins) " EARLIER
    " WHERE NOT " EARLIER_CAN " AND n.id IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM ticket_reports o WHERE o.report_id = u.id) ORDER BY k.id, u.id), "
    "opened AS (INSERT INTO tickets (id, agency, topic, region_code, kind, urgent, incident_id) "
    "SELECT id, agency, topic, region_code, kind, urgent, incident_id FROM first "
    "ON CONFLICT (id) DO NOTHING RETURNING id), "
    "hung AS (INSERT INTO ticket_reports (report_id, ticket_id) SELECT id, id FROM opened "
    "ON CONFLICT (report_id) DO NOTHING) "
    "UPDATE tickets k SET continued_by = f.id FROM first f JOIN opened o ON o.id = f.id "
    "WHERE k.id = f.earlier";
static const char joined_sql[] =
    "INSERT INTO ticket_reports (report_id, ticket_id) "
    "SELECT u.id, CASE WHEN u.joins_anything OR " EARLIER_CAN " THEN k.id ELSE n.id END "
    "FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS u (id, joins, joins_anything) " EARLIER
    " WHERE u.joins_anything OR " EARLIER_CAN " OR n.id IS NOT NULL "
    "ON CONFLICT (report_id) DO NOTHING";
static const char journal_sql[] =
    "INSERT INTO ticket_events (ticket_id, report_id, actor, event, detail) "
    "SELECT t.ticket_id, u.id, 'router', CASE WHEN t.ticket_id = u.id THEN 'opened' ELSE 'joined' END, "
    "CASE WHEN t.ticket_id = u.id THEN u.detail ELSE '" STORE_JOINS "' END "
    "FROM unnest($1::bigint[], $2::text[]) AS u (id, detail) "
    "JOIN ticket_reports t ON t.report_id = u.id AND t.xmin = pg_current_xact_id()::xid";
static const char notices_sql[] =
    "INSERT INTO notices (ticket_id, kind, cause, audience, agency, due_at) "
    "SELECT k.id, n.kind, t.report_id, n.audience, k.agency, "
    "CASE WHEN k.agency <> 'SHELF' THEN " STORE_FIRST_RESPONSE_DUE " END FROM unnest($1::bigint[]) AS u (id) "
    "JOIN ticket_reports t ON t.report_id = u.id AND t.xmin = pg_current_xact_id()::xid "
    "JOIN tickets k ON k.id = t.ticket_id "
    "CROSS JOIN (VALUES (1::smallint, 'agency'), (2::smallint, 'reporter')) AS n (kind, audience) "
    "WHERE n.kind = 2 OR (t.ticket_id = t.report_id AND k.agency <> 'SHELF') "
    "ON CONFLICT (cause, kind, turn, clock, step) DO NOTHING RETURNING id, ticket_id, agency, created_at, "
    "due_at, kind";

// An urgent report that joined a ticket makes the ticket urgent, and its agency is told so, once.  The
// watcher looks at it again: the urgent may have other clocks.
#define RAISED_MARKED STORE_WATCHER_LOOKS("(SELECT min(id) FROM raised)", "true")
static const char raised_sql[] =
    "WITH raised AS (UPDATE tickets k SET urgent = true FROM unnest($1::bigint[]) AS u (id) "
    "JOIN ticket_reports t ON t.report_id = u.id AND t.xmin = pg_current_xact_id()::xid "
    "WHERE k.id = t.ticket_id AND t.ticket_id <> t.report_id AND NOT k.urgent AND k.agency <> 'SHELF' "
    "RETURNING k.id, k.agency, k.turn, u.id AS report_id), marked AS (" RAISED_MARKED ") "
    "INSERT INTO notices (ticket_id, kind, cause, audience, agency, due_at) "
    "SELECT r.id, 7, r.report_id, 'agency', r.agency, (SELECT due_at FROM notices o WHERE o.cause = r.id "
    "AND o.kind = 1 AND o.turn = r.turn) FROM raised r ON CONFLICT (cause, kind, turn, clock, step) DO "
    "NOTHING";

// A reporter who writes again answers what was asked, if the last word on the ticket was a question of an
// officer; who is not satisfied with what is closed opens it again.  Where a ticket waits for its reporters
// to validate, whoever reports the same again is not silent.  Tickets in order, so that two routers do not
// wait for each other.
static const char answered_sql[] =
    "SELECT act_add(w.ticket_id, w.act, 'reporter', 'reporter', '', '', '', 0, 'report:' || w.report_id) "
    "FROM (SELECT DISTINCT ON (t.ticket_id) t.ticket_id, t.report_id, "
    "CASE WHEN is_closed THEN 'reopened' ELSE 'answer' END AS act "
    "FROM unnest($1::bigint[], $2::boolean[], $3::boolean[]) AS u (id, continues, is_unsatisfied) "
    "JOIN ticket_reports t ON t.report_id = u.id AND t.xmin = pg_current_xact_id()::xid "
    "JOIN tickets k ON k.id = t.ticket_id AND k.id <> t.report_id "
    "CROSS JOIN LATERAL (SELECT k.stage IN ('done', 'rejected') AS is_closed) s "
    "WHERE CASE WHEN is_closed THEN u.is_unsatisfied WHEN k.stage = 'awaiting_validation' THEN true ELSE "
    "u.continues AND (SELECT a.act FROM acts a WHERE a.ticket_id = k.id AND "
    "((a.act = 'answer' AND a.actor_kind <> 'bot') OR (a.actor_kind = 'officer' AND a.act IN ('ask', "
    "'verifying', 'field_check', 'in_progress', 'awaiting_validation', 'done', 'rejected'))) "
    "ORDER BY a.at DESC, a.id DESC LIMIT 1) = 'ask' END ORDER BY t.ticket_id, t.report_id) w";

static const char missing_sql[] =
    "SELECT t.report_id, r.tracking_code, t.topic, t.confidence, t.region_code, t.road_class, "
    "CASE WHEN r.received_at < now() - interval '1 minute' AND NOT EXISTS (SELECT FROM ticket_reports x "
    "WHERE x.report_id = j.joins) THEN 0 ELSE j.joins END, "
    "r.received_at, t.kind, t.urgent, t.incident_id, r.follows_id <> 0, t.verdict "
    "FROM triages t JOIN reports r ON r.id = t.report_id "
    "CROSS JOIN LATERAL (SELECT CASE WHEN r.follows_id <> 0 THEN r.follows_id "
    "WHEN t.relation = 'duplicate' THEN t.duplicate_of ELSE 0 END AS joins) j "
    "WHERE t.report_id > $1 AND t.report_id <= $2 "
    "AND NOT EXISTS (SELECT 1 FROM ticket_reports d WHERE d.report_id = t.report_id) "
    "AND NOT EXISTS (SELECT 1 FROM troubles p WHERE p.stage = 'router' AND p.item_id = t.report_id AND "
    "p.parked) "
    "ORDER BY t.report_id LIMIT $3";
static const char newest_sql[] = "SELECT coalesce(max(report_id), 0) FROM triages";

struct store *
store_new(struct db *db)
{
    struct store *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->tickets = db_params_new("ITTTTOI");
    store->opened = db_params_new("I");
    store->apart = db_params_new("ITTTTOII");
    store->joined = db_params_new("IIO");
    store->journal = db_params_new("IT");
    store->all = db_params_new("I");
    store->raised = db_params_new("I");
    store->answered = db_params_new("IOO");
    store->range = db_params_new("iii");
    return store;
}

void
store_destroy(struct store **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->tickets);
    db_params_destroy(&(*store)->opened);
    db_params_destroy(&(*store)->apart);
    db_params_destroy(&(*store)->joined);
    db_params_destroy(&(*store)->journal);
    db_params_destroy(&(*store)->all);
    db_params_destroy(&(*store)->raised);
    db_params_destroy(&(*store)->answered);
    db_params_destroy(&(*store)->range);
    free(*store);
    *store = NULL;
}

struct route_table *
store_load_routes(struct store *store, double least_confidence)
{
    const struct db_query queries[] = {
        {"routes", routes_sql, NULL},
        {"governments", governments_sql, NULL},
    };
    struct route_table *table = NULL;
    struct db *db = store->db;

    if (db_run(db, queries, LENGTH(queries), PATIENCE_MS) == DONE) {
        table = route_table_new(least_confidence);
        for (size_t i = 0; i < db_rows(db, 0); i++)
            CHECK(route_table_add(table, db_text(db, 0, i, 0, NULL), db_text(db, 0, i, 1, NULL),
                      db_text(db, 0, i, 2, NULL),
                      db_text(db, 0, i, 3, NULL)) == 0); // the column's own check says so
        for (size_t i = 0; i < db_rows(db, 1); i++)
            route_table_add_government(table, db_text(db, 1, i, 0, NULL), db_text(db, 1, i, 1, NULL));
        route_table_ready(table);
    }
    db_release(db);
    return table;
}

static void
put_ticket(struct db_params *params, const struct routing *routing)
{
    db_put_int(params, 0, routing->report_id);
    db_put_string(params, 1, routing->answer.agency);
    db_put_string(params, 2, routing->answer.topic);
    db_put_string(params, 3, routing->region_code);
    db_put_string(params, 4, routing->kind);
    db_put_int(params, 5, routing->urgent);
    db_put_int(params, 6, routing->incident_id);
}

// What a batch has of each kind.
struct tally {
    size_t joined, raised, answered; // raised: urgent ones among those that join; answered: may be an answer
};

static void
put_joined(struct store *store, const struct routing *routing, struct tally *tally)
{
    bool joins_anything = strcmp(routing->answer.agency, ROUTE_SHELF) == 0 || routing->verdict[0] != '\0';

    if (!joins_anything) {
        put_ticket(store->apart, routing);
        db_put_int(store->apart, 7, routing->joins);
    }
    db_put_int(store->joined, 0, routing->report_id);
    db_put_int(store->joined, 1, routing->joins);
    db_put_int(store->joined, 2, joins_anything);
    tally->joined++;
    if (routing->urgent) {
        db_put_int(store->raised, 0, routing->report_id);
        tally->raised++;
    }
    if (routing->continues || !joins_anything) {
        db_put_int(store->answered, 0, routing->report_id);
        db_put_int(store->answered, 1, routing->continues);
        db_put_int(store->answered, 2, strcmp(routing->verdict, STORE_UNSATISFIED) == 0);
        tally->answered++;
    }
}

// Fills the parameters of all statements.
static struct tally
put_routings(struct store *store, const struct routing *routings, size_t count)
{
    struct tally tally = {0};

    db_params_clear(store->tickets);
    db_params_clear(store->opened);
    db_params_clear(store->apart);
    db_params_clear(store->joined);
    db_params_clear(store->journal);
    db_params_clear(store->all);
    db_params_clear(store->raised);
    db_params_clear(store->answered);
    for (size_t i = 0; i < count; i++) {
        const struct routing *routing = &routings[i];

        if (routing->joins == 0) {
            put_ticket(store->tickets, routing);
            db_put_int(store->opened, 0, routing->report_id);
        } else {
            put_joined(store, routing, &tally);
        }
        db_put_int(store->journal, 0, routing->report_id);
        db_put_string(store->journal, 1, routing->answer.why);
        db_put_int(store->all, 0, routing->report_id);
    }
    return tally;
}

// Reads the notices to agencies among those that were stored.
static size_t
read_opened(const struct db *db, size_t query, struct told *told)
{
    size_t count = 0;

    for (size_t i = 0; i < db_rows(db, query); i++) {
        struct told *one = &told[count];

        if (db_int(db, query, i, 5) != 1)
            continue;
        memset(one, 0, sizeof(*one));
        one->kind = 1;
        one->notice_id = db_int(db, query, i, 0);
        one->ticket_id = db_int(db, query, i, 1);
        str_copy(one->agency, sizeof(one->agency), db_text(db, query, i, 2, NULL));
        one->created_at_ms = db_time(db, query, i, 3);
        one->due_at_ms = db_is_null(db, query, i, 4) ? 0 : db_time(db, query, i, 4);
        count++;
    }
    return count;
}

enum outcome
store_routings(
    struct store *store, const struct routing *routings, size_t count, struct told *told, size_t *told_count)
{
    struct db_query queries[DB_QUERIES_MOST] = {
        {"tickets", tickets_sql, store->tickets},
        {"opened", opened_sql, store->opened},
    };
    const struct tally tally = put_routings(store, routings, count);
    size_t number = 2;
    enum outcome outcome = RETRY;

    if (tally.joined > 0) {
        queries[number++] = (struct db_query){"apart", apart_sql, store->apart};
        queries[number++] = (struct db_query){"joined", joined_sql, store->joined};
    }
    queries[number++] = (struct db_query){"journal", journal_sql, store->journal};
    const size_t notices = number;
    queries[number++] = (struct db_query){"notices", notices_sql, store->all};
    if (tally.answered > 0)
        queries[number++] = (struct db_query){"answered", answered_sql, store->answered};
    if (tally.raised > 0) {
        queries[number++] = (struct db_query){"raised", raised_sql, store->raised};
        queries[number++] = (struct db_query){"told", store_told_sql, store->raised};
    }
    failpoint("router.before_commit");
    outcome = db_run(store->db, queries, number, PATIENCE_MS);
    failpoint("router.after_commit");
    *told_count = 0;
    if (outcome == DONE) {
        *told_count = read_opened(store->db, notices, told);
        if (tally.raised > 0)
            *told_count += store_read_told(store->db, number - 1, told + *told_count);
    }
    db_release(store->db);
    return outcome;
}

enum outcome
store_missing(
    struct store *store, int64_t above, int64_t up_to, struct routing *routings, size_t room, size_t *count)
{
    const struct db_query query = {"missing", missing_sql, store->range};
    struct db *db = store->db;
    enum outcome outcome = RETRY;

    db_params_clear(store->range);
    db_put_int(store->range, 0, above);
    db_put_int(store->range, 1, up_to);
    db_put_int(store->range, 2, (int64_t)room);
    outcome = db_run(db, &query, 1, PATIENCE_MS);
    *count = outcome == DONE ? db_rows(db, 0) : 0;
    for (size_t i = 0; i < *count; i++) {
        struct routing *routing = &routings[i];

        memset(routing, 0, sizeof(*routing));
        routing->report_id = db_int(db, 0, i, 0);
        str_copy(routing->tracking_code, sizeof(routing->tracking_code), db_text(db, 0, i, 1, NULL));
        str_copy(routing->topic, sizeof(routing->topic), db_text(db, 0, i, 2, NULL));
        routing->confidence = db_real(db, 0, i, 3);
        str_copy(routing->region_code, sizeof(routing->region_code), db_text(db, 0, i, 4, NULL));
        routing->road = (enum road_class)db_int(db, 0, i, 5);
        routing->joins = db_int(db, 0, i, 6);
        routing->received_at_ms = db_time(db, 0, i, 7);
        str_copy(routing->kind, sizeof(routing->kind), db_text(db, 0, i, 8, NULL));
        routing->urgent = db_int(db, 0, i, 9) != 0;
        routing->incident_id = db_int(db, 0, i, 10);
        routing->continues = db_int(db, 0, i, 11) != 0;
        str_copy(routing->verdict, sizeof(routing->verdict), db_text(db, 0, i, 12, NULL));
    }
    db_release(db);
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

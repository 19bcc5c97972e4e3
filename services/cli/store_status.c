// store_status.c - SQL of kentongan status.
//
// The stages are asked in the order of the flow.  Each statement sees what is committed when it starts, so an
// item that one statement finds done upstream is seen downstream by the next: none can hide between two of
// them.
#include "store_status.h"

#include "config.h"
#include "rows.h"

#include <stdio.h>
#include <string.h>

enum { EXACT_MOST = 2000000 };

// An estimate is what the planner would say: rows a page at the last look, times the pages that there are
// now.
#define COUNT_SQL(table)                                                                                     \
    "SELECT CASE WHEN e.is_small OR $1 THEN (SELECT count(*) FROM " #table ") ELSE e.rows END, "             \
    "NOT (e.is_small OR $1) FROM (SELECT estimate.rows, estimate.rows <= $2 AS is_small FROM (SELECT "       \
    "CASE WHEN relpages > 0 AND reltuples >= 0 THEN (reltuples / relpages * pages)::bigint "                 \
    "ELSE pages * 60 END AS rows FROM pg_class, LATERAL "                                                    \
    "(SELECT pg_relation_size(oid) / current_setting('block_size')::bigint AS pages) size "                  \
    "WHERE oid = '" #table "'::regclass) estimate) e"

struct counted {
    const char *name, *query, *sql;
};

static const struct counted counted[] = {
    {"reports", "count_reports", COUNT_SQL(reports)},
    {"triages", "count_triages", COUNT_SQL(triages)},
    {"tickets", "count_tickets", COUNT_SQL(tickets)},
    {"ticket_reports", "count_ticket_reports", COUNT_SQL(ticket_reports)},
    {"deadlines", "count_deadlines", COUNT_SQL(deadlines)},
    {"notices", "count_notices", COUNT_SQL(notices)},
    {"deliveries", "count_deliveries", COUNT_SQL(deliveries)},
    {"devices", "count_devices", COUNT_SQL(devices)},
    {"integrators", "count_integrators", COUNT_SQL(integrators)},
};

static const char marks_sql[] = "SELECT max(done_up_to) FILTER (WHERE stage = 'classifier'), max(done_up_to) "
                                "FILTER (WHERE stage = 'router'), "
                                "max(done_up_to) FILTER (WHERE stage = 'watcher'), max(done_up_to) FILTER "
                                "(WHERE stage = 'notifier') FROM stage_marks";

// Above the marks there may be millions of rows, which are best compared in the order of their keys.  For
// this transaction.
static const char join_sql[] = "SELECT set_config('enable_mergejoin', 'on', true)";

#define NOT_PARKED(stage, id)                                                                                \
    "NOT EXISTS (SELECT FROM troubles p WHERE p.stage = '" stage "' AND p.item_id = " id " AND p.parked)"
#define WAITING(at) "SELECT count(*), floor(extract(epoch FROM now() - min(" at ")))::bigint "

static const char classifier_sql[] =
    WAITING("r.received_at") "FROM reports r LEFT JOIN triages t ON t.report_id = r.id AND t.report_id > $1 "
                             "WHERE r.id > $1 AND t.report_id IS NULL AND " NOT_PARKED("classifier", "r.id");
static const char router_sql[] = WAITING(
    "t.triaged_at") "FROM triages t LEFT JOIN ticket_reports k ON k.report_id = t.report_id AND k.report_id "
                    "> $1 "
                    "WHERE t.report_id > $1 AND k.report_id IS NULL AND " NOT_PARKED("router", "t.report_id");
// A ticket waits until all its deadlines were derived from it as it is.
static const char watcher_sql[] =
    WAITING("t.routed_at") "FROM tickets t WHERE t.id > $1 AND (t.agency NOT IN ('', 'SHELF') OR t.turn > 0) "
                           "AND (SELECT bool_and(d.changes = t.changes) FROM deadlines d "
                           "WHERE d.ticket_id = t.id) IS NOT TRUE AND " NOT_PARKED("watcher", "t.id");
// A notice waits while nothing was tried, or while the last attempt on any phone is to be repeated; these are
// few.
static const char notifier_sql[] =
    "WITH waiting AS ("
    "SELECT n.id, n.created_at FROM notices n LEFT JOIN deliveries d ON d.notice_id = n.id AND d.notice_id > "
    "$1 "
    "WHERE n.id > $1 AND n.audience = 'agency' AND d.notice_id IS NULL "
    "UNION SELECT n.id, n.created_at FROM deliveries d JOIN notices n ON n.id = d.notice_id "
    "WHERE d.notice_id > $1 AND d.outcome = 'retry' AND NOT EXISTS (SELECT FROM deliveries later "
    "WHERE later.notice_id = d.notice_id AND later.device_id = d.device_id AND later.step = d.step "
    "AND later.attempt > d.attempt)) " WAITING("w.created_at") "FROM waiting w WHERE " NOT_PARKED(
        "notifier", "w.id");

static const char shelf_sql[] = "SELECT count(*) FROM tickets WHERE agency = 'SHELF'";
static const char undone_sql[] = "SELECT count(*) FROM corrections c WHERE NOT EXISTS (SELECT FROM "
                                 "corrections_done d WHERE d.correction_id = c.id)";
// An act waits for the router, or for the watcher to derive its ticket's deadlines with it.
static const char acts_sql[] =
    "SELECT count(*) FROM acts a WHERE a.id > (SELECT coalesce(min(done_up_to), 0) FROM stage_marks "
    "WHERE stage IN ('router.acts', 'watcher.acts')) AND (NOT EXISTS (SELECT FROM acts_done d WHERE d.act_id "
    "= "
    "a.id) OR EXISTS (SELECT FROM deadlines d WHERE d.ticket_id = a.ticket_id AND d.acts <> "
    "(SELECT count(*) FROM acts c WHERE c.ticket_id = d.ticket_id)))";
static const char incidents_sql[] =
    "SELECT r.tracking_code, i.declared_at, i.topic, i.region_code, "
    "coalesce((SELECT name FROM regions g WHERE g.code = i.region_code), ''), "
    "(SELECT count(*) FROM tickets k WHERE k.incident_id = i.id AND k.incident_id <> 0) "
    "FROM incidents i JOIN reports r ON r.id = i.id WHERE i.declared_at > now() - interval '3 days' "
    "ORDER BY i.declared_at DESC LIMIT 20";
static const char incidents_columns[] =
    "incident:t declared_at_ms:z topic:t region_code:t region_name:t tickets:i";

static const char parked_sql[] = "SELECT count(*) FROM troubles WHERE parked";
// What people are judged by is the first response; a window that closes is not overdue.
static const char due_sql[] = "SELECT count(*) FROM deadlines WHERE next_at IS NOT NULL AND next_at <= now()";
static const char overdue_sql[] =
    "SELECT count(*) FROM deadlines WHERE clock = 'first_response' AND stop = '' AND due_at <= now()";

static const char legs_sql[] = "SELECT leg, state, since, reason FROM legs ORDER BY leg";
static const char legs_columns[] = "leg:t state:t since_at_ms:z reason:t";
static const char ringing_sql[] =
    "SELECT count(*) FILTER (WHERE severity = 'darurat'), "
    "count(*) FILTER (WHERE severity = 'segera'), "
    "count(*) FILTER (WHERE severity = 'biasa') FROM rings WHERE next_at IS NOT NULL";
static const char ringing_columns[] = "darurat:i segera:i biasa:i";
// Only an app says that it was seen; a push service forgets a browser that was away for 60 days.
#define UNSEEN "leg IN ('webpush', 'ntfy') AND coalesce(seen_at, added_at) < now() - interval '55 days'"
static const char phones_sql[] =
    "SELECT count(*) FILTER (WHERE removed_at IS NULL AND NOT (" UNSEEN
    ")), count(*) FILTER (WHERE removed_at IS NULL AND " UNSEEN
    "), count(*) FILTER (WHERE removed_at > now() - interval '7 days') FROM devices";
static const char phones_columns[] = "working:i unseen:i removed_this_week:i";
// Those of the last 24 hours are the last ids, and each is looked up by its key: no more is read, however
// many there are.
static const char replies_sql[] =
    "WITH day AS MATERIALIZED (SELECT id, settled FROM replies WHERE id > coalesce((SELECT id FROM replies "
    "WHERE made_at < now() - interval '24 hours' ORDER BY id DESC LIMIT 1), 0)) "
    "SELECT (SELECT count(*) FROM replies WHERE next_at IS NOT NULL), "
    "count(*) FILTER (WHERE (SELECT true FROM reply_attempts a WHERE a.reply_id = day.id "
    "AND a.outcome IN ('refused', 'failed') LIMIT 1)), count(*) FILTER (WHERE settled = 'page') FROM day";
static const char replies_columns[] = "waiting:i failed:i on_page_only:i";
static const char sessions_sql[] =
    "SELECT count(*) FROM sessions WHERE ended_at IS NULL AND expires_at > now()";

// In the order of the flow, and of the columns of marks_sql.
static const struct counted stages[] = {
    {"classifier", "backlog_classifier", classifier_sql},
    {"router", "backlog_router", router_sql},
    {"watcher", "backlog_watcher", watcher_sql},
    {"notifier", "backlog_notifier", notifier_sql},
};

// Runs one statement of a count.  NULL after one line on standard error.
static json_t *
count_table(struct db *db, const struct counted *table, bool exact)
{
    struct db_params *params = db_params_new("oi");
    const struct db_query query = {.name = table->query, .sql = table->sql, .params = params};
    json_t *row = NULL;

    db_put_int(params, 0, exact);
    db_put_int(params, 1, EXACT_MOST);
    if (config_run(db, "status", &query, 1) == DONE)
        row = rows_object(db, 0, "rows:i is_estimate:o");
    db_release(db);
    db_params_destroy(&params);
    if (row != NULL)
        json_object_set_new(row, "name", json_string(table->name));
    return row;
}

json_t *
store_status_tables(struct db *db, bool exact)
{
    json_t *tables = json_array();

    for (size_t i = 0; i < LENGTH(counted); i++) {
        json_t *row = count_table(db, &counted[i], exact);

        if (row == NULL) {
            json_decref(tables);
            return NULL;
        }
        json_array_append_new(tables, row);
    }
    return tables;
}

// The mark of each stage; 0 where there is none.
static int
read_marks(struct db *db, int64_t marks[LENGTH(stages)])
{
    const struct db_query query = {.name = "marks", .sql = marks_sql};
    enum outcome outcome = config_run(db, "status", &query, 1);

    for (size_t i = 0; outcome == DONE && i < LENGTH(stages); i++)
        marks[i] = db_int(db, 0, 0, (int)i);
    db_release(db);
    return outcome == DONE ? 0 : -1;
}

// What waits at one stage.  Each has a transaction of its own, so that each has its full time.
static json_t *
count_waiting(struct db *db, const struct counted *stage, int64_t mark)
{
    struct db_params *params = db_params_new("i");
    const struct db_query queries[] = {
        {.name = "join", .sql = join_sql},
        {.name = stage->query, .sql = stage->sql, .params = params},
    };
    json_t *row = NULL;

    db_put_int(params, 0, mark);
    if (config_run(db, "status", queries, LENGTH(queries)) == DONE) {
        row = rows_object(db, 1, "waiting:i oldest_s:i");
        json_object_set_new(row, "stage", json_string(stage->name));
    }
    db_release(db);
    db_params_destroy(&params);
    return row;
}

json_t *
store_status_backlog(struct db *db)
{
    int64_t marks[LENGTH(stages)] = {0};
    json_t *backlog = NULL;

    if (read_marks(db, marks) < 0)
        return NULL;
    backlog = json_array();
    for (size_t i = 0; i < LENGTH(stages); i++) {
        json_t *row = count_waiting(db, &stages[i], marks[i]);

        if (row == NULL) {
            json_decref(backlog);
            return NULL;
        }
        json_array_append_new(backlog, row);
    }
    return backlog;
}

json_t *
store_status_figures(struct db *db, bool exact)
{
    const struct db_query queries[] = {
        {.name = "shelf", .sql = shelf_sql},
        {.name = "undone", .sql = undone_sql},
        {.name = "acts", .sql = acts_sql},
        {.name = "incidents", .sql = incidents_sql},
        {.name = "parked", .sql = parked_sql},
        {.name = "due", .sql = due_sql},
        {.name = "overdue", .sql = overdue_sql},
    };
    json_t *figures = NULL;
    size_t count = exact ? LENGTH(queries) : LENGTH(queries) - 1;

    if (config_run(db, "status", queries, count) == DONE) {
        figures = json_object();
        json_object_set_new(figures, "shelf", json_integer(db_int(db, 0, 0, 0)));
        json_object_set_new(figures, "undone", json_integer(db_int(db, 1, 0, 0)));
        json_object_set_new(figures, "acts", json_integer(db_int(db, 2, 0, 0)));
        json_object_set_new(figures, "incidents", rows_array(db, 3, incidents_columns));
        json_object_set_new(figures, "parked", json_integer(db_int(db, 4, 0, 0)));
        json_object_set_new(figures, "due", json_integer(db_int(db, 5, 0, 0)));
        json_object_set_new(figures, "overdue", exact ? json_integer(db_int(db, 6, 0, 0)) : json_null());
    }
    db_release(db);
    return figures;
}

json_t *
store_status_people(struct db *db)
{
    const struct db_query queries[] = {
        {.name = "legs", .sql = legs_sql},
        {.name = "ringing", .sql = ringing_sql},
        {.name = "phones", .sql = phones_sql},
        {.name = "replies", .sql = replies_sql},
        {.name = "sessions", .sql = sessions_sql},
    };
    json_t *people = NULL;

    if (config_run(db, "status", queries, LENGTH(queries)) == DONE) {
        people = json_object();
        json_object_set_new(people, "legs", rows_array(db, 0, legs_columns));
        json_object_set_new(people, "ringing", rows_object(db, 1, ringing_columns));
        json_object_set_new(people, "phones", rows_object(db, 2, phones_columns));
        json_object_set_new(people, "replies", rows_object(db, 3, replies_columns));
        json_object_set_new(people, "sessions", json_integer(db_int(db, 4, 0, 0)));
    }
    db_release(db);
    return people;
}

// store_rings.c - SQL of what rings.
#include "store_rings.h"

#include "complain.h"
#include "config.h"
#include "rows.h"

#define RUNS "extract(epoch FROM now() - r.started_at)::bigint"
// The report that opened the ticket has its number.
#define CODE "coalesce((SELECT p.tracking_code FROM reports p WHERE p.id = r.ticket_id), '')"
// As the notifier has it: IS_OVER in services/notifier/store_rings.c.
#define IS_OVER                                                                                              \
    "(t.stage IN ('done', 'rejected') OR (n.kind = 1 AND t.turn <> n.turn) "                                 \
    "OR (n.kind <> 6 AND n.role NOT IN ('desk', 'sekda', 'governor') AND t.agency <> n.agency) "             \
    "OR (n.kind IN (3, 4, 5, 8) AND NOT EXISTS (SELECT FROM deadlines l WHERE l.ticket_id = n.ticket_id "    \
    "AND l.clock = n.clock AND l.turn = n.turn AND l.stop = '')))"
// A ladder of the role's own, or that of all roles.
#define LADDER                                                                                               \
    "(SELECT max(o.role) FROM ring_steps o WHERE o.severity = r.severity "                                   \
    "AND o.role IN (coalesce(nullif(r.role, ''), 'officer'), ''))"

static const char now_sql[] =
    "SELECT " CODE ", r.notice_id, n.kind, r.agency, r.role, r.severity, r.started_at, " RUNS ", r.step, "
    "(SELECT s.whom FROM ring_steps s WHERE s.severity = r.severity AND s.step = r.step "
    "AND s.role = " LADDER "), r.next_at "
    "FROM rings r JOIN notices n ON n.id = r.notice_id WHERE r.next_at IS NOT NULL AND $1 IN ('', r.agency) "
    "ORDER BY r.started_at, r.notice_id LIMIT $2";
static const char now_columns[] =
    "tracking_code:t notice_id:i kind:i agency:t role:t severity:t started_at_ms:z "
    "rings_s:i step:i whom:t next_at_ms:z";

static const char calls_sql[] =
    "SELECT " CODE ", r.notice_id, n.kind, r.agency, coalesce(g.name, r.agency), r.role, r.severity, "
    "r.started_at, " RUNS ", c.at FROM ring_calls c JOIN rings r ON r.notice_id = c.notice_id "
    "JOIN notices n ON n.id = r.notice_id JOIN tickets t ON t.id = r.ticket_id "
    "LEFT JOIN agencies g ON g.code = r.agency "
    "WHERE c.whom = 'call' AND c.at > now() - interval '7 days' AND r.ended IN ('', 'exhausted') "
    "AND NOT " IS_OVER " "
    "AND NOT EXISTS (SELECT FROM acts a WHERE a.ticket_id = r.ticket_id AND a.actor_kind = 'officer' "
    "AND a.at >= r.started_at AND (a.agency = r.agency OR a.agency = t.agency)) "
    "ORDER BY r.started_at, r.notice_id LIMIT 1000";
static const char calls_columns[] =
    "tracking_code:t notice_id:i kind:i agency:t agency_name:t role:t severity:t started_at_ms:z rings_s:i "
    "called_at_ms:z";

#define STEP_COLUMNS_SQL "severity, role, step, extract(epoch FROM wait)::bigint AS wait_s, legs, whom"
#define STEP_ORDER "ORDER BY array_position(ARRAY['darurat', 'segera', 'biasa'], severity), role, step"
static const char step_columns[] = "severity:t role:t step:i wait_s:i legs:t whom:t";
static const char ladder_sql[] = "SELECT " STEP_COLUMNS_SQL " FROM ring_steps WHERE $1 IN ('', severity) "
                                 "AND ($2 = '*' OR role = $2) " STEP_ORDER;
// What stays is changed, so that no row is deleted and made in one statement.
static const char set_sql[] =
    "WITH gone AS (DELETE FROM ring_steps WHERE severity = $1 AND role = $2 AND step >= $3 "
    "RETURNING severity, role, step, wait, legs, whom), "
    "made AS (INSERT INTO ring_steps (severity, role, step, wait, legs, whom) SELECT $1, $2, place - 1, "
    "make_interval(secs => wait), legs, whom FROM unnest($4::bigint[], $5::text[], $6::text[]) "
    "WITH ORDINALITY AS s (wait, legs, whom, place) ON CONFLICT (severity, role, step) DO UPDATE SET "
    "wait = excluded.wait, legs = excluded.legs, whom = excluded.whom "
    "RETURNING severity, role, step, wait, legs, whom) "
    "SELECT " STEP_COLUMNS_SQL " FROM (SELECT * FROM made UNION ALL SELECT * FROM gone WHERE $3 = 0) AS rows "
    "ORDER BY step";

json_t *
store_rings_now(struct db *db, const char *agency, int64_t most)
{
    struct db_params *params = db_params_new("ti");

    db_put_string(params, 0, agency != NULL ? agency : "");
    db_put_int(params, 1, most);
    return rows_run(db, "ring list", now_sql, params, now_columns);
}

json_t *
store_rings_calls(struct db *db)
{
    return rows_run(db, "ring calls", calls_sql, NULL, calls_columns);
}

json_t *
store_rings_ladder(struct db *db, const char *severity, const char *role)
{
    struct db_params *params = db_params_new("tt");

    db_put_string(params, 0, severity != NULL ? severity : "");
    db_put_string(params, 1, role != NULL ? role : "*");
    return rows_run(db, "ring ladder", ladder_sql, params, step_columns);
}

json_t *
store_rings_set(
    struct db *db, const char *severity, const char *role, const struct ring_words_step *steps, size_t count)
{
    struct db_params *params = db_params_new("ttiITT");

    db_put_string(params, 0, severity);
    db_put_string(params, 1, role);
    db_put_int(params, 2, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        db_put_int(params, 3, steps[i].wait_s);
        db_put_string(params, 4, steps[i].legs);
        db_put_string(params, 5, steps[i].whom);
    }
    return rows_run(db, "ring set", set_sql, params, step_columns);
}

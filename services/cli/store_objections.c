// store_objections.c - SQL of objections to the negligence list.
#include "store_objections.h"

#include "rows.h"

static const char missed_sql[] =
    "SELECT d.ticket_id, d.turn, d.agency, d.due_at FROM deadlines d WHERE d.ticket_id = coalesce("
    "(SELECT k.id FROM tickets k WHERE k.id = $1), (SELECT h.ticket_id FROM ticket_reports h WHERE "
    "h.report_id = $1)) AND d.clock = 'first_response' AND d.stop <> 'void' AND d.due_at <= now() "
    "AND (d.stopped_at IS NULL OR d.stopped_at > d.due_at) ORDER BY d.turn";
static const char add_sql[] = "INSERT INTO objections (ticket_id, clock, turn, by, reason) "
                              "VALUES ($1, 'first_response', $2, $3, $4) RETURNING id, at";
static const char decide_sql[] =
    "INSERT INTO objections_decided (objection_id, by, accepted, reason) SELECT o.id, $2, $3, $4 "
    "FROM objections o WHERE o.id = $1 ON CONFLICT (objection_id) DO NOTHING RETURNING objection_id, at";

#define STATUS                                                                                               \
    "CASE WHEN e.accepted THEN 'accepted' WHEN e.accepted IS NOT NULL THEN 'refused' ELSE 'open' END"
static const char list_sql[] =
    "SELECT o.id, d.agency, r.tracking_code, o.turn, d.due_at, o.at, o.by, o.reason, " STATUS
    ", e.at, e.by, e.reason FROM objections o JOIN reports r ON r.id = o.ticket_id "
    "LEFT JOIN deadlines d ON d.ticket_id = o.ticket_id AND d.clock = o.clock AND d.turn = o.turn "
    "LEFT JOIN objections_decided e ON e.objection_id = o.id "
    "WHERE $1::timestamptz IS NULL OR (d.due_at >= $1 AND d.due_at < $2) ORDER BY o.id DESC LIMIT 1000";
static const char list_columns[] =
    "id:i agency:t tracking_code:t turn:i due_at_ms:z at_ms:z by:t reason:t status:t decided_at_ms:z "
    "decided_by:t decided_reason:t";
static const char one_sql[] = "SELECT o.id, " STATUS " FROM objections o LEFT JOIN objections_decided e ON "
                              "e.objection_id = o.id WHERE o.id = $1";

static struct db_params *
one(int64_t id)
{
    struct db_params *params = db_params_new("i");

    db_put_int(params, 0, id);
    return params;
}

json_t *
store_objections_missed(struct db *db, int64_t report_id)
{
    return rows_run(
        db, "objection add", missed_sql, one(report_id), "ticket_id:i turn:i agency:t due_at_ms:z");
}

json_t *
store_objections_add(struct db *db, const struct objection *objection)
{
    struct db_params *params = db_params_new("istt");

    db_put_int(params, 0, objection->ticket_id);
    db_put_int(params, 1, objection->turn);
    db_put_string(params, 2, objection->by);
    db_put_string(params, 3, objection->reason);
    return rows_run(db, "objection", add_sql, params, "id:i at_ms:z");
}

json_t *
store_objections_list(struct db *db, const struct report_period *period)
{
    struct db_params *params = db_params_new("zz");

    if (period != NULL) {
        db_put_time(params, 0, period->begins_ms);
        db_put_time(params, 1, period->ends_ms);
    } else {
        db_put_null(params, 0);
        db_put_null(params, 1);
    }
    return rows_run(db, "objection list", list_sql, params, list_columns);
}

json_t *
store_objections_decide(struct db *db, const struct objection_decision *decision)
{
    struct db_params *params = db_params_new("itot");

    db_put_int(params, 0, decision->id);
    db_put_string(params, 1, decision->by);
    db_put_int(params, 2, decision->is_accepted);
    db_put_string(params, 3, decision->reason);
    return rows_run(db, "objection decide", decide_sql, params, "objection_id:i at_ms:z");
}

json_t *
store_objections_one(struct db *db, int64_t id)
{
    return rows_run(db, "objection", one_sql, one(id), "id:i status:t");
}

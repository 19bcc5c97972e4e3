// store_why.c - SQL of kentongan why and of kentongan policy try.
#include "store_why.h"

#include "config.h"
#include "rows.h"

static const char ticket_sql[] =
    "SELECT (SELECT ticket_id FROM ticket_reports WHERE report_id = r.id), "
    "EXISTS (SELECT FROM tickets t WHERE t.id = r.id), clock_timestamp() FROM reports r WHERE r.id = $1";

static const char acts_sql[] =
    "SELECT a.id, a.at, a.act, a.actor, a.actor_kind, a.agency, a.value, a.same_text, d.done "
    "FROM acts a LEFT JOIN acts_done d ON d.act_id = a.id WHERE a.ticket_id = $1 ORDER BY a.at, a.id";
static const char acts_columns[] =
    "id:i at_ms:z act:t actor:t actor_kind:t agency:t value:t same_text:i done:t";

static const char turns_sql[] = "SELECT turn, agency, from_at, until_at, because FROM turns "
                                "WHERE ticket_id = $1 UNION ALL "
                                "SELECT turn, agency, routed_at, NULL, '' FROM tickets WHERE id = $1 "
                                "ORDER BY turn";
static const char turns_columns[] = "turn:i agency:t from_ms:z until_ms:z because:t";

// How a notice went: of each phone the last attempt counts.
static const char notices_sql[] =
    "SELECT n.id, n.clock, n.turn, n.step, n.role, n.agency, n.kind, n.created_at, "
    "(SELECT string_agg(l.how || CASE WHEN l.phones > 1 THEN ' x ' || l.phones ELSE '' END, ', ') FROM "
    "(SELECT outcome AS how, count(*) AS phones FROM (SELECT DISTINCT ON (device_id) outcome FROM deliveries "
    "d "
    "WHERE d.notice_id = n.id ORDER BY device_id, d.step DESC, attempt DESC) AS last GROUP BY 1 ORDER BY 1) "
    "AS l) "
    "FROM notices n WHERE n.cause = $1 AND n.kind IN (3, 4, 5, 8) ORDER BY n.clock, n.turn, n.step";
static const char notices_columns[] = "id:i clock:t turn:i step:i role:t agency:t kind:i at_ms:z delivered:t";

static const char changes_sql[] =
    "SELECT clock, turn, at, old_version, new_version, old_due_at, new_due_at, because FROM deadline_changes "
    "WHERE ticket_id = $1 ORDER BY id";
static const char changes_columns[] = "clock:t turn:i at_ms:z old_version:i new_version:i old_due_at_ms:z "
                                      "new_due_at_ms:z because:t";

static const char sources_sql[] = "SELECT clock, version, source FROM policies ORDER BY clock, version";
static const char sources_columns[] = "clock:t version:i source:t";

static const char fresh_sql[] = "SELECT r.version, coalesce(p.version = r.version AND $1 <= p.up_to, false) "
                                "FROM rules r LEFT JOIN rules_applied p ON true";
static const char fresh_columns[] = "rules:i applied:o";

// A ticket is over when it was done, rejected, joined or put on the shelf: the last act, or its last turn,
// says when.  One with a stored deadline in the period counts anyhow.
static const char candidates_sql[] =
    "SELECT t.id FROM tickets t JOIN reports r ON r.id = t.id WHERE t.id > $1 AND r.received_at < $3 AND ("
    "(t.agency NOT IN ('', 'SHELF') AND t.stage NOT IN ('done', 'rejected')) OR t.routed_at >= $2 "
    "OR EXISTS (SELECT FROM acts a WHERE a.ticket_id = t.id AND a.at >= $2) "
    "OR EXISTS (SELECT FROM deadlines d WHERE d.ticket_id = t.id AND d.clock = 'first_response' "
    "AND d.due_at >= $2 AND d.due_at < $3)) ORDER BY t.id LIMIT $4";

static struct db_params *
one(int64_t id)
{
    struct db_params *params = db_params_new("i");

    db_put_int(params, 0, id);
    return params;
}

json_t *
store_why_ticket(struct db *db, int64_t report_id)
{
    json_t *rows = rows_run(db, "why", ticket_sql, one(report_id), "ticket_id:i has_own:o now_ms:z");
    json_t *row = rows != NULL ? json_incref(json_array_get(rows, 0)) : NULL;

    if (rows != NULL && row == NULL)
        row = json_object();
    json_decref(rows);
    return row;
}

json_t *
store_why_rest(struct db *db, int64_t ticket_id)
{
    const struct {
        const char *key, *name, *sql, *columns;
    } parts[] = {{"acts", "why_acts", acts_sql, acts_columns},
        {"turns", "why_turns", turns_sql, turns_columns},
        {"notices", "why_notices", notices_sql, notices_columns},
        {"changes", "why_changes", changes_sql, changes_columns},
        {"fresh", "why_fresh", fresh_sql, fresh_columns}};
    struct db_params *params = one(ticket_id);
    struct db_query queries[LENGTH(parts) + 1];
    json_t *rest = NULL;

    for (size_t i = 0; i < LENGTH(parts); i++)
        queries[i] = (struct db_query){.name = parts[i].name, .sql = parts[i].sql, .params = params};
    queries[LENGTH(parts)] = (struct db_query){.name = "why_sources", .sql = sources_sql};
    if (config_run(db, "why", queries, LENGTH(queries)) == DONE) {
        rest = json_object();
        for (size_t i = 0; i < LENGTH(parts); i++)
            json_object_set_new(rest, parts[i].key, rows_array(db, i, parts[i].columns));
        json_object_set_new(rest, "sources", rows_array(db, LENGTH(parts), sources_columns));
    }
    db_release(db);
    db_params_destroy(&params);
    return rest;
}

int
store_why_candidates(
    struct db *db, int64_t above, int64_t from_ms, int64_t until_ms, int64_t *ids, size_t room)
{
    struct db_params *params = db_params_new("izzi");
    const struct db_query query = {.name = "try_candidates", .sql = candidates_sql, .params = params};
    int count = -1;

    db_put_int(params, 0, above);
    db_put_time(params, 1, from_ms);
    db_put_time(params, 2, until_ms);
    db_put_int(params, 3, (int64_t)room);
    if (config_run(db, "policy try", &query, 1) == DONE) {
        count = (int)db_rows(db, 0);
        for (int i = 0; i < count; i++)
            ids[i] = db_int(db, 0, (size_t)i, 0);
    }
    db_release(db);
    db_params_destroy(&params);
    return count;
}

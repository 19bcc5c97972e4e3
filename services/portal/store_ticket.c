// store_ticket.c - SQL of one ticket as a whole: seven queries in one transaction.
//
// Each finds the ticket by itself, through the report that was named, so that all of them are one round trip.
#include "store_ticket.h"

#include "db_json.h"
#include "store_summary.h"

// Row level security hides the report of a ticket that this person does not see.
#define TICKET "(SELECT x.ticket_id FROM ticket_reports x WHERE x.report_id = $1)"
#define MS(time) "floor(extract(epoch FROM " time ") * 1000)::bigint"

static const char whole_sql[] =
    "WITH " STORE_SUMMARY_OURS " SELECT " STORE_SUMMARY_COLUMNS
    ", r.text, r.address, r.anonymous, r.confidential, "
    "(SELECT coalesce(json_agg(a.act ORDER BY a.act), '[]') FROM role_acts a WHERE a.role = $2)::text, "
    "clock_timestamp() FROM tickets t " STORE_SUMMARY_FROM "WHERE t.id = " TICKET;
static const char whole_fields[] =
    STORE_SUMMARY_FIELDS " text:t address:t anonymous:o confidential:o may:j server_ms:z";

// The one that opened it first.
static const char reports_sql[] =
    "SELECT r.tracking_code, r.received_at, r.channel, r.text, r.confidential, "
    "(SELECT coalesce(json_agg(json_build_object('uri', a ->> 'uri', 'media_type', "
    "coalesce(a ->> 'media_type', ''))), '[]') FROM json_array_elements(nullif(r.attachments, '')::json) "
    "a)::text FROM (SELECT " TICKET
    " AS id UNION ALL (SELECT l.report_id FROM ticket_reports l WHERE l.ticket_id = " TICKET
    " AND l.ticket_id <> l.report_id ORDER BY l.report_id LIMIT 99)) l JOIN reports r ON r.id = l.id "
    "ORDER BY r.id";
static const char reports_fields[] = "code:t received_at_ms:z channel:i text:t confidential:o attachments:j";

static const char deadlines_sql[] =
    "SELECT d.clock, d.turn, d.agency, d.started_at, d.due_at, d.stopped_at, d.stop, d.policy_version, "
    "coalesce(p.source, ''), coalesce(d.due_at < coalesce(d.stopped_at, clock_timestamp()), false) "
    "FROM deadlines d LEFT JOIN policies p ON p.clock = d.clock AND p.version = d.policy_version "
    "WHERE d.ticket_id = " TICKET " AND d.clock <> '' ORDER BY d.started_at, d.clock, d.turn LIMIT 256";
static const char deadlines_fields[] = "clock:t turn:i agency:t started_at_ms:z due_at_ms:z stopped_at_ms:z "
                                       "stop:t version:i source:t late:o";

static const char acts_sql[] =
    "SELECT a.id, a.at, a.act, a.actor, a.actor_kind, a.agency, a.value, a.text, "
    "(SELECT coalesce(json_agg(f.id ORDER BY f.id), '[]') FROM photos f WHERE f.ticket_id = a.ticket_id "
    "AND f.act_id = a.id)::text, (SELECT d.done FROM acts_done d WHERE d.act_id = a.id) "
    "FROM acts a WHERE a.ticket_id = " TICKET " ORDER BY a.at, a.id LIMIT 500";
static const char acts_fields[] =
    "id:i at_ms:z act:t actor:t actor_kind:t agency:t value:t text:t photos:j done:t";

static const char turns_sql[] =
    "SELECT u.turn, u.agency, u.from_at, u.until_at, u.because FROM turns u WHERE u.ticket_id = " TICKET
    " UNION ALL SELECT t.turn, t.agency, t.routed_at, NULL, '' FROM tickets t WHERE t.id = " TICKET
    " ORDER BY 1";
static const char turns_fields[] = "turn:i agency:t from_at_ms:z until_at_ms:z because:t";

// ring: null for a notice that none was made for.
// Each a name of its own: clang-format tears a text apart around a macro with arguments.
#define NEXT_MS MS("s.next_at")
#define ENDED_MS MS("s.ended_at")
#define ACCEPTED_MS MS("o.accepted_at")
#define RECEIVED_MS MS("o.received_at")
#define SEEN_MS MS("o.seen_at")
#define ACTED_MS MS("o.acted_at")
static const char notices_sql[] =
    "WITH told AS MATERIALIZED (SELECT * FROM portal_told(" TICKET ")) "
    "SELECT n.id, n.kind, n.role, n.agency, n.created_at, n.clock, "
    "(SELECT json_build_object('severity', s.severity, 'step', s.step, 'next_at_ms', " NEXT_MS
    ", 'ended', s.ended, 'ended_at_ms', " ENDED_MS ", 'ended_by', s.ended_by) "
    "FROM rings s WHERE s.notice_id = n.id)::text, "
    "(SELECT coalesce(json_agg(json_build_object('leg', o.leg, 'person', o.person, "
    "'accepted_at_ms', " ACCEPTED_MS ", 'received_at_ms', " RECEIVED_MS ", 'seen_at_ms', " SEEN_MS
    ", 'acted_at_ms', " ACTED_MS ", 'failed', o.failed)), '[]') "
    "FROM told o WHERE o.notice_id = n.id)::text "
    "FROM notices n WHERE n.ticket_id = " TICKET " AND n.audience = 'agency' ORDER BY n.id DESC LIMIT 100";
static const char notices_fields[] = "id:i kind:i role:t agency:t at_ms:z clock:t ring:j devices:j";

static const char triage_sql[] =
    "SELECT g.why, (SELECT coalesce(json_agg(json_build_object('code', c.code, 'name', "
    "coalesce((SELECT p.name FROM topics p WHERE p.code = c.code), c.code), 'p', round(c.p::numeric, 3)) "
    "ORDER BY c.place), '[]') FROM (VALUES (1, g.topic, g.confidence), (2, g.topic_2, g.confidence_2), "
    "(3, g.topic_3, g.confidence_3)) c (place, code, p) WHERE c.code <> '')::text, "
    "to_json(string_to_array(g.region_candidates, ','))::text, "
    "(SELECT r.tracking_code FROM reports r WHERE r.id = nullif(g.duplicate_of, 0)), g.language, g.model, "
    "g.kind, g.urgent FROM triages g WHERE g.report_id = " TICKET;
static const char triage_fields[] =
    "why:t topics:j region_candidates:j duplicate_of:t language:t model:t kind:t urgent:o";

enum { PARTS = 7 };
static const struct part {
    const char *key, *name, *sql, *fields;
} parts[PARTS] = {{"", "ticket_whole", whole_sql, whole_fields},
    {"reports", "ticket_reports", reports_sql, reports_fields},
    {"deadlines", "ticket_deadlines", deadlines_sql, deadlines_fields},
    {"acts", "ticket_acts", acts_sql, acts_fields}, {"turns", "ticket_turns", turns_sql, turns_fields},
    {"notices", "ticket_notices", notices_sql, notices_fields},
    {"triage", "ticket_triage", triage_sql, triage_fields}};

static void
set(json_t *object, const char *key, json_t *value)
{
    int rc = json_object_set_new(object, key, value);

    CHECK(rc == 0);
}

// Result 0 is the session's.
static json_t *
read_whole(const struct db *db)
{
    json_t *ticket = NULL;

    if (db_rows(db, 1) == 0)
        return NULL;
    ticket = db_json_row(db, 1, 0, parts[0].fields);
    // A list counts reports, a whole one shows them.
    set(ticket, "report_count", json_incref(json_object_get(ticket, "reports")));
    for (size_t i = 1; i < PARTS; i++)
        set(ticket, parts[i].key, db_json_rows(db, i + 1, parts[i].fields));
    set(ticket, "triage",
        db_rows(db, PARTS) > 0 ? db_json_row(db, PARTS, 0, parts[PARTS - 1].fields) : json_null());
    return ticket;
}

enum outcome
store_ticket_read(struct request *request, int64_t report_id, json_t **ticket)
{
    struct db_params *params = db_params_new("i");
    struct db_params *with_role = db_params_new("it");
    struct db_query queries[PARTS];
    enum outcome outcome = DONE;

    db_put_int(params, 0, report_id);
    db_put_int(with_role, 0, report_id);
    db_put_string(with_role, 1, request->session.role);
    for (size_t i = 0; i < PARTS; i++)
        queries[i] = (struct db_query){
            .name = parts[i].name, .sql = parts[i].sql, .params = i == 0 ? with_role : params};
    outcome = request_run(request, queries, PARTS);
    *ticket = outcome == DONE ? read_whole(request->db) : NULL;
    db_release(request->db);
    db_params_destroy(&params);
    db_params_destroy(&with_role);
    return outcome;
}

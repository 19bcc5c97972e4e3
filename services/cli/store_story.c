// store_story.c - SQL of kentongan show.  It never reads identities.
//
// A ticket has the id of the report that opened it, so that all of it is found by keys: notices by their
// cause, which is the report (told to the reporter) or the ticket.  Of a device or a reporter it reads which
// leg, never where that leads.
#include "store_story.h"

#include "complain.h"
#include "config.h"
#include "rows.h"

#include <string.h>

#define TICKET "(SELECT ticket_id FROM ticket_reports WHERE report_id = $1)"
#define INCIDENT "(SELECT incident_id FROM tickets WHERE id = " TICKET " AND incident_id <> 0)"
#define NOTICES                                                                                              \
    "((cause IN ($1, " TICKET ") AND kind NOT IN (6, 9) AND (cause = $1 OR audience = 'agency')) OR "        \
    "(cause = " INCIDENT " AND kind = 6))"

// Desa, kecamatan and kabupaten of a code in one line.
#define REGION_NAME(code)                                                                                    \
    "coalesce((SELECT string_agg(name, ', ' ORDER BY length(regions.code) DESC) FROM regions "               \
    "WHERE regions.code = ANY (ARRAY[" code ", left(" code ", 8), left(" code ", 5)])), '')"

static const char key_sql[] = "SELECT value FROM cluster WHERE name = 'tracking_key'";

static const char report_sql[] =
    "SELECT id, tracking_code, received_at, sent_at, channel, source, source_message_id, octet_length(text), "
    "latitude, "
    "longitude, region_code, attachments, anonymous, confidential, addressed_to, follows_id, "
    "CASE WHEN $2 THEN text END, CASE WHEN $2 THEN address END, CASE WHEN $2 THEN relayed_by END FROM "
    "reports WHERE id = $1";
static const char report_columns[] = "id:i tracking_code:t received_at_ms:z sent_at_ms:z channel:i source:t "
                                     "source_message_id:t text_bytes:i latitude:d "
                                     "longitude:d region_code:t attachments:t anonymous:o confidential:o "
                                     "addressed_to:t follows_id:i text:t address:t "
                                     "relayed_by:t";

static const char triage_sql[] =
    "SELECT t.triaged_at, t.topic, coalesce(topics.name, ''), t.confidence, t.region_code, " REGION_NAME(
        "t.region_code") ", "
                         "t.road_class, t.duplicate_of, t.why, t.kind, t.urgent, t.topic_2, t.confidence_2, "
                         "t.topic_3, t.confidence_3, t.region_candidates, t.outside, t.language, t.relation, "
                         "t.duplicate_score, t.model, t.incident_id FROM triages t LEFT JOIN topics ON "
                         "topics.code = t.topic WHERE t.report_id = $1";
static const char triage_columns[] =
    "triaged_at_ms:z topic:t topic_name:t confidence:d region_code:t region_name:t road_class:i "
    "duplicate_of:i "
    "why:t kind:t urgent:o topic_2:t confidence_2:d topic_3:t confidence_3:d region_candidates:t outside:o "
    "language:t relation:t duplicate_score:d model:t incident_id:i";

static const char ticket_sql[] =
    "SELECT t.id, r.tracking_code, t.stage, t.agency, coalesce(a.name, ''), t.topic, t.region_code, "
    "t.routed_at, "
    "1 + (SELECT count(*) FROM ticket_reports j WHERE j.ticket_id = t.id AND j.ticket_id <> j.report_id), "
    "t.kind, t.urgent, t.turn, t.incident_id, CASE WHEN t.incident_id <> 0 THEN (SELECT count(*) FROM "
    "tickets "
    "i WHERE i.incident_id = t.incident_id AND i.incident_id <> 0) ELSE 0 END "
    "FROM tickets t JOIN reports r ON r.id = t.id LEFT JOIN agencies a ON a.code = t.agency WHERE t.id "
    "= " TICKET;
static const char ticket_columns[] = "id:i tracking_code:t stage:t agency:t agency_name:t topic:t "
                                     "region_code:t routed_at_ms:z reports:i kind:t "
                                     "urgent:o turn:i incident_id:i incident_tickets:i";

// Of the reports that joined a ticket only this one's own line; a flood may have joined thousands.  Also what
// happened on the ticket that it opened itself, before that was joined to another one.
static const char events_sql[] =
    "SELECT at, actor, event, detail, report_id FROM ticket_events WHERE ticket_id IN ($1, " TICKET
    ") AND (report_id IN (0, $1) OR event <> 'joined') ORDER BY at, id LIMIT 200";
static const char events_columns[] = "at_ms:z actor:t event:t detail:t report_id:i";

// Without the row that only says that no clock runs.  fired: steps of the ladder that were.
static const char deadlines_sql[] =
    "SELECT clock, turn, policy_version, agency, started_at, due_at, next_step, coalesce(cardinality(steps), "
    "3), next_at, stopped_at, stop, "
    "floor(extract(epoch FROM due_at - coalesce(stopped_at, now())))::bigint "
    "FROM deadlines WHERE clock <> '' AND ticket_id = " TICKET " ORDER BY clock, turn";
static const char deadlines_columns[] =
    "clock:t turn:i policy_version:i agency:t started_at_ms:z due_at_ms:z next_step:i steps:i next_at_ms:z "
    "stopped_at_ms:z stop:t left_s:i";

static const char notices_sql[] =
    "SELECT id, kind, audience, agency, due_at, created_at, clock, role FROM notices WHERE " NOTICES
    " ORDER BY id";
static const char notices_columns[] =
    "id:i kind:i audience:t agency:t due_at_ms:z created_at_ms:z clock:t role:t";

static const char deliveries_sql[] =
    "SELECT d.notice_id, d.device_id, coalesce(v.label, ''), coalesce(v.leg, ''), d.step, d.attempt, d.at, "
    "d.outcome, d.status, d.reason, d.retry_at FROM deliveries d LEFT JOIN devices v ON v.id = d.device_id "
    "WHERE d.notice_id IN (SELECT id FROM notices WHERE " NOTICES
    ") ORDER BY d.at, d.notice_id, d.device_id, d.step, d.attempt";
static const char deliveries_columns[] = "notice_id:i device_id:i label:t leg:t step:i attempt:i at_ms:z "
                                         "outcome:t status:i reason:t retry_at_ms:z";

static const char rings_sql[] =
    "SELECT notice_id, severity, agency, role, started_at, step, next_at, ended, ended_at, ended_by FROM "
    "rings "
    "WHERE notice_id IN (SELECT id FROM notices WHERE " NOTICES ") ORDER BY notice_id";
static const char rings_columns[] = "notice_id:i severity:t agency:t role:t started_at_ms:z step:i "
                                    "next_at_ms:z ended:t ended_at_ms:z ended_by:t";

// The steps after the first.  No device: nobody could be reached, or the desk has to call.
static const char calls_sql[] =
    "SELECT c.notice_id, c.step, c.whom, c.device_id, coalesce(d.leg, ''), coalesce(d.label, ''), "
    "coalesce(p.name, ''), c.at FROM ring_calls c LEFT JOIN devices d ON d.id = c.device_id "
    "LEFT JOIN persons p ON p.id = d.person_id WHERE c.notice_id IN (SELECT id FROM notices WHERE " NOTICES
    ") ORDER BY c.at, c.notice_id, c.step, c.device_id";
static const char calls_columns[] = "notice_id:i step:i whom:t device_id:i leg:t label:t person:t at_ms:z";

static const char proofs_sql[] =
    "SELECT f.notice_id, f.device_id, coalesce(d.leg, ''), coalesce(d.label, ''), coalesce(p.name, ''), "
    "f.what, f.at FROM notice_proofs f LEFT JOIN devices d ON d.id = f.device_id "
    "LEFT JOIN persons p ON p.id = d.person_id WHERE f.notice_id IN (SELECT id FROM notices WHERE " NOTICES
    ") ORDER BY f.at, f.notice_id, f.device_id, f.what";
static const char proofs_columns[] = "notice_id:i device_id:i leg:t label:t person:t what:t at_ms:z";

// A row an attempt, and one for a reply that nothing was tried for yet.
static const char replies_sql[] =
    "SELECT r.id, r.event, r.cause, r.made_at, coalesce(a.leg, ''), coalesce(a.outcome, ''), a.at, "
    "a.attempt, "
    "a.status, coalesce(a.reason, ''), r.settled, r.next_at FROM replies r LEFT JOIN reply_attempts a "
    "ON a.reply_id = r.id WHERE r.report_id = $1 ORDER BY r.id, a.at, a.attempt, a.outcome LIMIT 200";
static const char replies_columns[] = "id:i event:t cause:i made_at_ms:z leg:t outcome:t at_ms:z attempt:i "
                                      "status:i reason:t settled:t next_at_ms:z";

static const char troubles_sql[] =
    "SELECT stage, item_id, attempts, parked, reason, first_at, last_at FROM troubles WHERE "
    "(stage IN ('classifier', 'router') AND item_id = $1) OR (stage = 'watcher' AND item_id = " TICKET ") "
    "OR (stage = 'notifier' AND item_id IN (SELECT id FROM notices WHERE " NOTICES ")) ORDER BY first_at";
static const char troubles_columns[] =
    "stage:t item_id:i attempts:i parked:o reason:t first_at_ms:z last_at_ms:z";

static const char corrections_sql[] =
    "SELECT c.id, c.at, c.what, coalesce(o.tracking_code, c.value), c.by, c.reason, d.done FROM corrections "
    "c "
    "LEFT JOIN reports o ON c.what = 'join' AND o.id = nullif(substring(c.value FROM '^[0-9]{1,18}$'), "
    "'')::bigint LEFT JOIN corrections_done d ON d.correction_id = c.id WHERE c.report_id = $1 ORDER BY c.id";
static const char corrections_columns[] = "id:i at_ms:z what:t value:t by:t reason:t done:t";

// What was said stands in kentongan act list --text.
static const char acts_sql[] =
    "SELECT a.id, a.at, a.act, a.actor, a.actor_kind, a.agency, a.value, a.same_text, d.done FROM acts a "
    "LEFT JOIN acts_done d ON d.act_id = a.id WHERE a.ticket_id = " TICKET " ORDER BY a.at, a.id LIMIT 200";
static const char acts_columns[] = "id:i at_ms:z act:t by:t kind:t agency:t value:t same_text:i done:t";

// The turn that runs ends when its ticket is closed: the first act after it began that says so.
static const char turns_sql[] =
    "SELECT turn, agency, from_at, until_at, floor(extract(epoch FROM coalesce(until_at, now()) - from_at))"
    "::bigint, because FROM (SELECT turn, agency, from_at, until_at, because FROM turns "
    "WHERE ticket_id = " TICKET " UNION ALL SELECT turn, agency, routed_at, closed.at, closed.stage "
    "FROM tickets k LEFT JOIN LATERAL (SELECT min(e.at) AS at, k.stage FROM ticket_events e "
    "WHERE e.ticket_id = k.id AND k.stage IN ('done', 'rejected') AND e.event = k.stage "
    "AND e.at >= k.routed_at AND e.detail LIKE '%-> ' || k.stage || '%' HAVING count(*) > 0) closed ON true "
    "WHERE k.id = " TICKET ") t WHERE agency <> '' ORDER BY turn";
static const char turns_columns[] = "turn:i agency:t from_at_ms:z until_at_ms:z held_s:i because:t";

int
store_story_key(struct db *db, uint8_t key[ID_KEY_SIZE])
{
    const struct db_query query = {.name = "tracking_key", .sql = key_sql};
    enum outcome outcome = config_run(db, "show", &query, 1);
    bool found = false;

    if (outcome == DONE && db_rows(db, 0) == 1) {
        size_t length = 0;
        const char *value = db_text(db, 0, 0, 0, &length);

        found = length == ID_KEY_SIZE;
        if (found)
            memcpy(key, value, ID_KEY_SIZE);
    }
    db_release(db);
    if (outcome == DONE && !found)
        complain(
            "show", "the table cluster has no tracking_key of %d bytes; run kentongan migrate", ID_KEY_SIZE);
    return found ? 0 : -1;
}

// What the second transaction adds; eight statements are the most of one.
static int
read_rest(struct db *db, const struct db_params *id, json_t *story)
{
    const struct db_query queries[] = {
        {.name = "story_corrections", .sql = corrections_sql, .params = id},
        {.name = "story_acts", .sql = acts_sql, .params = id},
        {.name = "story_turns", .sql = turns_sql, .params = id},
        {.name = "story_rings", .sql = rings_sql, .params = id},
        {.name = "story_calls", .sql = calls_sql, .params = id},
        {.name = "story_proofs", .sql = proofs_sql, .params = id},
        {.name = "story_replies", .sql = replies_sql, .params = id},
    };
    enum outcome outcome = config_run(db, "show", queries, LENGTH(queries));

    if (outcome == DONE) {
        json_object_set_new(story, "corrections", rows_array(db, 0, corrections_columns));
        json_object_set_new(story, "acts", rows_array(db, 1, acts_columns));
        json_object_set_new(story, "turns", rows_array(db, 2, turns_columns));
        json_object_set_new(story, "rings", rows_array(db, 3, rings_columns));
        json_object_set_new(story, "calls", rows_array(db, 4, calls_columns));
        json_object_set_new(story, "proofs", rows_array(db, 5, proofs_columns));
        json_object_set_new(story, "replies", rows_array(db, 6, replies_columns));
    }
    db_release(db);
    return outcome == DONE ? 0 : -1;
}

json_t *
store_story_read(struct db *db, int64_t report_id, bool with_text)
{
    struct db_params *id = db_params_new("i");
    struct db_params *id_and_text = db_params_new("io");
    const struct db_query queries[] = {
        {.name = "story_report", .sql = report_sql, .params = id_and_text},
        {.name = "story_triage", .sql = triage_sql, .params = id},
        {.name = "story_ticket", .sql = ticket_sql, .params = id},
        {.name = "story_events", .sql = events_sql, .params = id},
        {.name = "story_deadlines", .sql = deadlines_sql, .params = id},
        {.name = "story_notices", .sql = notices_sql, .params = id},
        {.name = "story_deliveries", .sql = deliveries_sql, .params = id},
        {.name = "story_troubles", .sql = troubles_sql, .params = id},
    };
    json_t *story = NULL;

    db_put_int(id, 0, report_id);
    db_put_int(id_and_text, 0, report_id);
    db_put_int(id_and_text, 1, with_text);
    if (config_run(db, "show", queries, LENGTH(queries)) == DONE) {
        story = json_object();
        json_object_set_new(story, "report", rows_object(db, 0, report_columns));
        json_object_set_new(story, "triage", rows_object(db, 1, triage_columns));
        json_object_set_new(story, "ticket", rows_object(db, 2, ticket_columns));
        json_object_set_new(story, "events", rows_array(db, 3, events_columns));
        json_object_set_new(story, "deadlines", rows_array(db, 4, deadlines_columns));
        json_object_set_new(story, "notices", rows_array(db, 5, notices_columns));
        json_object_set_new(story, "deliveries", rows_array(db, 6, deliveries_columns));
        json_object_set_new(story, "troubles", rows_array(db, 7, troubles_columns));
    }
    db_release(db);
    if (story != NULL && read_rest(db, id, story) < 0) {
        json_decref(story);
        story = NULL;
    }
    db_params_destroy(&id);
    db_params_destroy(&id_and_text);
    return story;
}

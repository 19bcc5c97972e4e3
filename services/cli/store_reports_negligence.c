// store_reports_negligence.c - SQL of kentongan report negligence: a quarter's deadlines as they were known
// then.
//
// Nothing later than $3 is seen: a clock that stopped later runs, a deadline that was moved later is where it
// was, what was corrected, objected or decided later was not.
#include "store_reports.h"

#include "store_reports_run.h"

// moved: what deadlines were before they were moved after $3.  near: those that may be of the quarter.
#define NEAR                                                                                                 \
    "WITH moved AS (SELECT DISTINCT ON (ticket_id, turn) ticket_id, turn, old_due_at, old_version "          \
    "FROM deadline_changes WHERE clock = 'first_response' AND at > $3 ORDER BY ticket_id, turn, id),\n"      \
    "near AS (SELECT d.ticket_id, d.turn, d.agency, d.started_at, d.due_at, d.policy_version, "              \
    "d.stopped_at, "                                                                                         \
    "d.stop, d.acts FROM deadlines d WHERE d.clock = 'first_response' AND ((d.due_at >= $1 AND d.due_at < "  \
    "$2) "                                                                                                   \
    "OR (d.ticket_id, d.turn) IN (SELECT ticket_id, turn FROM moved)))"

// judged: deadlines that were derived anew with what was known at $3.  fell: those of the quarter that were
// over by $3.  accepted: objections that take a case off the list.
#define FELL                                                                                                 \
    NEAR                                                                                                     \
        ",\njudged AS (SELECT * FROM unnest($4::bigint[], $5::smallint[], $6::timestamptz[], $7::text[]) "   \
        "AS u (ticket_id, turn, stopped_at, stop)),\n"                                                       \
        "known AS (SELECT n.ticket_id, n.turn, n.agency, n.started_at, n.acts, "                             \
        "CASE WHEN m.ticket_id IS NULL THEN n.due_at ELSE m.old_due_at END AS due_at, "                      \
        "CASE WHEN m.ticket_id IS NULL THEN n.policy_version ELSE m.old_version END AS version, "            \
        "CASE WHEN j.ticket_id IS NOT NULL THEN j.stopped_at WHEN n.stopped_at <= $3 THEN n.stopped_at END " \
        "AS stopped_at, CASE WHEN j.ticket_id IS NOT NULL THEN j.stop WHEN n.stopped_at <= $3 THEN n.stop "  \
        "ELSE '' END AS stop FROM near n LEFT JOIN moved m ON m.ticket_id = n.ticket_id AND m.turn = "       \
        "n.turn "                                                                                            \
        "LEFT JOIN judged j ON j.ticket_id = n.ticket_id AND j.turn = n.turn),\n"                            \
        "fell AS (SELECT *, stopped_at IS NULL OR stopped_at > due_at AS is_late FROM known "                \
        "WHERE due_at >= $1 AND due_at < $2 AND due_at <= $3 AND stop <> 'void'),\n"                         \
        "accepted AS (SELECT o.ticket_id, o.turn, min(o.id) AS id FROM objections o "                        \
        "JOIN objections_decided e ON e.objection_id = o.id WHERE o.clock = 'first_response' AND o.at <= "   \
        "$3 "                                                                                                \
        "AND e.at <= $3 AND e.accepted GROUP BY 1, 2)\n"

static const char judged_sql[] =
    NEAR " SELECT DISTINCT n.ticket_id FROM near n JOIN acts j "
         "ON j.ticket_id = n.ticket_id AND j.act = 'judge' AND j.at > $3 ORDER BY 1";

// What was said of a ticket after $3 is taken back: the last word before it counts, else the classifier's.
#define AS_OF(what, column)                                                                                  \
    "CASE WHEN l." what " THEN coalesce((SELECT c.value FROM corrections_done e JOIN corrections c "         \
    "ON c.id = e.correction_id WHERE e.ticket_id = k.id AND c.what = '" what "' AND e.at <= $3 "             \
    "ORDER BY c.id DESC LIMIT 1), g." column ") ELSE k." column " END"

static const char cases_sql[] =
    FELL "SELECT f.ticket_id, f.turn, f.agency, r.tracking_code, r.received_at, f.started_at, f.due_at, "
         "f.stopped_at, f.stop, f.version, " AS_OF("topic", "topic") ", " AS_OF("region",
             "region_code") ",\n"
                            "a.id, f.stopped_at IS NULL AND f.acts <> (SELECT count(*) FROM acts t WHERE "
                            "t.ticket_id = f.ticket_id)\n"
                            "FROM fell f JOIN reports r ON r.id = f.ticket_id JOIN tickets k ON k.id = "
                            "f.ticket_id "
                            "LEFT JOIN triages g ON g.report_id = f.ticket_id "
                            "LEFT JOIN accepted a ON a.ticket_id = f.ticket_id AND a.turn = f.turn\n"
                            "LEFT JOIN (SELECT e.ticket_id, bool_or(c.what = 'topic') AS topic, "
                            "bool_or(c.what = 'region') AS region "
                            "FROM corrections_done e JOIN corrections c ON c.id = e.correction_id WHERE e.at "
                            "> $3 GROUP BY 1) l "
                            "ON l.ticket_id = f.ticket_id\n"
                            "WHERE f.is_late ORDER BY f.agency COLLATE \"C\", f.due_at, f.ticket_id, f.turn";
static const char cases_columns[] =
    "ticket_id:i turn:i agency:t tracking_code:t received_at:z started_at:z due_at:z stopped_at:z stop:t "
    "version:i topic:t region_code:t objection:i is_stale:o";

static const char agencies_sql[] =
    FELL "SELECT f.agency, count(*) FILTER (WHERE f.is_late OR f.stop = 'met'), "
         "count(*) FILTER (WHERE NOT f.is_late AND f.stop = 'met'), "
         "count(*) FILTER (WHERE f.is_late AND a.id IS NULL), "
         "count(*) FILTER (WHERE f.is_late AND a.id IS NOT NULL), "
         "count(*) FILTER (WHERE NOT f.is_late AND f.stop <> 'met') FROM fell f "
         "LEFT JOIN accepted a ON a.ticket_id = f.ticket_id AND a.turn = f.turn "
         "GROUP BY f.agency ORDER BY f.agency COLLATE \"C\"";
static const char agencies_columns[] = "agency:t fell:i answered:i negligent:i excused:i released:i";

static const char objections_sql[] = FELL
    "SELECT o.id, f.agency, r.tracking_code, o.turn, o.at, o.by, o.reason, "
    "CASE WHEN e.accepted THEN 'accepted' WHEN e.accepted IS NOT NULL THEN 'refused' ELSE 'open' END, e.at, "
    "e.by, e.reason FROM fell f JOIN objections o ON o.ticket_id = f.ticket_id AND o.turn = f.turn "
    "AND o.clock = 'first_response' AND o.at <= $3 JOIN reports r ON r.id = f.ticket_id "
    "LEFT JOIN objections_decided e ON e.objection_id = o.id AND e.at <= $3 WHERE f.is_late ORDER BY o.id";
static const char objections_columns[] = "id:i agency:t tracking_code:t turn:i at:z by:t reason:t status:t "
                                         "decided_at:z decided_by:t decided_reason:t";

static const char policies_sql[] = FELL
    "SELECT p.version, (extract(epoch FROM p.duration) * 1000)::bigint, p.unit, p.starts, p.stops, p.kinds, "
    "p.topics, p.levels, p.channels, p.effective_from, p.source FROM policies p "
    "WHERE p.clock = 'first_response' AND p.version IN (SELECT version FROM fell) ORDER BY p.version";
static const char policies_columns[] = "version:i length:i unit:t starts:t stops:t kinds:t topics:t levels:t "
                                       "channels:t effective_from:z source:t";

static const char names_sql[] =
    FELL "SELECT a.code, a.name, a.level FROM agencies a WHERE a.code IN (SELECT agency FROM fell) "
         "ORDER BY a.code COLLATE \"C\"";

static struct db_params *
span(const char *types, const struct report_period *quarter, int64_t as_of_ms)
{
    struct db_params *params = db_params_new(types);

    db_put_time(params, 0, quarter->begins_ms);
    db_put_time(params, 1, quarter->ends_ms);
    db_put_time(params, 2, as_of_ms);
    return params;
}

json_t *
store_reports_judged(struct db *db, const struct report_period *quarter, int64_t as_of_ms)
{
    static const struct store_reports_part part = {"judged", judged_sql, "ticket_id:i"};
    json_t *read = store_reports_run(db, "report negligence", &part, 1, span("zzz", quarter, as_of_ms));
    json_t *rows = json_incref(json_object_get(read, "judged"));

    json_decref(read);
    return rows;
}

json_t *
store_reports_negligence(struct db *db, const struct report_period *quarter, int64_t as_of_ms,
    const struct store_reports_known *known)
{
    static const struct store_reports_part parts[] = {{"cases", cases_sql, cases_columns},
        {"agencies", agencies_sql, agencies_columns}, {"objections", objections_sql, objections_columns},
        {"policies", policies_sql, policies_columns}, {"names", names_sql, "agency:t name:t level:t"}};
    struct db_params *params = span("zzzISZT", quarter, as_of_ms);

    for (size_t i = 0; i < known->count; i++) {
        const struct store_reports_stop *stop = &known->stops[i];

        db_put_int(params, 3, stop->ticket_id);
        db_put_int(params, 4, stop->turn);
        if (stop->stopped_at_ms > 0)
            db_put_time(params, 5, stop->stopped_at_ms);
        else
            db_put_null(params, 5);
        db_put_string(params, 6, stop->stop);
    }
    return store_reports_run(db, "report negligence", parts, LENGTH(parts), params);
}

const char *
store_reports_negligence_query(void)
{
    return cases_sql;
}

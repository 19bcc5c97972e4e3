// store_reports.c - SQL of kentongan report daily, agencies and recap.
#include "store_reports.h"

#include "deadline/act.h"
#include "rows.h"
#include "store_reports_run.h"

_Static_assert(ACT_SAME_MOST == 2, "pasted, as the SQL below has it");

static const char now_sql[] = "SELECT date_trunc('second', now())";

// One row for each thing that is counted, with a 1 where it counts.  Running clocks count as of $3; $1 .. $2
// is the day.
#define ITEMS                                                                                                \
    "WITH items AS (SELECT coalesce(k.agency, '') AS agency, left(coalesce(k.region_code, ''), 5) AS "       \
    "region, "                                                                                               \
    "1 AS received, 0 AS answered, 0 AS overdue, 0 AS within_6, 0 AS within_12, 0 AS within_24 "             \
    "FROM reports r LEFT JOIN ticket_reports h ON h.report_id = r.id LEFT JOIN tickets k ON k.id = "         \
    "h.ticket_id "                                                                                           \
    "WHERE r.received_at >= $1 AND r.received_at < $2 "                                                      \
    "UNION ALL SELECT d.agency, left(k.region_code, 5), 0, "                                                 \
    "(d.stop = 'met' AND d.stopped_at >= $1 AND d.stopped_at < $2)::integer, "                               \
    "(d.stopped_at IS NULL AND d.due_at <= $3)::integer, "                                                   \
    "(d.stopped_at IS NULL AND d.due_at > $3 AND d.due_at <= $3 + interval '6 hours')::integer, "            \
    "(d.stopped_at IS NULL AND d.due_at > $3 AND d.due_at <= $3 + interval '12 hours')::integer, "           \
    "(d.stopped_at IS NULL AND d.due_at > $3 AND d.due_at <= $3 + interval '24 hours')::integer "            \
    "FROM deadlines d JOIN tickets k ON k.id = d.ticket_id WHERE d.clock = 'first_response' "                \
    "AND (d.stopped_at IS NULL OR (d.stopped_at >= $1 AND d.stopped_at < $2))) "
#define SUMS                                                                                                 \
    "coalesce(sum(received), 0)::bigint, coalesce(sum(answered), 0)::bigint, coalesce(sum(overdue), "        \
    "0)::bigint, coalesce(sum(within_6), 0)::bigint, coalesce(sum(within_12), 0)::bigint, "                  \
    "coalesce(sum(within_24), 0)::bigint FROM items "
#define SUM_COLUMNS "received:i answered:i overdue:i within_6:i within_12:i within_24:i"
#define SOME "HAVING sum(received + answered + overdue + within_24) > 0 "

static const char totals_sql[] = ITEMS "SELECT " SUMS;
static const char by_agency_sql[] = ITEMS "SELECT items.agency, coalesce(a.short, ''), " SUMS
                                          "LEFT JOIN agencies a ON a.code = items.agency GROUP BY 1, 2 " SOME
                                          "ORDER BY items.agency COLLATE \"C\"";
static const char by_region_sql[] = ITEMS "SELECT items.region, coalesce(g.name, ''), " SUMS
                                          "LEFT JOIN regions g ON g.code = items.region GROUP BY 1, 2 " SOME
                                          "ORDER BY items.region COLLATE \"C\"";
// $3 IS NOT NULL: the parameters are those of the other statements.
static const char by_channel_sql[] =
    "SELECT channel, sum(stored + duplicate + rejected)::bigint, sum(stored)::bigint, "
    "sum(duplicate)::bigint, "
    "sum(rejected)::bigint FROM (SELECT channel, count(*) AS stored, 0::bigint AS duplicate, 0::bigint AS "
    "rejected FROM reports WHERE received_at >= $1 AND received_at < $2 GROUP BY channel UNION ALL "
    "SELECT channel, 0, duplicate, rejected FROM intake WHERE day = ($1 AT TIME ZONE 'Asia/Jakarta')::date) "
    "AS "
    "i WHERE $3 IS NOT NULL GROUP BY channel ORDER BY channel";

// The turns whose deadline fell, with how long each lasted: until the next one, or until the ticket was done.
#define TURNS                                                                                                \
    "WITH fell AS (SELECT d.ticket_id, d.turn, d.agency, d.started_at, d.due_at, d.stopped_at, d.stop, "     \
    "least(coalesce(u.until_at, 'infinity'), $3) AS ends_at FROM deadlines d "                               \
    "LEFT JOIN turns u ON u.ticket_id = d.ticket_id AND u.turn = d.turn WHERE d.clock = 'first_response' "   \
    "AND d.due_at >= $1 AND d.due_at < $2 AND d.due_at <= $3 AND d.stop <> 'void'), "
// What was done in each turn.  reopened and not_ours come at the moment at which the next turn begins.
#define DONE_IN_TURNS                                                                                        \
    "done AS (SELECT f.ticket_id, f.turn, "                                                                  \
    "min(a.at) FILTER (WHERE a.act IN ('done', 'rejected')) AS over_at, "                                    \
    "bool_or(a.act = 'reopened' AND a.at = f.ends_at) AS reopened, "                                         \
    "bool_or(a.act = 'not_ours' AND a.at = f.ends_at) AS returned, "                                         \
    "count(*) FILTER (WHERE a.stage AND a.actor_kind = 'officer') AS answers, "                              \
    "count(*) FILTER (WHERE a.stage AND a.actor_kind = 'officer' AND coalesce(a.judged = 'pasted', "         \
    "a.same_text >= 2)) AS pasted FROM fell f JOIN LATERAL (SELECT b.*, b.act IN ('verifying', "             \
    "'field_check', "                                                                                        \
    "'in_progress', 'awaiting_validation', 'done', 'rejected') AS stage, "                                   \
    "(SELECT split_part(j.value, ' ', 2) FROM acts j WHERE j.ticket_id = b.ticket_id AND j.act = 'judge' "   \
    "AND j.actor_kind = 'officer' AND split_part(j.value, ' ', 1) = b.id::text "                             \
    "ORDER BY j.at DESC, j.id DESC LIMIT 1) AS judged FROM acts b WHERE b.ticket_id = f.ticket_id "          \
    "AND b.actor_kind <> 'bot' AND b.at >= f.started_at AND b.at <= f.ends_at "                              \
    "AND (b.agency IN ('', f.agency) OR b.act = 'reopened')) AS a ON true GROUP BY 1, 2), "
#define BY_AGENCY                                                                                            \
    "figures AS (SELECT f.agency, count(DISTINCT f.ticket_id) AS tickets, "                                  \
    "count(*) FILTER (WHERE f.stop = 'met' AND f.stopped_at <= f.due_at) AS in_time, "                       \
    "count(*) FILTER (WHERE f.stop = 'met' OR f.stopped_at IS NULL OR f.stopped_at > f.due_at) AS fell, "    \
    "percentile_disc(0.5) WITHIN GROUP (ORDER BY f.stopped_at - f.started_at) FILTER (WHERE f.stop = "       \
    "'met') "                                                                                                \
    "AS median, percentile_disc(0.9) WITHIN GROUP (ORDER BY f.stopped_at - f.started_at) "                   \
    "FILTER (WHERE f.stop = 'met') AS p90, count(d.over_at) AS done, "                                       \
    "count(*) FILTER (WHERE d.over_at IS NOT NULL AND d.reopened) AS reopened, count(*) AS turns, "          \
    "count(*) FILTER (WHERE d.returned) AS returned, coalesce(sum(d.answers), 0)::bigint AS answers, "       \
    "coalesce(sum(d.pasted), 0)::bigint AS pasted, percentile_disc(0.5) WITHIN GROUP "                       \
    "(ORDER BY least(f.ends_at, d.over_at) - f.started_at) AS held FROM fell f "                             \
    "LEFT JOIN done d ON d.ticket_id = f.ticket_id AND d.turn = f.turn GROUP BY f.agency), "                 \
    "banded AS (SELECT *, CASE WHEN tickets >= 300 THEN '300+' WHEN tickets >= 100 THEN '100-299' "          \
    "WHEN tickets >= 30 THEN '30-99' WHEN tickets >= 10 THEN '10-29' ELSE '' END AS band, "                  \
    "in_time::numeric / nullif(fell, 0) AS on_time, agency <> 'TRIAGE' AND tickets >= 10 AND fell > 0 AS "   \
    "is_ranked FROM figures) "
#define MS(interval) "(extract(epoch FROM " interval ") * 1000)::bigint"
#define MEDIAN_MS MS("b.median")
#define P90_MS MS("b.p90")
#define HELD_MS MS("b.held")

static const char agencies_sql[] = TURNS DONE_IN_TURNS BY_AGENCY
    "SELECT b.agency, coalesce(a.short, ''), b.tickets, b.fell, b.in_time, " MEDIAN_MS ", " P90_MS
    ", b.done, b.reopened, b.turns, b.returned, b.answers, b.pasted, " HELD_MS ", b.band, "
    "CASE WHEN is_ranked THEN rank() OVER (PARTITION BY is_ranked, band ORDER BY on_time DESC, median) END "
    "AS place FROM banded b LEFT JOIN agencies a ON a.code = b.agency "
    "ORDER BY array_position(ARRAY['300+', '100-299', '30-99', '10-29', ''], band), place NULLS LAST, "
    "b.agency COLLATE \"C\"";

// A report without a ticket is unanswered; what lies on the shelf is no report.  All reports are counted
// apart from the buckets.
#define BUCKET(name) "count(*) FILTER (WHERE bucket = '" name "'), "
#define OPENED(name) "count(*) FILTER (WHERE bucket = '" name "' AND opened), "
static const char recap_sql[] =
    "WITH hanging AS (SELECT coalesce(k.stage, 'received') AS stage, coalesce(k.id = r.id, false) AS opened, "
    "k.agency IS NOT DISTINCT FROM 'SHELF' AS on_shelf FROM reports r "
    "LEFT JOIN ticket_reports h ON h.report_id = r.id LEFT JOIN tickets k ON k.id = h.ticket_id "
    "WHERE r.received_at >= $1 AND r.received_at < $2), "
    "bucketed AS (SELECT *, CASE WHEN on_shelf THEN NULL WHEN stage = 'received' THEN 'unanswered' "
    "WHEN stage = 'verifying' THEN 'verifying' WHEN stage IN ('field_check', 'in_progress', "
    "'awaiting_validation', 'reopened') THEN 'progress' WHEN stage IN ('done', 'rejected') THEN stage END "
    "AS bucket FROM hanging) "
    "SELECT " BUCKET("unanswered") BUCKET("verifying") BUCKET("progress") BUCKET("done") BUCKET("rejected")
        OPENED("unanswered") OPENED("verifying") OPENED("progress") OPENED("done")
            OPENED("rejected") "count(bucket), (SELECT count(*) FROM reports r WHERE r.received_at >= $1 AND "
                               "r.received_at < $2) "
                               "- count(*) FILTER (WHERE on_shelf), count(*) FILTER (WHERE opened AND NOT "
                               "on_shelf), "
                               "count(*) FILTER (WHERE on_shelf) FROM bucketed";
static const char recap_columns[] =
    "unanswered:i verifying:i progress:i done:i rejected:i unanswered_tickets:i verifying_tickets:i "
    "progress_tickets:i done_tickets:i rejected_tickets:i sum:i all:i all_tickets:i shelf:i";

int64_t
store_reports_now(struct db *db)
{
    json_t *rows = rows_run(db, "report", now_sql, NULL, "now_ms:z");
    int64_t now_ms =
        rows != NULL ? json_integer_value(json_object_get(json_array_get(rows, 0), "now_ms")) : -1;

    json_decref(rows);
    return now_ms;
}

static struct db_params *
span(const struct report_period *period, const int64_t *as_of_ms)
{
    struct db_params *params = db_params_new(as_of_ms != NULL ? "zzz" : "zz");

    db_put_time(params, 0, period->begins_ms);
    db_put_time(params, 1, period->ends_ms);
    if (as_of_ms != NULL)
        db_put_time(params, 2, *as_of_ms);
    return params;
}

json_t *
store_reports_daily(struct db *db, const struct report_period *day, int64_t now_ms)
{
    static const struct store_reports_part parts[] = {{"totals", totals_sql, SUM_COLUMNS},
        {"agencies", by_agency_sql, "agency:t name:t " SUM_COLUMNS},
        {"regions", by_region_sql, "region:t name:t " SUM_COLUMNS},
        {"channels", by_channel_sql, "channel:i received:i stored:i duplicate:i rejected:i"}};

    return store_reports_run(db, "report daily", parts, LENGTH(parts), span(day, &now_ms));
}

json_t *
store_reports_agencies(struct db *db, const struct report_period *period, int64_t as_of_ms)
{
    static const struct store_reports_part part = {"agencies", agencies_sql,
        "agency:t name:t tickets:i fell:i in_time:i median_ms:i p90_ms:i done:i reopened:i turns:i "
        "returned:i "
        "answers:i pasted:i held_ms:i band:t rank:i"};
    json_t *read = store_reports_run(db, "report agencies", &part, 1, span(period, &as_of_ms));
    json_t *rows = json_incref(json_object_get(read, "agencies"));

    json_decref(read);
    return rows;
}

json_t *
store_reports_recap(struct db *db, const struct report_period *period)
{
    static const struct store_reports_part part = {"recap", recap_sql, recap_columns};
    json_t *read = store_reports_run(db, "report recap", &part, 1, span(period, NULL));
    json_t *row = json_incref(json_array_get(json_object_get(read, "recap"), 0));

    json_decref(read);
    return row;
}

// store_reports.h - SQL of kentongan report.
//
// Every function reads in one snapshot, and returns new, or NULL after one line on standard error.  Times are
// Unix ms.  Deadlines are those of the clock first_response alone; a void one (no policy gives it any more)
// is left out everywhere.
#ifndef KENTONGAN_CLI_STORE_REPORTS_H
#define KENTONGAN_CLI_STORE_REPORTS_H

#include "check.h"
#include "db.h"
#include "report_period.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

// PostgreSQL's time, cut to the second.  -1 after one line on standard error.
MUST_USE int64_t store_reports_now(struct db *db);

// {"totals", "agencies", "regions", "channels"} of a day: arrays of rows.  The first three have received,
// answered, overdue, within_6, within_12, within_24; agencies also agency, name, and regions region, name;
// channels: channel, received, stored, duplicate, rejected.
MUST_USE json_t *store_reports_daily(struct db *db, const struct report_period *day, int64_t now_ms);

// Tickets of the quarter on which somebody judged an act after as_of_ms: ticket_id.  What stopped their
// clocks has to be derived anew with what was known then.
MUST_USE json_t *store_reports_judged(struct db *db, const struct report_period *quarter, int64_t as_of_ms);

// How such a clock stood.
struct store_reports_stop {
    int64_t ticket_id;
    int turn;
    int64_t stopped_at_ms; // 0: it ran
    const char *stop;
};

struct store_reports_known {
    struct store_reports_stop *stops;
    size_t count;
};

// Of the quarter as it was known at as_of_ms: {"cases", "agencies", "objections", "policies", "names"}:
// arrays of rows, in the order in which they are listed.
//     cases: ticket_id, turn, agency, tracking_code, received_at, started_at, due_at, stopped_at, stop,
//         version, topic, region_code, objection (the accepted one, or null), is_stale (an act came that its
//         deadline was not derived from yet)
//     agencies: agency, fell, answered, negligent, excused, released
//     objections: id, agency, tracking_code, turn, at, by, reason, status, decided_at, decided_by,
//         decided_reason
//     policies: version, length_ms, unit, starts, stops, effective_from, source
//     names: agency, name, level
MUST_USE json_t *store_reports_negligence(struct db *db, const struct report_period *quarter,
    int64_t as_of_ms, const struct store_reports_known *known);

// The statement that finds the cases, with $1 (begin), $2 (end), $3 (as of) and $4 .. $7 (known).
const char *store_reports_negligence_query(void);

// Rows by agency: agency, name, tickets, fell, in_time, median_ms, p90_ms, done, reopened, turns, returned,
// answers, pasted, held_ms, band ("" below 10 tickets), rank (null: not ranked).
MUST_USE json_t *store_reports_agencies(struct db *db, const struct report_period *period, int64_t as_of_ms);

// Reports of the period by bucket: unanswered, verifying, progress, done, rejected, each also with _tickets;
// sum of the five; all, counted apart; all_tickets; shelf.
MUST_USE json_t *store_reports_recap(struct db *db, const struct report_period *period);

#endif

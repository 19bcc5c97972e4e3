// store_status.h - SQL of kentongan status: how many rows there are, and how many wait at each stage.
#ifndef KENTONGAN_CLI_STORE_STATUS_H
#define KENTONGAN_CLI_STORE_STATUS_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stdbool.h>

// Rows a table, in the order of the flow: [{"name", "rows", "is_estimate"}].  A table of more than two
// million rows is estimated unless exact is asked for.  Returns new, or NULL after one line on standard
// error.
MUST_USE json_t *store_status_tables(struct db *db, bool exact);

// What waits: [{"stage", "waiting", "oldest_s"}], oldest_s null when nothing waits.
// A row waits when its id is above the stage's mark, it has no output row, and it is not parked.  Returns
// new, or NULL.
MUST_USE json_t *store_status_backlog(struct db *db);

// {"shelf", "undone", "acts", "incidents", "parked", "due", "overdue"}: tickets on the shelf; corrections
// that wait for the router; acts that wait for the router or the watcher; incidents of the last 3 days
// (incident, declared_at_ms, topic, region_code, region_name, tickets); items set aside; steps of deadlines
// that are due and not fired yet; first responses that are due and were not given (null: too many rows to
// count unless exact is asked for).  Returns new, or NULL.
MUST_USE json_t *store_status_figures(struct db *db, bool exact);

// How people are reached: {"legs" (leg, state, since_at_ms, reason), "ringing" (notices a severity),
// "phones" (working; unseen: apps that were not open for 55 days; removed_this_week), "replies" (waiting; of
// those made in the last 24 hours: failed, on any leg, and on_page_only), "sessions": that are open}. Returns
// new, or NULL.
MUST_USE json_t *store_status_people(struct db *db);

#endif

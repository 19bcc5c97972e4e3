// report_known.h - how the first-response clocks of tickets stood at a moment that is past.
#ifndef KENTONGAN_CLI_REPORT_KNOWN_H
#define KENTONGAN_CLI_REPORT_KNOWN_H

#include "check.h"
#include "db.h"
#include "store_reports.h"

#include <jansson.h>
#include <stdint.h>

// Derives them from the tickets' histories up to as_of_ms, as the watcher would have.  tickets: rows with
// ticket_id.  Returns 0 with *known to be freed, or -1 after one line on standard error.
MUST_USE int report_known_read(
    struct db *db, const json_t *tickets, int64_t as_of_ms, struct store_reports_known *known);

void report_known_free(struct store_reports_known *known);

#endif

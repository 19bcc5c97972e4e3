// store_corrections.h - SQL of what officers say of reports, and of the shelf.
//
// Every function returns new JSON rows (of what was read or added; empty when nothing matched), or NULL after
// one line on standard error.  Times are Unix ms.
#ifndef KENTONGAN_CLI_STORE_CORRECTIONS_H
#define KENTONGAN_CLI_STORE_CORRECTIONS_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

// See the corrections table for what and value.
struct correction_row {
    int64_t report_id;
    const char *what, *value;
};

struct correction_author {
    const char *by, *reason;
};

// id, report_id, what, value, by, reason, at_ms of what was added: all rows or none; none when there is no
// such report, topic, region or other report.  At most 4 rows.
MUST_USE json_t *store_corrections_add(
    struct db *db, const struct correction_row *rows, size_t count, const struct correction_author *author);

// The same and tracking_code, done, done_at_ms; newest first, at most 1,000.  report_id 0: of all reports.
MUST_USE json_t *store_corrections_list(struct db *db, int64_t report_id);

// What officers said of reports, to learn from: id (the tracking code), text, address, and those of topic,
// kind, region_code, urgent that an officer named.  Report ids above the one given, in order, at most room;
// report_id is for the next call.
MUST_USE json_t *store_corrections_labelled(struct db *db, int64_t above, int64_t room);

// What lies on the shelf: ticket_id, tracking_code, received_at_ms, channel, source, reports, text_bytes,
// text (only with_text); newest first, at most 1,000.
MUST_USE json_t *store_shelf_list(struct db *db, bool with_text);

// The ticket on which a report hangs: ticket_id, agency; empty when it has none.
MUST_USE json_t *store_corrections_ticket(struct db *db, int64_t report_id);

#endif

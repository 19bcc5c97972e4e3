// store_acts.h - SQL of what is done on tickets.
//
// Every function returns new JSON rows (empty when nothing matched), or NULL after one line on standard
// error. Times are Unix ms.
#ifndef KENTONGAN_CLI_STORE_ACTS_H
#define KENTONGAN_CLI_STORE_ACTS_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

// What act_add() takes, but for the ticket; see the acts table.  No field is NULL; key "" = none.
struct act_said {
    const char *act, *by, *kind, *agency, *value, *text, *key;
    int64_t text_key;
};

// What has to be known before something is done on the ticket of a report: ticket_id, tracking_code, agency,
// stage; agency_known and value_known: these name an agency that can have tickets; judged_known: the act
// is one of this ticket; key_fits: no other act was sent with this key.  Empty when the report has no ticket.
MUST_USE json_t *store_acts_check(
    struct db *db, int64_t report_id, const struct act_said *said, int64_t judged_id);

// Does it.  One row: id of the act, null when the ticket does not exist.
MUST_USE json_t *store_acts_add(struct db *db, int64_t ticket_id, const struct act_said *said);

// One act, or with act_id 0 all of the ticket, oldest first, at most 1,000: id, at_ms, act, by, kind, agency,
// value, same_text, judged (counts, pasted or null), text (only with_text), done, done_at_ms (null: not yet).
MUST_USE json_t *store_acts_list(struct db *db, int64_t ticket_id, int64_t act_id, bool with_text);

// Answers of officers whose words stood on same_least or more other tickets and that nobody has judged,
// oldest first, at most 1,000: the same, and ticket_id, tracking_code.
MUST_USE json_t *store_acts_flagged(struct db *db, int64_t same_least, bool with_text);

#endif

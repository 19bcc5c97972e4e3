// store_objections.h - SQL of objections to the negligence list.
//
// Every function returns new JSON rows (of what was read or added; empty when nothing matched), or NULL after
// one line on standard error.  Times are Unix ms.
#ifndef KENTONGAN_CLI_STORE_OBJECTIONS_H
#define KENTONGAN_CLI_STORE_OBJECTIONS_H

#include "check.h"
#include "db.h"
#include "report_period.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

// The first-response deadlines that were missed on the ticket of this report (the one that it opened, else
// the one that it hangs on), by turn: ticket_id, turn, agency, due_at_ms.
MUST_USE json_t *store_objections_missed(struct db *db, int64_t report_id);

struct objection {
    int64_t ticket_id, turn;
    const char *by, *reason;
};

// id, at_ms.
MUST_USE json_t *store_objections_add(struct db *db, const struct objection *objection);

// id, agency, tracking_code, turn, due_at_ms, at_ms, by, reason, status, decided_at_ms, decided_by,
// decided_reason; of the deadlines due in the period (NULL: of all), newest first, at most 1,000.
MUST_USE json_t *store_objections_list(struct db *db, const struct report_period *period);

struct objection_decision {
    int64_t id;
    bool is_accepted;
    const char *by, *reason;
};

// objection_id, at_ms; empty when it is decided already, or there is none.
MUST_USE json_t *store_objections_decide(struct db *db, const struct objection_decision *decision);

// id, status (open, accepted, refused) of one.
MUST_USE json_t *store_objections_one(struct db *db, int64_t id);

#endif

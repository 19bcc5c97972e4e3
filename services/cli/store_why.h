// store_why.h - SQL of kentongan why and of kentongan policy try: what deadline_store.h does not read,
// because deadlines are not derived from it.
#ifndef KENTONGAN_CLI_STORE_WHY_H
#define KENTONGAN_CLI_STORE_WHY_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

// Which ticket the report hangs on, and whether it has a ticket that it opened itself: ticket_id (null: it
// waits for the router), has_own, now_ms (PostgreSQL's clock).  {} when there is no such report.  Returns
// new, or NULL after one line on standard error.
MUST_USE json_t *store_why_ticket(struct db *db, int64_t report_id);

// Beside the facts of a ticket: {"acts", "turns", "notices", "changes", "sources", "fresh"}: who did what;
// why each turn ended; what was told to whom, with how it went; the journal of moved deadlines; who says so,
// for each policy; rules.version, and whether all tickets up to this one were derived by it.  Returns new, or
// NULL after one line on standard error.
MUST_USE json_t *store_why_rest(struct db *db, int64_t ticket_id);

// Ids of tickets above `above` that may have a first response due in from_ms .. until_ms, whatever the
// policy: those that were opened before its end and not over before its beginning.  At most room, in order.
// Returns how many, or -1 after one line on standard error.
MUST_USE int store_why_candidates(
    struct db *db, int64_t above, int64_t from_ms, int64_t until_ms, int64_t *ids, size_t room);

#endif

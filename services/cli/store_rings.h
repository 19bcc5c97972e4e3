// store_rings.h - SQL of what rings: rings, the desk's call list, ladders.
//
// Every function returns new JSON rows, or NULL after one line on standard error.  Times are Unix ms.
#ifndef KENTONGAN_CLI_STORE_RINGS_H
#define KENTONGAN_CLI_STORE_RINGS_H

#include "check.h"
#include "db.h"
#include "ring_words.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

// What rings now, longest first, at most `most`: tracking_code, notice_id, kind, agency, role, severity,
// started_at_ms, rings_s, step (the next one), whom (of it), next_at_ms.  agency NULL: of all.
MUST_USE json_t *store_rings_now(struct db *db, const char *agency, int64_t most);

// Whom the desk has to call, longest first: nobody of the agency has answered since.  tracking_code,
// notice_id, kind, agency, agency_name, role, severity, started_at_ms, rings_s, called_at_ms.
MUST_USE json_t *store_rings_calls(struct db *db);

// severity, role, step, wait_s, legs, whom, in order.  NULL: of all.
MUST_USE json_t *store_rings_ladder(struct db *db, const char *severity, const char *role);

// Puts a whole ladder in the place of the one there is; without a step (role not ""), takes it away.  Its
// rows, old ones when it was taken away.
MUST_USE json_t *store_rings_set(
    struct db *db, const char *severity, const char *role, const struct ring_words_step *steps, size_t count);

#endif

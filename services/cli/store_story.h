// store_story.h - SQL of kentongan show: all that is known of one report, but never who sent it.
#ifndef KENTONGAN_CLI_STORE_STORY_H
#define KENTONGAN_CLI_STORE_STORY_H

#include "check.h"
#include "db.h"
#include "id.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

// Reads the key of the tracking codes.  Returns 0, or -1 after one line on standard error.
MUST_USE int store_story_key(struct db *db, uint8_t key[ID_KEY_SIZE]);

// {"report", "triage", "ticket", "events", "deadlines", "notices", "deliveries", "troubles",
// "corrections", "acts", "turns", "rings", "calls", "proofs", "replies"}; "report" is null when there is
// none.  What the citizen wrote (text, address) only with_text.  Returns new, or NULL after one line on
// standard error.
MUST_USE json_t *store_story_read(struct db *db, int64_t report_id, bool with_text);

#endif

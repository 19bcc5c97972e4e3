// store_identities.h - SQL of sealed identities that are opened.
//
// Every function returns new JSON rows, or NULL after one line on standard error.  Times are Unix ms.
#ifndef KENTONGAN_CLI_STORE_IDENTITIES_H
#define KENTONGAN_CLI_STORE_IDENTITIES_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stdint.h>

// Writes into the journal who opens the identity of this report, and why: id; empty when nothing is sealed
// for it.
MUST_USE json_t *store_identities_ask(struct db *db, int64_t report_id, const char *by, const char *reason);

// What is sealed, after that: sealed, in hexadecimal.
MUST_USE json_t *store_identities_open(struct db *db, int64_t asked_id);

// The latest 1,000: id, at_ms, tracking_code, by, reason.
MUST_USE json_t *store_identities_journal(struct db *db);

#endif

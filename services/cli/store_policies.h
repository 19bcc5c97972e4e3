// store_policies.h - SQL of what deadlines are made from: policies, holidays, office hours, quiet hours.
//
// Every function that returns JSON returns new rows (of what was read, added or changed; empty when nothing
// matched), or NULL after one line on standard error.  Times are Unix ms, days YYYY-MM-DD, hours minutes of
// the day.
#ifndef KENTONGAN_CLI_STORE_POLICIES_H
#define KENTONGAN_CLI_STORE_POLICIES_H

#include "check.h"
#include "db.h"
#include "deadline/policy.h"
#include "hours_text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What PostgreSQL understands as a time (in Asia/Jakarta unless it says another zone), and what time it is
// there. what: for complaints.  0, or -1 after one line on standard error, also for infinity.
MUST_USE int store_policies_time(
    struct db *db, const char *what, const char *text, int64_t *at_ms, int64_t *now_ms);

// clock, version, effective_from_ms, source, by clock and version.
MUST_USE json_t *store_policies_list(struct db *db);

// Which of the words are no topic or sektor, and no level of any agency: what (topics, levels), word.
MUST_USE json_t *store_policies_unknown(struct db *db, const char *topics, const char *levels);

// Adds a policy with its ladder, in one transaction, under the next version of its clock: clock, version.
// Its own version does not matter.
MUST_USE json_t *store_policies_add(struct db *db, const struct policy *policy, const char *source);

// day, kind, name, status.  year 0: all; those that were removed (status removed) only with_removed.
MUST_USE json_t *store_policies_holidays(struct db *db, int64_t year, bool with_removed);
// The holiday is added, or changed when it is there.
MUST_USE json_t *store_policies_add_holiday(
    struct db *db, const char *day, const char *kind, const char *name, const char *status);
// Its rows stay, so that loading the reference data does not bring them back.
MUST_USE json_t *store_policies_remove_holiday(struct db *db, const char *day);

// agency, weekday, opens, closes, on_holidays.  agency "": of all.
MUST_USE json_t *store_policies_office(struct db *db, const char *agency);
// Replaces all hours of the agency; count 0: it has none of its own any more.  Rows of what it has then.
MUST_USE json_t *store_policies_set_office(
    struct db *db, const char *agency, const struct hours_block *blocks, size_t count, bool on_holidays);

// role, begins, ends.
MUST_USE json_t *store_policies_quiet(struct db *db);
MUST_USE json_t *store_policies_set_quiet(struct db *db, const char *role, int begins, int ends);
MUST_USE json_t *store_policies_clear_quiet(struct db *db, const char *role);

#endif

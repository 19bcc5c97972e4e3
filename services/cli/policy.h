// policy.h - kentongan policy; see kentongan help policy.  And what its verbs share.
#ifndef KENTONGAN_CLI_POLICY_H
#define KENTONGAN_CLI_POLICY_H

#include "check.h"
#include "db.h"
#include "deadline/rules.h"

#include <jansson.h>

int policy_command(int argc, char **argv);

// All rules as PostgreSQL has them now.  0: *rules is new; -1 after one line on standard error, which begins
// with what.
MUST_USE int policy_read_rules(struct db *db, const char *what, struct rules **rules);

// Puts the policy into a row: clock, version, seconds, unit, gives, starts, stops, kinds, topics, levels,
// channels, for (the conditions in one line), ladder, effective_from_ms.
void policy_describe(json_t *row, const struct policy *policy);

// EXIT_OK when all its topics and levels are known; else another exit code after one line on standard error.
MUST_USE int policy_check_known(struct db *db, const char *what, const struct policy *policy);

#endif

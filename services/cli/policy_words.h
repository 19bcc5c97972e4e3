// policy_words.h - what a person says of a policy, on the command line or in a file, and the policy that it
// makes. Pure.
//
// What is not said is taken from the version that is replaced: the latest of this clock with the same
// conditions, else the latest without conditions.
#ifndef KENTONGAN_CLI_POLICY_WORDS_H
#define KENTONGAN_CLI_POLICY_WORDS_H

#include "check.h"
#include "deadline/policy.h"
#include "deadline/rules.h"
#include "str.h"

#include <stdbool.h>
#include <stdint.h>

// As the options of kentongan policy add; NULL or 0: not said.
enum { POLICY_WORDS_DAYS_MOST = 3660, POLICY_WORDS_HOURS_MOST = 24 * 366 };
struct policy_words {
    const char *clock, *source, *from;
    int64_t hours, seconds, days;
    bool off;
    const char *unit, *starts, *stops, *kinds, *topics, *levels, *channels, *ladder;
};

// Makes the policy: its version is one above the highest of its clock, effective_from_ms 0.  0, or -1: wrong
// says what, beginning with the option ("--unit: ..").  Whether topics and levels are known is not looked at.
MUST_USE int policy_words_read(
    const struct rules *rules, const struct policy_words *words, struct policy *policy, struct str *wrong);

// Do both fit the same tickets?  Lists are equal in any order.
bool policy_words_same(const struct policy *one, const struct policy *other);

// "24 hours", "5 working days", "90 seconds", "off".
void policy_words_amount(const struct policy *policy, struct str *out);

#endif

// rules.h - everything that deadlines are derived from but the ticket itself.  Pure.
#ifndef KENTONGAN_DEADLINE_RULES_H
#define KENTONGAN_DEADLINE_RULES_H

#include "calendar.h"
#include "policy.h"

#include <stddef.h>
#include <stdint.h>

struct rules;

// No policies, no holidays.  Returns new.
struct rules *rules_new(void);
void rules_destroy(struct rules **rules);

// Copies policy; its ladder may follow step by step.  Takes the place of one with the same clock and version.
void rules_add_policy(struct rules *rules, const struct policy *policy);

// One more step of the policy's ladder, in any order.  -1: there is no such policy, or it has all it can
// have.
MUST_USE int rules_add_step(
    struct rules *rules, const char *clock, int version, const struct ladder_step *step);

// The agency's level and the topic's sektor; the last word on one counts.
void rules_add_agency(struct rules *rules, const char *agency, const char *level);
void rules_add_topic(struct rules *rules, const char *topic, const char *sektor);

// Quiet hours of a role: minutes of the day 0 .. 1440; they may span midnight.  None when they begin where
// they end: there would be no hour left.
void rules_set_quiet(struct rules *rules, enum role role, int begins, int ends);

// To fill, and to ask.  Borrowed.
struct calendar *rules_calendar(struct rules *rules);
const struct calendar *rules_look_at_calendar(const struct rules *rules);

// All policies of one clock lie beside each other, by version; clocks are in the order of their names.
// Borrowed until a policy is added.
size_t rules_clock_count(const struct rules *rules);
const struct policy *rules_clock(const struct rules *rules, size_t i, size_t *count);
const struct policy *rules_policy(const struct rules *rules, const char *clock, int version); // or NULL

// "" for one that is unknown.
const char *rules_level(const struct rules *rules, const char *agency);
const char *rules_sektor(const struct rules *rules, const char *topic);

// When a step to this role that falls on at_ms is fired: then, or when the quiet hours that it falls in end,
// if that is before due_at_ms.
int64_t rules_after_quiet(const struct rules *rules, enum role role, int64_t at_ms, int64_t due_at_ms);

#endif

// policy.h - how long a clock runs, between which moments, for which tickets, and who is told when.  Pure.
//
// A policy is a row that is never changed: a later version takes its place.  A ticket gets, of each clock,
// the policy that was in force when the clock started (effective_from), whose conditions it fits; of several
// the one with the most conditions, then the one that came into force last, then the highest version.
// amount_ms 0: the clock does not run for these tickets.
#ifndef KENTONGAN_DEADLINE_POLICY_H
#define KENTONGAN_DEADLINE_POLICY_H

#include "calendar.h"
#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POLICY_CLOCK_SIZE = 40, POLICY_LIST_SIZE = 200, LADDER_STEPS_MOST = 8 };

// Moments in the life of a ticket; a policy names some as bits.
enum moment {
    MOMENT_RECEIVED = 1,  // the report that opened it
    MOMENT_ROUTED = 2,    // each turn: an agency, or the triage desk, gets it, or it is opened again
    MOMENT_FORWARDED = 4, // each turn of an agency that is not the triage desk
    MOMENT_DESK = 8,      // each turn of the triage desk
    MOMENT_RETURNED = 16, // each turn of the triage desk from the second "not ours" on
    MOMENT_RESPONSE = 32, // act.h says what counts
    MOMENT_PROGRESS =
        64, // an officer gives it a public stage other than done and rejected, in words that count
    MOMENT_FOLLOW_UP = 128, // each time it waits for validation: the agency says it has done its part
    MOMENT_REPLY = 256,     // the reporter answered
    MOMENT_DONE = 512,      // done or rejected
    MOMENT_REOPENED = 1024,
};

// Whom a step of the ladder means.
enum role { ROLE_OFFICER, ROLE_HEAD, ROLE_DESK, ROLE_SEKDA, ROLE_GOVERNOR, ROLE_CLOSE, ROLES };

struct ladder_step {
    int percent;     // of the clock's time, 1 .. 100; 0: wait_ms says when
    int64_t wait_ms; // after the clock has run out, by the wall clock
    enum role role;  // ROLE_CLOSE: nobody is told, the ticket is done
};

// In the order in which they fire: by percent, then by wait.
struct ladder {
    struct ladder_step steps[LADDER_STEPS_MOST];
    size_t count;
};

struct policy {
    char clock[POLICY_CLOCK_SIZE];
    int version;
    enum time_unit unit;
    int64_t amount_ms;      // a working day is 86,400,000; 0: does not run
    unsigned starts, stops; // bits of enum moment
    char kinds[POLICY_LIST_SIZE], topics[POLICY_LIST_SIZE], levels[POLICY_LIST_SIZE],
        channels[POLICY_LIST_SIZE]; // words separated by commas; "" fits all
    int64_t effective_from_ms;
    struct ladder ladder;
};

// What the conditions of a policy are held against.
struct policy_subject {
    const char *kind;  // tickets.kind
    bool urgent;       // also fits the kind "urgent"
    const char *topic; // topics.code
    const char *sektor;
    const char *level;   // agencies.level
    const char *channel; // web, sms ..
};

// Does the policy fit, not asking when it is in force?
bool policy_fits(const struct policy *policy, const struct policy_subject *subject);

// The policy among count (of one clock, in any order) for a clock that starts at that moment, or NULL.
const struct policy *policy_choose(
    const struct policy *policies, size_t count, const struct policy_subject *subject, int64_t started_at_ms);

// Moments as words separated by commas, in the order above.  parse: -1 for another word.
MUST_USE int policy_parse_moments(const char *text, unsigned *moments);
const char *policy_format_moments(unsigned moments, char *out, size_t size);

// One more step, at its place.  Steps that fall together are in the order of enum role.  -1: it has all it
// can have.
MUST_USE int policy_add_step(struct ladder *ladder, const struct ladder_step *step);

// The same for a ladder: "50% officer, 80% officer, 100% head, +6h sekda, +24h governor".  Waits in s, m, h
// or d (24 h); format writes whole hours, or minutes, or seconds.  parse sorts and returns NULL, or what is
// wrong: not in 1 .. 100, a wait that is 0 or over 3650 days, an unknown role, a step twice, too many;
// *ladder is then as before.
const char *policy_parse_ladder(const char *text, struct ladder *ladder);
const char *policy_format_ladder(const struct ladder *ladder, char *out, size_t size);

const char *role_name(enum role role);
bool role_parse(const char *name, enum role *role);

// proto's Channel as a word of policies.channels: web, app, sms .. sp4n, other; "" for no channel.
const char *policy_channel_name(int channel);

#endif

// derive.h - the deadlines of a ticket, from its history and the rules.  Pure.
//
// Nothing is carried over from an earlier derivation: the same history and rules give the same deadlines, to
// whoever asks, whenever.
//
//     start --amount of the policy's unit--> due
//       |                                     |
//       +-- runs --> met: one of the policy's stops came
//                    transfer: the ticket's next turn began (clocks that start with a turn)
//                    ended: the ticket was done, rejected, joined or put on the shelf (but clocks that start
//                    with done end only by the latter two, and by their stops)
//
// What ended a clock that began when the report came, by being joined or shelved, is over when somebody has
// the ticket again: it starts anew then, with its full time.
//
// One act or one turn is one event, which may stop a clock and start it anew; what started a clock does not
// stop it.  A start of a clock that runs is none, and on a closed ticket only what starts with done does.  A
// clock that had stopped by the time somebody first had the ticket is left out; it counts for the turns of
// those after it.
//
// While the ticket waits for its reporter (history.h) clocks of working time stand still.  As long as it
// does, the due time and the steps that were not reached before are CALENDAR_NEVER.  A clock over several
// turns counts by the calendar of the agency that had the ticket.  What happens after a clock has stopped
// does not move its due time.
#ifndef KENTONGAN_DEADLINE_DERIVE_H
#define KENTONGAN_DEADLINE_DERIVE_H

#include "history.h"
#include "policy.h"
#include "rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Far more than real life has.
enum {
    DERIVE_MOST = 256,      // deadlines of a ticket
    DERIVE_SPANS_MOST = 64, // spans of a deadline
};

enum stop { STOP_NONE, STOP_MET, STOP_TRANSFER, STOP_ENDED, STOP_VOID };

struct deadline {
    const struct policy *policy; // Borrowed from the rules
    int turn; // of the ticket, for clocks that start with a turn; else how often it started before
    char agency[ACT_AGENCY_SIZE]; // that has to act: the one that had the ticket when it started; for clocks
                                  // over several turns, the one that had it last
    int64_t started_at_ms;
    int64_t due_at_ms;     // CALENDAR_NEVER
    int64_t stopped_at_ms; // 0: runs
    enum stop stop;
    int64_t stop_act; // the act that stopped it, 0 = none
    size_t step_count;
    int64_t steps[LADDER_STEPS_MOST]; // when each step of the policy's ladder is due; never before the one
                                      // before it
};

// A part of a clock's time, in which it ran or stood still for one reason.
enum span_kind { SPAN_RUNS, SPAN_PAUSED };
struct span {
    enum span_kind kind;
    int64_t from_ms, until_ms;
    char agency[ACT_AGENCY_SIZE]; // whose calendar counts
    int64_t amount;               // of the unit, that passed in it
};

// The deadlines that start by until_ms, with the facts up to then (CALENDAR_NEVER: all).  In the order of
// clock, then turn.  Returns how many: at most room, which is best DERIVE_MOST, and never more than that; of
// a ticket that has more, those that stopped first are left out.
size_t derive(const struct rules *rules, const struct history *history, int64_t until_ms,
    struct deadline *out, size_t room);

// How the time of one of these deadlines passes, from its start up to its stop (until_ms while it runs) or
// its due time, whichever is later: a span for each agency and each pause, whose amount is 0.  until_ms
// CALENDAR_NEVER in the last one: nothing is known to end it.  Returns how many spans, at least one and at
// most DERIVE_SPANS_MOST; should there be more, the last one holds the rest.
size_t derive_spans(const struct rules *rules, const struct history *history, const struct deadline *deadline,
    int64_t until_ms, struct span out[DERIVE_SPANS_MOST]);

// When this amount of the clock's time has passed, or will have, by what is known at until_ms.
int64_t derive_time(const struct rules *rules, const struct history *history, const struct deadline *deadline,
    int64_t until_ms, int64_t amount);

// The step that is the breach: the first with 100 percent or a wait; -1 when the ladder has none.
int derive_breach_step(const struct policy *policy);

// Does the clock start with nothing but turns?  Then it belongs to a turn, and ends with it.
bool derive_is_of_turn(const struct policy *policy);

const char *stop_name(enum stop stop); // "", met, transfer, ended, void

#endif

// change.h - what has to be written so that a stored deadline says what was derived.  Pure.
//
//                   fire: next_step + 1
//                    +-----+
//                    v     |
//     (nothing) --> running --> stopped     by met, transfer, ended, void
//                      ^           |
//                      +-----------+        what stopped it turns out not to: an answer was judged to be
//                      pasted,
//                                           a mistaken topic or policy was put right
//
// A row never vanishes.
//
// What was fired is never fired again, however the deadline moves.  A deadline whose breach has fired keeps
// its start, its due time and its version: it is on the record.  A clock that was stopped after it had run
// out still fires its breach, once, and nothing else.
//
// A stopped row keeps what it stood for, too: a policy or a calendar that comes later does not reach it,
// though when and why it stopped may turn out otherwise.  What is void fires nothing.
//
// When another policy brings another ladder, next_step passes over the steps that mean no more than what was
// fired.  It never goes down, but for one case: a ladder so short that its breach would be missed.
//
// The mover of the diagram is change_plan() for all arrows but fire, which is change_fired().
#ifndef KENTONGAN_DEADLINE_CHANGE_H
#define KENTONGAN_DEADLINE_CHANGE_H

#include "derive.h"

#include <stdbool.h>
#include <stdint.h>

// A row of deadlines.
struct deadline_row {
    char clock[POLICY_CLOCK_SIZE];
    int turn, version;
    char agency[ACT_AGENCY_SIZE];
    int64_t started_at_ms, due_at_ms; // due: CALENDAR_NEVER
    int64_t stopped_at_ms;            // 0: runs
    enum stop stop;
    size_t step_count;
    int64_t steps[LADDER_STEPS_MOST];
    int next_step;
    int64_t next_at_ms; // 0: nothing will fire
};

enum change_kind { CHANGE_NONE, CHANGE_INSERT, CHANGE_UPDATE };

struct change {
    enum change_kind kind;
    struct deadline_row row; // as it is to be
    bool is_moved;           // its due time or version is another: to be journalled
    int64_t old_due_at_ms;
    int old_version;
};

// stored NULL: there is no such row yet.  derived NULL: no policy gives this clock any more, or it never
// started: the row is stopped (at now_ms, by void), unless it was.  Not both.
void change_plan(const struct rules *rules, const struct deadline_row *stored, const struct deadline *derived,
    int64_t now_ms, struct change *change);

// The row after its next step was fired.
void change_fired(const struct rules *rules, struct deadline_row *row);

#endif

// act_plan.h - what follows for a ticket from what was done on it: a pure decision.
//
// An act counts for the turn in which it was done: who had the ticket then may give it a stage, also when it
// has moved on since; but only who still has it can give it back.  The same as common/deadline/history.h has
// it.
#ifndef KENTONGAN_ACT_PLAN_H
#define KENTONGAN_ACT_PLAN_H

#include "deadline/act.h"
#include "store.h"

#include <stdbool.h>
#include <stdint.h>

enum { ACT_PLAN_STAGE_SIZE = 24 };

// turns.because of the turns that acts end; the first is what "given back before" is counted by.
#define ACT_PLAN_NOT_OURS "not theirs"
#define ACT_PLAN_ASSIGNED "assigned"
#define ACT_PLAN_REOPENED "opened again"

// An act, and the ticket as it stands.
struct act_case {
    int64_t ticket_id;
    struct act_row act;
    bool value_is_agency;         // acts.value names one that can have tickets
    char agency[STORE_CODE_SIZE]; // that has it now; "": it was joined to another
    char had[STORE_CODE_SIZE];    // that had it when the act was done
    bool is_over;                 // that turn has ended since
    int turn;                     // that runs now
    int given_back;               // how often an agency said before that it is not theirs
    char stage[ACT_PLAN_STAGE_SIZE];
    char tracking_code[STORE_TRACKING_SIZE];
};

struct act_plan {
    char stage[ACT_PLAN_STAGE_SIZE]; // "": stays as it is
    bool ends_turn;                  // the next one begins at the time of the act: new clocks, a notice
    char agency[STORE_CODE_SIZE];    // whose turn that is
    const char *because;             // turns.because of the one that ends
    char done[200];                  // one line; never what was said
};

void act_plan_decide(const struct act_case *act_case, struct act_plan *plan);

#endif

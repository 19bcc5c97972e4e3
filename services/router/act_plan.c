// act_plan.c - what follows for a ticket from what was done on it.
//
// What does nothing is sorted out first: who did it, then when, then for whom.  What is left is one of four:
// a stage, given back, assigned, opened again; all other acts are only kept.
#include "act_plan.h"

#include "route.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

static bool
is(const char *text, const char *wanted)
{
    return strcmp(text, wanted) == 0;
}

static void
stays(struct act_plan *plan, const char *why)
{
    snprintf(plan->done, sizeof(plan->done), "nothing: %s", why);
}

static bool
is_closed(const struct act_case *act_case)
{
    return is(act_case->stage, act_stage(ACT_DONE)) || is(act_case->stage, act_stage(ACT_REJECTED));
}

static bool
is_withdrawn(const struct act_row *act)
{
    return act->act == ACT_REJECTED && is(act->value, "withdrawn");
}

// The triage desk, and who speaks for no agency, always do.
static bool
speaks_for_it(const struct act_case *act_case)
{
    const char *agency = act_case->act.agency;

    return act_case->act.actor == ACTOR_REPORTER || agency[0] == '\0' || is(agency, ROUTE_TRIAGE_DESK) ||
           is(agency, act_case->had);
}

// Why the act can have no effect, or NULL.
static const char *
why_not(const struct act_case *act_case)
{
    const struct act_row *act = &act_case->act;

    if (act->actor == ACTOR_BOT)
        return "a bot did it";
    if (act->actor == ACTOR_REPORTER && act->act != ACT_REOPENED && !is_withdrawn(act))
        return "the reporter cannot decide this";
    if (act_case->had[0] == '\0')
        return "its reports hang on another ticket";
    if (is(act_case->had, ROUTE_SHELF))
        return "it lies on the shelf";
    if (act->act == ACT_REOPENED && !is_closed(act_case))
        return "it is open";
    if (act->act != ACT_REOPENED && is_closed(act_case))
        return "it is closed; it has to be opened again first";
    if (!speaks_for_it(act_case))
        return "another agency has it";
    return NULL;
}

static void
decide_stage(const struct act_case *act_case, struct act_plan *plan)
{
    const struct act_row *act = &act_case->act;
    const char *stage = act_stage(act->act);
    bool why = act->act == ACT_REJECTED;

    if (is(stage, act_case->stage)) {
        snprintf(plan->done, sizeof(plan->done), "stays %s", stage);
        return;
    }
    str_copy(plan->stage, sizeof(plan->stage), stage);
    snprintf(plan->done, sizeof(plan->done), "%s -> %s%s%s", act_case->stage, stage, why ? ": " : "",
        why ? act->value : "");
}

static void
move(const struct act_case *act_case, const char *agency, const char *because, struct act_plan *plan)
{
    plan->ends_turn = true;
    plan->because = because;
    str_copy(plan->agency, sizeof(plan->agency), agency);
    snprintf(plan->done, sizeof(plan->done), "%s: %s -> %s", because, act_case->agency, agency);
}

// The first time it goes where the agency says; after that the triage desk decides, so that it cannot be
// passed round.
static void
decide_not_ours(const struct act_case *act_case, struct act_plan *plan)
{
    const char *named = act_case->act.value;
    bool goes_there = act_case->given_back == 0 && act_case->value_is_agency && !is(named, act_case->agency);

    if (is(act_case->agency, ROUTE_TRIAGE_DESK))
        stays(plan, "the triage desk has it, which assigns it");
    else
        move(act_case, goes_there ? named : ROUTE_TRIAGE_DESK, ACT_PLAN_NOT_OURS, plan);
}

static void
decide_assign(const struct act_case *act_case, struct act_plan *plan)
{
    const char *speaker = act_case->act.agency;
    const char *named = act_case->act.value;

    if (speaker[0] != '\0' && !is(speaker, ROUTE_TRIAGE_DESK))
        stays(plan, "only the triage desk assigns");
    else if (!act_case->value_is_agency)
        stays(plan, "there is no such agency");
    else if (is(named, act_case->agency))
        stays(plan, "this agency has it");
    else
        move(act_case, named, ACT_PLAN_ASSIGNED, plan);
}

// Who has it gets its full time again; who got it since has it anyway.
static void
decide_reopened(const struct act_case *act_case, struct act_plan *plan)
{
    decide_stage(act_case, plan);
    if (act_case->is_over)
        return;
    plan->ends_turn = true;
    plan->because = ACT_PLAN_REOPENED;
    str_copy(plan->agency, sizeof(plan->agency), act_case->agency);
}

void
act_plan_decide(const struct act_case *act_case, struct act_plan *plan)
{
    enum act act = act_case->act.act;
    bool moves = act == ACT_NOT_OURS || act == ACT_ASSIGN;
    const char *why = why_not(act_case);

    *plan = (struct act_plan){.because = ""};
    if (act_stage(act) == NULL && !moves) {
        snprintf(plan->done, sizeof(plan->done), "noted");
    } else if (why != NULL) {
        stays(plan, why);
    } else if (moves && act_case->is_over) {
        stays(plan, "it has moved on already");
    } else if (act == ACT_NOT_OURS) {
        decide_not_ours(act_case, plan);
    } else if (act == ACT_ASSIGN) {
        decide_assign(act_case, plan);
    } else if (act == ACT_REOPENED) {
        decide_reopened(act_case, plan);
    } else {
        decide_stage(act_case, plan);
    }
}

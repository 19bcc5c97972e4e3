// telling.c - whom a step of a ladder tells, and as what.
#include "telling.h"

#include "deadline/history.h"
#include "stages.pb-c.h"

enum { LATE_WARNING = 80, WHOLE = 100 }; // percent

const struct ladder_step *
telling_step(const struct rules *rules, const struct deadline_row *row)
{
    const struct policy *policy = rules_policy(rules, row->clock, row->version);

    return policy != NULL && row->next_step >= 0 && (size_t)row->next_step < policy->ladder.count
               ? &policy->ladder.steps[row->next_step]
               : NULL;
}

int
telling_kind(const struct ladder_step *step)
{
    if (step->percent == 0)
        return KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_ESCALATION;
    if (step->percent >= WHOLE)
        return KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_BREACH;
    return step->percent >= LATE_WARNING ? KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_80
                                         : KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_50;
}

const char *
telling_agency(const struct ladder_step *step, const char *agency)
{
    static const char *const told[ROLES] = {
        [ROLE_DESK] = HISTORY_DESK, [ROLE_SEKDA] = "SEKDA", [ROLE_GOVERNOR] = "GUBERNUR"};

    return told[step->role] != NULL ? told[step->role] : agency;
}

// steps.c - the steps of a deadline.
#include "steps.h"

#include "check.h"
#include "stages.pb-c.h"

static const struct {
    int percent, kind;
} steps[STEPS_COUNT] = {
    {50, KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_50},
    {80, KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_80},
    {100, KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_BREACH},
};

int
steps_percent(int step)
{
    CHECK(step >= 0 && step < STEPS_COUNT);
    return steps[step].percent;
}

int
steps_notice_kind(int step)
{
    CHECK(step >= 0 && step < STEPS_COUNT);
    return steps[step].kind;
}

int64_t
steps_at(int step, int64_t started_at_ms, int64_t due_at_ms)
{
    return started_at_ms + (due_at_ms - started_at_ms) * steps_percent(step) / 100;
}

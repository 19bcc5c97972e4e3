// change.c - what has to be written so that a stored deadline says what was derived.
#include "change.h"

#include "check.h"
#include "str.h"

#include <string.h>

// Is the first of two steps not after the second, in the order in which they fire?
static bool
is_behind(const struct ladder_step *step, const struct ladder_step *fired)
{
    if ((step->percent == 0) != (fired->percent == 0))
        return step->percent != 0;
    return step->percent <= fired->percent && step->wait_ms <= fired->wait_ms;
}

// How many steps of the ladder mean what was fired of another one.
static int
steps_behind(const struct ladder *ladder, const struct ladder *was, int fired)
{
    int behind = 0;

    if (fired <= 0 || was->count == 0)
        return 0;
    const struct ladder_step *last =
        &was->steps[(size_t)fired <= was->count ? (size_t)fired - 1 : was->count - 1];
    while ((size_t)behind < ladder->count && is_behind(&ladder->steps[behind], last))
        behind++;
    return behind;
}

// The next step under the new policy of a deadline whose breach was not fired.  Never one that was fired, and
// never behind the breach, which must not be missed because the new ladder is shorter.
static int
next_step(const struct policy *was, const struct policy *policy, int fired)
{
    int breach = derive_breach_step(policy);
    int next = fired;

    if (was == NULL || was == policy)
        return fired;
    int behind = steps_behind(&policy->ladder, &was->ladder, fired);
    if (behind > next)
        next = behind;
    return breach >= 0 && next > breach ? breach : next;
}

static bool
is_breached(const struct policy *policy, int fired)
{
    int breach = policy != NULL ? derive_breach_step(policy) : -1;

    return breach >= 0 && fired > breach;
}

static int64_t
step_at(const struct deadline_row *row, int step)
{
    if (step < 0 || (size_t)step >= row->step_count || row->steps[step] == CALENDAR_NEVER)
        return 0;
    return row->steps[step];
}

// Does a clock that stopped still fire its breach?  When it had run out by then; a breach that is a wait
// after that only when the wait was over, too.
static bool
breach_is_owed(const struct deadline_row *row, int breach)
{
    return breach >= row->next_step && row->stop != STOP_VOID && row->due_at_ms < row->stopped_at_ms &&
           step_at(row, breach) != 0 && step_at(row, breach) <= row->stopped_at_ms;
}

// When what will fire next.
static void
plan_next(const struct policy *policy, struct deadline_row *row)
{
    int breach = policy != NULL ? derive_breach_step(policy) : -1;

    if (row->stopped_at_ms == 0) {
        row->next_at_ms = step_at(row, row->next_step);
    } else if (breach_is_owed(row, breach)) {
        row->next_step = breach;
        row->next_at_ms = step_at(row, breach);
    } else {
        row->next_at_ms = 0;
    }
}

static void
set_stop(struct deadline_row *row, const struct deadline *derived)
{
    str_copy(row->agency, sizeof(row->agency), derived->agency);
    row->stop = derived->stop;
    row->stopped_at_ms = derived->stopped_at_ms;
}

static struct deadline_row
row_of(const struct deadline *derived)
{
    struct deadline_row row = {
        .turn = derived->turn,
        .version = derived->policy->version,
        .started_at_ms = derived->started_at_ms,
        .due_at_ms = derived->due_at_ms,
        .step_count = derived->step_count,
    };

    str_copy(row.clock, sizeof(row.clock), derived->policy->clock);
    memcpy(row.steps, derived->steps, derived->step_count * sizeof(row.steps[0]));
    set_stop(&row, derived);
    return row;
}

static bool
is_same(const struct deadline_row *a, const struct deadline_row *b)
{
    return strcmp(a->clock, b->clock) == 0 && a->turn == b->turn && a->version == b->version &&
           strcmp(a->agency, b->agency) == 0 && a->started_at_ms == b->started_at_ms &&
           a->due_at_ms == b->due_at_ms && a->stopped_at_ms == b->stopped_at_ms && a->stop == b->stop &&
           a->step_count == b->step_count &&
           memcmp(a->steps, b->steps, a->step_count * sizeof(a->steps[0])) == 0 &&
           a->next_step == b->next_step && a->next_at_ms == b->next_at_ms;
}

// The stored row as it is to be.
static struct deadline_row
follow(const struct rules *rules, const struct deadline_row *stored, const struct deadline *derived)
{
    const struct policy *was = rules_policy(rules, stored->clock, stored->version);
    struct deadline_row row = *stored;

    bool is_over = stored->stopped_at_ms != 0 && derived->stopped_at_ms != 0;
    if (is_over || is_breached(was, stored->next_step)) {
        // When and why it stopped may turn out otherwise; what it stood for is on the record.
        set_stop(&row, derived);
        plan_next(was, &row);
    } else {
        row = row_of(derived);
        row.next_step = next_step(was, derived->policy, stored->next_step);
        plan_next(derived->policy, &row);
    }
    return row;
}

void
change_plan(const struct rules *rules, const struct deadline_row *stored, const struct deadline *derived,
    int64_t now_ms, struct change *change)
{
    CHECK(stored != NULL || derived != NULL);
    *change = (struct change){.kind = CHANGE_NONE};
    if (stored == NULL) {
        change->kind = CHANGE_INSERT;
        change->row = row_of(derived);
        plan_next(derived->policy, &change->row);
        return;
    }
    change->row = *stored;
    change->old_due_at_ms = stored->due_at_ms;
    change->old_version = stored->version;
    if (derived != NULL) {
        change->row = follow(rules, stored, derived);
    } else if (stored->stopped_at_ms == 0 && stored->clock[0] != '\0') {
        change->row.stop = STOP_VOID;
        change->row.stopped_at_ms = now_ms;
        change->row.next_at_ms = 0;
    }
    if (!is_same(stored, &change->row))
        change->kind = CHANGE_UPDATE;
    change->is_moved = change->row.due_at_ms != stored->due_at_ms || change->row.version != stored->version;
}

void
change_fired(const struct rules *rules, struct deadline_row *row)
{
    const struct policy *policy = rules_policy(rules, row->clock, row->version);

    CHECK(row->next_step < LADDER_STEPS_MOST);
    row->next_step++;
    plan_next(policy, row);
}

// meter.c - the model counts time.
#include "meter.h"

#include "days.h"

#include <math.h>
#include <string.h>

// How far it looks: what is not reached by then, never is.
enum { YEARS_MOST = 20, MARKS_MOST = LADDER_STEPS_MOST + 1 };

static const int64_t day_ms = INT64_C(86400000);
static const int64_t minute_ms = 60000;

// Amounts to be reached, ascending; reached_ms of each is set as it is.
struct marks {
    long double amount[MARKS_MOST];
    int64_t reached_ms[MARKS_MOST];
    size_t count, next;
    long double passed;
    bool is_rounded; // a millisecond was worth no whole number
};

// As it is, and as it is when every stretch is rounded down, or up.
enum { EXACT, DOWN, UP, WAYS };

void
meter_pause(struct meter_pauses *pauses, int64_t at_ms)
{
    if (pauses->count > 0 && pauses->until_ms[pauses->count - 1] == CALENDAR_NEVER)
        return;
    pauses->from_ms[pauses->count] = at_ms;
    pauses->until_ms[pauses->count++] = CALENDAR_NEVER;
}

void
meter_resume(struct meter_pauses *pauses, int64_t at_ms)
{
    if (pauses->count > 0 && pauses->until_ms[pauses->count - 1] == CALENDAR_NEVER)
        pauses->until_ms[pauses->count - 1] = at_ms;
}

// Time passes from .. until, each millisecond worth so much.
static void
pass(struct marks *marks, int64_t from_ms, int64_t until_ms, long double worth)
{
    long double most = marks->passed + worth * (long double)(until_ms - from_ms);

    marks->is_rounded |= worth != floorl(worth);
    while (marks->next < marks->count && marks->amount[marks->next] <= most + 1e-6L) {
        long double more = (marks->amount[marks->next] - marks->passed) / worth;
        marks->reached_ms[marks->next++] = from_ms + (more > 0 ? (int64_t)ceill(more - 1e-6L) : 0);
    }
    marks->passed = most;
}

static bool
is_reached(const struct marks ways[WAYS])
{
    for (int i = 0; i < WAYS; i++)
        if (ways[i].next < ways[i].count)
            return false;
    return true;
}

// The same for the office time of an agency on each day in from .. until.
static void
pass_days(
    const struct meter *meter, struct marks ways[WAYS], int agency, enum time_unit unit, int64_t span[2])
{
    for (int32_t day = days_of(span[0]); days_begin(day) < span[1] && !is_reached(ways); day++) {
        const struct days_hours *hours = days_hours(meter->book, agency, day);
        for (int i = 0; i < hours->count; i++) {
            int64_t from = days_begin(day) + hours->from_ms[i], until = days_begin(day) + hours->until_ms[i];
            from = from < span[0] ? span[0] : from;
            until = until > span[1] ? span[1] : until;
            long double worth =
                unit == UNIT_WORKING_DAYS ? (long double)day_ms / (long double)hours->sum_ms : 1.0L;
            for (int way = 0; way < WAYS && from < until; way++)
                pass(&ways[way], from, until, worth);
        }
    }
}

// Until when the ticket stands as it does at from_ms: the next turn or the border of a pause.  Sets its turn,
// and whether it waits.
static int64_t
stands_until(const struct meter *meter, int64_t from_ms, size_t *turn, bool *waits)
{
    const struct ticket *ticket = meter->ticket;
    int64_t until = CALENDAR_NEVER;

    *waits = false;
    for (size_t i = *turn + 1; i < ticket->turn_count && !meter->is_one_turn; i++) {
        int64_t begins = ticket->turns[i].from_ms;
        if (begins >= meter->until_ms && meter->until_ms != CALENDAR_NEVER)
            break;
        if (begins <= from_ms)
            *turn = i;
        else if (begins < until)
            until = begins;
    }
    for (size_t i = 0; i < meter->pauses->count; i++) {
        int64_t begins = meter->pauses->from_ms[i], ends = meter->pauses->until_ms[i];
        if (begins >= meter->until_ms)
            continue;
        if (ends > meter->until_ms)
            ends = CALENDAR_NEVER;
        if (begins <= from_ms && from_ms < ends) {
            *waits = true;
            until = ends < until ? ends : until;
        } else if (begins > from_ms && begins < until) {
            until = begins;
        }
    }
    return until;
}

static void
count_office_time(const struct meter *meter, const struct model_deadline *deadline, struct marks ways[WAYS])
{
    size_t turn = deadline->at_turn;
    int64_t end = deadline->started_at_ms + INT64_C(366) * YEARS_MOST * day_ms;

    for (int64_t from = deadline->started_at_ms; from < end && !is_reached(ways);) {
        bool waits = false;
        int64_t until = stands_until(meter, from, &turn, &waits);
        until = until > end ? end : until;
        int agency = book_agency(meter->ticket->turns[turn].agency);
        // Each stretch may be off by one part.
        ways[DOWN].passed += 1;
        ways[UP].passed -= 1;
        if (!waits && agency >= 0)
            pass_days(meter, ways, agency, deadline->policy->unit, (int64_t[2]){from, until});
        from = until;
    }
}

// People of the role are let sleep, but not over the deadline.
static int64_t
let_sleep(const struct meter *meter, enum role role, int64_t at_ms, int64_t due_ms)
{
    const struct book_quiet *quiet = &meter->book->quiet[role];

    if (!quiet->is_set || meter->ticket->urgent || at_ms == CALENDAR_NEVER)
        return at_ms;
    // Yesterday's night, and today's.
    for (int32_t day = days_of(at_ms) - 1; day <= days_of(at_ms); day++) {
        int64_t begins = days_begin(day) + quiet->begins * minute_ms;
        int64_t ends = days_begin(day) + quiet->ends * minute_ms;
        if (quiet->ends < quiet->begins)
            ends += day_ms;
        if (begins <= at_ms && at_ms < ends)
            return ends < due_ms ? ends : at_ms;
    }
    return at_ms;
}

static void
set_times(const struct meter *meter, const struct policy *policy, const struct marks *marks,
    struct model_times *times)
{
    int64_t due = marks->reached_ms[marks->count - 1], before = 0;
    size_t mark = 0;

    times->due_at_ms = due;
    for (size_t i = 0; i < policy->ladder.count; i++) {
        const struct ladder_step *step = &policy->ladder.steps[i];
        int64_t at = step->percent > 0       ? marks->reached_ms[mark++]
                     : due == CALENDAR_NEVER ? CALENDAR_NEVER
                                             : due + step->wait_ms;
        at = let_sleep(meter, step->role, at, due);
        before = at > before ? at : before;
        times->steps[i] = before;
    }
}

static void
set_marks(const struct policy *policy, struct marks *marks)
{
    for (size_t i = 0; i < policy->ladder.count && policy->ladder.steps[i].percent > 0; i++)
        marks->amount[marks->count++] =
            (long double)policy->amount_ms * policy->ladder.steps[i].percent / 100.0L;
    marks->amount[marks->count++] = (long double)policy->amount_ms;
    for (size_t i = 0; i < marks->count; i++)
        marks->reached_ms[i] = CALENDAR_NEVER;
}

void
meter_deadline(const struct meter *meter, struct model_deadline *deadline)
{
    const struct policy *policy = deadline->policy;
    struct marks ways[WAYS] = {0};

    for (int i = 0; i < WAYS; i++)
        set_marks(policy, &ways[i]);
    if (policy->unit == UNIT_WALL)
        pass(&ways[EXACT], deadline->started_at_ms, deadline->started_at_ms + policy->amount_ms, 1.0L);
    else
        count_office_time(meter, deadline, ways);
    set_times(meter, policy, &ways[EXACT], &deadline->times);
    deadline->least = deadline->most = deadline->times;
    if (ways[EXACT].is_rounded) {
        set_times(meter, policy, &ways[DOWN], &deadline->least);
        set_times(meter, policy, &ways[UP], &deadline->most);
    }
}

// plan.c - what has to be written of one ticket so that its stored deadlines are what was derived.
#include "plan.h"

#include "deadline/change.h"
#include "deadline/derive.h"

#include <string.h>

// The order of both the stored and the derived deadlines.
static int
compare(const struct deadline_row *row, const struct deadline *derived)
{
    int order = strcmp(row->clock, derived->policy->clock);

    return order != 0 ? order : (row->turn > derived->turn) - (row->turn < derived->turn);
}

// Why a deadline is another than it was, or NULL when that is not worth a line.
static const char *
reason(const struct plan_rules *rules, const struct deadline_case *one, const struct deadline_row *old,
    const struct deadline_known *known, const struct change *change)
{
    if (change->row.stop == STOP_VOID && old->stop != STOP_VOID)
        return "no policy gives it any more";
    if (!change->is_moved)
        return NULL;
    if (change->row.version != old->version)
        return "policy";
    if (change->row.started_at_ms != old->started_at_ms)
        return "started anew";
    if (strcmp(change->row.agency, old->agency) != 0)
        return "another agency";
    return known->rules != rules->version && known->acts == (int)one->history.act_count ? "calendar"
                                                                                        : "pause";
}

// Is there no more room?  What is left out is planned the next time, when the others are as they should be.
static bool
is_full(const struct plan *plan)
{
    return plan->count == LENGTH(plan->rows);
}

static struct plan_row *
add(struct plan *plan, const struct deadline_row *row)
{
    struct plan_row *new = &plan->rows[plan->count++];

    *new = (struct plan_row){.row = *row};
    return new;
}

// Takes note of a row as it will be.
static void
note_next(struct plan *plan, const struct deadline_row *row)
{
    if (row->next_at_ms != 0 && (plan->next_at_ms == 0 || row->next_at_ms < plan->next_at_ms))
        plan->next_at_ms = row->next_at_ms;
}

static bool
knows_all(const struct plan_rules *rules, const struct deadline_case *one, const struct deadline_known *known)
{
    return known->acts == (int)one->history.act_count && known->changes == one->changes &&
           (known->rules == rules->version || rules->walking);
}

// A stored row, and what was derived for it (NULL: nothing).
static void
plan_stored(struct plan *plan, const struct plan_rules *rules, const struct deadline_case *one, size_t i,
    const struct deadline *derived, int64_t now_ms)
{
    const struct deadline_row *old = &one->rows[i];
    const struct deadline_known *known = &one->known[i];
    struct change change = {.kind = CHANGE_NONE, .row = *old};
    struct plan_row *row = NULL;

    // The row without a clock only ever learns.
    if (old->clock[0] != '\0')
        change_plan(rules->rules, old, derived, now_ms, &change);
    if (change.kind == CHANGE_NONE)
        change.row = *old;
    note_next(plan, &change.row);
    if (is_full(plan) || (change.kind == CHANGE_NONE && knows_all(rules, one, known)))
        return;
    row = add(plan, &change.row);
    row->old = old;
    row->old_known = known;
    row->is_changed = change.kind == CHANGE_UPDATE;
    if (row->is_changed)
        row->because = reason(rules, one, old, known, &change);
}

static void
plan_new(struct plan *plan, const struct plan_rules *rules, const struct deadline *derived, int64_t now_ms)
{
    struct change change = {.kind = CHANGE_NONE};

    change_plan(rules->rules, NULL, derived, now_ms, &change);
    if (is_full(plan) || change.kind != CHANGE_INSERT)
        return;
    note_next(plan, &change.row);
    add(plan, &change.row)->is_changed = true;
    plan->new_count++;
}

// The row that says that no policy gives this ticket a clock; it never runs.
static void
plan_none(struct plan *plan, const struct deadline_case *one)
{
    const struct history_turn *turn = &one->history.turns[one->history.turn_count - 1];
    struct deadline_row row = {.started_at_ms = one->history.received_at_ms,
        .due_at_ms = CALENDAR_NEVER,
        .stopped_at_ms = one->history.received_at_ms,
        .stop = STOP_VOID};

    // What went to the shelf at once was never anybody's.
    if (!one->has_clocks && turn->turn == 0)
        return;
    memcpy(row.agency, turn->agency, sizeof(row.agency));
    add(plan, &row)->is_changed = true;
}

void
plan_ticket(
    struct plan *plan, const struct plan_rules *rules, const struct deadline_case *one, int64_t now_ms)
{
    size_t count = derive(rules->rules, &one->history, CALENDAR_NEVER, plan->derived, DERIVE_MOST);
    size_t next = 0;

    plan->count = plan->new_count = 0;
    plan->next_at_ms = 0;
    for (size_t i = 0; i < one->row_count; i++) {
        int order = 1;

        while (next < count && (order = compare(&one->rows[i], &plan->derived[next])) > 0)
            plan_new(plan, rules, &plan->derived[next++], now_ms);
        plan_stored(plan, rules, one, i, next < count && order == 0 ? &plan->derived[next++] : NULL, now_ms);
    }
    while (next < count)
        plan_new(plan, rules, &plan->derived[next++], now_ms);
    if (one->row_count == 0 && plan->count == 0)
        plan_none(plan, one);
}

// audit.c - what must hold of any ticket.
#include "audit.h"

#include "check.h"
#include "deadline/derive.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static char wrong[512];

// Times that agencies had it: together all the time since it was first routed.
static bool
held_times_add_up(const struct world *world, const struct history *history)
{
    int64_t sum = 0;

    for (size_t i = 0; i < history->turn_count; i++) {
        bool is_known = false;
        for (size_t j = 0; j < i && !is_known; j++)
            is_known = strcmp(history->turns[j].agency, history->turns[i].agency) == 0;
        if (!is_known)
            sum += history_held_ms(history, history->turns[i].agency, world->now_ms);
    }
    if (sum == world->now_ms - history->turns[0].from_ms)
        return true;
    snprintf(wrong, sizeof(wrong), "was held for %" PRId64 " ms of %" PRId64, sum,
        world->now_ms - history->turns[0].from_ms);
    return false;
}

static bool
has_nobody(const struct history_turn *turn)
{
    return turn->agency[0] == '\0' || strcmp(turn->agency, HISTORY_SHELF) == 0;
}

// Did somebody get the ticket at this time, which nobody had?
static bool
comes_back_at(const struct history *history, int64_t at_ms)
{
    for (size_t i = 1; i < history->turn_count; i++)
        if (history->turns[i].from_ms == at_ms && has_nobody(&history->turns[i - 1]) &&
            !has_nobody(&history->turns[i]))
            return true;
    return false;
}

// The citizen's clock starts when the report was received, and never again but with a ticket that nobody had.
static bool
citizens_clock_is_one(const struct history *history, const struct deadline *deadlines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct deadline *deadline = &deadlines[i];
        if (strcmp(deadline->policy->clock, "citizen_first_response") != 0)
            continue;
        if (deadline->turn == 0 && deadline->started_at_ms == history->received_at_ms)
            continue;
        if (deadline->turn > 0 && comes_back_at(history, deadline->started_at_ms))
            continue;
        snprintf(wrong, sizeof(wrong), "the citizen's clock was started again, %d", deadline->turn);
        return false;
    }
    return true;
}

// Spans of a deadline lie end to end from its start on; what ran in them until it was due is its amount.
static bool
spans_add_up(const struct rules *rules, const struct history *history, const struct deadline *deadline,
    int64_t until_ms)
{
    static struct span spans[DERIVE_SPANS_MOST];
    size_t count = derive_spans(rules, history, deadline, until_ms, spans);
    int64_t amount = 0, at = deadline->started_at_ms;

    for (size_t i = 0; i < count; i++) {
        if (spans[i].from_ms != at || spans[i].until_ms < at ||
            (spans[i].kind == SPAN_PAUSED && spans[i].amount != 0)) {
            snprintf(wrong, sizeof(wrong), "%s %d: span %zu of %zu does not follow", deadline->policy->clock,
                deadline->turn, i, count);
            return false;
        }
        at = spans[i].until_ms;
        amount += spans[i].amount;
    }
    // A clock that was stopped before it was due has not run out; else it has.  Up to rounding of a span.
    bool is_out = deadline->due_at_ms != CALENDAR_NEVER && at >= deadline->due_at_ms;
    int64_t spare = deadline->policy->unit == UNIT_WORKING_DAYS ? (int64_t)count * 100 : 0;
    bool is_right = is_out ? amount >= deadline->policy->amount_ms - spare
                           : amount < deadline->policy->amount_ms + spare || amount == 0;
    if (count == DERIVE_SPANS_MOST || is_right)
        return true;
    snprintf(wrong, sizeof(wrong), "%s %d: spans sum to %" PRId64 " of %" PRId64, deadline->policy->clock,
        deadline->turn, amount, deadline->policy->amount_ms);
    return false;
}

// The same ticket when nobody knew yet what came after that moment.
static void
forget(struct ticket *ticket, int64_t until_ms)
{
    while (ticket->act_count > 0 && ticket->acts[ticket->act_count - 1].at_ms > until_ms)
        ticket->act_count--;
    while (ticket->turn_count > 1 && ticket->turns[ticket->turn_count - 1].from_ms > until_ms)
        ticket->turn_count--;
    ticket->turns[ticket->turn_count - 1].until_ms = CALENDAR_NEVER;
}

// What was to be seen at some moment can be derived later.
static bool
past_stays(const struct rules *rules, struct ticket *ticket, int64_t until_ms)
{
    static struct deadline now[DERIVE_MOST], then[DERIVE_MOST];
    static struct ticket young;
    struct history whole = ticket_history(ticket);

    if (until_ms < ticket->turns[0].from_ms)
        return true;
    young = *ticket;
    forget(&young, until_ms);
    struct history part = ticket_history(&young);
    size_t count = derive(rules, &whole, until_ms, now, LENGTH(now));
    bool is_same = count == derive(rules, &part, CALENDAR_NEVER, then, LENGTH(then));
    for (size_t i = 0; i < count && is_same; i++)
        is_same = now[i].policy == then[i].policy && now[i].turn == then[i].turn &&
                  now[i].started_at_ms == then[i].started_at_ms && now[i].due_at_ms == then[i].due_at_ms &&
                  now[i].stopped_at_ms == then[i].stopped_at_ms && now[i].stop == then[i].stop &&
                  strcmp(now[i].agency, then[i].agency) == 0;
    if (!is_same)
        snprintf(wrong, sizeof(wrong),
            "the deadlines of a moment in the past, %" PRId64 ", are not what they were", until_ms);
    return is_same;
}

const char *
audit_ticket(const struct world *world, struct ticket *ticket)
{
    static struct deadline deadlines[DERIVE_MOST];
    const struct rules *rules = book_rules(world_book(world));
    struct history history = ticket_history(ticket);
    size_t count = derive(rules, &history, CALENDAR_NEVER, deadlines, LENGTH(deadlines));
    int64_t span = world->now_ms - ticket->received_at_ms;

    if (!held_times_add_up(world, &history) || !citizens_clock_is_one(&history, deadlines, count))
        return wrong;
    for (size_t i = 0; i < count; i++)
        if (!spans_add_up(rules, &history, &deadlines[i], world->now_ms))
            return wrong;
    for (size_t i = 0; i < ticket->act_count; i += 3)
        if (!past_stays(rules, ticket, ticket->acts[i].at_ms))
            return wrong;
    for (int i = 0; i < 3; i++)
        if (!past_stays(rules, ticket, ticket->received_at_ms + chance_below(&ticket->chance, span)))
            return wrong;
    return NULL;
}

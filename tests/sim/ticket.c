// ticket.c - the facts of one simulated ticket, and what the router makes of acts.
#include "ticket.h"

#include "check.h"
#include "str.h"

#include <string.h>

struct history
ticket_history(struct ticket *ticket)
{
    struct history history = {.ticket_id = ticket->id,
        .received_at_ms = ticket->received_at_ms,
        .urgent = ticket->urgent,
        .turns = ticket->turns,
        .turn_count = ticket->turn_count,
        .acts = ticket->acts,
        .act_count = ticket->act_count};

    str_copy(history.kind, sizeof(history.kind), ticket->kind);
    str_copy(history.topic, sizeof(history.topic), ticket->topic);
    str_copy(history.channel, sizeof(history.channel), ticket->channel);
    return history;
}

const char *
ticket_agency(const struct ticket *ticket)
{
    return ticket->turns[ticket->turn_count - 1].agency;
}

bool
ticket_has_clocks(const struct ticket *ticket)
{
    return ticket_agency(ticket)[0] != '\0' && strcmp(ticket_agency(ticket), HISTORY_SHELF) != 0;
}

void
ticket_turn(struct ticket *ticket, const char *agency, int64_t from_ms)
{
    struct history_turn turn = {
        .turn = (int)ticket->turn_count, .from_ms = from_ms, .until_ms = CALENDAR_NEVER};

    CHECK(ticket->turn_count < TICKET_TURNS_MOST);
    str_copy(turn.agency, sizeof(turn.agency), agency);
    if (ticket->turn_count > 0) {
        ticket->turns[ticket->turn_count - 1].until_ms = from_ms;
        ticket->changes++;
    }
    ticket->turns[ticket->turn_count++] = turn;
}

// The turn in which something was done.
static const struct history_turn *
turn_at(const struct ticket *ticket, int64_t at_ms)
{
    size_t i = ticket->turn_count - 1;

    while (i > 0 && ticket->turns[i].from_ms > at_ms)
        i--;
    return &ticket->turns[i];
}

static bool
has_effect(const struct ticket *ticket, const struct act_row *act, const char *had)
{
    bool is_withdrawn = act->act == ACT_REJECTED && strcmp(act->value, "withdrawn") == 0;

    if (act->actor == ACTOR_BOT || had[0] == '\0' || strcmp(had, HISTORY_SHELF) == 0 ||
        (act->act == ACT_REOPENED) != ticket->is_closed)
        return false;
    if (act->actor == ACTOR_REPORTER)
        return act->act == ACT_REOPENED || is_withdrawn;
    return act->agency[0] == '\0' || strcmp(act->agency, HISTORY_DESK) == 0 || strcmp(act->agency, had) == 0;
}

// Begins another turn at the act's own time, unless the turn in which it was done is over.
static bool
move(struct ticket *ticket, const struct act_row *act, const char *to)
{
    char agency[ACT_AGENCY_SIZE];

    if (turn_at(ticket, act->at_ms)->turn + 1 != (int)ticket->turn_count)
        return false;
    // The name may lie in the turn that grows out of date.
    str_copy(agency, sizeof(agency), to);
    ticket_turn(ticket, agency, act->at_ms);
    return true;
}

static bool
give_back(struct ticket *ticket, const struct act_row *act)
{
    const char *has = ticket_agency(ticket);
    bool goes_there = ticket->not_ours == 0 && act->value[0] != '\0' && strcmp(act->value, has) != 0;

    if (strcmp(has, HISTORY_DESK) == 0 || !move(ticket, act, goes_there ? act->value : HISTORY_DESK))
        return false;
    ticket->not_ours++;
    return true;
}

static bool
assign(struct ticket *ticket, const struct act_row *act)
{
    bool is_desk = act->agency[0] == '\0' || strcmp(act->agency, HISTORY_DESK) == 0;

    return is_desk && strcmp(act->value, ticket_agency(ticket)) != 0 && move(ticket, act, act->value);
}

// As services/router/act_plan.h says.
static bool
route_act(struct ticket *ticket, const struct act_row *act)
{
    if (!has_effect(ticket, act, turn_at(ticket, act->at_ms)->agency))
        return false;
    if (act->act == ACT_DONE || act->act == ACT_REJECTED)
        ticket->is_closed = true;
    if (act->act == ACT_NOT_OURS)
        return give_back(ticket, act);
    if (act->act == ACT_ASSIGN)
        return assign(ticket, act);
    if (act->act != ACT_REOPENED)
        return false;
    ticket->is_closed = false;
    return move(ticket, act, ticket_agency(ticket));
}

bool
ticket_route(struct ticket *ticket)
{
    bool changed = false;

    while (ticket->acts_done < ticket->act_count)
        changed |= route_act(ticket, &ticket->acts[ticket->acts_done++]);
    return changed;
}

// life.c - what people do on a ticket.
//
// A temper (0 .. 99) says how the officers of a ticket are; each deed is drawn by weights that depend on
// where the ticket stands.
#include "life.h"

#include "check.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

enum { DEED_MS_LEAST = 5000 }; // the router has dealt with one deed before the next

static const int64_t minute = 60000;
static const int64_t hour = INT64_C(3600) * 1000;
static const int64_t day = INT64_C(24) * 3600 * 1000;

// Where a ticket stands, for the weights.
enum place { WITH_AGENCY, WITH_DESK, CLOSED, SHELVED, PLACES };

enum how {
    AS_OFFICER,
    AS_PASTED,   // an officer with the same words as on other tickets
    AS_STRANGER, // an officer of another agency
    AS_DESK,     // an officer of the triage desk
    AS_NOBODY,   // an officer who does not say for whom
    AS_BOT,
    AS_REPORTER,
    AS_JUDGE,
    BY_CORRECTION,
};

enum correction { TO_AGENCY, TO_KIND, TO_TOPIC, TO_URGENT, TO_SHELF, TO_NOBODY };

struct deed {
    enum how how;
    int what; // an act, or a correction
    const char *value;
    int weights[PLACES];
};

static const struct deed deeds[] = {
    {AS_OFFICER, ACT_ACKNOWLEDGE, "", {6, 3, 0, 0}},
    {AS_OFFICER, ACT_VERIFYING, "", {10, 3, 3, 0}},
    {AS_OFFICER, ACT_FIELD_CHECK, "", {7, 0, 0, 0}},
    {AS_OFFICER, ACT_IN_PROGRESS, "", {8, 2, 2, 0}},
    {AS_OFFICER, ACT_AWAITING_VALIDATION, "", {8, 1, 0, 0}},
    {AS_OFFICER, ACT_DONE, "", {6, 2, 1, 0}},
    {AS_OFFICER, ACT_REJECTED, "ineligible", {1, 2, 0, 0}},
    {AS_OFFICER, ACT_ASK, "", {8, 2, 1, 0}},
    {AS_OFFICER, ACT_REPLY, "", {3, 1, 1, 0}},
    {AS_OFFICER, ACT_NOTE, "", {2, 1, 1, 0}},
    {AS_OFFICER, ACT_NOT_OURS, "", {5, 0, 1, 0}},
    {AS_OFFICER, ACT_NOT_OURS, "?", {4, 0, 0, 0}},
    {AS_OFFICER, ACT_ASSIGN, "?", {1, 25, 1, 0}},
    {AS_PASTED, ACT_VERIFYING, "", {4, 1, 0, 0}},
    {AS_PASTED, ACT_IN_PROGRESS, "", {3, 0, 0, 0}},
    {AS_PASTED, ACT_DONE, "", {2, 0, 0, 0}},
    {AS_STRANGER, ACT_VERIFYING, "", {3, 1, 0, 0}},
    {AS_STRANGER, ACT_IN_PROGRESS, "", {2, 0, 0, 0}},
    {AS_STRANGER, ACT_DONE, "", {1, 0, 0, 0}},
    {AS_STRANGER, ACT_ASK, "", {1, 1, 0, 0}},
    {AS_DESK, ACT_VERIFYING, "", {2, 0, 0, 2}},
    {AS_DESK, ACT_ASSIGN, "?", {2, 0, 1, 0}},
    {AS_DESK, ACT_REJECTED, "not_authority", {1, 0, 0, 0}},
    {AS_OFFICER, ACT_ANSWER, "", {2, 0, 0, 0}},
    {AS_NOBODY, ACT_DONE, "", {1, 0, 0, 1}},
    {AS_NOBODY, ACT_IN_PROGRESS, "", {2, 1, 0, 0}},
    {AS_BOT, ACT_VERIFYING, "", {3, 1, 1, 0}},
    {AS_BOT, ACT_DONE, "", {2, 1, 0, 0}},
    {AS_BOT, ACT_ANSWER, "", {2, 0, 0, 0}},
    {AS_BOT, ACT_ASK, "", {2, 0, 0, 0}},
    {AS_BOT, ACT_NOT_OURS, "", {2, 0, 0, 0}},
    {AS_BOT, ACT_REOPENED, "", {0, 0, 2, 0}},
    {AS_REPORTER, ACT_ANSWER, "", {8, 2, 1, 2}},
    {AS_REPORTER, ACT_REJECTED, "withdrawn", {1, 1, 0, 2}},
    {AS_REPORTER, ACT_REOPENED, "", {1, 0, 9, 2}},
    {AS_JUDGE, ACT_JUDGE, "", {5, 2, 2, 0}},
    {BY_CORRECTION, TO_AGENCY, "", {3, 6, 1, 20}},
    {BY_CORRECTION, TO_KIND, "", {2, 1, 1, 0}},
    {BY_CORRECTION, TO_TOPIC, "", {2, 1, 0, 0}},
    {BY_CORRECTION, TO_URGENT, "", {2, 1, 0, 0}},
    {BY_CORRECTION, TO_SHELF, "", {1, 1, 1, 0}},
    {BY_CORRECTION, TO_NOBODY, "", {1, 1, 1, 2}},
};

static enum place
place_of(const struct ticket *ticket)
{
    if (!ticket_has_clocks(ticket))
        return SHELVED;
    if (ticket->is_closed)
        return CLOSED;
    return strcmp(ticket_agency(ticket), HISTORY_DESK) == 0 ? WITH_DESK : WITH_AGENCY;
}

static const struct deed *
draw(struct ticket *ticket)
{
    enum place place = place_of(ticket);
    int64_t sum = 0;

    for (size_t i = 0; i < LENGTH(deeds); i++)
        sum += deeds[i].weights[place];
    int64_t drawn = chance_below(&ticket->chance, sum);
    for (size_t i = 0;; i++) {
        drawn -= deeds[i].weights[place];
        if (drawn < 0)
            return &deeds[i];
    }
}

// An agency that is not the desk and does not have it.
static const char *
another_agency(struct ticket *ticket)
{
    for (;;) {
        const char *agency = book_agencies[chance_between(&ticket->chance, 1, BOOK_AGENCIES - 1)];
        if (strcmp(agency, ticket_agency(ticket)) != 0)
            return agency;
    }
}

static void
correct(struct world *world, struct ticket *ticket, enum correction correction)
{
    static const char *const kinds[] = {"complaint", "aspiration", "suggestion", "criticism"};
    struct chance *chance = &ticket->chance;

    if (correction == TO_AGENCY)
        ticket_turn(ticket,
            chance_is(chance, 20) && strcmp(ticket_agency(ticket), HISTORY_DESK) != 0
                ? HISTORY_DESK
                : another_agency(ticket),
            world->now_ms);
    else if (correction == TO_KIND)
        str_copy(ticket->kind, sizeof(ticket->kind), kinds[chance_below(chance, (int64_t)LENGTH(kinds))]);
    else if (correction == TO_TOPIC)
        str_copy(ticket->topic, sizeof(ticket->topic), book_topics[chance_below(chance, BOOK_TOPICS)]);
    else if (correction == TO_URGENT)
        ticket->urgent = !ticket->urgent;
    else
        ticket_turn(ticket, correction == TO_SHELF ? HISTORY_SHELF : "", world->now_ms);
    ticket->changes++;
    ticket->known_at_ms = world->now_ms;
    world_tell(world, "ticket %lld: corrected to %s %s%s with '%s'", (long long)ticket->id, ticket->kind,
        ticket->topic, ticket->urgent ? " urgent" : "", ticket_agency(ticket));
}

// Judges the last act that had words.
static void
judge(struct world *world, struct ticket *ticket)
{
    struct act_row act = {
        .act = ACT_JUDGE, .actor = chance_is(&ticket->chance, 90) ? ACTOR_OFFICER : ACTOR_BOT};

    for (size_t i = ticket->act_count; i > 0; i--) {
        const struct act_row *about = &ticket->acts[i - 1];
        if (about->act == ACT_JUDGE || (about->same_text < ACT_SAME_MOST && chance_is(&ticket->chance, 80)))
            continue;
        str_copy(act.agency, sizeof(act.agency), HISTORY_DESK);
        snprintf(act.value, sizeof(act.value), "%lld %s", (long long)about->id,
            chance_is(&ticket->chance, 60) ? "counts" : "pasted");
        world_add_act(world, ticket, act);
        return;
    }
}

static void
act(struct world *world, struct ticket *ticket, const struct deed *deed)
{
    struct act_row act = {.act = (enum act)deed->what, .actor = ACTOR_OFFICER};
    struct chance *chance = &ticket->chance;

    if (deed->how == AS_BOT)
        act.actor = ACTOR_BOT;
    if (deed->how == AS_REPORTER)
        act.actor = ACTOR_REPORTER;
    if (deed->how == AS_STRANGER)
        str_copy(act.agency, sizeof(act.agency), another_agency(ticket));
    else if (deed->how == AS_DESK)
        str_copy(act.agency, sizeof(act.agency), HISTORY_DESK);
    else if (deed->how != AS_NOBODY && deed->how != AS_REPORTER)
        str_copy(act.agency, sizeof(act.agency), ticket_agency(ticket));
    str_copy(
        act.value, sizeof(act.value), strcmp(deed->value, "?") == 0 ? another_agency(ticket) : deed->value);
    if (deed->how == AS_PASTED)
        act.same_text = (int)chance_between(chance, 1, 4);
    world_add_act(world, ticket, act);
    // Two acts within one millisecond.
    if (deed->how == AS_OFFICER && deed->what == ACT_VERIFYING && chance_is(chance, 8)) {
        act.act = chance_is(chance, 50) ? ACT_DONE : ACT_IN_PROGRESS;
        world_add_act(world, ticket, act);
    }
}

// How long until somebody does something again: officers by their temper, the desk sooner.
static int64_t
delay(struct ticket *ticket)
{
    struct chance *chance = &ticket->chance;
    int64_t drawn = chance_below(chance, 100) + (ticket->temper - 50) / 2;

    if (place_of(ticket) == CLOSED)
        return chance_between(chance, hour, 14 * day);
    if (drawn < 25)
        return chance_between(chance, DEED_MS_LEAST, hour);
    if (drawn < 60)
        return chance_between(chance, hour, day);
    if (drawn < 90)
        return chance_between(chance, day, 8 * day);
    return chance_between(chance, 5 * day, 40 * day);
}

// One in ten aims at a round amount of time after the last turn or act, to the millisecond or one beside it:
// there deadlines are.
static int64_t
next_moment(struct world *world, struct ticket *ticket)
{
    static const int64_t amounts[] = {1, 3, 6, 12, 24, 24, 48, 72};
    struct chance *chance = &ticket->chance;
    int64_t at = world->now_ms + delay(ticket);

    if (!chance_is(chance, 12))
        return at;
    int64_t from = ticket->turns[ticket->turn_count - 1].from_ms;
    if (chance_is(chance, 50))
        from = ticket->received_at_ms;
    else if (ticket->act_count > 0)
        from = ticket->acts[ticket->act_count - 1].at_ms;
    int64_t aimed =
        from + amounts[chance_below(chance, (int64_t)LENGTH(amounts))] * hour + chance_between(chance, -1, 1);
    return aimed >= world->now_ms + DEED_MS_LEAST ? aimed : at;
}

int64_t
life_begins(struct world *world, struct ticket *ticket)
{
    int64_t at = next_moment(world, ticket);

    // Who routes it may do so later than it could be done.
    return at < world->now_ms + minute ? world->now_ms + minute : at;
}

int64_t
life_deed(struct world *world, struct ticket *ticket)
{
    if (ticket->deeds_left == 0)
        return 0;
    ticket->deeds_left--;
    const struct deed *deed = draw(ticket);
    if (deed->how == BY_CORRECTION)
        correct(world, ticket, (enum correction)deed->what);
    else if (deed->how == AS_JUDGE)
        judge(world, ticket);
    else
        act(world, ticket, deed);
    return next_moment(world, ticket);
}

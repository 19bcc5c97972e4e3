// history.c - what happened to one ticket.
//
// One walk over turns and acts in the order of their times says what each of them was; all that is public
// here asks the walk.  A turn that begins at the very time of an act that moves a ticket was begun by that
// act.
#include "history.h"

#include "check.h"
#include "policy.h"

#include <string.h>

enum {
    RETURNED_FROM = 2, // "not ours" as often as this, and the desk has to decide
    MOMENT_BITS = 11,
};

struct walk {
    const struct history *history;
    int64_t until_ms;
    size_t turns, acts; // that lie behind
    bool is_received;   // that lies behind, too
    bool has_judgements;
    bool is_closed;  // done or rejected, and not opened again
    bool is_refused; // who has it said "not ours"
    int refusals;    // that made it go elsewhere
};

// Something that happened: the report came, a turn began, or somebody did something (and a turn began by it).
struct event {
    int64_t at_ms;
    const struct act_row *act;         // NULL: no act made it
    bool takes_effect;                 // the act
    const struct history_turn *begins; // NULL: none
    unsigned moments;                  // bits
};

static bool
is_nobody(const struct history_turn *turn)
{
    return turn->agency[0] == '\0' || strcmp(turn->agency, HISTORY_SHELF) == 0;
}

static bool
is_desk(const char *agency)
{
    return strcmp(agency, HISTORY_DESK) == 0;
}

static struct walk
walk_begin(const struct history *history, int64_t until_ms)
{
    struct walk walk = {.history = history, .until_ms = until_ms};

    CHECK(history->turn_count > 0);
    for (size_t i = 0; i < history->act_count; i++)
        walk.has_judgements = walk.has_judgements || history->acts[i].act == ACT_JUDGE;
    return walk;
}

// Who has it at this point of the walk.
static const struct history_turn *
walk_turn(const struct walk *walk)
{
    return &walk->history->turns[walk->turns > 0 ? walk->turns - 1 : 0];
}

// Do the act's words count?  The last person who judged them says so; else that they were not pasted.
static bool
words_count(const struct walk *walk, const struct act_row *act)
{
    bool counts = !act_is_pasted(act);

    if (!walk->has_judgements)
        return counts;
    for (size_t i = 0; i < walk->history->act_count; i++) {
        const struct act_row *judge = &walk->history->acts[i];
        int64_t about;
        bool says;
        if (judge->at_ms > walk->until_ms)
            break;
        if (judge->actor == ACTOR_OFFICER && act_judges(judge, &about, &says) && about == act->id)
            counts = says;
    }
    return counts;
}

static bool
is_response(const struct walk *walk, const struct act_row *act)
{
    return act_may_respond(act) &&
           (act->agency[0] == '\0' || strcmp(act->agency, walk_turn(walk)->agency) == 0) &&
           words_count(walk, act);
}

static bool
is_withdrawn(const struct act_row *act)
{
    return act->act == ACT_REJECTED && strcmp(act->value, "withdrawn") == 0;
}

// Does the act do anything to the ticket as it stands?
static bool
takes_effect(const struct walk *walk, const struct act_row *act)
{
    const struct history_turn *turn = walk_turn(walk);
    bool speaks_for_it =
        act->agency[0] == '\0' || is_desk(act->agency) || strcmp(act->agency, turn->agency) == 0;

    if (act->actor == ACTOR_BOT || is_nobody(turn) || (act->act == ACT_REOPENED) != walk->is_closed)
        return false;
    if (act->act == ACT_ANSWER)
        return true;
    if (act->actor == ACTOR_REPORTER)
        return act->act == ACT_REOPENED || is_withdrawn(act);
    return speaks_for_it;
}

static unsigned
act_moments(const struct walk *walk, const struct act_row *act)
{
    bool is_progress = act->actor == ACTOR_OFFICER && words_count(walk, act);
    unsigned moments = is_response(walk, act) ? MOMENT_RESPONSE : 0;

    switch (act->act) {
    case ACT_AWAITING_VALIDATION:
        moments |= MOMENT_FOLLOW_UP;
        return moments | (is_progress ? MOMENT_PROGRESS : 0);
    case ACT_VERIFYING:
    case ACT_FIELD_CHECK:
    case ACT_IN_PROGRESS:
        return moments | (is_progress ? MOMENT_PROGRESS : 0);
    case ACT_DONE:
    case ACT_REJECTED:
        return moments | MOMENT_DONE;
    case ACT_REOPENED:
        return MOMENT_REOPENED;
    case ACT_ANSWER:
        return MOMENT_REPLY;
    case ACT_ACKNOWLEDGE:
    case ACT_ASK:
    case ACT_REPLY:
    case ACT_NOTE:
    case ACT_NOT_OURS:
    case ACT_ASSIGN:
    case ACT_JUDGE:
    case ACTS:
        return 0;
    }
    return 0;
}

static bool
may_move(const struct act_row *act)
{
    return act->act == ACT_NOT_OURS || act->act == ACT_ASSIGN || act->act == ACT_REOPENED;
}

// The next turn begins.
static void
take_turn(struct walk *walk, struct event *event)
{
    const struct history_turn *turn = &walk->history->turns[walk->turns++];

    walk->refusals += walk->is_refused;
    walk->is_refused = false;
    event->begins = turn;
    if (is_nobody(turn))
        return;
    event->moments |= MOMENT_ROUTED;
    if (!is_desk(turn->agency))
        event->moments |= MOMENT_FORWARDED;
    else
        event->moments |= MOMENT_DESK | (walk->refusals >= RETURNED_FROM ? MOMENT_RETURNED : 0);
}

static void
take_act(struct walk *walk, struct event *event)
{
    const struct act_row *act = &walk->history->acts[walk->acts++];
    const struct history_turn *turn = walk_turn(walk);

    event->act = act;
    event->takes_effect = takes_effect(walk, act);
    if (!event->takes_effect)
        return;
    event->moments = act_moments(walk, act);
    if (event->moments & (MOMENT_DONE | MOMENT_REOPENED))
        walk->is_closed = event->moments & MOMENT_DONE;
    if (act->act == ACT_NOT_OURS && !is_desk(turn->agency))
        walk->is_refused = true;
    bool more = walk->turns > 0 && walk->turns < walk->history->turn_count;
    if (may_move(act) && more && walk->history->turns[walk->turns].from_ms == act->at_ms)
        take_turn(walk, event);
}

// Is there an act at this time, still to come, that may begin a turn?
static bool
act_begins_turn(const struct walk *walk, int64_t at_ms)
{
    const struct history *history = walk->history;

    for (size_t i = walk->acts; i < history->act_count && history->acts[i].at_ms <= at_ms; i++)
        if (history->acts[i].at_ms == at_ms && may_move(&history->acts[i]))
            return true;
    return false;
}

// False: nothing more happened.
static bool
walk_next(struct walk *walk, struct event *event)
{
    const struct history *history = walk->history;
    const int64_t turn_at =
        walk->turns < history->turn_count ? history->turns[walk->turns].from_ms : CALENDAR_NEVER;
    const int64_t act_at = walk->acts < history->act_count ? history->acts[walk->acts].at_ms : CALENDAR_NEVER;

    *event = (struct event){.act = NULL};
    if (!walk->is_received) {
        walk->is_received = true;
        event->at_ms = history->received_at_ms;
        event->moments = MOMENT_RECEIVED;
        return event->at_ms <= walk->until_ms;
    }
    event->at_ms = turn_at < act_at ? turn_at : act_at;
    if (event->at_ms == CALENDAR_NEVER || event->at_ms > walk->until_ms)
        return false;
    if (turn_at < act_at || (turn_at == act_at && (walk->turns == 0 || !act_begins_turn(walk, turn_at))))
        take_turn(walk, event);
    else
        take_act(walk, event);
    return true;
}

bool
history_is_response(const struct history *history, const struct act_row *act, int64_t until_ms)
{
    struct walk walk = walk_begin(history, until_ms);
    struct event event;

    while (walk_next(&walk, &event))
        if (event.act != NULL && event.act->id == act->id)
            return (event.moments & MOMENT_RESPONSE) != 0;
    return false;
}

struct moments {
    struct history_moment *out;
    size_t room, count;
    int ordinals[MOMENT_BITS];
};

static void
add_moment(struct moments *moments, const struct walk *walk, const struct event *event, unsigned moment)
{
    if (moments->count < moments->room)
        moments->out[moments->count] = (struct history_moment){
            .moment = moment,
            .at_ms = event->at_ms,
            .act_id = event->act != NULL ? event->act->id : 0,
            .turn = walk_turn(walk)->turn,
        };
    moments->count++;
}

size_t
history_moments(const struct history *history, int64_t until_ms, struct history_moment *out, size_t room)
{
    struct walk walk = walk_begin(history, until_ms);
    struct moments moments = {.out = out, .room = room};
    struct event event;

    while (walk_next(&walk, &event)) {
        if (event.begins != NULL && is_nobody(event.begins))
            add_moment(&moments, &walk, &event, 0);
        for (size_t i = 0; event.moments >> i != 0; i++) {
            if (!(event.moments >> i & 1))
                continue;
            add_moment(&moments, &walk, &event, 1u << i);
            if (moments.count <= room)
                out[moments.count - 1].ordinal = moments.ordinals[i]++;
        }
    }
    return moments.count;
}

// Does it end a pause?  The reporter's word does, the next stage that an officer gives it, and that it is
// closed.
static bool
ends_pause(const struct event *event)
{
    if (event->moments & (MOMENT_REPLY | MOMENT_DONE))
        return true;
    return event->act->actor == ACTOR_OFFICER && act_stage(event->act->act) != NULL;
}

size_t
history_pauses(const struct history *history, int64_t until_ms, struct history_pause *out, size_t room)
{
    struct walk walk = walk_begin(history, until_ms);
    struct history_pause pause = {0};
    struct event event;
    bool is_paused = false;
    size_t count = 0;

    while (walk_next(&walk, &event)) {
        if (event.act == NULL || !event.takes_effect)
            continue;
        if (!is_paused && event.act->act == ACT_ASK && event.act->actor == ACTOR_OFFICER) {
            is_paused = true;
            pause = (struct history_pause){event.at_ms, CALENDAR_NEVER, event.act->id, 0};
        } else if (is_paused && ends_pause(&event)) {
            is_paused = false;
            pause.until_ms = event.at_ms;
            pause.end_id = event.act->id;
        } else {
            continue;
        }
        // A pause is written when it begins and once more when it ends.
        count += is_paused;
        if (count <= room)
            out[count - 1] = pause;
    }
    return count;
}

const struct history_turn *
history_turn_at(const struct history *history, int64_t at_ms)
{
    CHECK(history->turn_count > 0);
    size_t i = history->turn_count - 1;
    while (i > 0 && history->turns[i].from_ms > at_ms)
        i--;
    return &history->turns[i];
}

int64_t
history_held_ms(const struct history *history, const char *agency, int64_t until_ms)
{
    int64_t held = 0;

    for (size_t i = 0; i < history->turn_count; i++) {
        const struct history_turn *turn = &history->turns[i];
        int64_t until = turn->until_ms < until_ms ? turn->until_ms : until_ms;
        if (strcmp(turn->agency, agency) == 0 && until > turn->from_ms && until != CALENDAR_NEVER)
            held += until - turn->from_ms;
    }
    return held;
}

bool
history_is_open(const struct history *history)
{
    struct walk walk = walk_begin(history, CALENDAR_NEVER);
    struct event event;

    while (walk_next(&walk, &event))
        ;
    return !walk.is_closed && !is_nobody(&history->turns[history->turn_count - 1]);
}

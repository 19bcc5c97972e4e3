// model.c - the independent model.
//
// First walk: the moments of the ticket's life in their order; at each one every clock is asked whether it
// stops and whether it starts.  Second walk: for each clock that started, time is counted from its start on.
#include "model.h"

#include "check.h"
#include "meter.h"

#include <stdio.h>
#include <string.h>

enum { TAPE_MOST = TICKET_TURNS_MOST + TICKET_ACTS_MOST + 1, CLOCKS_MOST = 24 };

// The starts that belong to a turn of the ticket.
static const unsigned of_turns = MOMENT_ROUTED | MOMENT_FORWARDED | MOMENT_DESK | MOMENT_RETURNED;

// What happened at one moment: an act, a turn that began, or a turn that began by an act.  Neither: the
// report came.
struct entry {
    int64_t at_ms, act_id;
    const struct act_row *act;
    const struct history_turn *begins;
};

// What an entry does to clocks.
struct effect {
    unsigned moments;
    bool is_turn;  // the turn before is over
    bool is_gone;  // joined or on the shelf
    bool is_final; // done or rejected
};

struct clock {
    const char *name;
    struct model_deadline *running;
    int next;       // number of the next start
    bool was_taken; // it ran when the ticket was joined or shelved
};

struct walk {
    struct book *book;
    const struct ticket *ticket;
    int64_t until_ms;
    struct entry tape[TAPE_MOST];
    size_t tape_length;
    struct clock clocks[CLOCKS_MOST];
    size_t clock_count;
    struct meter_pauses pauses;
    struct model_deadline *out;
    size_t count, room;

    // Where the life of the ticket stands.
    size_t turn;
    bool is_closed;
    int not_ours;
};

int
model_breach(const struct policy *policy)
{
    for (size_t i = 0; i < policy->ladder.count; i++)
        if (policy->ladder.steps[i].percent == 100 || policy->ladder.steps[i].wait_ms > 0)
            return (int)i;
    return -1;
}

static bool
is_before(const struct entry *a, const struct entry *b)
{
    return a->at_ms < b->at_ms || (a->at_ms == b->at_ms && a->act_id < b->act_id);
}

static void
tape_add(struct walk *walk, struct entry entry)
{
    size_t i = walk->tape_length;

    if (entry.at_ms > walk->until_ms)
        return;
    for (; i > 0 && is_before(&entry, &walk->tape[i - 1]); i--)
        walk->tape[i] = walk->tape[i - 1];
    walk->tape[i] = entry;
    walk->tape_length++;
}

static bool
may_move(const struct act_row *act)
{
    return act->actor != ACTOR_BOT &&
           (act->act == ACT_NOT_OURS || act->act == ACT_ASSIGN || act->act == ACT_REOPENED);
}

// The turn that the act began, or NULL: the router gave it the act's own time.
static const struct history_turn *
begun_by(const struct ticket *ticket, const struct act_row *act)
{
    for (size_t i = 1; i < ticket->turn_count && may_move(act); i++)
        if (ticket->turns[i].from_ms == act->at_ms)
            return &ticket->turns[i];
    return NULL;
}

static void
make_tape(struct walk *walk)
{
    const struct ticket *ticket = walk->ticket;
    bool is_begun[TICKET_TURNS_MOST] = {false};

    tape_add(walk, (struct entry){.at_ms = ticket->received_at_ms, .act_id = -1});
    for (size_t i = 0; i < ticket->act_count; i++) {
        const struct act_row *act = &ticket->acts[i];
        const struct history_turn *begins = begun_by(ticket, act);
        if (begins)
            is_begun[begins->turn] = true;
        tape_add(walk, (struct entry){act->at_ms, act->id, act, begins});
    }
    for (size_t i = 0; i < ticket->turn_count; i++)
        if (!is_begun[i])
            tape_add(walk, (struct entry){.at_ms = ticket->turns[i].from_ms, .begins = &ticket->turns[i]});
}

static bool
is_nobody(const char *agency)
{
    return agency[0] == '\0' || strcmp(agency, HISTORY_SHELF) == 0;
}

// Does one of the words that commas separate equal this one?
static bool
has_word(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = list; *at != '\0' && length > 0; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && strncmp(at, word, length) == 0)
            return true;
    return false;
}

static bool
fits(const struct walk *walk, const struct policy *policy, const char *agency)
{
    const struct ticket *ticket = walk->ticket;

    if (policy->kinds[0] && !has_word(policy->kinds, ticket->kind) &&
        !(ticket->urgent && has_word(policy->kinds, "urgent")))
        return false;
    if (policy->topics[0] && !has_word(policy->topics, ticket->topic) &&
        !has_word(policy->topics, book_sektor(walk->book, ticket->topic)))
        return false;
    if (policy->levels[0] && !has_word(policy->levels, book_level(walk->book, agency)))
        return false;
    return !policy->channels[0] || has_word(policy->channels, ticket->channel);
}

static int
conditions(const struct policy *policy)
{
    return (policy->kinds[0] != '\0') + (policy->topics[0] != '\0') + (policy->levels[0] != '\0') +
           (policy->channels[0] != '\0');
}

static bool
is_better(const struct policy *policy, const struct policy *than)
{
    if (conditions(policy) != conditions(than))
        return conditions(policy) > conditions(than);
    if (policy->effective_from_ms != than->effective_from_ms)
        return policy->effective_from_ms > than->effective_from_ms;
    return policy->version > than->version;
}

// The policy of a clock that would start now.
static const struct policy *
choose(const struct walk *walk, const char *name, int64_t at_ms)
{
    const char *agency = walk->ticket->turns[walk->turn].agency;
    const struct policy *best = NULL;

    for (size_t i = 0; i < walk->book->policy_count; i++) {
        const struct policy *policy = &walk->book->policies[i];
        if (strcmp(policy->clock, name) == 0 && policy->effective_from_ms <= at_ms &&
            fits(walk, policy, agency) && (!best || is_better(policy, best)))
            best = policy;
    }
    return best;
}

// What people said of the words of this act, last.
static bool
counts_by_words(const struct walk *walk, const struct act_row *act)
{
    bool counts = act->same_text < ACT_SAME_MOST;

    for (size_t i = 0; i < walk->tape_length; i++) {
        const struct act_row *judge = walk->tape[i].act;
        char says_counts[64], says_pasted[64];
        if (!judge || judge->act != ACT_JUDGE || judge->actor != ACTOR_OFFICER)
            continue;
        snprintf(says_counts, sizeof(says_counts), "%lld counts", (long long)act->id);
        snprintf(says_pasted, sizeof(says_pasted), "%lld pasted", (long long)act->id);
        if (strcmp(judge->value, says_counts) == 0)
            counts = true;
        else if (strcmp(judge->value, says_pasted) == 0)
            counts = false;
    }
    return counts;
}

static const char *
agency_now(const struct walk *walk)
{
    return walk->ticket->turns[walk->turn].agency;
}

// Does the act do anything to the ticket as it stands?
static bool
has_effect(const struct walk *walk, const struct act_row *act)
{
    if (act->actor == ACTOR_BOT || is_nobody(agency_now(walk)))
        return false;
    if (walk->is_closed ? act->act != ACT_REOPENED : act->act == ACT_REOPENED)
        return false;
    if (act->actor == ACTOR_REPORTER)
        return act->act == ACT_ANSWER || act->act == ACT_REOPENED ||
               (act->act == ACT_REJECTED && strcmp(act->value, "withdrawn") == 0);
    return act->agency[0] == '\0' || strcmp(act->agency, HISTORY_DESK) == 0 ||
           strcmp(act->agency, agency_now(walk)) == 0;
}

static unsigned
act_moments(const struct walk *walk, const struct act_row *act)
{
    bool is_officer = act->actor == ACTOR_OFFICER;
    bool is_stage = act->act >= ACT_VERIFYING && act->act <= ACT_REJECTED;
    unsigned moments = 0;

    if (act->act == ACT_REOPENED)
        moments |= MOMENT_REOPENED;
    if (act->act == ACT_ANSWER)
        moments |= MOMENT_REPLY;
    if (act->act == ACT_DONE || act->act == ACT_REJECTED)
        moments |= MOMENT_DONE;
    else if (is_stage && is_officer && counts_by_words(walk, act))
        moments |= MOMENT_PROGRESS;
    if (act->act == ACT_AWAITING_VALIDATION)
        moments |= MOMENT_FOLLOW_UP;
    if (is_stage && is_officer && counts_by_words(walk, act) &&
        (act->agency[0] == '\0' || strcmp(act->agency, agency_now(walk)) == 0))
        moments |= MOMENT_RESPONSE;
    return moments;
}

static void
act_happens(struct walk *walk, const struct act_row *act, struct effect *effect)
{
    bool is_officer = act->actor == ACTOR_OFFICER;

    if (!has_effect(walk, act))
        return;
    effect->moments = act_moments(walk, act);
    effect->is_final = (effect->moments & MOMENT_DONE) != 0;
    if (effect->is_final || act->act == ACT_REOPENED)
        walk->is_closed = effect->is_final;
    if (is_officer && act->act == ACT_ASK)
        meter_pause(&walk->pauses, act->at_ms);
    // Its reporter's word, the next stage by an officer, and the end end the waiting.
    if ((effect->moments & (MOMENT_REPLY | MOMENT_DONE)) ||
        (is_officer && act->act >= ACT_VERIFYING && act->act <= ACT_REOPENED))
        meter_resume(&walk->pauses, act->at_ms);
    walk->not_ours += act->act == ACT_NOT_OURS && strcmp(agency_now(walk), HISTORY_DESK) != 0;
}

static void
turn_happens(struct walk *walk, const struct history_turn *begins, struct effect *effect)
{
    effect->is_turn = begins->turn > 0;
    effect->is_gone = is_nobody(begins->agency);
    walk->turn = (size_t)begins->turn;
    if (effect->is_gone)
        return;
    effect->moments |= MOMENT_ROUTED;
    if (strcmp(begins->agency, HISTORY_DESK) != 0)
        effect->moments |= MOMENT_FORWARDED;
    else
        effect->moments |= MOMENT_DESK | (walk->not_ours >= 2 ? (unsigned)MOMENT_RETURNED : 0U);
}

static struct effect
entry_effect(struct walk *walk, const struct entry *entry)
{
    struct effect effect = {0};

    if (entry->act)
        act_happens(walk, entry->act, &effect);
    if (entry->begins)
        turn_happens(walk, entry->begins, &effect);
    if (!entry->act && !entry->begins)
        effect.moments = MOMENT_RECEIVED;
    return effect;
}

static bool
is_of_turns(const struct policy *policy)
{
    return (policy->starts & ~of_turns) == 0;
}

static void
ask_to_stop(struct clock *clock, const struct effect *effect, int64_t at_ms)
{
    struct model_deadline *deadline = clock->running;
    const struct policy *policy = deadline->policy;

    if (effect->moments & policy->stops)
        deadline->stop = STOP_MET;
    else if (effect->is_turn && !effect->is_gone && is_of_turns(policy))
        deadline->stop = STOP_TRANSFER;
    else if (effect->is_gone || (effect->is_final && !(deadline->started_by & MOMENT_DONE)))
        deadline->stop = STOP_ENDED;
    else
        return;
    clock->was_taken = deadline->stop == STOP_ENDED && effect->is_gone;
    deadline->stopped_at_ms = at_ms;
    clock->running = NULL;
}

static void
ask_to_start(struct walk *walk, struct clock *clock, const struct effect *effect, int64_t at_ms)
{
    const struct policy *policy = effect->moments ? choose(walk, clock->name, at_ms) : NULL;

    if (!policy || policy->amount_ms == 0)
        return;
    // The report comes once; a clock that waited for it since then goes on waiting when somebody has the
    // ticket again.
    bool comes_back = clock->was_taken && (effect->moments & MOMENT_ROUTED) &&
                      (policy->starts & MOMENT_RECEIVED) && !(policy->stops & effect->moments);
    if (!(policy->starts & effect->moments) && !comes_back)
        return;
    if (walk->is_closed && !(policy->starts & effect->moments & MOMENT_DONE))
        return;
    CHECK(walk->count < walk->room);
    // Each number once, even if a new version of the policy numbers otherwise.
    int number = is_of_turns(policy) && (int)walk->turn > clock->next ? (int)walk->turn : clock->next;
    clock->next = number + 1;
    clock->running = &walk->out[walk->count++];
    *clock->running = (struct model_deadline){.policy = policy,
        .turn = number,
        .started_at_ms = at_ms,
        .at_turn = walk->turn,
        .started_by = effect->moments & policy->starts};
}

static void
live(struct walk *walk)
{
    for (size_t i = 0; i < walk->tape_length; i++) {
        const struct entry *entry = &walk->tape[i];
        struct effect effect = entry_effect(walk, entry);
        for (size_t j = 0; j < walk->clock_count; j++) {
            struct clock *clock = &walk->clocks[j];
            if (clock->running)
                ask_to_stop(clock, &effect, entry->at_ms);
            if (!clock->running)
                ask_to_start(walk, clock, &effect, entry->at_ms);
            if (effect.moments & MOMENT_ROUTED)
                clock->was_taken = false;
        }
    }
}

static void
name_clocks(struct walk *walk)
{
    for (size_t i = 0; i < walk->book->policy_count; i++) {
        const char *name = walk->book->policies[i].clock;
        bool is_known = false;
        for (size_t j = 0; j < walk->clock_count && !is_known; j++)
            is_known = strcmp(walk->clocks[j].name, name) == 0;
        if (is_known)
            continue;
        CHECK(walk->clock_count < CLOCKS_MOST);
        walk->clocks[walk->clock_count++].name = name;
    }
}

// Whose matter it is: for a clock of one turn the agency of that turn, else the last that had the ticket.
static const char *
agency_of(const struct walk *walk, const struct model_deadline *deadline)
{
    const struct ticket *ticket = walk->ticket;
    size_t turn = deadline->at_turn;

    if (!is_of_turns(deadline->policy))
        for (size_t i = turn + 1; i < ticket->turn_count; i++)
            if (ticket->turns[i].from_ms <= walk->until_ms && !is_nobody(ticket->turns[i].agency) &&
                (deadline->stopped_at_ms == 0 || ticket->turns[i].from_ms < deadline->stopped_at_ms))
                turn = i;
    return ticket->turns[turn].agency;
}

// Leaves out what was over when the ticket came to be, and sorts.
static void
tidy(struct walk *walk)
{
    size_t kept = 0;

    for (size_t i = 0; i < walk->count; i++) {
        struct model_deadline deadline = walk->out[i];
        size_t at = kept;
        if (deadline.stopped_at_ms != 0 && deadline.stopped_at_ms <= walk->ticket->turns[0].from_ms)
            continue;
        for (; at > 0; at--) {
            int order = strcmp(walk->out[at - 1].policy->clock, deadline.policy->clock);
            if (order < 0 || (order == 0 && walk->out[at - 1].turn < deadline.turn))
                break;
            walk->out[at] = walk->out[at - 1];
        }
        walk->out[at] = deadline;
        kept++;
    }
    walk->count = kept;
}

size_t
model_deadlines(
    struct book *book, const struct ticket *ticket, int64_t until_ms, struct model_deadline *out, size_t room)
{
    struct walk walk = {.book = book, .ticket = ticket, .until_ms = until_ms, .out = out, .room = room};

    static const struct meter_pauses none;

    make_tape(&walk);
    name_clocks(&walk);
    live(&walk);
    tidy(&walk);
    for (size_t i = 0; i < walk.count; i++) {
        struct model_deadline *deadline = &out[i];
        deadline->agency = agency_of(&walk, deadline);
        meter_deadline(&(struct meter){.book = book,
                           .ticket = ticket,
                           .pauses = deadline->policy->stops & MOMENT_REPLY ? &none : &walk.pauses,
                           .is_one_turn = is_of_turns(deadline->policy),
                           .until_ms = deadline->stopped_at_ms ? deadline->stopped_at_ms : until_ms},
            deadline);
    }
    return walk.count;
}

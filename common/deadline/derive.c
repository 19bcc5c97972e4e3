// derive.c - the deadlines of a ticket, from its history and the rules.
//
// Each clock walks through the moments of the ticket once.  What belongs to one act or one turn is one event:
// it may stop the clock, and then start it anew, but what started it does not stop it.
//
// Time of working days and hours is counted stretch by stretch: a stretch ends where another agency gets the
// ticket, where the ticket begins to wait for its reporter, and where it ends to.  What comes after a clock
// has stopped does not move its due time.
#include "derive.h"

#include "check.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum {
    // What lies on the stack; a ticket that has more of them costs one allocation.
    MOMENTS = 96,
    PAUSES = 16,
    TURN_MOMENTS = MOMENT_ROUTED | MOMENT_FORWARDED | MOMENT_DESK | MOMENT_RETURNED,
};

struct facts {
    const struct rules *rules;
    const struct history *history;
    int64_t until_ms;
    const struct history_moment *moments;
    size_t moment_count;
    const struct history_pause *pauses;
    size_t pause_count;
};

// A clock on its way through the moments.
struct clock {
    const struct facts *facts;
    const struct policy *policies;
    size_t policy_count;
    unsigned starts; // of any of them
    int next;        // turn of a deadline that counts its starts
    bool is_closed;  // the ticket is done or rejected
    bool is_nobodys; // it was joined to another, or put on the shelf
    bool runs;
    bool is_interrupted; // it ran when the ticket became nobody's
    bool began_with_done;
    struct deadline deadline; // while it runs
};

// What one act or one turn brought.
struct event {
    unsigned moments; // bits; 0: joined to another, or put on the shelf
    const struct history_moment *first;
};

struct list {
    struct deadline *out;
    size_t room, count;
};

// A clock's way through its time.
struct passage {
    const struct facts *facts;
    int64_t at_ms;
    int64_t limit_ms; // when the clock stopped; CALENDAR_NEVER while it runs
    size_t turn, last_turn, pause;
    bool may_pause;
};

struct stretch {
    enum span_kind kind;
    int64_t from_ms, until_ms; // CALENDAR_NEVER: nothing is known to end it
    const char *agency;
};

const char *
stop_name(enum stop stop)
{
    switch (stop) {
    case STOP_NONE:
        return "";
    case STOP_MET:
        return "met";
    case STOP_TRANSFER:
        return "transfer";
    case STOP_ENDED:
        return "ended";
    case STOP_VOID:
        return "void";
    }
    return "";
}

bool
derive_is_of_turn(const struct policy *policy)
{
    return (policy->starts & ~(unsigned)TURN_MOMENTS) == 0;
}

int
derive_breach_step(const struct policy *policy)
{
    for (size_t i = 0; i < policy->ladder.count; i++)
        if (policy->ladder.steps[i].percent == 100 || policy->ladder.steps[i].percent == 0)
            return (int)i;
    return -1;
}

// The turn of this number; the one at this time when it is another's.
static size_t
turn_index(const struct history *history, int turn, int64_t at_ms)
{
    for (size_t i = history->turn_count; i-- > 0;)
        if (history->turns[i].turn == turn && history->turns[i].from_ms <= at_ms)
            return i;
    return (size_t)(history_turn_at(history, at_ms) - history->turns);
}

// The last turn that has to do with the deadline: of a clock over several turns the one that had it when it
// stopped, or has it.
static size_t
last_turn(const struct facts *facts, const struct deadline *deadline)
{
    const struct history *history = facts->history;
    size_t i = history->turn_count - 1;

    if (derive_is_of_turn(deadline->policy))
        return turn_index(history, deadline->turn, deadline->started_at_ms);
    while (i > 0 && (deadline->stopped_at_ms != 0 ? history->turns[i].from_ms >= deadline->stopped_at_ms
                                                  : history->turns[i].from_ms > facts->until_ms))
        i--;
    // A clock that stopped at the very time it started was of the turn in which it did.
    size_t first = (size_t)(history_turn_at(history, deadline->started_at_ms) - history->turns);
    return i > first ? i : first;
}

static struct passage
passage_begin(const struct facts *facts, const struct deadline *deadline)
{
    const struct history *history = facts->history;
    struct passage passage = {
        .facts = facts,
        .at_ms = deadline->started_at_ms,
        .limit_ms = deadline->stopped_at_ms != 0 ? deadline->stopped_at_ms : CALENDAR_NEVER,
        .last_turn = last_turn(facts, deadline),
        // A clock that waits for the reporter does not stand still because somebody asked.
        .may_pause = deadline->policy->unit != UNIT_WALL && !(deadline->policy->stops & MOMENT_REPLY),
    };

    passage.turn = derive_is_of_turn(deadline->policy)
                       ? passage.last_turn
                       : (size_t)(history_turn_at(history, deadline->started_at_ms) - history->turns);
    return passage;
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// The pause in which the passage is, or the next one; NULL when the clock had stopped before.
static const struct history_pause *
find_pause(struct passage *passage)
{
    const struct facts *facts = passage->facts;

    if (!passage->may_pause)
        return NULL;
    while (passage->pause < facts->pause_count && facts->pauses[passage->pause].until_ms <= passage->at_ms)
        passage->pause++;
    const struct history_pause *pause = &facts->pauses[passage->pause];
    return passage->pause < facts->pause_count && pause->from_ms < passage->limit_ms ? pause : NULL;
}

// The next stretch.  False after one that nothing ends.
static bool
passage_next(struct passage *passage, struct stretch *stretch)
{
    const struct history_turn *turns = passage->facts->history->turns;

    if (passage->at_ms == CALENDAR_NEVER)
        return false;
    const struct history_pause *pause = find_pause(passage);
    while (passage->turn < passage->last_turn && turns[passage->turn + 1].from_ms <= passage->at_ms)
        passage->turn++;
    stretch->kind = pause != NULL && pause->from_ms <= passage->at_ms ? SPAN_PAUSED : SPAN_RUNS;
    stretch->agency = turns[passage->turn].agency;
    stretch->from_ms = passage->at_ms;
    stretch->until_ms =
        passage->turn < passage->last_turn ? turns[passage->turn + 1].from_ms : CALENDAR_NEVER;
    if (stretch->kind == SPAN_RUNS && pause != NULL)
        stretch->until_ms = earlier(stretch->until_ms, pause->from_ms);
    // A clock that stopped in a pause never learns how long that pause would have been.
    if (stretch->kind == SPAN_PAUSED && pause->until_ms <= passage->limit_ms)
        stretch->until_ms = earlier(stretch->until_ms, pause->until_ms);
    passage->at_ms = stretch->until_ms;
    return true;
}

static const struct office *
office_of(const struct facts *facts, const char *agency)
{
    return calendar_office(rules_look_at_calendar(facts->rules), agency);
}

// The first moment by which this amount of the clock's time has passed.
static int64_t
time_of(const struct facts *facts, const struct deadline *deadline, int64_t amount)
{
    const struct calendar *calendar = rules_look_at_calendar(facts->rules);
    const enum time_unit unit = deadline->policy->unit;
    struct stretch stretch;

    if (unit == UNIT_WALL)
        return amount < CALENDAR_NEVER - deadline->started_at_ms ? deadline->started_at_ms + amount
                                                                 : CALENDAR_NEVER;
    struct passage passage = passage_begin(facts, deadline);
    while (passage_next(&passage, &stretch)) {
        if (stretch.kind == SPAN_PAUSED)
            continue;
        const struct office *office = office_of(facts, stretch.agency);
        if (stretch.until_ms == CALENDAR_NEVER)
            return calendar_after(calendar, office, unit, stretch.from_ms, amount);
        int64_t passed = calendar_between(calendar, office, unit, stretch.from_ms, stretch.until_ms);
        if (passed >= amount)
            return calendar_after(calendar, office, unit, stretch.from_ms, amount);
        amount -= passed;
    }
    return CALENDAR_NEVER;
}

static int64_t
step_time(const struct facts *facts, const struct deadline *deadline, const struct ladder_step *step)
{
    const int64_t amount = deadline->policy->amount_ms, due = deadline->due_at_ms;
    int64_t at = due;

    if (step->percent == 0)
        at = step->wait_ms < CALENDAR_NEVER - due ? due + step->wait_ms : CALENDAR_NEVER;
    else if (step->percent < 100)
        at = time_of(facts, deadline, amount / 100 * step->percent + amount % 100 * step->percent / 100);
    if (at == CALENDAR_NEVER || facts->history->urgent)
        return at;
    return rules_after_quiet(facts->rules, step->role, at, due);
}

static void
set_times(const struct facts *facts, struct deadline *deadline)
{
    const struct ladder *ladder = &deadline->policy->ladder;

    deadline->due_at_ms = time_of(facts, deadline, deadline->policy->amount_ms);
    deadline->step_count = ladder->count;
    for (size_t i = 0; i < ladder->count; i++) {
        int64_t at = step_time(facts, deadline, &ladder->steps[i]);
        if (i > 0 && at < deadline->steps[i - 1])
            at = deadline->steps[i - 1];
        deadline->steps[i] = at;
    }
}

// A full list forgets the oldest deadline that is over: nothing will come of it any more.
static bool
make_room(struct list *list)
{
    size_t oldest = list->count;

    if (list->count < list->room)
        return true;
    for (size_t i = 0; i < list->count; i++)
        if (list->out[i].stopped_at_ms != 0 &&
            (oldest == list->count || list->out[i].stopped_at_ms < list->out[oldest].stopped_at_ms))
            oldest = i;
    if (oldest == list->count)
        return false;
    list->count--;
    memmove(&list->out[oldest], &list->out[oldest + 1], (list->count - oldest) * sizeof(*list->out));
    return true;
}

// The clock's deadline is what it will be: running, or stopped.
static void
conclude(struct clock *clock, struct list *list)
{
    const struct history *history = clock->facts->history;
    struct deadline *deadline = &clock->deadline;

    clock->runs = false;
    // It had stopped before anybody had the ticket: nothing to tell.
    if (deadline->stopped_at_ms != 0 && deadline->stopped_at_ms <= history->turns[0].from_ms)
        return;
    str_copy(
        deadline->agency, sizeof(deadline->agency), history->turns[last_turn(clock->facts, deadline)].agency);
    set_times(clock->facts, deadline);
    if (make_room(list))
        list->out[list->count++] = *deadline;
}

// What the event is to the clock that runs.
static enum stop
stop_by(const struct clock *clock, const struct event *event)
{
    const struct policy *policy = clock->deadline.policy;

    if (event->moments & policy->stops)
        return STOP_MET;
    if (event->moments == 0)
        return STOP_ENDED;
    if ((event->moments & MOMENT_ROUTED) && derive_is_of_turn(policy))
        return STOP_TRANSFER;
    if ((event->moments & MOMENT_DONE) && !clock->began_with_done)
        return STOP_ENDED;
    return STOP_NONE;
}

static void
try_to_stop(struct clock *clock, const struct event *event, struct list *list)
{
    struct deadline *deadline = &clock->deadline;

    deadline->stop = stop_by(clock, event);
    if (deadline->stop == STOP_NONE)
        return;
    deadline->stopped_at_ms = event->first->at_ms;
    deadline->stop_act = event->first->act_id;
    clock->is_interrupted = event->moments == 0;
    conclude(clock, list);
}

static const struct policy *
policy_for(const struct clock *clock, const struct event *event)
{
    const struct history *history = clock->facts->history;
    const struct rules *rules = clock->facts->rules;
    const char *agency = history->turns[turn_index(history, event->first->turn, event->first->at_ms)].agency;
    const struct policy_subject subject = {
        .kind = history->kind,
        .urgent = history->urgent,
        .topic = history->topic,
        .sektor = rules_sektor(rules, history->topic),
        .level = rules_level(rules, agency),
        .channel = history->channel,
    };

    return policy_choose(clock->policies, clock->policy_count, &subject, event->first->at_ms);
}

// Does the clock start anew because somebody has the ticket again?  Those do that began when the report came,
// which happens once: what came from the shelf, or was split off again, is waited for like any other.
static bool
is_resumed(const struct clock *clock, const struct event *event, const struct policy *policy)
{
    return clock->is_interrupted && !clock->is_closed && (event->moments & MOMENT_ROUTED) &&
           (policy->starts & MOMENT_RECEIVED) && !(event->moments & policy->stops);
}

static void
try_to_start(struct clock *clock, const struct event *event)
{
    unsigned moments = event->moments;

    // On a closed ticket nothing begins but what begins with its being closed.
    if (clock->is_closed)
        moments &= MOMENT_DONE;
    if (clock->is_nobodys || ((moments & clock->starts) == 0 && !clock->is_interrupted))
        return;
    const struct policy *policy = policy_for(clock, event);
    if (policy == NULL || policy->amount_ms <= 0 ||
        ((moments & policy->starts) == 0 && !is_resumed(clock, event, policy)))
        return;
    int turn = derive_is_of_turn(policy) ? event->first->turn : clock->next;
    // A clock that changed from the one to the other still has each number once.
    if (turn < clock->next)
        turn = clock->next;
    clock->next = turn + 1;
    clock->runs = true;
    clock->began_with_done = (moments & policy->starts & MOMENT_DONE) != 0;
    clock->deadline = (struct deadline){
        .policy = policy,
        .turn = turn,
        .started_at_ms = event->first->at_ms,
    };
}

// The event that begins with this moment.  Returns the moment after it.
static const struct history_moment *
read_event(const struct history_moment *moment, const struct history_moment *end, struct event *event)
{
    *event = (struct event){moment->moment, moment};
    if (moment->moment == MOMENT_RECEIVED)
        return moment + 1;
    for (moment++; moment < end; moment++) {
        if (moment->at_ms != event->first->at_ms || moment->act_id != event->first->act_id ||
            moment->turn != event->first->turn)
            break;
        event->moments |= moment->moment;
    }
    return moment;
}

static void
run_clock(struct clock *clock, struct list *list)
{
    const struct history_moment *moment = clock->facts->moments;
    const struct history_moment *end = moment + clock->facts->moment_count;
    struct event event;

    for (size_t i = 0; i < clock->policy_count; i++)
        clock->starts |= clock->policies[i].starts;
    while (moment < end) {
        moment = read_event(moment, end, &event);
        if (event.moments & (MOMENT_DONE | MOMENT_REOPENED))
            clock->is_closed = (event.moments & MOMENT_DONE) != 0;
        if (event.moments == 0 || (event.moments & MOMENT_ROUTED))
            clock->is_nobodys = event.moments == 0;
        if (clock->runs)
            try_to_stop(clock, &event, list);
        if (!clock->runs)
            try_to_start(clock, &event);
        if (event.moments & MOMENT_ROUTED)
            clock->is_interrupted = false;
    }
    if (clock->runs)
        conclude(clock, list);
}

// Moments and pauses, on the stack unless the ticket has a great many.
struct memory {
    struct history_moment moments_here[MOMENTS], *moments;
    struct history_pause pauses_here[PAUSES], *pauses;
};

// Borrows memory, which facts_end() frees.
static struct facts
facts_begin(const struct rules *rules, const struct history *history, int64_t until_ms, struct memory *memory)
{
    struct facts facts = {.rules = rules, .history = history, .until_ms = until_ms};

    memory->moments = memory->moments_here;
    memory->pauses = memory->pauses_here;
    facts.moment_count = history_moments(history, until_ms, memory->moments, MOMENTS);
    if (facts.moment_count > MOMENTS) {
        memory->moments = check_alloc(facts.moment_count * sizeof(*memory->moments));
        facts.moment_count = history_moments(history, until_ms, memory->moments, facts.moment_count);
    }
    facts.pause_count = history_pauses(history, until_ms, memory->pauses, PAUSES);
    if (facts.pause_count > PAUSES) {
        memory->pauses = check_alloc(facts.pause_count * sizeof(*memory->pauses));
        facts.pause_count = history_pauses(history, until_ms, memory->pauses, facts.pause_count);
    }
    facts.moments = memory->moments;
    facts.pauses = memory->pauses;
    return facts;
}

static void
facts_end(struct memory *memory)
{
    if (memory->moments != memory->moments_here)
        free(memory->moments);
    if (memory->pauses != memory->pauses_here)
        free(memory->pauses);
}

size_t
derive(const struct rules *rules, const struct history *history, int64_t until_ms, struct deadline *out,
    size_t room)
{
    struct memory memory;
    const struct facts facts = facts_begin(rules, history, until_ms, &memory);
    struct list list = {.out = out, .room = room < DERIVE_MOST ? room : DERIVE_MOST};

    for (size_t i = 0; i < rules_clock_count(rules); i++) {
        struct clock clock = {.facts = &facts};
        clock.policies = rules_clock(rules, i, &clock.policy_count);
        run_clock(&clock, &list);
    }
    facts_end(&memory);
    return list.count;
}

// Until when the spans of a deadline tell.
static int64_t
spans_end(const struct deadline *deadline, int64_t until_ms)
{
    int64_t end = deadline->stopped_at_ms != 0 ? deadline->stopped_at_ms : until_ms;

    if (end == CALENDAR_NEVER)
        return deadline->due_at_ms;
    return deadline->due_at_ms != CALENDAR_NEVER && deadline->due_at_ms > end ? deadline->due_at_ms : end;
}

static size_t
list_spans(const struct facts *facts, const struct deadline *deadline, struct span *out)
{
    const struct calendar *calendar = rules_look_at_calendar(facts->rules);
    const enum time_unit unit = deadline->policy->unit;
    const int64_t end = spans_end(deadline, facts->until_ms);
    struct passage passage = passage_begin(facts, deadline);
    struct stretch stretch;
    size_t count = 0;

    while (passage_next(&passage, &stretch) && (stretch.from_ms < end || count == 0)) {
        struct span span = {stretch.kind, stretch.from_ms, earlier(stretch.until_ms, end), "", 0};
        str_copy(span.agency, sizeof(span.agency), stretch.agency);
        if (span.kind == SPAN_RUNS && span.until_ms != CALENDAR_NEVER)
            span.amount = calendar_between(
                calendar, office_of(facts, stretch.agency), unit, span.from_ms, span.until_ms);
        if (count < DERIVE_SPANS_MOST) {
            out[count++] = span;
            continue;
        }
        // No more room: the last one tells the sum of what is left.
        out[count - 1].kind = SPAN_RUNS;
        out[count - 1].until_ms = span.until_ms;
        out[count - 1].amount += span.amount;
    }
    return count;
}

size_t
derive_spans(const struct rules *rules, const struct history *history, const struct deadline *deadline,
    int64_t until_ms, struct span out[DERIVE_SPANS_MOST])
{
    struct memory memory;
    const struct facts facts = facts_begin(rules, history, until_ms, &memory);
    size_t count = list_spans(&facts, deadline, out);

    facts_end(&memory);
    return count;
}

int64_t
derive_time(const struct rules *rules, const struct history *history, const struct deadline *deadline,
    int64_t until_ms, int64_t amount)
{
    struct memory memory;
    const struct facts facts = facts_begin(rules, history, until_ms, &memory);
    int64_t at = time_of(&facts, deadline, amount);

    facts_end(&memory);
    return at;
}

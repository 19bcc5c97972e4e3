// ringer.c - fires the later steps of rings when they are due.
//
//     rings that are due --decide--> moves and calls --one transaction--> stored --> letters
//                                                                          |
//                                    calls without an end <--crash here----+
//
// Nothing leaves before it is stored.  What is stored and was never sent, because the process died in between
// or there was no room, is found among the calls that have no end: `swept_up_to` says up to which time they
// are all ended or in hand.  A call that came back from there has the same notice id and step: the phone
// shows it once.
#include "ringer.h"

#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "metrics.h"

#include <stdlib.h>
#include <string.h>

enum {
    TURN_MS = 300,         // of taking steps in one go: bounds how long it holds up the loop
    CALLS_MS = 2000,       // how often to look for calls without an end ..
    CALLS_GRACE_MS = 2000, // .. that were stored at least so long ago
};

struct ringer {
    struct ringer_options options;
    struct stage *stage;

    // The page in hand.
    struct due_ring *due;
    struct ring_move *moves;
    size_t due_count;
    struct ring_call *calls;
    size_t call_count, call_room;

    // The notices that calls or hushed phones are of.
    struct notice *notices; // by id
    size_t notice_count, notice_room;

    struct open_call *open;
    size_t open_count;
    struct hushed_row *hushed;
    size_t hushed_count, hushed_room;

    // Phones that were told late, and the notices.
    int64_t *late_devices, *late_notices;
    size_t late_count, late_room;

    int64_t swept_up_to_ms; // Unix ms
    int64_t next_calls_ms;  // monotonic
    bool leg_is_told[LEGS];
    enum leg_state told_states[LEGS];
};

static struct metric fired = {
    "kentongan_notifier_ring_steps_total", "Steps of rings after the first that were taken.", 0, NULL};
static struct metric over = {
    "kentongan_notifier_rings_over_total", "Rings that ended because nothing was left to ring for.", 0, NULL};
static struct metric exhausted = {
    "kentongan_notifier_rings_exhausted_total", "Rings whose last step was taken.", 0, NULL};

static void take_late(void *self, int64_t notice_id, int64_t device_id);

struct ringer *
ringer_new(const struct ringer_options *options)
{
    struct ringer *ringer = check_zalloc(1, sizeof(*ringer));

    ringer->options = *options;
    ringer->due = check_zalloc(RINGS_MOST, sizeof(*ringer->due));
    ringer->moves = check_zalloc(RINGS_MOST, sizeof(*ringer->moves));
    ringer->open = check_zalloc(RINGS_MOST, sizeof(*ringer->open));
    dispatch_on_late(options->dispatch, take_late, ringer);
    return ringer;
}

void
ringer_destroy(struct ringer **ringer)
{
    if (*ringer == NULL)
        return;
    dispatch_on_late((*ringer)->options.dispatch, NULL, NULL);
    free((*ringer)->due);
    free((*ringer)->moves);
    free((*ringer)->open);
    free((*ringer)->calls);
    free((*ringer)->notices);
    free((*ringer)->hushed);
    free((*ringer)->late_devices);
    free((*ringer)->late_notices);
    free(*ringer);
    *ringer = NULL;
}

void
ringer_use_stage(struct ringer *ringer, struct stage *stage)
{
    ringer->stage = stage;
}

void
ringer_start_over(struct ringer *ringer)
{
    ringer->swept_up_to_ms = 0;
    ringer->next_calls_ms = 0;
    memset(ringer->leg_is_told, 0, sizeof(ringer->leg_is_told));
}

// Deciding -------------------------------------------------------------------------------------------------

static void
add_call(struct ringer *ringer, const struct ring_call *call)
{
    if (ringer->call_count == ringer->call_room) {
        ringer->call_room = ringer->call_room == 0 ? RINGS_MOST : ringer->call_room * 2;
        ringer->calls = check_realloc(ringer->calls, ringer->call_room * sizeof(*ringer->calls));
    }
    ringer->calls[ringer->call_count++] = *call;
}

// One call for each phone that the step leads to now; for nobody, when it leads to none.  Returns how many
// phones.
static size_t
add_calls(struct ringer *ringer, const struct due_ring *ring, const struct ring_step *step)
{
    struct reach reach = dispatch_reach_step(ringer->options.dispatch, ring->agency, ring->role, step);
    struct ring_call call = {.notice_id = ring->notice_id, .step = ring->step, .whom = step->whom};
    size_t count = 0;

    for (struct device *device = reach_next(&reach, NULL); device != NULL;
         device = reach_next(&reach, device)) {
        if (device->unusable != NULL)
            continue;
        call.device_id = device->id;
        add_call(ringer, &call);
        count++;
    }
    if (count == 0)
        add_call(ringer, &call);
    return count;
}

// What becomes of a ring that is due; its calls are added.
static struct ring_move
decide(struct ringer *ringer, const struct due_ring *ring, int64_t now_ms)
{
    const struct ladders *ladders = ringer->options.ladders;
    const struct ring_facts facts = {
        .ladder = ring_ladder(ladders, ring->severity, ring->role),
        .severity = ring->severity,
        .started_at_ms = ring->started_at_ms,
        .due_at_ms = ring->due_at_ms,
    };
    struct ring_move move = {
        .notice_id = ring->notice_id, .step = ring->step, .to_step = ring->step, .ended = ""};
    const struct ring_step *step = NULL;
    size_t calls_before = ringer->call_count;
    size_t phones = 0;

    if (ring->over || (size_t)ring->step >= facts.ladder->count) {
        move.ended = ring->over ? "over" : "exhausted";
        return move;
    }
    step = &facts.ladder->steps[ring->step];
    phones = add_calls(ringer, ring, step);
    if (phones > 0 && ring_quiet_until_ms(ladders, &facts, now_ms) != 0) {
        // They are let sleep.  The step stays the next one.
        ringer->call_count = calls_before;
        move.next_at_ms = ring_quiet_until_ms(ladders, &facts, now_ms);
        return move;
    }
    move.to_step = ring->step + 1;
    // A step that leads to nobody is not waited for; but for those whom a person has to call.
    if (phones > 0 || step->whom == WHOM_CALL)
        move.next_at_ms = ring_due_ms(ladders, &facts, move.to_step);
    if ((size_t)move.to_step >= facts.ladder->count)
        move.ended = "exhausted";
    return move;
}

static void
take_due(void *self, const struct due_ring *ring)
{
    struct ringer *ringer = self;

    ringer->due[ringer->due_count++] = *ring;
}

// Sending --------------------------------------------------------------------------------------------------

static void
take_notice(void *self, const struct notice *notice)
{
    struct ringer *ringer = self;

    if (ringer->notice_count == ringer->notice_room) {
        ringer->notice_room = ringer->notice_room == 0 ? RINGS_MOST : ringer->notice_room * 2;
        ringer->notices = check_realloc(ringer->notices, ringer->notice_room * sizeof(*ringer->notices));
    }
    ringer->notices[ringer->notice_count++] = *notice;
}

static enum outcome
load_notices(struct ringer *ringer, const int64_t *ids, size_t count)
{
    ringer->notice_count = 0;
    return count == 0
               ? DONE
               : store_notices(ringer->options.store, ringer->options.db, ids, count, take_notice, ringer);
}

static int
is_notice(const void *id, const void *notice)
{
    int64_t one = *(const int64_t *)id;
    int64_t other = ((const struct notice *)notice)->id;

    return (one > other) - (one < other);
}

static struct notice *
find_notice(const struct ringer *ringer, int64_t id)
{
    if (ringer->notice_count == 0)
        return NULL;
    return bsearch(&id, ringer->notices, ringer->notice_count, sizeof(struct notice), is_notice);
}

// Hands a call to dispatch.  Returns false when there was no room for it: it comes again.
static bool
send_call(struct ringer *ringer, const struct ring_call *call, int attempt, int64_t wait_ms)
{
    const struct notice *known = find_notice(ringer, call->notice_id);
    const struct errand errand = {.device_id = call->device_id, .attempt = attempt, .wait_ms = wait_ms};
    struct notice notice;

    if (known == NULL)
        return false;
    notice = *known;
    notice.ring_step = (uint8_t)call->step;
    return dispatch_errand(ringer->options.dispatch, &notice, &errand) == 0;
}

// Sends what was stored just now.  What cannot be is found among the calls without an end.
static void
send_calls(struct ringer *ringer)
{
    int64_t *ids = check_zalloc(ringer->due_count, sizeof(*ids));
    size_t count = 0;
    bool all = true;

    for (size_t i = 0; i < ringer->due_count; i++)
        if (store_rings_is_moved(ringer->options.rings, ringer->due[i].notice_id))
            ids[count++] = ringer->due[i].notice_id;
    all = load_notices(ringer, ids, count) == DONE;
    // One phone without room holds up no other.
    for (size_t i = 0; i < ringer->call_count; i++) {
        const struct ring_call *call = &ringer->calls[i];

        if (call->device_id != 0 && store_rings_is_moved(ringer->options.rings, call->notice_id) &&
            !send_call(ringer, call, 1, 0))
            all = false;
    }
    if (!all)
        ringer_start_over(ringer);
    free(ids);
}

static void
count_moves(const struct ringer *ringer)
{
    for (size_t i = 0; i < ringer->due_count; i++) {
        const struct ring_move *move = &ringer->moves[i];

        if (!store_rings_is_moved(ringer->options.rings, move->notice_id))
            continue;
        metric_add(&fired, move->to_step > move->step);
        metric_add(&over, strcmp(move->ended, "over") == 0);
        metric_add(&exhausted, strcmp(move->ended, "exhausted") == 0);
    }
}

// One page of rings that are due.  Returns false when there were none, or PostgreSQL is away.
static bool
fire(struct ringer *ringer)
{
    int64_t now_ms = clock_now_ms();

    ringer->due_count = ringer->call_count = 0;
    if (store_rings_due(ringer->options.rings, take_due, ringer) != DONE || ringer->due_count == 0)
        return false;
    for (size_t i = 0; i < ringer->due_count; i++)
        ringer->moves[i] = decide(ringer, &ringer->due[i], now_ms);
    failpoint("notifier.before_call");
    if (store_rings_move(ringer->options.rings, ringer->moves, ringer->due_count, ringer->calls,
            ringer->call_count) != DONE) {
        // It may have been committed: then the calls are found without an end.
        log_warn(EV_BATCH_FAILED, "rings=%zu next=soon", ringer->due_count);
        ringer_start_over(ringer);
        return false;
    }
    failpoint("notifier.after_call_commit");
    send_calls(ringer);
    count_moves(ringer);
    return true;
}

// What was stored and not sent ------------------------------------------------------------------------------

static void
take_open(void *self, const struct open_call *call)
{
    struct ringer *ringer = self;

    ringer->open[ringer->open_count++] = *call;
}

// Calls that have no end and are not in hand.
static void
send_open_calls(struct ringer *ringer)
{
    int64_t now_ms = clock_now_ms();
    int64_t oldest_ms = now_ms - ringer->options.ttl_s * 1000;
    int64_t *ids = NULL;
    size_t count = 0;
    bool all = true;

    if (ringer->swept_up_to_ms < oldest_ms)
        ringer->swept_up_to_ms = oldest_ms;
    ringer->open_count = 0;
    if (store_rings_open_calls(
            ringer->options.rings, ringer->swept_up_to_ms, CALLS_GRACE_MS, take_open, ringer) != DONE)
        return;
    ids = check_zalloc(ringer->open_count + 1, sizeof(*ids));
    for (size_t i = 0; i < ringer->open_count; i++)
        ids[count++] = ringer->open[i].call.notice_id;
    all = load_notices(ringer, ids, count) == DONE;
    for (size_t i = 0; i < ringer->open_count; i++) {
        const struct open_call *open = &ringer->open[i];
        const struct queue_key key = {open->call.notice_id, open->call.device_id, (uint8_t)open->call.step};

        if (!dispatch_holds(ringer->options.dispatch, &key) &&
            !send_call(ringer, &open->call, open->attempt, open->wait_ms))
            all = false;
    }
    // What was stored up to then is ended or in hand; more of it comes with the next page.
    if (all && ringer->open_count == RINGS_MOST)
        ringer->swept_up_to_ms = ringer->open[RINGS_MOST - 1].at_ms;
    else if (all)
        ringer->swept_up_to_ms = now_ms - INT64_C(2) * CALLS_GRACE_MS;
    free(ids);
}

// Somebody has answered
// --------------------------------------------------------------------------------------

static void
take_hushed(void *self, const struct hushed_row *row)
{
    struct ringer *ringer = self;

    if (ringer->hushed_count == ringer->hushed_room) {
        ringer->hushed_room = ringer->hushed_room == 0 ? RINGS_MOST : ringer->hushed_room * 2;
        ringer->hushed = check_realloc(ringer->hushed, ringer->hushed_room * sizeof(*ringer->hushed));
    }
    ringer->hushed[ringer->hushed_count++] = *row;
}

static void
take_late(void *self, int64_t notice_id, int64_t device_id)
{
    struct ringer *ringer = self;

    if (ringer->late_count == ringer->late_room) {
        ringer->late_room = ringer->late_room == 0 ? RINGS_MOST : ringer->late_room * 2;
        ringer->late_devices =
            check_realloc(ringer->late_devices, ringer->late_room * sizeof(*ringer->late_devices));
        ringer->late_notices =
            check_realloc(ringer->late_notices, ringer->late_room * sizeof(*ringer->late_notices));
    }
    ringer->late_devices[ringer->late_count] = device_id;
    ringer->late_notices[ringer->late_count++] = notice_id;
}

static bool
is_among(const int64_t *ids, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

// A notice that is found once more because of phones that were told late is for no other ones.
static bool
was_hushed_before(const struct ringer *ringer, const struct hushed_row *row)
{
    return is_among(ringer->late_notices, ringer->late_count, row->notice_id) &&
           !is_among(ringer->late_devices, ringer->late_count, row->device_id);
}

static int
by_id(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a;
    int64_t other = *(const int64_t *)b;

    return (one > other) - (one < other);
}

// Nothing more is told of what was answered, and whoever was told of it learns that it is.
static void
hush_found(struct ringer *ringer)
{
    int64_t *ids = check_zalloc(ringer->hushed_count, sizeof(*ids));
    size_t count = 0;

    for (size_t i = 0; i < ringer->hushed_count; i++) {
        const struct hushed_row *row = &ringer->hushed[i];

        if (row->device_id == 0)
            dispatch_answered(ringer->options.dispatch, row->notice_id, row->agency);
        else
            ids[count++] = row->notice_id;
    }
    qsort(ids, count, sizeof(*ids), by_id);
    if (load_notices(ringer, ids, count) == DONE)
        for (size_t i = 0; i < ringer->hushed_count; i++) {
            const struct hushed_row *row = &ringer->hushed[i];
            const struct notice *notice = row->device_id != 0 ? find_notice(ringer, row->notice_id) : NULL;

            if (notice != NULL && !was_hushed_before(ringer, row))
                dispatch_hush(ringer->options.dispatch, notice, row->device_id, row->by);
        }
    free(ids);
}

static void
hush(struct ringer *ringer)
{
    struct store_rings *rings = ringer->options.rings;

    if (ringer->late_count > 0 &&
        store_rings_hush_again(rings, ringer->late_notices, ringer->late_count) != DONE)
        return;
    ringer->hushed_count = 0;
    if (store_rings_hush(rings, take_hushed, ringer) != DONE)
        return;
    if (ringer->hushed_count > 0)
        hush_found(ringer);
    ringer->late_count = 0;
}

// Writes down how the legs are, when that has changed.
static void
tell_legs(struct ringer *ringer)
{
    for (enum leg leg = 0; leg < LEGS; leg++) {
        const char *reason = NULL;
        enum leg_state state = legs_state(ringer->options.legs, leg, &reason);

        if (ringer->leg_is_told[leg] && ringer->told_states[leg] == state)
            continue;
        if (store_rings_leg(ringer->options.rings, leg, state, reason) != DONE)
            return;
        ringer->leg_is_told[leg] = true;
        ringer->told_states[leg] = state;
    }
}

void
ringer_pump(void *self)
{
    struct ringer *ringer = self;
    int64_t until_ms = clock_mono_ms() + TURN_MS;

    if (!stage_is_active(ringer->stage))
        return;
    tell_legs(ringer);
    hush(ringer);
    // Letters leave between two pages: the first phones do not wait until all steps are taken.
    while (fire(ringer) && clock_mono_ms() < until_ms) {
        legs_pump(ringer->options.legs);
        dispatch_pump(ringer->options.dispatch);
    }
    if (clock_mono_ms() >= ringer->next_calls_ms) {
        ringer->next_calls_ms = clock_mono_ms() + CALLS_MS;
        send_open_calls(ringer);
    }
    dispatch_pump(ringer->options.dispatch);
}

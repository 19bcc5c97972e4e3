// firing.c - fires what is due.
#include "firing.h"

#include "clock.h"
#include "log.h"
#include "metrics.h"
#include "str.h"
#include "telling.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

enum { AGAIN_MS = 250 }; // what was due and could not be fired is looked at again after that

struct firing {
    struct store_fire *store;
    struct keeper *keeper;
    struct timers *timers;
    struct bus_outbox *outbox;
    uint8_t tracking_key[ID_KEY_SIZE];

    int64_t tickets[FIRING_MOST]; // in hand: each once, in order
    size_t ticket_count;
    struct looked looked;            // what is pending of these tickets, in the same order
    struct pending **due, **closing; // what is due of them and fresh
    size_t due_count, closing_count, room;
    int64_t stale[FIRING_MOST]; // tickets with something due that is not
    size_t stale_count;
    struct timer next[FIRING_MOST], page[FIRING_MOST];

    Kentongan__V1__NoticeItem items[FIRING_MOST];
    Kentongan__V1__NoticeItem *item_list[FIRING_MOST];
    Kentongan__V1__ToldBefore before[FIRING_MOST][LADDER_STEPS_MOST];
    Kentongan__V1__ToldBefore *before_list[FIRING_MOST][LADDER_STEPS_MOST];
    char codes[FIRING_MOST][ID_CODE_SIZE];
    struct str message;
};

static struct metric fired = {"kentongan_watcher_fired_total", "Steps of deadlines fired.", 0, NULL};

struct firing *
firing_new(struct store_fire *store, struct keeper *keeper, struct timers *timers, struct bus_outbox *notices)
{
    struct firing *firing = check_zalloc(1, sizeof(*firing));

    firing->store = store;
    firing->keeper = keeper;
    firing->timers = timers;
    firing->outbox = notices;
    for (size_t i = 0; i < FIRING_MOST; i++) {
        firing->item_list[i] = &firing->items[i];
        for (size_t step = 0; step < LADDER_STEPS_MOST; step++)
            firing->before_list[i][step] = &firing->before[i][step];
    }
    return firing;
}

void
firing_destroy(struct firing **firing)
{
    if (*firing == NULL)
        return;
    free((*firing)->due);
    free((*firing)->closing);
    str_free(&(*firing)->message);
    free(*firing);
    *firing = NULL;
}

void
firing_set_key(struct firing *firing, const uint8_t key[ID_KEY_SIZE])
{
    memcpy(firing->tracking_key, key, ID_KEY_SIZE);
}

static int
compare_ids(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static int
compare_due(const void *a, const void *b)
{
    const struct pending *left = *(struct pending *const *)a;
    const struct pending *right = *(struct pending *const *)b;

    if (left->row.next_at_ms != right->row.next_at_ms)
        return left->row.next_at_ms < right->row.next_at_ms ? -1 : 1;
    return (left->ticket_id > right->ticket_id) - (left->ticket_id < right->ticket_id);
}

static void
take_tickets(struct firing *firing, const struct timer *timers, size_t count)
{
    size_t kept = 0;

    CHECK(count <= FIRING_MOST);
    for (size_t i = 0; i < count; i++)
        firing->tickets[i] = timers[i].id;
    qsort(firing->tickets, count, sizeof(*firing->tickets), compare_ids);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || firing->tickets[i] != firing->tickets[i - 1])
            firing->tickets[kept++] = firing->tickets[i];
    firing->ticket_count = kept;
}

// What is to be done with each pending row: fired, closed, derived anew, or nothing yet.  What is due after
// limit_ms comes later, with others that are due before it.
static void
sort_out(struct firing *firing, const struct rules *rules, int64_t limit_ms)
{
    firing->due_count = firing->closing_count = firing->stale_count = 0;
    if (firing->looked.count > firing->room) {
        firing->room = firing->looked.count * 2;
        firing->due = check_realloc(firing->due, firing->room * sizeof(struct pending *));
        firing->closing = check_realloc(firing->closing, firing->room * sizeof(struct pending *));
    }
    for (size_t i = 0; i < firing->looked.count; i++) {
        struct pending *pending = &firing->looked.pending[i];
        const struct ladder_step *step = telling_step(rules, &pending->row);

        pending->is_due = pending->is_due && pending->row.next_at_ms <= limit_ms;
        if (!pending->is_due)
            continue;
        if (!pending->is_fresh || step == NULL) {
            if (firing->stale_count == 0 || firing->stale[firing->stale_count - 1] != pending->ticket_id)
                firing->stale[firing->stale_count++] = pending->ticket_id;
            continue;
        }
        if (step->role == ROLE_CLOSE) {
            firing->closing[firing->closing_count++] = pending;
            continue;
        }
        pending->kind = telling_kind(step);
        pending->told = telling_agency(step, pending->row.agency);
        pending->role = role_name(step->role);
        firing->due[firing->due_count++] = pending;
    }
    qsort(firing->due, firing->due_count, sizeof(struct pending *), compare_due);
}

// Who was told before, for item i of the message.
static void
tell_before(struct firing *firing, size_t i, const struct rules *rules, const struct deadline_row *row)
{
    const struct policy *policy = rules_policy(rules, row->clock, row->version);

    firing->items[i].told_before = firing->before_list[i];
    for (int step = 0; policy != NULL && step < row->next_step; step++) {
        Kentongan__V1__ToldBefore *before = &firing->before[i][step];

        kentongan__v1__told_before__init(before);
        before->role = wire_text(role_name(policy->ladder.steps[step].role));
        before->at_ms = row->steps[step];
        firing->items[i].n_told_before++;
    }
}

// Tells the notifier of those that were fired of these (at most FIRING_MOST).  Returns how many.
static size_t
ring(struct firing *firing, const struct rules *rules, struct pending *const *list, size_t count)
{
    Kentongan__V1__Notice notice;
    size_t number = 0;

    kentongan__v1__notice__init(&notice);
    for (size_t i = 0; i < count; i++) {
        struct pending *pending = list[i];
        Kentongan__V1__NoticeItem *item = &firing->items[number];

        if (pending->notice_id == 0)
            continue;
        id_code(firing->tracking_key, pending->ticket_id, firing->codes[number]);
        kentongan__v1__notice_item__init(item);
        item->notice_id = pending->notice_id;
        item->ticket_id = pending->ticket_id;
        item->kind = (Kentongan__V1__NoticeKind)pending->kind;
        item->agency = wire_text(pending->told);
        item->tracking_code = firing->codes[number];
        item->topic = pending->topic;
        item->region_code = pending->region_code;
        item->due_at_ms = pending->row.due_at_ms != CALENDAR_NEVER ? pending->row.due_at_ms : 0;
        item->created_at_ms = pending->created_at_ms;
        item->urgent = pending->urgent;
        item->clock = pending->row.clock;
        item->role = wire_text(pending->role);
        item->since_ms = pending->row.started_at_ms;
        if (strcmp(pending->told, pending->row.agency) != 0)
            item->late_agency = pending->row.agency;
        tell_before(firing, number, rules, &pending->row);
        log_info(EV_STEP_FIRED, "report=%s clock=%s turn=%d step=%d role=%s kind=%d agency=%s",
            firing->codes[number], pending->row.clock, pending->row.turn, pending->row.next_step,
            pending->role, pending->kind, pending->told);
        number++;
    }
    notice.n_notices = number;
    notice.notices = firing->item_list;
    if (number > 0)
        wire_ring(firing->outbox, &firing->message, &notice.base);
    metric_add(&fired, (int64_t)number);
    return number;
}

static enum outcome
fire(struct firing *firing, const struct rules *rules, int64_t version, size_t *progress)
{
    enum outcome outcome = DONE;

    for (size_t done = 0; done < firing->due_count && outcome == DONE; done += FIRING_MOST) {
        size_t some = firing->due_count - done < FIRING_MOST ? firing->due_count - done : FIRING_MOST;

        outcome = store_fire_fire(firing->store, &firing->due[done], some, version);
        if (outcome == DONE)
            *progress += ring(firing, rules, &firing->due[done], some);
    }
    return outcome;
}

// When a pending row has to be looked at again; 0: never.
static int64_t
next_look(const struct pending *pending, int64_t again_ms)
{
    const struct deadline_row *row = &pending->row;

    if (!pending->is_due)
        return row->next_at_ms;
    if (pending->notice_id == 0)
        return again_ms;
    return row->stop == STOP_NONE && (size_t)row->next_step + 1 < row->step_count
               ? row->steps[row->next_step + 1]
               : 0;
}

// Sets the timers of the tickets in hand.  Those that were derived anew got theirs.
static void
set_timers(struct firing *firing, int64_t again_ms)
{
    size_t next = 0;
    size_t count = 0;
    size_t stale = 0;

    for (size_t i = 0; i < firing->ticket_count; i++) {
        struct timer timer = {.id = firing->tickets[i]};

        for (; next < firing->looked.count && firing->looked.pending[next].ticket_id <= timer.id; next++) {
            int64_t at_ms = next_look(&firing->looked.pending[next], again_ms);

            if (at_ms != 0 && (timer.at_ms == 0 || at_ms < timer.at_ms))
                timer.at_ms = at_ms;
        }
        if (stale < firing->stale_count && firing->stale[stale] == timer.id)
            stale++;
        else
            firing->next[count++] = timer;
    }
    timers_set(firing->timers, firing->next, count);
}

enum outcome
firing_run(struct firing *firing, const struct timer *timers, size_t count, size_t *progress)
{
    int64_t version = 0;
    const struct rules *rules = keeper_rules(firing->keeper, &version);
    // A full page leaves others that are due; a timer in it may be older than what comes next for its ticket.
    int64_t limit_ms = count == FIRING_MOST ? timers[count - 1].at_ms : INT64_MAX;
    enum outcome outcome = RETRY;
    size_t closed = 0;

    *progress = 0;
    take_tickets(firing, timers, count);
    outcome = store_fire_look(firing->store, firing->tickets, firing->ticket_count, version, &firing->looked);
    if (outcome != DONE)
        return outcome;
    // Nothing fires by rules that are others now; what is due comes again at once.
    if (firing->looked.rules != version)
        return keeper_refresh(firing->keeper);
    sort_out(firing, rules, limit_ms);
    outcome = fire(firing, rules, version, progress);
    if (outcome == DONE && firing->closing_count > 0)
        outcome = store_fire_close(firing->store, firing->closing, firing->closing_count, version, &closed);
    *progress += closed;
    if (outcome == DONE)
        set_timers(firing, keeper_now_ms(firing->keeper) + AGAIN_MS);
    if (outcome == DONE && firing->stale_count > 0)
        *progress += keeper_settle(firing->keeper, firing->stale, firing->stale_count);
    return outcome;
}

bool
firing_sweep(struct firing *firing, int64_t until_ms)
{
    struct timer from = {.at_ms = 0};
    size_t count = FIRING_MOST;
    size_t progress = 0;

    while (count == FIRING_MOST && clock_mono_ms() < until_ms) {
        if (store_fire_timers(firing->store, &from, 0, firing->page, FIRING_MOST, &count) != DONE)
            return false;
        if (count == 0)
            return false;
        if (firing_run(firing, firing->page, count, &progress) != DONE)
            return false;
        // What cannot be fired now must not keep those behind it from being fired.
        from = progress < count / 2 ? firing->page[count - 1] : (struct timer){.at_ms = 0};
    }
    return count == FIRING_MOST || progress > 0;
}

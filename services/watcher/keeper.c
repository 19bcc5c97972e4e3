// keeper.c - keeps the stored deadlines what they should be.
//
//     walk over open tickets, after the rules moved:
//
//     UNKNOWN --nobody writes by older rules--> WALKING --last page--> WALKED
//        ^                                         |                     |
//        +------------- load_rules() --------------+---------------------+
//
// A walk that another replica began goes on where rules_applied says.
#include "keeper.h"

#include "clock.h"
#include "deadline/calendar.h"
#include "deadline_store.h"
#include "failpoint.h"
#include "log.h"
#include "metrics.h"
#include "plan.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRIES = 3,           // to write what nobody else changes meanwhile
    ACTS_MS = 1000,      // how often new acts are looked for
    ACTS_FAR_MS = 10000, // how often from the mark on
    WALK_MS = 500,       // between two attempts to begin a walk
    PAGE = DEADLINE_STORE_MOST,
};

enum walk { UNKNOWN, WALKING, WALKED };

// A look at the acts above a mark.
struct look {
    bool goes_on, far, found; // found: a ticket that did not know all
    int64_t at;               // acts up to here are looked at
};

struct keeper {
    struct store *store;
    struct timers *timers;
    struct deadline_store *facts;
    struct rules *rules; // NULL: not loaded yet
    int64_t version;
    int64_t skew_ms;
    struct plan plan;
    struct timer due[PAGE]; // of the tickets in hand
    size_t due_count;
    struct str
        notes; // what will be logged when it is stored: an event's number and a line, each ended by NUL
    int64_t new_count, changed_count;

    int64_t tickets[PAGE]; // found by looking for acts, or walking
    int64_t next_acts_ms, next_far_ms, acts_mark, acts_near;
    struct look look;
    enum walk walk;
    int64_t walked_up_to, next_walk_ms;
};

static struct metric started = {"kentongan_watcher_started_total", "Deadlines set.", 0, NULL};
static struct metric derived = {
    "kentongan_watcher_derived_total", "Tickets whose deadlines were derived.", 0, NULL};
static struct metric changed = {
    "kentongan_watcher_changed_total", "Deadlines moved, stopped or known anew.", 0, NULL};

struct keeper *
keeper_new(struct db *db, struct store *store, struct timers *timers)
{
    struct keeper *keeper = check_zalloc(1, sizeof(*keeper));

    keeper->store = store;
    keeper->timers = timers;
    keeper->facts = deadline_store_new(db);
    return keeper;
}

void
keeper_destroy(struct keeper **keeper)
{
    if (*keeper == NULL)
        return;
    deadline_store_destroy(&(*keeper)->facts);
    rules_destroy(&(*keeper)->rules);
    str_free(&(*keeper)->notes);
    free(*keeper);
    *keeper = NULL;
}

void
keeper_set_skew(struct keeper *keeper, int64_t skew_ms)
{
    keeper->skew_ms = skew_ms;
}

int64_t
keeper_now_ms(const struct keeper *keeper)
{
    return clock_now_ms() + keeper->skew_ms;
}

const struct rules *
keeper_rules(const struct keeper *keeper, int64_t *version)
{
    *version = keeper->version;
    return keeper->rules;
}

static enum outcome
load_rules(struct keeper *keeper)
{
    struct rules *rules = NULL;
    int64_t version = 0;
    enum outcome outcome = deadline_store_rules(keeper->facts, &rules, &version);

    if (outcome != DONE)
        return outcome;
    rules_destroy(&keeper->rules);
    keeper->rules = rules;
    keeper->version = version;
    keeper->walk = UNKNOWN;
    keeper->next_walk_ms = 0;
    log_info(EV_DATA_LOADED, "rules=%lld clocks=%zu", (long long)version, rules_clock_count(rules));
    return DONE;
}

enum outcome
keeper_refresh(struct keeper *keeper)
{
    int64_t version = 0;

    if (store_rules_version(keeper->store, &version) != DONE)
        return RETRY;
    return keeper->rules != NULL && version == keeper->version ? DONE : load_rules(keeper);
}

static void
note(struct keeper *keeper, enum log_event event, const char *line)
{
    const char number = (char)event;

    str_add(&keeper->notes, &number, 1);
    str_add(&keeper->notes, line, strlen(line) + 1);
}

// Says what was stored.
static void
say_notes(struct keeper *keeper)
{
    for (size_t at = 0; at < keeper->notes.length; at += strlen(&keeper->notes.data[at]) + 1) {
        enum log_event event = (enum log_event)(unsigned char)keeper->notes.data[at++];

        log_info(event, "%s", &keeper->notes.data[at]);
    }
}

// One line for the clocks that start, with when the first one warns, and one for each that is moved or
// stopped.
static void
note_changes(struct keeper *keeper, const struct deadline_case *one)
{
    const struct plan *plan = &keeper->plan;
    char line[256];
    char time[32];
    int used = 0;

    if (plan->new_count > 0) {
        used = snprintf(line, sizeof(line), "report=%s warns=%s clocks=", one->tracking_code,
            plan->next_at_ms != 0 ? clock_format(plan->next_at_ms, time, sizeof(time)) : "never");
        for (size_t i = 0; i < plan->count && (size_t)used < sizeof(line); i++)
            if (plan->rows[i].old == NULL)
                used += snprintf(&line[used], sizeof(line) - (size_t)used, "%s%s",
                    line[used - 1] == '=' ? "" : ",", plan->rows[i].row.clock);
        note(keeper, EV_CLOCK_STARTED, line);
    }
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_row *row = &plan->rows[i];

        if (row->old == NULL || !row->is_changed)
            continue;
        if (row->row.stop != row->old->stop) {
            snprintf(line, sizeof(line), "report=%s clock=%s turn=%d stop=%s", one->tracking_code,
                row->row.clock, row->row.turn, stop_name(row->row.stop));
            note(keeper, EV_CLOCK_STOPPED, line);
        } else {
            snprintf(line, sizeof(line), "report=%s clock=%s turn=%d due=%s because=\"%s\"",
                one->tracking_code, row->row.clock, row->row.turn,
                row->row.due_at_ms != CALENDAR_NEVER ? clock_format(row->row.due_at_ms, time, sizeof(time))
                                                     : "never",
                row->because != NULL ? row->because : "");
            note(keeper, EV_CLOCK_MOVED, line);
        }
    }
}

// Puts what has to be written of one ticket.  Returns how many rows.
static size_t
put_case(struct keeper *keeper, const struct plan_rules *rules, const struct deadline_case *one)
{
    struct plan *plan = &keeper->plan;

    plan_ticket(plan, rules, one, keeper_now_ms(keeper));
    for (size_t i = 0; i < plan->count; i++)
        store_put(
            keeper->store, one->history.ticket_id, &plan->rows[i], (int)one->history.act_count, one->changes);
    // A walk finds most as it should be, with its timer.
    if (plan->count > 0 || !rules->walking)
        keeper->due[keeper->due_count++] =
            (struct timer){.id = one->history.ticket_id, .at_ms = plan->next_at_ms};
    note_changes(keeper, one);
    keeper->new_count += (int64_t)plan->new_count;
    keeper->changed_count += (int64_t)(plan->count - plan->new_count);
    return plan->count;
}

// Derives at most PAGE tickets once.  DONE: written->conflict or stale may ask for another time.
static enum outcome
derive_once(
    struct keeper *keeper, const int64_t *tickets, size_t count, bool walking, struct written *written)
{
    const struct plan_rules rules = {.rules = keeper->rules, .version = keeper->version, .walking = walking};
    struct deadline_case *cases = NULL;
    size_t case_count = 0;
    size_t row_count = 0;

    *written = (struct written){.stale = false};
    if (deadline_store_cases(keeper->facts, tickets, count, &cases, &case_count) != DONE)
        return RETRY;
    store_clear(keeper->store);
    str_clear(&keeper->notes);
    keeper->due_count = 0;
    keeper->new_count = keeper->changed_count = 0;
    for (size_t i = 0; i < case_count; i++)
        row_count += put_case(keeper, &rules, &cases[i]);
    return row_count > 0 ? store_write(keeper->store, keeper->version, written) : DONE;
}

static enum outcome
derive_some(struct keeper *keeper, const int64_t *tickets, size_t count, bool walking)
{
    struct written written = {.stale = false};

    for (int i = 0; i < TRIES; i++) {
        enum outcome outcome = derive_once(keeper, tickets, count, walking, &written);

        if (outcome != DONE)
            return outcome;
        if (!written.stale && !written.conflict) {
            metric_add(&derived, (int64_t)count);
            metric_add(&started, keeper->new_count);
            metric_add(&changed, keeper->changed_count);
            say_notes(keeper);
            timers_set(keeper->timers, keeper->due, keeper->due_count);
            failpoint("watcher.after_timers");
            return DONE;
        }
        if (written.stale) {
            // What was walked so far was walked with other rules.
            if (load_rules(keeper) != DONE || walking)
                return RETRY;
        }
    }
    return RETRY;
}

enum outcome
keeper_derive(struct keeper *keeper, const int64_t *tickets, size_t count)
{
    enum outcome outcome = keeper->rules != NULL ? DONE : RETRY;

    for (size_t done = 0; done < count && outcome == DONE; done += PAGE)
        outcome = derive_some(keeper, &tickets[done], count - done < PAGE ? count - done : PAGE, false);
    return outcome;
}

// A batch that PostgreSQL refuses is taken apart.
static enum outcome
settle(struct keeper *keeper, const int64_t *tickets, size_t count, bool walking)
{
    enum outcome outcome = derive_some(keeper, tickets, count, walking);

    for (size_t i = 0; outcome == REJECT && i < count; i++)
        if (derive_some(keeper, &tickets[i], 1, walking) == REJECT)
            log_error(EV_ITEM_FAILED, "stage=watcher item=%lld reason=\"the database refuses its deadlines\"",
                (long long)tickets[i]);
    return outcome == RETRY ? RETRY : DONE;
}

size_t
keeper_settle(struct keeper *keeper, const int64_t *tickets, size_t count)
{
    size_t done = 0;

    while (keeper->rules != NULL && done < count) {
        size_t some = count - done < PAGE ? count - done : PAGE;

        if (settle(keeper, &tickets[done], some, false) != DONE)
            break;
        done += some;
    }
    return done;
}

// Moves the marks after a look at all acts above them.
static void
move_marks(struct keeper *keeper, const struct acts_found *found)
{
    keeper->acts_near = found->newest;
    if (!keeper->look.far || keeper->look.found)
        return;
    if (found->old > keeper->acts_mark &&
        store_set_acts_mark(keeper->store, keeper->acts_mark, found->old) == DONE)
        keeper->acts_mark = found->old;
}

// False: it is not time to, or PostgreSQL is away.
static bool
begin_look(struct keeper *keeper, int64_t now)
{
    bool far = now >= keeper->next_far_ms;

    if (now < keeper->next_acts_ms)
        return false;
    keeper->next_acts_ms = now + ACTS_MS;
    if (far && store_acts_mark(keeper->store, &keeper->acts_mark) != DONE)
        return false;
    if (far)
        keeper->next_far_ms = now + ACTS_FAR_MS;
    keeper->look =
        (struct look){.goes_on = true, .far = far, .at = far ? keeper->acts_mark : keeper->acts_near};
    return true;
}

// Like a stage's sweeps: often from where nothing was missing last time, now and then from the mark, which
// moves only over acts that are so old that none can appear below them.  A look at many goes on at the next
// turn where it ended.
static void
look_for_acts(struct keeper *keeper, int64_t until_ms)
{
    struct look *look = &keeper->look;
    int64_t now = clock_mono_ms();
    struct acts_found found = {.count = PAGE};

    if (!look->goes_on && !begin_look(keeper, now))
        return;
    do {
        if (store_acted(keeper->store, look->at, look->far, keeper->tickets, PAGE, &found) != DONE ||
            keeper_settle(keeper, keeper->tickets, found.count) < found.count) {
            look->goes_on = false;
            keeper->next_acts_ms = keeper->next_far_ms = now;
            return;
        }
        look->found = look->found || found.count > 0;
        look->at = found.last;
    } while (found.count == PAGE && clock_mono_ms() < until_ms);
    if (found.count == PAGE)
        return;
    look->goes_on = false;
    move_marks(keeper, &found);
}

static void
begin_walk(struct keeper *keeper)
{
    int64_t now = clock_mono_ms();
    int64_t version = 0;

    if (now < keeper->next_walk_ms)
        return;
    keeper->next_walk_ms = now + WALK_MS;
    if (store_walk(keeper->store, keeper->version, &version, &keeper->walked_up_to) != DONE ||
        version != keeper->version)
        return;
    keeper->walk = keeper->walked_up_to == INT64_MAX ? WALKED : WALKING;
}

// Applies the rules to the next page of open tickets.
static void
walk_page(struct keeper *keeper)
{
    int64_t up_to = 0;
    int64_t version = keeper->version;
    size_t count = 0;

    if (store_running(keeper->store, keeper->walked_up_to, keeper->tickets, PAGE, &count, &up_to) != DONE)
        return;
    if ((count > 0 && settle(keeper, keeper->tickets, count, true) != DONE) || keeper->version != version ||
        store_walked(keeper->store, version, up_to) != DONE) {
        keeper->walk = UNKNOWN;
        return;
    }
    keeper->walked_up_to = up_to;
    if (up_to < INT64_MAX)
        return;
    keeper->walk = WALKED;
    log_info(EV_RULES_APPLIED, "rules=%lld", (long long)version);
}

void
keeper_acted(struct keeper *keeper)
{
    keeper->next_acts_ms = 0;
}

void
keeper_work(struct keeper *keeper, int64_t until_ms)
{
    if (keeper->rules == NULL)
        return;
    look_for_acts(keeper, until_ms);
    if (keeper->walk == UNKNOWN)
        begin_walk(keeper);
    while (keeper->walk == WALKING) {
        walk_page(keeper);
        if (clock_mono_ms() >= until_ms)
            break;
    }
}

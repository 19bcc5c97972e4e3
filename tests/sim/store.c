// store.c - what PostgreSQL does for the watcher.
#include "store.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

void
store_init(struct store *store, const struct world *world)
{
    *store = (struct store){.ticket_count = world->ticket_count};
    store->tickets = check_zalloc(world->ticket_count, sizeof(*store->tickets));
    for (size_t i = 0; i < store->ticket_count; i++)
        store->tickets[i].acts = -1;
}

void
store_free(struct store *store)
{
    for (size_t i = 0; i < store->ticket_count; i++)
        free(store->tickets[i].rows);
    free(store->tickets);
    *store = (struct store){0};
}

struct stored *
store_ticket(const struct store *store, const struct ticket *ticket)
{
    return &store->tickets[ticket->id - 1];
}

static int
compare(const struct deadline_row *row, const struct deadline *deadline)
{
    int order = strcmp(row->clock, deadline->policy->clock);

    return order != 0 ? order : row->turn - deadline->turn;
}

static void
plan_row(struct plan *plan, const struct world *world, const struct deadline_row *stored,
    const struct deadline *derived)
{
    struct change *change = &plan->changes[plan->count];

    *change = (struct change){0};
    change_plan(book_rules(plan->book), stored, derived, world->now_ms, change);
    CHECK(change->kind != CHANGE_NONE || stored);
    plan->rows[plan->count++] = change->kind == CHANGE_NONE ? *stored : change->row;
}

struct plan *
store_plan(const struct store *store, const struct world *world, struct ticket *ticket, struct book *book)
{
    static struct deadline derived[DERIVE_MOST];
    const struct stored *stored = store_ticket(store, ticket);
    struct plan *plan = check_zalloc(1, sizeof(*plan));
    struct history history = ticket_history(ticket);
    size_t count = derive(book_rules(book), &history, CALENDAR_NEVER, derived, LENGTH(derived)), i = 0, j = 0;

    plan->ticket = ticket;
    plan->book = book;
    plan->acts = (int64_t)ticket->act_count;
    plan->changes_of_ticket = ticket->changes;
    plan->writes = stored->writes;
    plan->rows = check_zalloc(stored->count + count + 1, sizeof(*plan->rows));
    plan->changes = check_zalloc(stored->count + count + 1, sizeof(*plan->changes));
    while (i < stored->count || j < count) {
        int order = i == stored->count ? 1 : j == count ? -1 : compare(&stored->rows[i], &derived[j]);
        plan_row(plan, world, order <= 0 ? &stored->rows[i] : NULL, order >= 0 ? &derived[j] : NULL);
        i += order <= 0;
        j += order >= 0;
    }
    return plan;
}

void
store_plan_destroy(struct plan **plan)
{
    if (!*plan)
        return;
    free((*plan)->rows);
    free((*plan)->changes);
    free((*plan)->should);
    free(*plan);
    *plan = NULL;
}

bool
store_may_write(const struct store *store, const struct world *world, const struct plan *plan)
{
    return store_ticket(store, plan->ticket)->writes == plan->writes &&
           plan->book->version == world_book(world)->version;
}

void
store_write(struct store *store, const struct plan *plan)
{
    struct stored *stored = store_ticket(store, plan->ticket);

    stored->rows = check_realloc(stored->rows, (plan->count + 1) * sizeof(*stored->rows));
    memcpy(stored->rows, plan->rows, plan->count * sizeof(*stored->rows));
    stored->count = plan->count;
    stored->acts = plan->acts;
    stored->changes = plan->changes_of_ticket;
    stored->rules = plan->book->version;
    stored->writes++;
}

// Is there an act with which a turn may have ended, and the router has not dealt with it?
static bool
is_moving(const struct ticket *ticket)
{
    for (size_t i = ticket->acts_done; i < ticket->act_count; i++)
        if (ticket->acts[i].act == ACT_NOT_OURS || ticket->acts[i].act == ACT_ASSIGN ||
            ticket->acts[i].act == ACT_REOPENED)
            return true;
    return false;
}

bool
store_is_fresh(
    const struct store *store, const struct world *world, const struct ticket *ticket, int64_t version)
{
    const struct stored *stored = store_ticket(store, ticket);

    return stored->acts == (int64_t)ticket->act_count && stored->changes == ticket->changes &&
           version == world_book(world)->version && !is_moving(ticket) &&
           (stored->rules == version ||
               (store->applied_version == version && ticket->id <= store->applied_up_to));
}

const struct deadline_row *
store_fire(struct store *store, const struct world *world, const struct ticket *ticket,
    const struct deadline_row *read)
{
    struct stored *stored = store_ticket(store, ticket);
    struct deadline_row *row = NULL;

    for (size_t i = 0; i < stored->count && !row; i++)
        if (strcmp(stored->rows[i].clock, read->clock) == 0 && stored->rows[i].turn == read->turn)
            row = &stored->rows[i];
    if (!row || row->next_step != read->next_step || row->next_at_ms == 0 || row->next_at_ms > world->now_ms)
        return NULL;
    change_fired(book_rules(world_book(world)), row);
    stored->writes++;
    return row;
}

int64_t
store_next(const struct store *store, const struct ticket *ticket)
{
    const struct stored *stored = store_ticket(store, ticket);
    int64_t next = CALENDAR_NEVER;

    for (size_t i = 0; i < stored->count; i++)
        if (stored->rows[i].next_at_ms != 0 && stored->rows[i].next_at_ms < next)
            next = stored->rows[i].next_at_ms;
    return next;
}

// world.c - one simulated year.
#include "world.h"

#include "days.h"
#include "laws.h"
#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TICKETS_LEAST = 20, TICKETS_MOST = 40 };

static const int64_t minute = 60000;
static const int64_t hour = INT64_C(3600) * 1000;
static const int64_t day = INT64_C(24) * 3600 * 1000;

static const char *const kinds[] = {
    "complaint", "complaint", "complaint", "criticism", "aspiration", "suggestion", "information_request"};
static const char *const channels[] = {"web", "sms", "whatsapp", "app", "sp4n", "sp4n"};

// Faults lie apart from each other: two at once would be an outage.
static void
make_faults(struct world *world)
{
    struct chance *chance = &world->chance;
    int64_t at = world->begins_ms;
    size_t count = (size_t)chance_below(chance, 16);

    while (world->fault_count < count) {
        struct fault *fault = &world->faults[world->fault_count];
        at += chance_between(chance, hour, 30 * day);
        fault->kind = (enum fault_kind)chance_below(chance, FAULT_KINDS);
        fault->watcher = (int)chance_below(chance, WORLD_WATCHERS);
        fault->from_ms = at;
        at += chance_is(chance, 40)   ? chance_between(chance, minute, hour)
              : chance_is(chance, 70) ? chance_between(chance, hour, 2 * day)
                                      : chance_between(chance, 1000, 30000);
        fault->until_ms = at;
        if (at >= world->ends_ms)
            break;
        world->fault_count++;
        at += 5 * minute;
    }
}

static int
compare_times(const void *left, const void *right)
{
    const struct ticket *a = left, *b = right;

    return (a->received_at_ms > b->received_at_ms) - (a->received_at_ms < b->received_at_ms);
}

// When they will be received, and what they are about.  One in ten comes at a round time.
static void
make_tickets(struct world *world, int64_t until_ms)
{
    struct chance *chance = &world->chance;

    world->ticket_count = (size_t)chance_between(chance, TICKETS_LEAST, TICKETS_MOST);
    world->tickets = check_zalloc(world->ticket_count, sizeof(*world->tickets));
    for (size_t i = 0; i < world->ticket_count; i++) {
        struct ticket *ticket = &world->tickets[i];
        ticket->received_at_ms = chance_between(chance, world->begins_ms, until_ms);
        if (chance_is(chance, 10))
            ticket->received_at_ms -= ticket->received_at_ms % hour;
        ticket->temper = (int)chance_below(chance, 100);
        ticket->deeds_left = (int)chance_between(chance, 0, chance_is(chance, 10) ? 30 : 12);
        ticket->urgent = chance_is(chance, 12);
        str_copy(ticket->kind, sizeof(ticket->kind), kinds[chance_below(chance, (int64_t)LENGTH(kinds))]);
        str_copy(ticket->channel, sizeof(ticket->channel),
            channels[chance_below(chance, (int64_t)LENGTH(channels))]);
        str_copy(ticket->topic, sizeof(ticket->topic), book_topics[chance_below(chance, BOOK_TOPICS)]);
    }
    qsort(world->tickets, world->ticket_count, sizeof(*world->tickets), compare_times);
    for (size_t i = 0; i < world->ticket_count; i++) {
        world->tickets[i].id = (int64_t)i + 1;
        chance_init(&world->tickets[i].chance, world->seed, 1000 + i);
    }
}

struct world *
world_new(int64_t seed, bool is_verbose)
{
    struct world *world = check_zalloc(1, sizeof(*world));

    world->seed = seed;
    world->is_verbose = is_verbose;
    chance_init(&world->chance, seed, 1);
    world->begins_ms = days_begin(BOOK_FIRST_DAY + 365 + (int32_t)chance_below(&world->chance, 500));
    int64_t receives = chance_between(&world->chance, 20, 365) * day;
    world->ends_ms = world->begins_ms + receives + 150 * day;
    world->now_ms = world->edited_at_ms = world->begins_ms;
    world->books[world->book_count++] = laws_make(world);
    make_tickets(world, world->begins_ms + receives);
    make_faults(world);
    return world;
}

void
world_destroy(struct world **world)
{
    if (!*world)
        return;
    for (size_t i = 0; i < (*world)->book_count; i++)
        book_destroy(&(*world)->books[i]);
    free((*world)->tickets);
    free(*world);
    *world = NULL;
}

struct book *
world_book(const struct world *world)
{
    return world->books[world->book_count - 1];
}

void
world_edit(struct world *world)
{
    if (world->book_count == WORLD_BOOKS_MOST)
        return;
    world->books[world->book_count] = laws_edit(world);
    world->book_count++;
    world->edited_at_ms = world->now_ms;
}

struct ticket *
world_open_ticket(struct world *world)
{
    struct ticket *ticket = &world->tickets[world->opened++];
    int agency =
        chance_is(&ticket->chance, 25) ? BOOK_DESK : (int)chance_below(&ticket->chance, BOOK_AGENCIES);
    char text[32];

    ticket_turn(ticket, book_agencies[agency], world->now_ms);
    ticket->known_at_ms = world->now_ms;
    world_tell(world, "ticket %lld: %s %s%s by %s, received %s, to %s", (long long)ticket->id, ticket->kind,
        ticket->topic, ticket->urgent ? " urgent" : "", ticket->channel,
        world_time(ticket->received_at_ms, text), ticket_agency(ticket));
    return ticket;
}

void
world_add_act(struct world *world, struct ticket *ticket, struct act_row act)
{
    if (ticket->act_count == TICKET_ACTS_MOST)
        return;
    act.id = ++world->last_act_id;
    act.at_ms = world->now_ms;
    ticket->acts[ticket->act_count++] = act;
    ticket->known_at_ms = world->now_ms;
    world_tell(world, "ticket %lld: act %lld %s by %s of '%s' '%s'%s", (long long)ticket->id,
        (long long)act.id, act_name(act.act), actor_kind_name(act.actor), act.agency, act.value,
        act.same_text >= ACT_SAME_MOST ? " pasted" : "");
}

const struct fault *
world_fault(const struct world *world, enum fault_kind kind, int watcher)
{
    bool is_of_one = kind == FAULT_DOWN || kind == FAULT_FROZEN;

    for (size_t i = 0; i < world->fault_count; i++) {
        const struct fault *fault = &world->faults[i];
        if (fault->kind == kind && (!is_of_one || fault->watcher == watcher) &&
            fault->from_ms <= world->now_ms && world->now_ms < fault->until_ms)
            return fault;
    }
    return NULL;
}

int64_t
world_latest(const struct world *world, int64_t since_ms, int64_t slack_ms)
{
    int64_t latest = since_ms + slack_ms;

    // Faults stand in the order of time: each that is met pushes it behind its end.
    for (size_t i = 0; i < world->fault_count; i++) {
        const struct fault *fault = &world->faults[i];
        bool is_total = fault->kind == FAULT_OUTAGE || fault->kind == FAULT_ABSENT;
        if (is_total && fault->from_ms <= latest && since_ms < fault->until_ms)
            latest = fault->until_ms + slack_ms;
    }
    return latest;
}

const char *
world_time(int64_t at_ms, char out[32])
{
    struct tm parts;
    char text[24];

    if (at_ms == 0 || at_ms == CALENDAR_NEVER) {
        snprintf(out, 32, "%s", at_ms == 0 ? "-" : "never");
        return out;
    }
    int64_t local = at_ms + 7 * hour;
    time_t seconds = (time_t)(local / 1000);
    gmtime_r(&seconds, &parts);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
    snprintf(out, 32, "%s.%03d", text, (int)(local % 1000));
    return out;
}

void
world_tell(const struct world *world, const char *format, ...)
{
    char text[32];
    va_list arguments;

    if (!world->is_verbose)
        return;
    printf("%s  ", world_time(world->now_ms, text));
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

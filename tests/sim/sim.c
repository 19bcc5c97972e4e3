// sim.c - a year in minutes: simulates the deadlines of an office for many seeds, and says which contradict
// the model.
//
//     sim [--first N] [--seeds N] [--seed N] [--verbose] [--stop]
//
// Prints a line for each seed that failed, with the command that shows it, and then "N passed, N failed".
// Exit code 1 if one failed, 64 for arguments that mean nothing.
#include "check.h"
#include "deadline/explain.h"
#include "life.h"
#include "queue.h"
#include "referee.h"
#include "store.h"
#include "watcher.h"
#include "world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUTER_MS = 2500, EDITS_MOST = 16 };

struct sim {
    struct world *world;
    struct store store;
    struct queue queue;
    struct watchers watchers;
    struct referee *referee;
};

static void
add(struct sim *sim, int what, int64_t at_ms, int64_t ticket, void *with)
{
    if (at_ms <= sim->world->ends_ms)
        queue_add(&sim->queue,
            (struct event){.at_ms = at_ms, .what = what, .ticket = ticket, .watcher = -1, .with = with});
}

static void
fill(struct sim *sim)
{
    struct world *world = sim->world;
    int64_t edits = chance_below(&world->chance, EDITS_MOST);

    for (size_t i = 0; i < world->fault_count; i++) {
        add(sim, EVENT_FAULT_BEGINS, world->faults[i].from_ms, 0, &world->faults[i]);
        add(sim, EVENT_FAULT_ENDS, world->faults[i].until_ms, 0, &world->faults[i]);
    }
    // A report that needs no thought is routed within seconds.
    for (size_t i = 0; i < world->ticket_count; i++)
        add(sim, EVENT_TICKET,
            world->tickets[i].received_at_ms +
                (chance_is(&world->chance, 70) ? chance_below(&world->chance, 4000) : 0),
            world->tickets[i].id, NULL);
    for (; edits > 0; edits--)
        add(sim, EVENT_EDIT,
            world->begins_ms + chance_below(&world->chance, world->ends_ms - world->begins_ms), 0, NULL);
}

static void
check(struct sim *sim, struct ticket *ticket)
{
    int64_t again = referee_check(sim->referee, ticket);

    if (again != CALENDAR_NEVER)
        add(sim, EVENT_CHECK, again, ticket->id, NULL);
}

// People did something: the router and the watchers get to know.
static void
after_deed(struct sim *sim, struct ticket *ticket)
{
    add(sim, EVENT_ROUTE, sim->world->now_ms + chance_below(&ticket->chance, ROUTER_MS), ticket->id, NULL);
    watchers_notice(&sim->watchers);
    check(sim, ticket);
}

static void
route(struct sim *sim, struct ticket *ticket)
{
    size_t turns = ticket->turn_count;

    if (!ticket_route(ticket))
        return;
    ticket->known_at_ms = sim->world->now_ms;
    world_tell(sim->world, "ticket %" PRId64 ": turn %zu, with '%s'", ticket->id, ticket->turn_count - 1,
        ticket_agency(ticket));
    if (ticket->turn_count > turns)
        referee_routed(sim->referee, ticket, ticket->turns[turns].from_ms);
    watchers_notice(&sim->watchers);
    check(sim, ticket);
}

static void
edit(struct sim *sim)
{
    world_edit(sim->world);
    watchers_notice(&sim->watchers);
    for (size_t i = 0; i < sim->world->opened; i++)
        check(sim, &sim->world->tickets[i]);
}

// Tickets are opened in the order of their ids, whichever event came.
static void
open_ticket(struct sim *sim)
{
    struct ticket *ticket = world_open_ticket(sim->world);

    add(sim, EVENT_DEED, life_begins(sim->world, ticket), ticket->id, NULL);
    after_deed(sim, ticket);
}

static void
deed(struct sim *sim, struct ticket *ticket)
{
    int64_t next = life_deed(sim->world, ticket);

    if (next != 0)
        add(sim, EVENT_DEED, next, ticket->id, NULL);
    after_deed(sim, ticket);
}

static void
fault(struct sim *sim, const struct fault *fault, bool begins)
{
    static const char *const names[] = {"PostgreSQL is away", "all watchers are dead", "a watcher is dead",
        "a watcher is frozen", "Redis is away"};

    world_tell(
        sim->world, "%s: %s, %d", begins ? "fault" : "fault is over", names[fault->kind], fault->watcher);
    watchers_fault(&sim->watchers, fault, begins);
}

static void
happen(struct sim *sim, struct event *event)
{
    struct world *world = sim->world;
    struct ticket *ticket = event->ticket > 0 ? &world->tickets[event->ticket - 1] : NULL;
    const struct fault *outage = world_fault(world, FAULT_OUTAGE, 0);

    if (event->what >= WATCHER_POLL) {
        watchers_handle(&sim->watchers, event);
    } else if (event->what == EVENT_FAULT_BEGINS || event->what == EVENT_FAULT_ENDS) {
        fault(sim, event->with, event->what == EVENT_FAULT_BEGINS);
    } else if (event->what == EVENT_CHECK) {
        CHECK(ticket != NULL);
        check(sim, ticket);
    } else if (outage) {
        // Nobody can write; they do it when it is over.
        add(sim, event->what, outage->until_ms, event->ticket, event->with);
    } else if (event->what == EVENT_TICKET) {
        open_ticket(sim);
    } else if (event->what == EVENT_DEED) {
        CHECK(ticket != NULL);
        deed(sim, ticket);
    } else if (event->what == EVENT_ROUTE) {
        CHECK(ticket != NULL);
        route(sim, ticket);
    } else if (event->what == EVENT_EDIT) {
        edit(sim);
    }
}

static void
explain_all(struct sim *sim)
{
    static struct deadline derived[DERIVE_MOST];
    const struct rules *rules = book_rules(world_book(sim->world));
    struct str text = {0};

    for (size_t i = 0; i < sim->world->opened; i++) {
        struct history history = ticket_history(&sim->world->tickets[i]);
        size_t count = derive(rules, &history, CALENDAR_NEVER, derived, LENGTH(derived));
        for (size_t j = 0; j < count; j++) {
            str_format(&text, "ticket %" PRId64 " %s %d\n", history.ticket_id, derived[j].policy->clock,
                derived[j].turn);
            explain(rules, &history, &derived[j], sim->world->now_ms, &text);
        }
    }
    if (text.length > 0)
        fputs(text.data, stdout);
    str_free(&text);
}

static void
sum_up(struct referee_figures *all, const struct referee_figures *one)
{
    all->tickets += one->tickets;
    all->rows += one->rows;
    all->plans += one->plans;
    all->fired += one->fired;
    all->late_breaches += one->late_breaches;
    all->closed += one->closed;
    all->moved += one->moved;
    all->latest_ms = one->latest_ms > all->latest_ms ? one->latest_ms : all->latest_ms;
}

// True: nothing was wrong.
static bool
run(int64_t seed, bool is_verbose, struct referee_figures *figures)
{
    struct sim sim = {.world = world_new(seed, is_verbose)};
    struct event event;

    store_init(&sim.store, sim.world);
    sim.referee = referee_new(sim.world, &sim.store);
    watchers_init(&sim.watchers, sim.world, &sim.store, &sim.queue, sim.referee);
    fill(&sim);
    while (!referee_wrong(sim.referee) && queue_take(&sim.queue, &event)) {
        sim.world->now_ms = event.at_ms;
        happen(&sim, &event);
    }
    if (!referee_wrong(sim.referee))
        referee_end(sim.referee);
    if (is_verbose)
        explain_all(&sim);
    bool is_good = !referee_wrong(sim.referee);
    if (!is_good)
        printf("FAILED seed %" PRId64 ": tests/sim/run --seed %" PRId64 " --verbose\n%s", seed, seed,
            referee_wrong(sim.referee));
    sum_up(figures, referee_figures(sim.referee));
    while (queue_take(&sim.queue, &event))
        watchers_forget(&event);
    queue_free(&sim.queue);
    referee_destroy(&sim.referee);
    store_free(&sim.store);
    world_destroy(&sim.world);
    return is_good;
}

struct arguments {
    int64_t first, seeds;
    bool is_verbose, stops;
};

// -1: they mean nothing.
static int
read_arguments(int count, char **words, struct arguments *arguments)
{
    *arguments = (struct arguments){.first = 1, .seeds = 100};
    for (int i = 1; i < count; i++) {
        const char *word = words[i];
        if (strcmp(word, "--verbose") == 0) {
            arguments->is_verbose = true;
            continue;
        }
        if (strcmp(word, "--stop") == 0) {
            arguments->stops = true;
            continue;
        }
        int64_t number = i + 1 < count ? strtoll(words[++i], NULL, 10) : 0;
        if (number <= 0)
            return -1;
        if (strcmp(word, "--first") == 0 || strcmp(word, "--seed") == 0)
            arguments->first = number;
        if (strcmp(word, "--seed") == 0)
            arguments->seeds = 1;
        else if (strcmp(word, "--seeds") == 0)
            arguments->seeds = number;
        else if (strcmp(word, "--first") != 0)
            return -1;
    }
    return 0;
}

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int
main(int count, char **words)
{
    struct referee_figures figures = {0};
    struct arguments arguments;
    int64_t failed = 0, passed = 0;
    double since = seconds();

    if (read_arguments(count, words, &arguments) < 0) {
        fprintf(stderr, "sim [--first N] [--seeds N] [--seed N] [--verbose] [--stop]\n");
        return 64;
    }
    for (int64_t i = 0; i < arguments.seeds && !(arguments.stops && failed > 0); i++) {
        bool is_good = run(arguments.first + i, arguments.is_verbose, &figures);
        passed += is_good;
        failed += !is_good;
        fflush(stdout);
    }
    printf("seeds %" PRId64 " .. %" PRId64 ": %" PRId64 " tickets, %" PRId64 " deadlines, %" PRId64
           " derivations compared, %" PRId64 " moved, %" PRId64 " steps fired, %" PRId64
           " of them late breaches, %" PRId64 " closed on silence; latest %" PRId64 " ms; %.1f s\n",
        arguments.first, arguments.first + passed + failed - 1, figures.tickets, figures.rows, figures.plans,
        figures.moved, figures.fired, figures.late_breaches, figures.closed, figures.latest_ms,
        seconds() - since);
    printf("%" PRId64 " passed, %" PRId64 " failed\n", passed, failed);
    return failed > 0;
}

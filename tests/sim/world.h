// world.h - one simulated year: its rules as they change, its tickets, its faults.  All of it comes from the
// seed.
#ifndef KENTONGAN_SIM_WORLD_H
#define KENTONGAN_SIM_WORLD_H

#include "book.h"
#include "chance.h"
#include "check.h"
#include "ticket.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORLD_BOOKS_MOST = 48, WORLD_FAULTS_MOST = 24, WORLD_WATCHERS = 2 };

enum fault_kind {
    FAULT_OUTAGE, // PostgreSQL is away: nobody can do anything
    FAULT_ABSENT, // all watchers are dead; people go on
    FAULT_DOWN,   // one watcher is dead; when it comes back it knows nothing
    FAULT_FROZEN, // one watcher stands still, and then goes on with what it had in hand
    FAULT_TIMERS, // Redis is away: only sweeps find what is due
    FAULT_KINDS
};

// An outage without end would be no test: all faults end.
struct fault {
    enum fault_kind kind;
    int watcher;
    int64_t from_ms, until_ms; // faults do not overlap
};

struct world {
    int64_t seed, now_ms, begins_ms, ends_ms; // now: PostgreSQL's clock
    bool is_verbose;
    struct chance chance;
    struct policy policies[BOOK_POLICIES_MOST];
    size_t policy_count;
    struct book *books[WORLD_BOOKS_MOST]; // the last one is in force
    size_t book_count;
    int64_t edited_at_ms;   // when it came into force
    struct ticket *tickets; // those that are open come first: the one with id n is tickets[n - 1]
    size_t ticket_count, opened;
    int64_t last_act_id;
    struct fault faults[WORLD_FAULTS_MOST];
    size_t fault_count;
};

// Makes the world of a seed as it is when the year begins.  Returns new.
struct world *world_new(int64_t seed, bool is_verbose);
void world_destroy(struct world **world);

// The rules that are in force.
struct book *world_book(const struct world *world);

// Somebody edits the rules.
void world_edit(struct world *world);

// The next ticket is opened now.  Borrowed.
struct ticket *world_open_ticket(struct world *world);

// Appends an act that happens now; sets its id and time.
void world_add_act(struct world *world, struct ticket *ticket, struct act_row act);

// Is there such a fault now?  The watcher matters for faults of one watcher alone.  Borrowed, or NULL.
const struct fault *world_fault(const struct world *world, enum fault_kind kind, int watcher);

// By when at the latest something must have been done that could be done from since_ms on, given that
// watchers need slack_ms without an outage for it.
int64_t world_latest(const struct world *world, int64_t since_ms, int64_t slack_ms);

// One line with the simulated time; only when verbose.
void world_tell(const struct world *world, const char *format, ...) PRINTF_LIKE(2, 3);

// 2026-03-04 10:11:12.345, in Asia/Jakarta.
const char *world_time(int64_t at_ms, char out[32]);

#endif

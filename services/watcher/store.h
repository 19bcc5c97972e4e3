// store.h - all of the watcher's SQL.
#ifndef KENTONGAN_WATCHER_STORE_H
#define KENTONGAN_WATCHER_STORE_H

#include "cache.h"
#include "db.h"
#include "id.h"
#include "outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

// A step that was fired: the notice that was stored with it.
struct fired {
    int64_t notice_id, ticket_id, due_at_ms, created_at_ms;
    int kind; // NoticeKind
    bool urgent;
    char agency[48], topic[48], region_code[20];
};

// Borrows db.  Returns new.
struct store *store_new(struct db *db);
void store_destroy(struct store **store);

// Starts the first_response clock of each ticket, as the policy in force when it was routed says, and stops
// that of an agency which had it before.  A ticket that nobody has, or that lies on the shelf, gets none.
// DONE: the timers of those that this call started are in timers (room for count), their number in
// timer_count.
MUST_USE enum outcome store_start_clocks(
    struct store *store, const int64_t *tickets, size_t count, struct timer *timers, size_t *timer_count);

// Fires what is due of these tickets, by PostgreSQL's clock, one step each.  DONE: the notices stored are in
// fired (room for count); timers (room for count) holds when each of the tickets is due next, at_ms 0 for
// never.
MUST_USE enum outcome store_fire(struct store *store, const struct timer *due, size_t count,
    struct fired *fired, size_t *fired_count, struct timer *timers);

// Tickets whose next step is due by PostgreSQL's clock, earliest first, at most room.
MUST_USE enum outcome store_due(struct store *store, struct timer *timers, size_t room, size_t *count);

// A page of all running timers, ordered by ticket, above the one given; at most room.
MUST_USE enum outcome store_timers(
    struct store *store, int64_t above_ticket, struct timer *timers, size_t room, size_t *count);

// Tickets without the first_response clock of their agency, or with one of an agency that has them no longer,
// oldest first, at most room.
MUST_USE enum outcome store_missing(
    struct store *store, int64_t above, int64_t up_to, int64_t *tickets, size_t room, size_t *count);
MUST_USE enum outcome store_newest(struct store *store, int64_t *id);

// PostgreSQL's time in Unix ms, and the key of tracking codes.
MUST_USE enum outcome store_time_and_key(struct store *store, int64_t *now_ms, uint8_t key[ID_KEY_SIZE]);

#endif

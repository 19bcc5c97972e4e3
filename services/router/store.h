// store.h - all of the router's SQL.
#ifndef KENTONGAN_ROUTER_STORE_H
#define KENTONGAN_ROUTER_STORE_H

#include "db.h"
#include "outcome.h"
#include "route.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

// One triaged report and what was decided on it.
struct routing {
    int64_t report_id;
    int64_t joins; // the report whose ticket this one joins; 0: opens its own
    int64_t received_at_ms;
    double confidence;
    enum road_class road;
    char tracking_code[16];
    char topic[48];
    char region_code[20];
    struct route_answer answer;
};

// A notice that was stored, for the notifier; kind 1 also tells the watcher of a new ticket.
struct routed {
    int64_t notice_id, ticket_id, created_at_ms, due_at_ms;
    char agency[48];
};

// Borrows db.  Returns new.
struct store *store_new(struct db *db);
void store_destroy(struct store **store);

// Reads routes and governments into a new table; NULL when PostgreSQL is away.  Returns new.
MUST_USE struct route_table *store_load_routes(struct store *store, double least_confidence);

// Stores tickets, their reports, the journal and the notices of all routings in one transaction.  DONE: the
// notices to agencies that this transaction stored are in routed (room for count), their number in
// routed_count. A routing whose earlier report has no ticket yet is left out; the sweep brings it again.
MUST_USE enum outcome store_routings(struct store *store, const struct routing *routings, size_t count,
    struct routed *routed, size_t *routed_count);

// Triages without a ticket, oldest first, at most room.  A report that waits for an earlier one's ticket for
// more than a minute opens its own (joins is 0 then): a person can still join them.
MUST_USE enum outcome store_missing(
    struct store *store, int64_t above, int64_t up_to, struct routing *routings, size_t room, size_t *count);

MUST_USE enum outcome store_newest(struct store *store, int64_t *id);

#endif

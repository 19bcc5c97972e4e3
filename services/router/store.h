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

#define STORE_NOT_REPORT "not_report"   // triages.kind of what is no report
#define STORE_UNSATISFIED "unsatisfied" // triages.verdict of what opens a closed ticket again
#define STORE_JOINS "joins the ticket of the earlier report that it repeats or continues"
enum { STORE_CODE_SIZE = 48, STORE_REGION_SIZE = 20, STORE_KIND_SIZE = 24, STORE_TRACKING_SIZE = 16 };

// One triaged report and what was decided on it.
struct routing {
    int64_t report_id;
    int64_t joins;  // the report whose ticket this one joins, if it can; 0: opens its own
    bool continues; // its reporter named that report: may be the answer to a question
    int64_t received_at_ms;
    int64_t incident_id;
    double confidence;
    enum road_class road;
    bool urgent;
    char tracking_code[STORE_TRACKING_SIZE];
    char topic[STORE_CODE_SIZE];
    char region_code[STORE_REGION_SIZE];
    char kind[STORE_KIND_SIZE], verdict[STORE_KIND_SIZE];
    struct route_answer answer;
};

// A notice to an agency that was stored, as the notifier is told of it.
struct told {
    int64_t notice_id, ticket_id, created_at_ms;
    int64_t due_at_ms; // 0: no clock runs
    int64_t count;     // of tickets, for an incident
    int kind;          // NoticeKind
    bool urgent;
    char agency[STORE_CODE_SIZE];
    char tracking_code[STORE_TRACKING_SIZE]; // the ticket's, like what follows
    char topic[STORE_CODE_SIZE];
    char region_code[STORE_REGION_SIZE];
};

// Borrows db.  Returns new.
struct store *store_new(struct db *db);
void store_destroy(struct store **store);

// Reads routes and governments into a new table; NULL when PostgreSQL is away.  Returns new.
MUST_USE struct route_table *store_load_routes(struct store *store, double least_confidence);

// Stores tickets, their reports, the journal and the notices of all routings in one transaction.  DONE: the
// notices to agencies that this transaction stored are in told (room for count), their number in told_count;
// those of tickets that it opened come first and lack what the routing says: tracking code, topic, region,
// urgent.  A routing whose earlier report has no ticket yet is left out; the sweep brings it again.  One that
// is a report opens its own ticket when the earlier one's is closed or lies on the shelf, unless it is a
// verdict on it: a person can still join them.  One that continues a ticket which waits for its reporter adds
// the act "answer", like one that repeats what waits to be validated; an unsatisfied one on a closed ticket
// "reopened".
MUST_USE enum outcome store_routings(
    struct store *store, const struct routing *routings, size_t count, struct told *told, size_t *told_count);

// Triages without a ticket, oldest first, at most room.  A report opens its own ticket (joins is 0 then) when
// it waits for an earlier one's for more than a minute.
MUST_USE enum outcome store_missing(
    struct store *store, int64_t above, int64_t up_to, struct routing *routings, size_t room, size_t *count);

MUST_USE enum outcome store_newest(struct store *store, int64_t *id);

#endif

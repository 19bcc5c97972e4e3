// lane.h - one batch of reports on its way into PostgreSQL; ingest has a few, so that one fills while another
// is flushed.
//
//     DOWN --connected--> PRIMING --ids came--> FILLING --lane_go--> STORING --some were known--> LOOKING_UP
//      ^                     ^                     ^                  ^ | |                           |
//      |                     |                     |   a key conflict +-+ |                           |
//      |                     +--- ids are stale ---+------ all answered --+---------------------------+
//      +--------------- connection lost: every client of the batch gets RETRY_LATER
//
// A batch is stored in the cheap manner, which fails when a report of it is known already; then it is stored
// again in the careful manner, and so are the next ones, because resent reports seldom come alone.
//
// Invariants: a client is answered ACCEPTED only after the transaction that holds its report was committed;
// the ids of a batch follow one another; a block of ids is given up after a while, so that ids roughly follow
// time.
#ifndef KENTONGAN_LANE_H
#define KENTONGAN_LANE_H

#include "bus.h"
#include "client.h"
#include "db.h"
#include "intake.h"
#include "known.h"
#include "report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lane;

enum { LANE_LIMIT = 1024 }; // reports in a batch; more only adds latency

// Borrows db (nobody else uses it), outbox, known and intake.  Returns new.
struct lane *lane_new(
    struct db *db, struct bus_outbox *outbox, const struct known *known, struct intake *intake);
void lane_destroy(struct lane **lane);

// Moves on: connects, reads results, answers clients, rings the classifier.  Never blocks.
void lane_pump(struct lane *lane);

// Can a report be added now?
bool lane_has_room(const struct lane *lane);

// Is it waiting for PostgreSQL with a batch, or for PostgreSQL to come back?
bool lane_is_busy(const struct lane *lane);
bool lane_is_down(const struct lane *lane);

size_t lane_count(const struct lane *lane);

// How many reports it has stored since it was made.
int64_t lane_stored(const struct lane *lane);

// Adds a report; lane_has_room() has to be true.  Copies.  tracking_key makes its code; sealed: its identity,
// address: where its reporter can be answered, sealed, too; length 0 = none.
struct lane_report {
    const struct client *client;
    const struct report *report;
    const uint8_t *tracking_key;
    const void *sealed;
    size_t sealed_length;
    const void *address;
    size_t address_length;
    bool is_new_source;
};
void lane_add(struct lane *lane, const struct lane_report *added);

// Sends what was added to PostgreSQL; at least one report has to be there.
void lane_go(struct lane *lane);

// For service_watch_fd(); self is a lane.
int lane_fd(void *self);
short lane_events(void *self);

#endif

// store_rings.h - the notifier's SQL of rings: ladders in, what is due, what was taken, who has to be hushed.
#ifndef KENTONGAN_NOTIFIER_STORE_RINGS_H
#define KENTONGAN_NOTIFIER_STORE_RINGS_H

#include "db.h"
#include "legs.h"
#include "ring.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RINGS_MOST = 1000 }; // in one transaction

struct store_rings;

// db: the stage's connection.  Borrows.  Returns new.
struct store_rings *store_rings_new(struct db *db);
void store_rings_destroy(struct store_rings **store);

// Reads all ladders and the quiet hours.  DONE or RETRY.
MUST_USE enum outcome store_rings_ladders(struct store_rings *store, struct ladders *ladders);

// A ring that is due.
struct due_ring {
    int64_t notice_id, started_at_ms, due_at_ms; // due_at_ms 0: no deadline
    enum severity severity;
    enum step_role role;
    int step;  // the one that is due
    bool over; // its turn, its clock or its ticket is: nothing is left to ring for
    char agency[AGENCY_SIZE];
};

// Calls found for each ring that is due, those that wait longest first, at most RINGS_MOST.  DONE or RETRY.
MUST_USE enum outcome store_rings_due(
    struct store_rings *store, void (*found)(void *self, const struct due_ring *ring), void *self);

// What becomes of one of them.
struct ring_move {
    int64_t notice_id;
    int step;           // as it was read
    int to_step;        // the next one
    int64_t next_at_ms; // when that is due, Unix ms; 0: now
    const char *ended;  // "", over or exhausted
};

// Who is told by a step: one phone, or (device_id 0) nobody.
struct ring_call {
    int64_t notice_id, device_id;
    int step;
    enum whom whom;
};

// Stores both in one transaction, but for rings that have moved since they were read, were answered, or are
// locked: of these nothing is stored.  store_rings_is_moved() says which ones have moved, until the next
// call. DONE, RETRY or REJECT.
MUST_USE enum outcome store_rings_move(struct store_rings *store, const struct ring_move *moves,
    size_t move_count, const struct ring_call *calls, size_t call_count);
bool store_rings_is_moved(const struct store_rings *store, int64_t notice_id);

// Calls found for each call of a phone that has no end in deliveries, stored after the time at_ms and at
// least grace_ms ago, oldest first, RINGS_MOST at most.  DONE or RETRY.
struct open_call {
    struct ring_call call;
    int64_t at_ms;
    int attempt;     // number of the next attempt
    int64_t wait_ms; // until its retry is due
};
MUST_USE enum outcome store_rings_open_calls(struct store_rings *store, int64_t at_ms, int64_t grace_ms,
    void (*found)(void *self, const struct open_call *call), void *self);

// One phone that has to be hushed because somebody else has answered; and, with device_id 0, each agency of
// which phones may have been told.
struct hushed_row {
    int64_t notice_id, device_id;
    char agency[AGENCY_SIZE];
    char by[65]; // acts.actor
};

// Takes those up that were answered lately, and calls found for each phone that was told of them, but for the
// one that answered.  They are not found a second time, whatever becomes of them.  DONE or RETRY.
MUST_USE enum outcome store_rings_hush(
    struct store_rings *store, void (*found)(void *self, const struct hushed_row *row), void *self);

// Some phone was told of these late: store_rings_hush() finds them once more, with all their phones.  DONE or
// RETRY.
MUST_USE enum outcome store_rings_hush_again(
    struct store_rings *store, const int64_t *notice_ids, size_t count);

// Writes down how a leg is now.  DONE or RETRY.
MUST_USE enum outcome store_rings_leg(
    struct store_rings *store, enum leg leg, enum leg_state state, const char *reason);

#endif

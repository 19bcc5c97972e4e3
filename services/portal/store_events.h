// store_events.h - SQL of what has just happened to tickets.
#ifndef KENTONGAN_PORTAL_STORE_EVENTS_H
#define KENTONGAN_PORTAL_STORE_EVENTS_H

#include "check.h"
#include "db.h"
#include "request.h"

#include <stddef.h>
#include <stdint.h>

enum { STORE_EVENTS_AGENCY_SIZE = 41 };

// A ticket that changed within the last seconds, for one agency.  state: another number after each change.
struct ticket_change {
    char agency[STORE_EVENTS_AGENCY_SIZE];
    int64_t ticket_id, state;
};

// By agency.  DONE: *changes is new, to be freed with free(); NULL when there are none.  Does not need a
// session.
MUST_USE enum outcome store_events_changes(
    struct db *db, int64_t patience_ms, struct ticket_change **changes, size_t *count);

// Tells the hashes of sessions that were ended in the last seconds.
MUST_USE enum outcome store_events_ended(
    struct db *db, int64_t patience_ms, void (*each)(void *self, const char *hash), void *self);

// The agencies whose tickets the person of the session sees.  count is how many there are, of which the first
// room are read.
MUST_USE enum outcome store_events_agencies(
    struct request *request, char (*agencies)[STORE_EVENTS_AGENCY_SIZE], size_t room, size_t *count);

#endif

// events.h - tells apps at once which tickets changed.
//
// Nothing depends on it: an app that hears nothing loads its list again by itself.  Which tickets changed
// within the last seconds is one query for all apps, and only while somebody listens; what it found the last
// time in the same state is not told again.
#ifndef KENTONGAN_PORTAL_EVENTS_H
#define KENTONGAN_PORTAL_EVENTS_H

#include "answer.h"
#include "check.h"
#include "request.h"
#include "store_events.h"

#include <stddef.h>
#include <stdint.h>

enum {
    EVENTS_EVERY_MS = 1000,
    EVENTS_CODES_MOST = 200, // for more, an event says: load the list again
};

struct events;

// Borrows portal.  Returns new.
struct events *events_new(struct portal *portal);
void events_destroy(struct events **events);

// Looks and publishes; from service_every().
void events_tick(void *self);

// GET events
void events_stream(struct request *request, struct answer *answer);

// Leaves out of changes what is among the count_before states in before (sorted), keeping the order.  Returns
// how many are left.  Pure.
size_t events_news(struct ticket_change *changes, size_t count, const int64_t *before, size_t count_before);

#endif

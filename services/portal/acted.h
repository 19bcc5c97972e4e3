// acted.h - tells router and watcher that an act is committed.
//
// They find it by themselves within seconds; told, they look at once.  For any thread.
#ifndef KENTONGAN_PORTAL_ACTED_H
#define KENTONGAN_PORTAL_ACTED_H

#include "bus.h"

#include <stdint.h>

struct acted;

// Borrows both outboxes.  Returns new.
struct acted *acted_new(struct bus_outbox *router, struct bus_outbox *watcher);
void acted_destroy(struct acted **acted);

// An act or a correction of this ticket was stored.
void acted_tell(struct acted *acted, int64_t ticket_id);

#endif

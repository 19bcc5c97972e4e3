// forward.h - tells the watcher and the notifier what was stored.  Only a hint: their sweeps find the rows,
// too.
#ifndef KENTONGAN_ROUTER_FORWARD_H
#define KENTONGAN_ROUTER_FORWARD_H

#include "bus.h"
#include "store.h"

#include <stddef.h>
#include <stdint.h>

struct forward;

// Borrows both outboxes.  most: of what is told at once.  Returns new.
struct forward *forward_new(struct bus_outbox *routed, struct bus_outbox *notices, size_t most);
void forward_destroy(struct forward **forward);

// Tells the notifier of notices, and the watcher of the tickets that an agency got with them, or that became
// urgent.
void forward_told(struct forward *forward, const struct told *told, size_t count);

// Tells the watcher that a ticket has gone from its agency, or is described anew.
void forward_changed(struct forward *forward, int64_t ticket_id);

#endif

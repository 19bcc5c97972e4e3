// changes.h - what happens to tickets after they were routed: what was done on them, officers' corrections,
// and incidents.
//
// One router at a time does it, the one that holds the lease (lease.h), so that what happens to one ticket
// follows one another.
#ifndef KENTONGAN_ROUTER_CHANGES_H
#define KENTONGAN_ROUTER_CHANGES_H

#include "db.h"
#include "forward.h"
#include "route.h"

struct changes;

// Borrows both.  Returns new.
struct changes *changes_new(struct db *db, struct forward *forward);
void changes_destroy(struct changes **changes);

// Borrows routes until the next call.  Nothing is done before the first.
void changes_use_routes(struct changes *changes, const struct route_table *routes);

// For service_every(); self is the struct changes.  Finds what is not done yet, and does it.
void changes_run(void *self);

#endif

// store_changes.h - the router's SQL on tickets that were routed already.
#ifndef KENTONGAN_ROUTER_STORE_CHANGES_H
#define KENTONGAN_ROUTER_STORE_CHANGES_H

#include "correction.h"
#include "db.h"
#include "outcome.h"
#include "store.h"

#include <stdbool.h>
#include <stddef.h>

enum { STORE_CHANGES_TOLD = 256 }; // notices of one transaction

struct store_changes;

// Borrows db.  Returns new.
struct store_changes *store_changes_new(struct db *db);
void store_changes_destroy(struct store_changes **store);

// The oldest correction that is not done and whose reports have tickets.
MUST_USE enum outcome store_changes_next(
    struct store_changes *store, struct correction *correction, bool *found);

// Does what the plan says and notes the correction as done, in one transaction; nothing when it was done
// before. DONE: the notices that were stored are in told (room for STORE_CHANGES_TOLD).
MUST_USE enum outcome store_changes_do(struct store_changes *store, const struct correction *correction,
    const struct correction_plan *plan, struct told *told, size_t *told_count);

// Notes that PostgreSQL refused what the plan says; writes that into the plan.
MUST_USE enum outcome store_changes_refuse(
    struct store_changes *store, const struct correction *correction, struct correction_plan *plan);

// Marks the tickets of incidents that were declared lately, and tells of each that nobody was told of.  told:
// room for STORE_CHANGES_TOLD.
MUST_USE enum outcome store_changes_incidents(
    struct store_changes *store, struct told *told, size_t *told_count);

#endif

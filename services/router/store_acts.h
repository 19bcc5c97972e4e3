// store_acts.h - the router's SQL on what was done on tickets.
#ifndef KENTONGAN_ROUTER_STORE_ACTS_H
#define KENTONGAN_ROUTER_STORE_ACTS_H

#include "act_plan.h"
#include "db.h"
#include "outcome.h"
#include "store.h"

#include <stdbool.h>
#include <stddef.h>

struct store_acts;

// Borrows db.  Returns new.
struct store_acts *store_acts_new(struct db *db);
void store_acts_destroy(struct store_acts **store);

// The oldest act that is not done, with its ticket as it stands.
MUST_USE enum outcome store_acts_next(struct store_acts *store, struct act_case *act_case, bool *found);

// Does what the plan says and notes the act as done, in one transaction.  *is_done is false, and nothing was
// written, when it was done before or when the ticket is no longer as the plan was made for: look again.
// *told_count: notices that were stored in told (0 or 1).
MUST_USE enum outcome store_acts_do(struct store_acts *store, const struct act_case *act_case,
    const struct act_plan *plan, bool *is_done, struct told *told, size_t *told_count);

// Notes that PostgreSQL refused what the plan says; writes that into the plan.
MUST_USE enum outcome store_acts_refuse(
    struct store_acts *store, const struct act_case *act_case, struct act_plan *plan, bool *is_done);

#endif

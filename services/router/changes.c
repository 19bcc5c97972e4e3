// changes.c - what happens to tickets after they were routed.
//
// What is to be done is found by state: an act without its row in acts_done, a correction without its row in
// corrections_done, an incident without its notice.  That row is written in the same transaction as what
// follows from it.
//
//     act, correction --load--> decide --store--> done, forwarded
//                                         |
//                                         +--refused by PostgreSQL--> done: "could not be done", once and for
//                                         all
#include "changes.h"

#include "act_plan.h"
#include "correction.h"
#include "failpoint.h"
#include "lease.h"
#include "log.h"
#include "store_acts.h"
#include "store_changes.h"

#include <stdlib.h>

enum {
    TURN_MOST = 64, // corrections and acts done before reports get their turn again
    ACTS_MOST = 256,
    LEASE_MS = 5000,
};

struct changes {
    struct db *db;
    struct forward *forward;
    struct store_changes *store;
    struct store_acts *acts;
    const struct route_table *routes;
    struct lease *lease;
    struct told told[STORE_CHANGES_TOLD];
};

struct changes *
changes_new(struct db *db, struct forward *forward)
{
    struct changes *changes = check_zalloc(1, sizeof(*changes));

    changes->db = db;
    changes->forward = forward;
    changes->lease = lease_new(db, "router.changes", LEASE_MS);
    changes->store = store_changes_new(db);
    changes->acts = store_acts_new(db);
    return changes;
}

void
changes_destroy(struct changes **changes)
{
    if (*changes == NULL)
        return;
    lease_destroy(&(*changes)->lease);
    store_changes_destroy(&(*changes)->store);
    store_acts_destroy(&(*changes)->acts);
    free(*changes);
    *changes = NULL;
}

void
changes_use_routes(struct changes *changes, const struct route_table *routes)
{
    changes->routes = routes;
}

// Does the oldest act that waits.  False: there is none, or it has to wait.
static bool
do_act(struct changes *changes)
{
    struct act_case act_case;
    struct act_plan plan;
    size_t told_count = 0;
    bool found = false;
    bool is_done = false;
    enum outcome outcome = store_acts_next(changes->acts, &act_case, &found);

    if (outcome != DONE || !found)
        return false;
    act_plan_decide(&act_case, &plan);
    failpoint("router.before_act");
    outcome = store_acts_do(changes->acts, &act_case, &plan, &is_done, changes->told, &told_count);
    if (outcome == REJECT)
        outcome = store_acts_refuse(changes->acts, &act_case, &plan, &is_done);
    failpoint("router.after_act");
    if (outcome != DONE || !is_done)
        return false;
    log_info(EV_ACT_TAKEN_IN, "report=%s act=%lld done=\"%s\"", act_case.tracking_code,
        (long long)act_case.act.id, plan.done);
    forward_told(changes->forward, changes->told, told_count);
    return true;
}

// Does the oldest correction that waits.  False: there is none, or it has to wait.
static bool
do_correction(struct changes *changes)
{
    struct correction correction;
    struct correction_plan plan;
    size_t told_count = 0;
    bool found = false;
    enum outcome outcome = store_changes_next(changes->store, &correction, &found);

    if (outcome != DONE || !found)
        return false;
    correction_decide(changes->routes, &correction, &plan);
    failpoint("router.before_correction");
    outcome = store_changes_do(changes->store, &correction, &plan, changes->told, &told_count);
    if (outcome == REJECT)
        outcome = store_changes_refuse(changes->store, &correction, &plan);
    failpoint("router.after_correction");
    if (outcome != DONE)
        return false;
    log_info(EV_CORRECTED, "report=%s correction=%lld done=\"%s\"", correction.tracking_code,
        (long long)correction.id, plan.done);
    forward_told(changes->forward, changes->told, told_count);
    if (plan.act == CORRECTION_JOIN || (plan.act == CORRECTION_ROUTE && told_count == 0))
        forward_changed(changes->forward, correction.ticket_id);
    return true;
}

static void
tell_incidents(struct changes *changes)
{
    size_t told_count = 0;

    if (store_changes_incidents(changes->store, changes->told, &told_count) != DONE)
        return;
    for (size_t i = 0; i < told_count; i++)
        log_info(EV_INCIDENT, "incident=%s tickets=%lld agency=%s", changes->told[i].tracking_code,
            (long long)changes->told[i].count, changes->told[i].agency);
    forward_told(changes->forward, changes->told, told_count);
}

void
changes_run(void *self)
{
    struct changes *changes = self;
    int acts = 0;
    int corrections = 0;

    if (changes->routes == NULL || db_pump(changes->db) != DB_READY || !lease_hold(changes->lease))
        return;
    while (acts < ACTS_MOST && lease_hold(changes->lease) && do_act(changes))
        acts++;
    while (corrections < TURN_MOST && lease_hold(changes->lease) && do_correction(changes))
        corrections++;
    if (lease_hold(changes->lease))
        tell_incidents(changes);
}

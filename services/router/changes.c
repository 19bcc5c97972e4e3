// changes.c - what happens to tickets after they were routed.
//
// What is to be done is found by state: a correction without its row in corrections_done, an incident without
// its notice.  That row is written in the same transaction as what follows from it.
//
//     correction --load--> decide --store--> done, forwarded
//                                    |
//                                    +--refused by PostgreSQL--> done: "could not be done", once and for all
#include "changes.h"

#include "correction.h"
#include "failpoint.h"
#include "log.h"
#include "store_changes.h"

#include <stdlib.h>

enum { TURN_MOST = 64 }; // corrections done before reports get their turn again

struct changes {
    struct db *db;
    struct forward *forward;
    struct store_changes *store;
    const struct route_table *routes;
    int64_t epoch; // of the connection on which this router was elected; 0: it is not
    struct told told[STORE_CHANGES_TOLD];
};

struct changes *
changes_new(struct db *db, struct forward *forward)
{
    struct changes *changes = check_zalloc(1, sizeof(*changes));

    changes->db = db;
    changes->forward = forward;
    changes->store = store_changes_new(db);
    return changes;
}

void
changes_destroy(struct changes **changes)
{
    if (*changes == NULL)
        return;
    store_changes_destroy(&(*changes)->store);
    free(*changes);
    *changes = NULL;
}

void
changes_use_routes(struct changes *changes, const struct route_table *routes)
{
    changes->routes = routes;
}

static bool
is_elected(struct changes *changes)
{
    bool elected = false;

    if (changes->epoch == db_epoch(changes->db))
        return true;
    if (store_changes_elect(changes->store, &elected) != DONE || !elected)
        return false;
    changes->epoch = db_epoch(changes->db);
    return true;
}

// Does the oldest correction that waits.  False: there is none, or it has to wait.
static bool
do_one(struct changes *changes)
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
    if (plan.moves && (plan.act == CORRECTION_JOIN || told_count == 0))
        forward_gone(changes->forward, correction.ticket_id);
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
    int done = 0;

    if (changes->routes == NULL || db_pump(changes->db) != DB_READY || !is_elected(changes))
        return;
    while (done < TURN_MOST && do_one(changes))
        done++;
    tell_incidents(changes);
}

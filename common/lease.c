// lease.c - one holder at a time.
#include "lease.h"

#include "check.h"
#include "clock.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 1000,
    HOLDER_SIZE = 16,
};

struct lease {
    struct db *db;
    struct db_params *params, *timed;
    int64_t lasts_ms;
    bool is_held;
    bool was_lost;      // behind the back of who asks; it has to be told
    int64_t asked_ms;   // when PostgreSQL was asked last
    int64_t renewed_ms; // the same, when it said yes
    int64_t epoch;      // of the connection that has the lock of this holder
};

// The lock of a holder; and the look whether it is there: shared and for a moment, it can be had only while
// the holder's session does not have its own.
#define KEY(lease) "hashtextextended($1 || " lease "::text, 0)"
#define TAKEN(lease)                                                                                         \
    lease ".holder <> $2 AND " lease                                                                         \
          ".until > clock_timestamp() AND NOT pg_try_advisory_xact_lock_shared(" KEY(lease ".holder") ")"

static const char lock_sql[] = "SELECT pg_try_advisory_lock(" KEY("$2") ")";
// Ends the connection of a holder whose time is over.
static const char end_sql[] =
    "SELECT (SELECT count(pg_terminate_backend(k.pid)) FROM pg_locks k WHERE k.locktype = 'advisory' "
    "AND k.objsubid = 1 AND (k.classid::bigint << 32 | k.objid::bigint) = " KEY(
        "o.holder") ") "
                    "FROM leases o WHERE o.name = $1 AND o.holder <> $2 AND o.until <= clock_timestamp()";
// Looks before it writes: those who stand by do so several times a second.
static const char take_sql[] =
    "INSERT INTO leases AS l (name, holder, until) SELECT $1, $2, clock_timestamp() + $3 * interval '1 ms' "
    "WHERE NOT EXISTS (SELECT FROM leases o WHERE o.name = $1 AND " TAKEN(
        "o") ") ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
             "WHERE NOT (" TAKEN("l") ")";
static const char renew_sql[] = "UPDATE leases SET until = clock_timestamp() + $3 * interval '1 ms' "
                                "WHERE name = $1 AND holder = $2";

static void keep(void *self);

struct lease *
lease_new(struct db *db, const char *name, int64_t lasts_ms)
{
    struct lease *lease = check_zalloc(1, sizeof(*lease));
    uint8_t holder[HOLDER_SIZE];

    CHECK(getentropy(holder, sizeof(holder)) == 0);
    lease->db = db;
    lease->params = db_params_new("tu");
    db_put_string(lease->params, 0, name);
    db_put_text(lease->params, 1, holder, sizeof(holder));
    lease->timed = db_params_new("tui");
    db_put_string(lease->timed, 0, name);
    db_put_text(lease->timed, 1, holder, sizeof(holder));
    db_put_int(lease->timed, 2, lasts_ms);
    lease->lasts_ms = lasts_ms;
    db_before_run(db, keep, lease);
    return lease;
}

void
lease_destroy(struct lease **lease)
{
    if (*lease == NULL)
        return;
    db_before_run((*lease)->db, NULL, NULL);
    db_params_destroy(&(*lease)->params);
    db_params_destroy(&(*lease)->timed);
    free(*lease);
    *lease = NULL;
}

// The connection is a new one: puts this holder's lock on it.  Somebody may be looking at it just now; then
// it is had the next time.
static bool
lock(struct lease *lease)
{
    const struct db_query query = {"lease_lock", lock_sql, lease->params};
    bool locked = db_run(lease->db, &query, 1, PATIENCE_MS) == DONE && db_int(lease->db, 0, 0, 0) != 0;

    if (locked)
        lease->epoch = db_epoch(lease->db);
    db_release(lease->db);
    return locked;
}

static void
take_or_renew(struct lease *lease)
{
    const struct db_query renew = {"lease_renew", renew_sql, lease->timed};
    const struct db_query take[] = {
        {"lease_end", end_sql, lease->params}, {"lease_take", take_sql, lease->timed}};
    size_t count = lease->is_held ? 1 : LENGTH(take);

    lease->asked_ms = clock_boot_ms();
    if (db_run(lease->db, lease->is_held ? &renew : take, count, PATIENCE_MS) == DONE) {
        lease->is_held = db_affected(lease->db, count - 1) == 1;
        if (lease->is_held)
            lease->renewed_ms = lease->asked_ms;
    }
    db_release(lease->db);
}

static bool
is_connected(const struct lease *lease)
{
    return db_state(lease->db) == DB_READY && lease->epoch == db_epoch(lease->db);
}

static bool
is_time_to_renew(const struct lease *lease)
{
    return clock_boot_ms() - lease->asked_ms >= lease->lasts_ms / 5;
}

// What takes long, such as reading everything anew, is made of many transactions: before one of them it is
// renewed.
static void
keep(void *self)
{
    struct lease *lease = self;
    bool was_held = lease->is_held;

    if (was_held && is_connected(lease) && is_time_to_renew(lease))
        take_or_renew(lease);
    lease->was_lost = lease->was_lost || (was_held && !lease->is_held);
}

bool
lease_hold(struct lease *lease)
{
    (void)db_pump(lease->db);
    if (lease->was_lost) {
        lease->was_lost = false;
        return false;
    }
    if (!is_connected(lease)) {
        lease->is_held = false;
        if (!lock(lease))
            return false;
    }
    if (!lease->is_held || is_time_to_renew(lease))
        take_or_renew(lease);
    return lease->is_held && is_connected(lease) &&
           clock_boot_ms() - lease->renewed_ms < lease->lasts_ms / 5 * 4;
}

// lease.c - one holder at a time.
#include "lease.h"

#include "check.h"
#include "clock.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    RENEW_MS = 1000,
    ACT_MS = 4000, // less than the 5 s that it lasts: clocks differ, and acting takes time
    PATIENCE_MS = 1000,
    HOLDER_SIZE = 16,
};

struct lease {
    struct db *db;
    struct db_params *params;
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
// Looks before it writes: those who stand by do so several times a second.
static const char take_sql[] =
    "INSERT INTO leases AS l (name, holder, until) SELECT $1, $2, clock_timestamp() + interval '5 seconds' "
    "WHERE NOT EXISTS (SELECT FROM leases o WHERE o.name = $1 AND " TAKEN(
        "o") ") ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
             "WHERE NOT (" TAKEN("l") ")";
static const char renew_sql[] = "UPDATE leases SET until = clock_timestamp() + interval '5 seconds' "
                                "WHERE name = $1 AND holder = $2";

static void keep(void *self);

struct lease *
lease_new(struct db *db, const char *name)
{
    struct lease *lease = check_zalloc(1, sizeof(*lease));
    uint8_t holder[HOLDER_SIZE];

    CHECK(getentropy(holder, sizeof(holder)) == 0);
    lease->db = db;
    lease->params = db_params_new("tu");
    db_put_string(lease->params, 0, name);
    db_put_text(lease->params, 1, holder, sizeof(holder));
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
    const struct db_query query = {
        lease->is_held ? "lease_renew" : "lease_take", lease->is_held ? renew_sql : take_sql, lease->params};

    lease->asked_ms = clock_boot_ms();
    if (db_run(lease->db, &query, 1, PATIENCE_MS) == DONE) {
        lease->is_held = db_affected(lease->db, 0) == 1;
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

// What takes long, such as reading everything anew, is made of many transactions: before one of them it is
// renewed.
static void
keep(void *self)
{
    struct lease *lease = self;
    bool was_held = lease->is_held;

    if (was_held && is_connected(lease) && clock_boot_ms() - lease->asked_ms >= RENEW_MS)
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
    if (!lease->is_held || clock_boot_ms() - lease->asked_ms >= RENEW_MS)
        take_or_renew(lease);
    return lease->is_held && is_connected(lease) && clock_boot_ms() - lease->renewed_ms < ACT_MS;
}

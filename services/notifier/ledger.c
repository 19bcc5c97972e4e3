// ledger.c - attempts that ended and are not stored yet.
//
// One transaction at a time; what ends meanwhile goes into the next one, so that batches grow with the load
// by themselves.
#include "ledger.h"

#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "metrics.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { AGAIN_MS = 500 }; // after a transaction that failed

struct ledger {
    struct db *db;
    struct store *store;
    ledger_stored *stored;
    void *self;
    ledger_stored *refused;
    void *refused_self;
    struct attempt *attempts; // oldest first
    size_t count, room;
    size_t submitted; // how many of them are in the transaction that is going on
    size_t careful;   // so many attempts are stored one by one: PostgreSQL refused the data of one of them
    int64_t not_before_ms;
};

static struct metric waiting = {
    "kentongan_notifier_unstored", "Attempts that ended and are not stored yet.", 0, NULL};

struct ledger *
ledger_new(struct db *db, struct store *store)
{
    struct ledger *ledger = check_zalloc(1, sizeof(*ledger));

    ledger->db = db;
    ledger->store = store;
    return ledger;
}

void
ledger_destroy(struct ledger **ledger)
{
    if (*ledger == NULL)
        return;
    free((*ledger)->attempts);
    free(*ledger);
    *ledger = NULL;
}

void
ledger_on_stored(struct ledger *ledger, ledger_stored *stored, void *self)
{
    ledger->stored = stored;
    ledger->self = self;
}

void
ledger_on_refused(struct ledger *ledger, ledger_stored *refused, void *self)
{
    ledger->refused = refused;
    ledger->refused_self = self;
}

void
ledger_add(struct ledger *ledger, const struct attempt *attempt)
{
    if (ledger->count == ledger->room) {
        ledger->room = ledger->room == 0 ? 1024 : ledger->room * 2;
        ledger->attempts = check_realloc(ledger->attempts, ledger->room * sizeof(*ledger->attempts));
    }
    ledger->attempts[ledger->count++] = *attempt;
}

bool
ledger_has_room(const struct ledger *ledger)
{
    return ledger->count < LEDGER_MOST;
}

int
ledger_fd(void *self)
{
    return db_fd(((const struct ledger *)self)->db);
}

short
ledger_events(void *self)
{
    return db_events(((const struct ledger *)self)->db);
}

// The oldest attempts are dealt with; what was added meanwhile moves up.
static void
forget(struct ledger *ledger, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ledger->stored(ledger->self, &ledger->attempts[i]);
    ledger->count -= count;
    memmove(ledger->attempts, ledger->attempts + count, ledger->count * sizeof(*ledger->attempts));
    ledger->careful = ledger->careful > count ? ledger->careful - count : 0;
}

// The transaction has an end: committed, to be done again, or refused for its data: then each attempt is
// stored alone, and the one at fault is given up.
static void
take_ending(struct ledger *ledger)
{
    enum outcome outcome = db_ending(ledger->db);
    size_t count = ledger->submitted;

    if (outcome == DONE)
        failpoint("notifier.after_commit");
    else
        log_warn(EV_BATCH_FAILED, "attempts=%zu reason=\"%s\"", count,
            outcome == REJECT ? "the database refuses the data" : db_reason(ledger->db));
    db_release(ledger->db);
    ledger->submitted = 0;
    switch (outcome) {
    case DONE:
        forget(ledger, count);
        break;
    case RETRY:
        ledger->not_before_ms = clock_mono_ms() + AGAIN_MS;
        break;
    case REJECT:
        if (count > 1) {
            ledger->careful = count;
        } else {
            ledger->refused(ledger->refused_self, &ledger->attempts[0]);
            forget(ledger, 1);
        }
        break;
    }
}

void
ledger_pump(void *self)
{
    struct ledger *ledger = self;

    if (db_pump(ledger->db) == DB_FINISHED)
        take_ending(ledger);
    if (db_state(ledger->db) == DB_READY && ledger->count > 0 && clock_mono_ms() >= ledger->not_before_ms) {
        ledger->submitted = ledger->count < ATTEMPTS_MOST ? ledger->count : ATTEMPTS_MOST;
        if (ledger->careful > 0)
            ledger->submitted = 1;
        failpoint("notifier.before_commit");
        store_submit(ledger->store, ledger->db, ledger->attempts, ledger->submitted);
    }
    metric_set(&waiting, (int64_t)ledger->count);
}

size_t
ledger_flush(struct ledger *ledger, int64_t patience_ms)
{
    int64_t until = clock_mono_ms() + patience_ms;

    for (;;) {
        struct pollfd item = {.fd = -1};

        ledger_pump(ledger);
        if (ledger->count == 0 || clock_mono_ms() >= until)
            return ledger->count;
        item.fd = db_fd(ledger->db);
        item.events = db_events(ledger->db);
        poll(&item, 1, 50); // 50 ms: a back-off may end
    }
}

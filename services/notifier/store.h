// store.h - the notifier's SQL of notices and phones: devices and names in, attempts out, and what the sweep
// looks at.  Rings are store_rings.h's.
#ifndef KENTONGAN_NOTIFIER_STORE_H
#define KENTONGAN_NOTIFIER_STORE_H

#include "answer.h"
#include "db.h"
#include "device.h"
#include "names.h"
#include "notice.h"
#include "notice_token.h"

#include <stddef.h>
#include <stdint.h>

enum { ATTEMPTS_MOST = 4096 }; // in one transaction

// One row of deliveries.
struct attempt {
    int64_t notice_id;
    int64_t device_id;   // 0: the agency has none
    int64_t at_ms;       // Unix ms
    int64_t retry_at_ms; // Unix ms; ENDING_RETRY only
    int number;          // 1 ..
    int status;          // HTTP status or SMTP code, 0 = none came
    uint8_t step;        // of the ring
    bool skip;           // unless somebody else was reached, the ring need not wait for its next step
    enum ending ending;
    char reason[72]; // English, without endpoint
};

// A notice that a sweep looks at: what tells whether it is open, and for whom.
struct sweep_row {
    struct notice notice; // id, kind, agency, created_at_ms, device_id, severity and step.role alone
    const char *told;     // see reach_told()
};

// What a sweep looked at.
struct sweep_page {
    int64_t last; // highest id looked at; 0: there was nothing
    int64_t old;  // highest id of those too old to be joined by a lower one that commits late; 0: none
    int64_t mark; // the stage's: all up to here is settled for ever
    bool partial; // there is more above last
};

struct store;

// Returns new.
struct store *store_new(void);
void store_destroy(struct store **store);

// Reads the secret of tracking codes, which notices from the database need, and the key of one-time tokens.
// DONE or RETRY.
MUST_USE enum outcome store_load_keys(struct store *store, struct db *db, struct notice_key *tokens);

// Reads all devices in use into devices.  removed, self: see devices_load_end().  DONE or RETRY.
MUST_USE enum outcome store_load_devices(
    struct db *db, struct devices *devices, void (*removed)(void *self, struct device *device), void *self);

// Reads topics and regions into names, which is empty.  DONE or RETRY.
MUST_USE enum outcome store_load_names(struct db *db, struct names *names);

// The highest id of notices, 0 when there is none.  DONE or RETRY.
MUST_USE enum outcome store_newest(struct db *db, int64_t *id);

// Calls found for each notice to an agency in above < id <= up_to, by id; all of a page.  DONE or RETRY.
MUST_USE enum outcome store_sweep(struct store *store, struct db *db, const int64_t span[2],
    struct sweep_page *page, void (*found)(void *self, const struct sweep_row *row), void *self);

// Calls found for each of count notices, by id.  ring_step and until_ms are the caller's to set.  DONE or
// RETRY.
MUST_USE enum outcome store_notices(struct store *store, struct db *db, const int64_t *ids, size_t count,
    void (*found)(void *self, const struct notice *notice), void *self);

// Calls found for each of count notices that nobody is to be told of any more, because somebody has answered
// or its ring is over, by id.  DONE or RETRY.
MUST_USE enum outcome store_answered(struct store *store, struct db *db, const int64_t *ids, size_t count,
    void (*found)(void *self, int64_t notice_id), void *self);

// Starts the transaction that stores count (1 .. ATTEMPTS_MOST) attempts and removes the devices that are
// gone.  Rings that wait for a step that reached nobody wait no longer.  db is READY.
void store_submit(struct store *store, struct db *db, const struct attempt *attempts, size_t count);

#endif

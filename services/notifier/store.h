// store.h - the notifier's only SQL: devices and names in, attempts out, and what the sweep finds.
#ifndef KENTONGAN_NOTIFIER_STORE_H
#define KENTONGAN_NOTIFIER_STORE_H

#include "answer.h"
#include "db.h"
#include "device.h"
#include "names.h"
#include "notice.h"

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
    int status;          // HTTP status, 0 = none came
    enum ending ending;
    char reason[72]; // English, without endpoint
};

// A notice that the sweep found open, with one device that it is open for.
struct open_row {
    struct notice notice;
    int64_t device_id; // 0: the agency has none
    int attempt;       // number of the next attempt
    int64_t wait_ms;   // until its retry is due
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

// Reads the secret of tracking codes, which sweeps need.  DONE or RETRY.
MUST_USE enum outcome store_load_key(struct store *store, struct db *db);

// Reads all devices in use into devices.  removed, self: see devices_load_end().  DONE or RETRY.
MUST_USE enum outcome store_load_devices(
    struct db *db, struct devices *devices, void (*removed)(void *self, struct device *device), void *self);

// Reads topics and regions into names, which is empty.  DONE or RETRY.
MUST_USE enum outcome store_load_names(struct db *db, struct names *names);

// The highest id of notices, 0 when there is none.  DONE or RETRY.
MUST_USE enum outcome store_newest(struct db *db, int64_t *id);

// Where a sweep looks, and whom it passes over.
struct sweep_range {
    int64_t above, up_to;
    const int64_t *full_devices; // that have no room for more
    size_t full_count;
};

// Calls found for each open row in range, by notice id; all rows of one notice or none.  DONE or RETRY.
MUST_USE enum outcome store_sweep(struct store *store, struct db *db, const struct sweep_range *range,
    struct sweep_page *page, void (*found)(void *self, const struct open_row *row), void *self);

// Starts the transaction that stores count (1 .. ATTEMPTS_MOST) attempts and removes the devices that are
// gone.  db is READY.
void store_submit(struct store *store, struct db *db, const struct attempt *attempts, size_t count);

#endif

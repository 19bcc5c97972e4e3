// store.h - all of ingest's SQL, as statements for a lane and for the vitals.
#ifndef KENTONGAN_INGEST_STORE_H
#define KENTONGAN_INGEST_STORE_H

#include "db.h"
#include "report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Parameters of one batch of reports.
struct store_batch;

struct store_batch *store_batch_new(void); // Returns new
void store_batch_destroy(struct store_batch **batch);
void store_batch_clear(struct store_batch *batch);

struct store_report {
    int64_t id, follows_id;
    const char *tracking_code;
    const struct report *report;
    bool is_new_source; // register its source name
    bool may_be_known;  // may it be in a closed bucket?  See store_batch_known_below().
};

// Appends one report.  Copies.
void store_batch_add(struct store_batch *batch, const struct store_report *added);

// Says for which buckets may_be_known was answered: those below this one.  Once for each batch, before it is
// submitted.
void store_batch_known_below(struct store_batch *batch, int64_t bucket);

// Appends a sealed identity.  Copies.
void store_batch_add_identity(struct store_batch *batch, int64_t id, const void *sealed, size_t length);

// Appends a sealed address to answer to.  Copies.
void store_batch_add_address(struct store_batch *batch, int64_t id, const void *sealed, size_t length);

// Starts the transaction that stores the batch; with_ids takes the next block of ids as well.
//
// HOPEFUL: the cheap way, when no report of the batch is thought to be known.  One that is makes the
// transaction fail with SQLSTATE STORE_CONFLICT, or, when it is in an older bucket, is left out:
// db_affected() of STORE_REPORTS is then less than the batch.  Result of STORE_TIME: received_at of all.
// CAREFUL: reports that are known are left out.  Result of STORE_REPORTS: (id, received_at) of each report
// stored.
//
// Returns the query whose result is the block's first id, 0 = none.
enum { STORE_LOCK, STORE_REPORTS, STORE_TIME };
enum store_manner { STORE_HOPEFUL, STORE_CAREFUL };
#define STORE_CONFLICT "23505"
size_t store_batch_submit(struct store_batch *batch, struct db *db, enum store_manner manner, bool with_ids);

enum { STORE_BLOCK = 4096 };          // ids in a block, as report_ids' increment
void store_submit_ids(struct db *db); // Result 0: the first id of a block

// Asks for reports by their keys, whoever stored them.  Result 0: (key, id, received_at, tracking_code).
void store_submit_lookup(
    struct store_batch *batch, struct db *db, uint8_t (*keys)[REPORT_KEY_SIZE], size_t count);

// Asks what ingest needs to know now and then, and counts stored more reports into the newest bucket.
enum {
    STORE_VITAL_SAFETY,  // one row, true when commits are flushed to disk
    STORE_VITAL_KEY,     // the key of tracking codes
    STORE_VITAL_SOURCES, // (name, public_key, is revoked)
    STORE_VITAL_BACKLOG, // reports that no ticket has yet
    STORE_VITAL_NEWEST,  // (newest bucket, about how many reports are in all)
    STORE_VITAL_BUCKET,  // (bucket, whether it may hold bucket_rows by now)
};
void store_submit_vitals(struct db *db, int64_t backlog_most, int64_t stored, int64_t bucket_rows);

// Asks for the next keys in the buckets below one, in order, after the one given.  Result 0: at most
// STORE_KEYS_PAGE of (bucket, key).
enum { STORE_KEYS_PAGE = 20000 };
void store_submit_keys(
    struct db *db, int64_t below, int64_t after_bucket, const uint8_t after_key[REPORT_KEY_SIZE]);

// What came in on one day and channel and was not stored; day: since 1970-01-01.
struct store_intake {
    int64_t day;
    int channel;
    int64_t duplicate, rejected;
};

// Parameters for any number of these.  Returns new.
struct db_params *store_intake_params(void);
void store_intake_add(struct db_params *params, const struct store_intake *added);

// Adds them to the table intake.
void store_submit_intake(struct db *db, const struct db_params *params);

// Opens the bucket after this one, while no batch is under way anywhere.
void store_submit_bucket_open(struct db *db, int64_t bucket);

#endif

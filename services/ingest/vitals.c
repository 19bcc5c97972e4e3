// vitals.c - asks PostgreSQL how things stand: is it safe, who may send, how far behind are the stages.
//
//   ASKING --the newest bucket is full--> OPENING (the next one) --> ASKING
//   ASKING --a bucket was closed--> LOADING (its keys, page by page; ASKING comes first) --all are in-->
//   ASKING
//
// An answer is good for STALE_MS, so that a revoked key works no longer than that after it was revoked,
// whatever happens.
#include "vitals.h"

#include "clock.h"
#include "log.h"
#include "metrics.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 500, STALE_MS = 4000 };

enum step { ASKING, OPENING, LOADING };

struct vitals {
    struct vitals_options options;
    enum step step;
    uint8_t key[ID_KEY_SIZE];
    bool has_key, is_safe, is_full, is_bucket_full;
    int64_t answered_ms, next_ask_ms;
    int64_t stored, counting,
        counted;         // reports: by this process, in the question under way, in report_buckets
    int64_t newest;      // bucket
    int64_t loading;     // the buckets below this one are being loaded; 0: none
    int64_t last_bucket; // of the last key that was loaded
    uint8_t last_key[REPORT_KEY_SIZE];
};

static struct metric backlog_metric = {"kentongan_ingest_backlog", "Reports without a ticket.", 0, NULL};

static void
read_sources(struct vitals *vitals)
{
    struct db *db = vitals->options.db;

    sources_clear(vitals->options.sources);
    for (size_t i = 0; i < db_rows(db, STORE_VITAL_SOURCES); i++)
        sources_add(vitals->options.sources, db_text(db, STORE_VITAL_SOURCES, i, 0, NULL),
            db_text(db, STORE_VITAL_SOURCES, i, 1, NULL), db_int(db, STORE_VITAL_SOURCES, i, 2) != 0);
    sources_ready(vitals->options.sources);
}

static void
read_backlog(struct vitals *vitals)
{
    int64_t backlog = db_rows(vitals->options.db, STORE_VITAL_BACKLOG) == 1
                          ? db_int(vitals->options.db, STORE_VITAL_BACKLOG, 0, 0)
                          : 0;
    bool is_full = backlog > vitals->options.backlog_most;

    metric_set(&backlog_metric, backlog);
    if (is_full && !vitals->is_full)
        log_warn(EV_BACKLOG_FULL, "reports=%lld most=%lld", (long long)backlog,
            (long long)vitals->options.backlog_most);
    if (!is_full && vitals->is_full)
        log_info(EV_BACKLOG_CLEARED, "reports=%lld", (long long)backlog);
    vitals->is_full = is_full;
}

// A bucket was closed.  Goes on where the last one ended, unless the filter has become too small.
static void
start_loading(struct vitals *vitals, int64_t keys)
{
    if (keys > known_room(vitals->options.known)) {
        known_start(vitals->options.known, 2 * keys);
        vitals->last_bucket = -1;
    }
    if (vitals->last_bucket < 0)
        memset(vitals->last_key, 0, sizeof(vitals->last_key));
    vitals->loading = vitals->newest;
}

static void
read_keys(struct vitals *vitals)
{
    struct db *db = vitals->options.db;
    size_t rows = db_rows(db, 0);

    for (size_t i = 0; i < rows; i++)
        known_add(vitals->options.known, (const uint8_t *)db_text(db, 0, i, 1, NULL));
    if (rows > 0) {
        vitals->last_bucket = db_int(db, 0, rows - 1, 0);
        memcpy(vitals->last_key, db_text(db, 0, rows - 1, 1, NULL), sizeof(vitals->last_key));
    }
    if (rows == STORE_KEYS_PAGE)
        return;
    known_finish(vitals->options.known, vitals->loading);
    log_info(EV_KEYS_LOADED, "keys=%lld below_bucket=%lld", (long long)known_count(vitals->options.known),
        (long long)vitals->loading);
    vitals->loading = 0;
}

static void
read_answer(struct vitals *vitals)
{
    struct db *db = vitals->options.db;
    bool is_safe = db_int(db, STORE_VITAL_SAFETY, 0, 0) != 0 || vitals->options.allow_unsafe;
    size_t length = 0;
    const char *key = db_rows(db, STORE_VITAL_KEY) == 1 ? db_text(db, STORE_VITAL_KEY, 0, 0, &length) : NULL;

    if (!is_safe && (vitals->is_safe || vitals->answered_ms == 0))
        log_error(EV_DB_UNSAFE, "reason=\"fsync, full_page_writes or synchronous_commit is off\"");
    vitals->is_safe = is_safe;
    if (length == ID_KEY_SIZE) {
        memcpy(vitals->key, key, ID_KEY_SIZE);
        vitals->has_key = true;
    }
    read_sources(vitals);
    read_backlog(vitals);
    vitals->answered_ms = clock_mono_ms();
    vitals->counted += vitals->counting;
    vitals->newest = db_int(db, STORE_VITAL_NEWEST, 0, 0);
    if (vitals->newest > known_below(vitals->options.known) && vitals->loading == 0)
        start_loading(vitals, db_int(db, STORE_VITAL_NEWEST, 0, 1));
    vitals->is_bucket_full =
        db_rows(db, STORE_VITAL_BUCKET) == 1 && db_int(db, STORE_VITAL_BUCKET, 0, 1) != 0;
}

static void
conclude(struct vitals *vitals)
{
    struct db *db = vitals->options.db;

    if (db_ending(db) == DONE) {
        switch (vitals->step) {
        case ASKING:
            read_answer(vitals);
            break;
        case OPENING:
            vitals->is_bucket_full = false;
            log_info(EV_BUCKET_OPENED, "bucket=%lld", (long long)vitals->newest + 1);
            break;
        case LOADING:
            read_keys(vitals);
            break;
        }
    }
    db_release(db);
}

static void
go_on(void *self)
{
    struct vitals *vitals = self;
    struct db *db = vitals->options.db;

    if (db_pump(db) == DB_FINISHED)
        conclude(vitals);
    if (db_pump(db) != DB_READY)
        return;
    if (clock_mono_ms() >= vitals->next_ask_ms) {
        vitals->step = ASKING;
        vitals->next_ask_ms = clock_mono_ms() + ASK_MS;
        vitals->counting = vitals->stored - vitals->counted;
        store_submit_vitals(db, vitals->options.backlog_most, vitals->counting, vitals->options.bucket_rows);
    } else if (vitals->is_bucket_full) {
        vitals->step = OPENING;
        store_submit_bucket_open(db, vitals->newest);
    } else if (vitals->loading != 0) {
        vitals->step = LOADING;
        store_submit_keys(db, vitals->loading, vitals->last_bucket, vitals->last_key);
    }
}

static int
fd(void *self)
{
    return db_fd(((struct vitals *)self)->options.db);
}

static short
events(void *self)
{
    return db_events(((struct vitals *)self)->options.db);
}

struct vitals *
vitals_new(const struct vitals_options *options)
{
    struct vitals *vitals = check_zalloc(1, sizeof(*vitals));

    vitals->options = *options;
    vitals->last_bucket = -1;
    service_watch_fd(options->service, fd, events, go_on, vitals);
    service_every(options->service, ASK_MS / 5, go_on, vitals);
    return vitals;
}

void
vitals_destroy(struct vitals **vitals)
{
    free(*vitals);
    *vitals = NULL;
}

void
vitals_count(struct vitals *vitals, int64_t stored)
{
    vitals->stored = stored;
}

const char *
vitals_complaint(const struct vitals *vitals)
{
    if (!vitals->has_key || clock_mono_ms() - vitals->answered_ms > STALE_MS)
        return "the database is away";
    if (!vitals->is_safe)
        return "the database does not flush its commits";
    if (vitals->is_full)
        return "too many reports are waiting; the backlog is over its bound";
    return NULL;
}

const uint8_t *
vitals_tracking_key(const struct vitals *vitals)
{
    return vitals->key;
}

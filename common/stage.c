// stage.c - take, decide, store, forward; and sweep.
//
// Two sweeps share the work, each a span of ids at a time so that messages never wait long for them.  The
// near one starts at the floor: it finds what a lost message left behind.  The far one starts at the mark,
// which moves only over rows that are LATE_MS old: it finds what a transaction that committed late left below
// the floor.  While messages flow, neither looks above what they have reached: what still waits in a queue is
// not missing.
//
//        mark           floor                  reached         newest
//   -----|--------------|----------------------|---------------|----> id
//    known done  done, or committed late   near sweep      messages under way
//
// Mark and floor live in stage_marks, read before each sweep and written back only if nobody changed them:
// ops lower them to have an old item looked at again.  They never pass those of the stage before: an input
// with a low id may be made late, because that stage was away.
#include "stage.h"

#include "clock.h"
#include "lease.h"
#include "log.h"
#include "metrics.h"

#include <czmq.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE_MS = 12000, // for a transaction; above the session's statement_timeout
    LATE_MS = 120000,    // no transaction commits later than this after its ids were given out
    FAR_MS = 5000,       // from the end of one far sweep to the start of the next
    SPAN = 10000,        // ids that a sweep looks at in one go: some ten milliseconds
    STEP_MS = 500,       // from one span to the next while messages flow
    TURN_MS = 100,       // a backlog is swept for so long before messages get their turn
    LONG_TURN_MS = 1000, // when none come
    LEASE_MS = 5000,
    REFRESH_MS = 5000,
    LINGER_MS = 3,    // under load only: fuller batches make cheaper commits
    LINGER_FROM = 64, // a last batch of this many items is load
    SAMPLES = 128,
};

// The input table's newest id at some moment.
struct sample {
    int64_t at_ms, id;
};

// Where a sweep is on its way.
struct scan {
    int64_t at;   // it goes on here; 0: at its start
    bool missed;  // something was missing since the start
    bool goes_on; // there is more in this span
};

struct stage {
    const struct stage_handler *handler;
    struct stage_options options;
    struct bus_inbox *inbox; // NULL: not active
    struct lease *lease;     // NULL: any number of replicas work
    struct db_params *read_params, *write_params, *trouble_params;
    int64_t epoch;              // of the connection on which it became active
    bool is_standby, refreshed; // another replica works; this one is ready to
    int64_t next_refresh_ms, next_near_ms, next_far_ms;
    int64_t mark, floor;               // see above
    int64_t before_mark, before_floor; // of the stage before
    struct scan near, far;
    int64_t swept_id;          // the first item of the last sweep that found any
    int64_t heard_ms, reached; // when the last message came, and the lowest id in it
    struct sample samples[SAMPLES];
    size_t sample_count;
    size_t last_count;
};

static struct metric handled = {"kentongan_stage_items_total", "Items handled.", 0, NULL};
static struct metric swept = {"kentongan_stage_swept_total", "Items that no message had brought.", 0, NULL};
static struct metric failed = {
    "kentongan_stage_batches_failed_total", "Batches not stored; they come again.", 0, NULL};
static struct metric active = {"kentongan_stage_active", "1: this replica works; 0: it stands by.", 0, NULL};

static const char marks_read_sql[] =
    "SELECT stage = $1, done_up_to, near_up_to FROM stage_marks WHERE stage = $1 OR stage = $2";
static const char marks_write_sql[] = "UPDATE stage_marks SET done_up_to = $2, near_up_to = $3 "
                                      "WHERE stage = $1 AND done_up_to = $4 AND near_up_to = $5";
static const char trouble_sql[] =
    "INSERT INTO troubles AS old (stage, item_id, attempts, parked, reason) VALUES ($1, $2, 1, $3, $4) "
    "ON CONFLICT (stage, item_id) DO UPDATE SET attempts = old.attempts + 1, last_at = now(), reason = "
    "excluded.reason, "
    "parked = old.parked OR excluded.parked OR old.attempts + 1 >= $5 RETURNING parked";

static void on_message(void *self);
static void on_tick(void *self);

struct stage *
stage_new(const struct stage_handler *handler, const struct stage_options *options)
{
    struct stage *stage = check_zalloc(1, sizeof(*stage));

    stage->handler = handler;
    stage->options = *options;
    stage->read_params = db_params_new("tt");
    db_put_string(stage->read_params, 0, handler->name);
    db_put_string(stage->read_params, 1, options->before != NULL ? options->before : "");
    stage->write_params = db_params_new("tiiii");
    stage->trouble_params = db_params_new("tiotn");
    if (options->alone)
        stage->lease =
            lease_new(options->db, handler->name, options->lease_ms != 0 ? options->lease_ms : LEASE_MS);
    service_every(options->service, options->sweep_ms < 250 ? options->sweep_ms : 250, on_tick, stage);
    return stage;
}

static void
go_standby(struct stage *stage)
{
    if (stage->inbox != NULL)
        service_unwatch_socket(stage->options.service, bus_inbox_socket(stage->inbox));
    bus_inbox_destroy(&stage->inbox);
    stage->refreshed = false;
    metric_set(&active, 0);
}

void
stage_destroy(struct stage **stage)
{
    if (*stage == NULL)
        return;
    go_standby(*stage);
    db_params_destroy(&(*stage)->read_params);
    db_params_destroy(&(*stage)->write_params);
    db_params_destroy(&(*stage)->trouble_params);
    lease_destroy(&(*stage)->lease);
    free(*stage);
    *stage = NULL;
}

// This replica does not hold the lease: another one does, or PostgreSQL is away.
static void
stand_by(struct stage *stage)
{
    bool is_standby = db_state(stage->options.db) == DB_READY;

    if (is_standby && !stage->is_standby) {
        log_info(EV_STANDBY, "stage=%s", stage->handler->name);
        if (stage->handler->stand_by != NULL)
            stage->handler->stand_by(stage->handler->self);
    }
    stage->is_standby = is_standby;
}

// Holding the lease, reading the reference data, listening: in this order, and again after each lost
// connection.
static void
try_activate(struct stage *stage)
{
    struct db *db = stage->options.db;

    if (stage->lease != NULL && !lease_hold(stage->lease)) {
        stand_by(stage);
        return;
    }
    stage->is_standby = false;
    if (stage->handler->refresh(stage->handler->self, true) != DONE)
        return;
    stage->epoch = db_epoch(db);
    stage->refreshed = true;
    stage->next_refresh_ms = clock_mono_ms() + REFRESH_MS;
    if (stage->inbox == NULL) {
        stage->inbox = bus_inbox_new(stage->options.inbox);
        if (stage->inbox == NULL) {
            service_stop(stage->options.service, 1);
            return;
        }
        service_watch_socket(stage->options.service, bus_inbox_socket(stage->inbox), on_message, stage);
    }
    metric_set(&active, 1);
    log_info(EV_ACTIVE, "stage=%s", stage->handler->name);
}

static bool
is_connected(const struct stage *stage)
{
    return stage->epoch == db_epoch(stage->options.db) && db_state(stage->options.db) == DB_READY;
}

bool
stage_is_active(struct stage *stage)
{
    (void)db_pump(stage->options.db);
    // Once lost, everything is read anew before this one works again.
    if (stage->refreshed && is_connected(stage) && stage->lease != NULL && !lease_hold(stage->lease))
        stage->epoch = 0;
    return stage->refreshed && is_connected(stage);
}

// The same, and tries to become it.
static bool
is_active(struct stage *stage)
{
    if (stage_is_active(stage))
        return true;
    if (stage->refreshed && stage->lease != NULL)
        go_standby(stage);
    try_activate(stage);
    return stage->refreshed && is_connected(stage);
}

void
stage_trouble(struct stage *stage, int64_t item_id, bool final, const char *reason)
{
    struct db *db = stage->options.db;
    struct db_params *params = stage->trouble_params;
    const struct db_query query = {"stage_trouble", trouble_sql, params};
    bool parked = final;

    db_params_clear(params);
    db_put_string(params, 0, stage->handler->name);
    db_put_int(params, 1, item_id);
    db_put_int(params, 2, final);
    db_put_string(params, 3, reason);
    db_put_int(params, 4, STAGE_ATTEMPTS);
    if (db_run(db, &query, 1, PATIENCE_MS) == DONE)
        parked = db_int(db, 0, 0, 0) != 0;
    db_release(db);
    log_warn(parked ? EV_ITEM_PARKED : EV_ITEM_FAILED, "stage=%s item=%lld reason=\"%s\"",
        stage->handler->name, (long long)item_id, reason);
}

// The batch as a whole cannot be stored: finds the items at fault and stores their neighbours.
static void
take_apart(struct stage *stage)
{
    const struct stage_handler *handler = stage->handler;
    size_t count = handler->count(handler->self);

    for (size_t i = 0; i < count; i++) {
        int64_t id = handler->id(handler->self, i);

        if (handler->handle(handler->self, i, 1) == REJECT)
            stage_trouble(stage, id, true, "the database refuses its data");
    }
}

static void
handle_batch(struct stage *stage)
{
    const struct stage_handler *handler = stage->handler;
    size_t count = handler->count(handler->self);

    stage->last_count = count;
    if (count == 0)
        return;
    switch (handler->handle(handler->self, 0, count)) {
    case DONE:
        metric_add(&handled, (int64_t)count);
        break;
    case RETRY:
        metric_add(&failed, 1);
        log_warn(EV_BATCH_FAILED, "stage=%s items=%zu next=sweep", handler->name, count);
        break;
    case REJECT:
        take_apart(stage);
        break;
    }
    handler->clear(handler->self);
}

// Moves what the socket has now into the batch.
static void
fill_batch(struct stage *stage)
{
    const struct stage_handler *handler = stage->handler;
    const uint8_t *data = NULL;
    size_t length = 0;

    while (handler->count(handler->self) < STAGE_LIMIT && bus_receive(stage->inbox, &data, &length) == 1) {
        size_t before = handler->count(handler->self);

        if (handler->take(handler->self, data, length) < 0) {
            log_error(EV_BUS_UNREADABLE, "stage=%s bytes=%zu", handler->name, length);
        } else if (handler->count(handler->self) > before) {
            stage->reached = handler->id(handler->self, before);
            stage->heard_ms = clock_mono_ms();
        }
    }
}

static void
on_message(void *self)
{
    struct stage *stage = self;
    const struct stage_handler *handler = stage->handler;
    int64_t until = clock_mono_us() + (int64_t)LINGER_MS * 1000;

    fill_batch(stage);
    while (stage->last_count >= LINGER_FROM && handler->count(handler->self) < STAGE_LIMIT &&
           clock_mono_us() < until) {
        zmq_pollitem_t item = {.socket = bus_inbox_socket(stage->inbox), .events = ZMQ_POLLIN};

        if (zmq_poll(&item, 1, 1) > 0)
            fill_batch(stage);
    }
    if (is_active(stage))
        handle_batch(stage);
    handler->clear(handler->self);
}

// The newest id that was there at least age_ms ago.
static int64_t
newest_before(const struct stage *stage, int64_t age_ms)
{
    int64_t limit = clock_mono_ms() - age_ms;
    int64_t id = 0;

    for (size_t i = 0; i < stage->sample_count; i++)
        if (stage->samples[i].at_ms <= limit)
            id = stage->samples[i].id;
    return id;
}

static enum outcome
take_sample(struct stage *stage)
{
    int64_t id = 0;
    int64_t now = clock_mono_ms();

    if (stage->handler->newest(stage->handler->self, &id) != DONE)
        return RETRY;
    // The last sample is replaced while it is young, so that the ring spans LATE_MS.
    if (stage->sample_count >= 2 && now - stage->samples[stage->sample_count - 2].at_ms < 1000)
        stage->sample_count--;
    if (stage->sample_count == SAMPLES)
        memmove(&stage->samples[0], &stage->samples[1], (--stage->sample_count) * sizeof(stage->samples[0]));
    stage->samples[stage->sample_count++] = (struct sample){.at_ms = now, .id = id};
    return DONE;
}

// Sweeps between two ids.  Returns how many were missing, or -1 when PostgreSQL is away.
static int
sweep(struct stage *stage, int64_t above, int64_t up_to)
{
    const struct stage_handler *handler = stage->handler;
    size_t count = 0;

    if (up_to <= above)
        return 0;
    if (!stage_is_active(stage) || handler->sweep(handler->self, above, up_to) != DONE)
        return -1;
    count = handler->count(handler->self);
    if (count > 0) {
        stage->swept_id = handler->id(handler->self, 0);
        metric_add(&swept, (int64_t)count);
        log_info(EV_SWEPT, "stage=%s items=%zu", handler->name, count);
    }
    handle_batch(stage);
    handler->clear(handler->self);
    return (int)count;
}

// Reads where this stage and the one before it stand.  A stage that is first has nobody before it to wait
// for.
static enum outcome
read_marks(struct stage *stage)
{
    struct db *db = stage->options.db;
    const struct db_query query = {"stage_marks_read", marks_read_sql, stage->read_params};
    enum outcome outcome = db_run(db, &query, 1, PATIENCE_MS);

    stage->before_mark = stage->before_floor = INT64_MAX;
    for (size_t i = 0; outcome == DONE && i < db_rows(db, 0); i++) {
        bool is_mine = db_int(db, 0, i, 0) != 0;

        *(is_mine ? &stage->mark : &stage->before_mark) = db_int(db, 0, i, 1);
        *(is_mine ? &stage->floor : &stage->before_floor) = db_int(db, 0, i, 2);
    }
    db_release(db);
    return outcome;
}

// Writes down how far this stage has come, unless somebody else did meanwhile: for the next sweep and the
// next start, for ops, and for ingest's bound on the backlog.
static void
write_marks(struct stage *stage, int64_t mark, int64_t floor)
{
    struct db *db = stage->options.db;
    const struct db_query query = {"stage_marks_write", marks_write_sql, stage->write_params};

    if (mark == stage->mark && floor == stage->floor)
        return;
    db_params_clear(stage->write_params);
    db_put_string(stage->write_params, 0, stage->handler->name);
    db_put_int(stage->write_params, 1, mark);
    db_put_int(stage->write_params, 2, floor);
    db_put_int(stage->write_params, 3, stage->mark);
    db_put_int(stage->write_params, 4, stage->floor);
    if (db_run(db, &query, 1, PATIENCE_MS) == DONE) {
        stage->mark = mark;
        stage->floor = floor;
    }
    db_release(db);
}

static int64_t
lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// Looks at the next span of a sweep that goes from start to end over and over.  Returns up to where
// everything from start on is now known to be done; start when something was missing, or could not be looked
// at.
static int64_t
scan(struct stage *stage, struct scan *scan, int64_t start, int64_t end)
{
    int64_t from = scan->at > start && scan->at < end ? scan->at : start;
    int64_t to = lesser(from + SPAN, end);
    int64_t last_id = stage->swept_id;
    int found = sweep(stage, from, to);

    if (from == start)
        scan->missed = false;
    scan->missed = scan->missed || found != 0;
    // The same items again and again cannot be done now; they must not keep the sweep from those above them.
    scan->goes_on = found == STAGE_LIMIT && stage->swept_id != last_id;
    scan->at = scan->goes_on ? from : to < end ? to : 0;
    return scan->missed ? start : to;
}

// Do messages come in?
static bool
is_flowing(const struct stage *stage)
{
    return clock_mono_ms() - stage->heard_ms < stage->options.grace_ms;
}

// When a sweep goes on: at once with a backlog, soon within a pass, later with the next pass.
static int64_t
next_scan(const struct stage *stage, const struct scan *scan, int64_t pass_ms)
{
    int64_t now = clock_mono_ms();

    if (scan->goes_on)
        return now;
    if (scan->at != 0)
        return is_flowing(stage) ? now + STEP_MS : now;
    return now + pass_ms;
}

static bool
has_more(const struct stage *stage)
{
    int64_t now = clock_mono_ms();

    return (stage->near.at != 0 && now >= stage->next_near_ms) ||
           (stage->far.at != 0 && now >= stage->next_far_ms) || stage->near.goes_on || stage->far.goes_on;
}

static void
sweep_near(struct stage *stage)
{
    int64_t up_to = newest_before(stage, stage->options.grace_ms);
    int64_t done = 0;

    if (is_flowing(stage) && stage->reached <= up_to)
        up_to = stage->reached - 1;
    done = lesser(scan(stage, &stage->near, stage->floor, up_to), stage->before_floor);
    if (done > stage->floor)
        write_marks(stage, stage->mark, done);
    stage->next_near_ms = next_scan(stage, &stage->near, stage->options.sweep_ms);
}

static void
sweep_far(struct stage *stage)
{
    int64_t old = lesser(newest_before(stage, LATE_MS), stage->before_mark);
    int64_t done = lesser(scan(stage, &stage->far, stage->mark, stage->floor), old);

    if (done > stage->mark)
        write_marks(stage, done, stage->floor);
    stage->next_far_ms = next_scan(stage, &stage->far, FAR_MS);
}

static void
on_tick(void *self)
{
    struct stage *stage = self;
    int64_t now = clock_mono_ms();

    // A lease is renewed whether there is something to do or not.
    if (stage->lease != NULL && stage->refreshed && !stage_is_active(stage))
        stage->next_near_ms = now;
    if (now < stage->next_near_ms && now < stage->next_far_ms && now < stage->next_refresh_ms)
        return;
    if (!is_active(stage)) {
        stage->next_near_ms = now + 250;
        return;
    }
    if (now >= stage->next_refresh_ms) {
        stage->next_refresh_ms = now + REFRESH_MS;
        if (stage->handler->refresh(stage->handler->self, false) != DONE)
            return;
    }
    // The marks of the stage before are read first: what it had done by then, the sweep sees.
    if (read_marks(stage) != DONE || take_sample(stage) != DONE)
        return;
    do {
        if (clock_mono_ms() >= stage->next_near_ms)
            sweep_near(stage);
        if (clock_mono_ms() >= stage->next_far_ms)
            sweep_far(stage);
    } while (has_more(stage) && clock_mono_ms() - now < (is_flowing(stage) ? TURN_MS : LONG_TURN_MS));
}

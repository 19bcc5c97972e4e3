// db.c - one connection to PostgreSQL; the only file that includes libpq.
//
// Invariants: at most one transaction is in flight; no call waits for the network except db_run(), which has
// a time limit; a connection that was late once is closed, because its late answer would be taken for the
// next one's.
#include "db.h"

#include "clock.h"
#include "db_params.h"
#include "log.h"
#include "str.h"

#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAMES_MOST = 128,    // statements of a connection; the portal has most of them
    CONNECT_MS = 3000,   // libpq's own connect_timeout does not apply to PQconnectPoll
    BUSY_MS = 15000,     // above the statement_timeout that the session sets
    ENDING_MS = 800,     // a process that was asked to end waits no longer than this for an answer
    PLANS_MS = 60000,    // plans are made anew after this, and
    PLANS_SLOW_MS = 500, // after this, where a transaction took longer than
    SLOW_MS = 100,
    BACKOFF_MS = 100,
    BACKOFF_MOST_MS = 2000,
    POSTGRES_EPOCH_S = 946684800,
};

// Services look rows up by key; a plan made while a table was empty must not scan it when it holds millions.
// Where a table was analysed as empty, reading its whole index is as good to the planner as looking a key up
// in it: no option keeps such a plan from being made, and the next ANALYZE may be a minute away.  So plans do
// not last: made anew, they see how large the tables have become.
static const char session_options[] =
    "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s "
    "-c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c "
    "enable_mergejoin=off "
    "-c client_min_messages=warning";

// What the next result of the pipeline answers.
enum step_kind { FORGETS_PLANS, PREPARES, RUNS };
struct step {
    enum step_kind kind;
    size_t query;
};

struct db {
    char *conninfo, *password, *name;
    PGconn *connection;
    PostgresPollingStatusType wish; // while CONNECTING
    enum db_state state;
    int64_t next_try_ms, backoff_ms, late_ms, epoch;
    int64_t submitted_ms, planned_ms;
    bool was_slow;
    bool away_was_said;
    int64_t refused_said_ms;
    void (*before)(void *self);
    void *before_self;

    const char *prepared[NAMES_MOST];
    size_t prepared_count;

    const char *names[DB_QUERIES_MOST];
    PGresult *results[DB_QUERIES_MOST];
    struct step steps[2 * DB_QUERIES_MOST + 1];
    size_t query_count, step_count, step;
    size_t syncs; // that are still to come
    bool lost;
    enum outcome ending;
    char reason[256];
};

struct db *
db_new(const char *conninfo, const char *password, const char *name)
{
    struct db *db = check_zalloc(1, sizeof(*db));

    db->conninfo = strdup(conninfo);
    db->password = password != NULL && password[0] != '\0' ? strdup(password) : NULL;
    db->name = strdup(name);
    CHECK(db->conninfo != NULL && db->name != NULL);
    db->backoff_ms = BACKOFF_MS;
    return db;
}

static void
drop_results(struct db *db)
{
    for (size_t i = 0; i < db->query_count; i++) {
        PQclear(db->results[i]);
        db->results[i] = NULL;
    }
    db->query_count = 0;
}

// Closes the connection; the next attempt comes after the back-off.
static void
go_down(struct db *db, const char *why)
{
    int length = (int)strcspn(why, "\n");

    if (!db->away_was_said)
        log_warn(EV_DB_AWAY, "connection=%s reason=\"%.*s\" retry_ms=%lld", db->name, length, why,
            (long long)db->backoff_ms);
    db->away_was_said = true;
    PQfinish(db->connection);
    db->connection = NULL;
    db->prepared_count = 0;
    db->state = DB_DOWN;
    db->next_try_ms = clock_mono_ms() + db->backoff_ms;
    db->backoff_ms = db->backoff_ms * 2 < BACKOFF_MOST_MS ? db->backoff_ms * 2 : BACKOFF_MOST_MS;
}

// The connection is lost with a transaction in flight: its outcome is unknown.
static void
lose(struct db *db, const char *why)
{
    snprintf(db->reason, sizeof(db->reason), "%.*s", (int)strcspn(why, "\n"), why);
    db->ending = RETRY;
    db->lost = true;
    db->state = DB_FINISHED;
}

void
db_destroy(struct db **db)
{
    if (*db == NULL)
        return;
    drop_results(*db);
    PQfinish((*db)->connection);
    free((*db)->conninfo);
    free((*db)->password);
    free((*db)->name);
    free(*db);
    *db = NULL;
}

static void
start_connecting(struct db *db)
{
    const char *keywords[] = {"dbname", "password", "fallback_application_name", "options",
        "tcp_user_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", NULL};
    const char *values[] = {
        db->conninfo, db->password, db->name, session_options, "5000", "10", "5", "3", NULL};

    db->connection = PQconnectStartParams(keywords, values, 1);
    CHECK(db->connection != NULL);
    db->state = DB_CONNECTING;
    db->wish = PGRES_POLLING_WRITING;
    db->late_ms = clock_mono_ms() + CONNECT_MS;
    if (PQstatus(db->connection) == CONNECTION_BAD)
        go_down(db, PQerrorMessage(db->connection));
}

// Is the connection's descriptor ready for these events now?
static bool
is_ready(const struct db *db, short events)
{
    struct pollfd item = {.fd = PQsocket(db->connection), .events = events};

    return poll(&item, 1, 0) > 0;
}

static void
go_on_connecting(struct db *db)
{
    if (!is_ready(db, db->wish == PGRES_POLLING_READING ? POLLIN : POLLOUT)) {
        if (clock_mono_ms() > db->late_ms)
            go_down(db, "connecting took too long");
        return;
    }
    db->wish = PQconnectPoll(db->connection);
    if (db->wish == PGRES_POLLING_FAILED) {
        go_down(db, PQerrorMessage(db->connection));
    } else if (db->wish == PGRES_POLLING_OK) {
        CHECK(PQsetnonblocking(db->connection, 1) == 0 && PQenterPipelineMode(db->connection) == 1);
        db->state = DB_READY;
        db->planned_ms = clock_mono_ms();
        db->was_slow = false;
        db->epoch++;
        db->backoff_ms = BACKOFF_MS;
        db->away_was_said = false;
        log_info(EV_DB_CONNECTED, "connection=%s server=%d", db->name, PQserverVersion(db->connection));
    }
}

// All results are in: what became of the transaction?
static void
finish(struct db *db)
{
    db->ending = DONE;
    db->reason[0] = '\0';
    for (size_t i = 0; i < db->query_count && db->ending == DONE; i++) {
        ExecStatusType status = db->results[i] != NULL ? PQresultStatus(db->results[i]) : PGRES_FATAL_ERROR;
        const char *state = PQresultErrorField(db->results[i], PG_DIAG_SQLSTATE);
        const char *text = PQresultErrorField(db->results[i], PG_DIAG_MESSAGE_PRIMARY);

        if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
            continue;
        db->ending =
            state != NULL && state[0] == '2' && (state[1] == '2' || state[1] == '3') ? REJECT : RETRY;
        snprintf(db->reason, sizeof(db->reason), "%s %s", state != NULL ? state : "-----",
            text != NULL ? text : "no answer");
        // What is wrong with its data the caller knows best; the text might hold some of it.
        if (db->ending == RETRY && clock_mono_ms() - db->refused_said_ms > 1000)
            log_warn(EV_DB_REFUSED, "connection=%s query=%s sqlstate=%s reason=\"%s\"", db->name,
                db->names[i], state != NULL ? state : "-", text != NULL ? text : "");
        db->refused_said_ms = clock_mono_ms();
    }
    db->was_slow = clock_mono_ms() - db->submitted_ms > SLOW_MS;
    db->state = DB_FINISHED;
}

static void
take_result(struct db *db, PGresult *result)
{
    const struct step *step = &db->steps[db->step];
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;

    CHECK(db->step < db->step_count);
    if (step->kind == PREPARES && ok && db->prepared_count < NAMES_MOST)
        db->prepared[db->prepared_count++] = db->names[step->query];
    if (step->kind != FORGETS_PLANS && db->results[step->query] == NULL && (step->kind == RUNS || !ok))
        db->results[step->query] = result;
    else
        PQclear(result);
}

static void
go_on_busy(struct db *db)
{
    int unsent = PQflush(db->connection);

    if (unsent < 0 || PQconsumeInput(db->connection) == 0) {
        lose(db, PQerrorMessage(db->connection));
        return;
    }
    while (db->state == DB_BUSY && PQisBusy(db->connection) == 0) {
        PGresult *result = PQgetResult(db->connection);

        if (PQstatus(db->connection) == CONNECTION_BAD) {
            PQclear(result);
            lose(db, PQerrorMessage(db->connection));
        } else if (result == NULL) {
            db->step++;
        } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            if (--db->syncs == 0)
                finish(db);
        } else {
            take_result(db, result);
        }
    }
    if (db->state == DB_BUSY && clock_mono_ms() > db->late_ms)
        lose(db, "the answer took too long");
}

enum db_state
db_pump(struct db *db)
{
    if (db->state == DB_DOWN && clock_mono_ms() >= db->next_try_ms)
        start_connecting(db);
    if (db->state == DB_CONNECTING)
        go_on_connecting(db);
    if (db->state == DB_BUSY)
        go_on_busy(db);
    // An idle connection becomes readable when the server ends it.
    if (db->state == DB_READY && is_ready(db, POLLIN) &&
        (PQconsumeInput(db->connection) == 0 || PQstatus(db->connection) == CONNECTION_BAD))
        go_down(db, PQerrorMessage(db->connection));
    return db->state;
}

enum db_state
db_state(const struct db *db)
{
    return db->state;
}

int
db_fd(const struct db *db)
{
    return db->connection != NULL && !db->lost ? PQsocket(db->connection) : -1;
}

short
db_events(const struct db *db)
{
    switch (db->state) {
    case DB_DOWN:
    case DB_FINISHED:
        return 0;
    case DB_CONNECTING:
        return db->wish == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    case DB_READY:
        return POLLIN;
    case DB_BUSY:
        return (short)(POLLIN | (PQflush(db->connection) > 0 ? POLLOUT : 0));
    }
    return 0;
}

int64_t
db_epoch(const struct db *db)
{
    return db->epoch;
}

static bool
is_prepared(const struct db *db, const char *name)
{
    for (size_t i = 0; i < db->prepared_count; i++)
        if (strcmp(db->prepared[i], name) == 0)
            return true;
    return false;
}

static int
send_query(struct db *db, size_t index, const struct db_query *query)
{
    const char *values[DB_PARAMS_MOST];
    int lengths[DB_PARAMS_MOST];
    int formats[DB_PARAMS_MOST];
    Oid oids[DB_PARAMS_MOST];
    size_t count = query->params != NULL ? query->params->count : 0;

    for (size_t i = 0; i < count; i++) {
        values[i] = db_params_value(&query->params->columns[i], &lengths[i]);
        formats[i] = 1;
        oids[i] = db_params_oid(&query->params->columns[i]);
    }
    if (!is_prepared(db, query->name)) {
        if (PQsendPrepare(db->connection, query->name, query->sql, (int)count, oids) == 0)
            return -1;
        db->steps[db->step_count++] = (struct step){.kind = PREPARES, .query = index};
    }
    if (PQsendQueryPrepared(db->connection, query->name, (int)count, values, lengths, formats, 1) == 0)
        return -1;
    db->steps[db->step_count++] = (struct step){.kind = RUNS, .query = index};
    return 0;
}

// In a transaction of its own: the one that follows may have to begin with its isolation level, before any
// statement that looks at the tables.
static int
forget_old_plans(struct db *db)
{
    if (db->submitted_ms - db->planned_ms <= (db->was_slow ? PLANS_SLOW_MS : PLANS_MS))
        return 0;
    if (PQsendQueryParams(db->connection, "DISCARD PLANS", 0, NULL, NULL, NULL, NULL, 1) == 0 ||
        PQpipelineSync(db->connection) == 0)
        return -1;
    db->planned_ms = db->submitted_ms;
    db->syncs++;
    db->steps[db->step_count++] = (struct step){.kind = FORGETS_PLANS};
    return 0;
}

void
db_submit(struct db *db, const struct db_query *queries, size_t count)
{
    CHECK(db->state == DB_READY && count > 0 && count <= DB_QUERIES_MOST);
    db->query_count = count;
    db->step_count = 0;
    db->step = 0;
    db->syncs = 1;
    db->state = DB_BUSY;
    db->submitted_ms = clock_mono_ms();
    db->late_ms = db->submitted_ms + BUSY_MS;
    for (size_t i = 0; i < count; i++) {
        db->names[i] = queries[i].name;
        db->results[i] = NULL;
    }
    if (forget_old_plans(db) < 0) {
        lose(db, PQerrorMessage(db->connection));
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (send_query(db, i, &queries[i]) < 0) {
            lose(db, PQerrorMessage(db->connection));
            return;
        }
    if (PQpipelineSync(db->connection) == 0 || PQflush(db->connection) < 0)
        lose(db, PQerrorMessage(db->connection));
}

enum outcome
db_ending(const struct db *db)
{
    CHECK(db->state == DB_FINISHED);
    return db->ending;
}

const char *
db_reason(const struct db *db)
{
    return db->reason;
}

static const char *
value(const struct db *db, size_t i, size_t row, int column, int *length)
{
    CHECK(i < db->query_count && db->results[i] != NULL);
    CHECK((int)row < PQntuples(db->results[i]) && column < PQnfields(db->results[i]));
    *length = PQgetlength(db->results[i], (int)row, column);
    return PQgetvalue(db->results[i], (int)row, column);
}

size_t
db_rows(const struct db *db, size_t i)
{
    return i < db->query_count && db->results[i] != NULL ? (size_t)PQntuples(db->results[i]) : 0;
}

size_t
db_affected(const struct db *db, size_t i)
{
    return i < db->query_count && db->results[i] != NULL ? strtoul(PQcmdTuples(db->results[i]), NULL, 10) : 0;
}

bool
db_is_null(const struct db *db, size_t i, size_t row, int column)
{
    CHECK(i < db->query_count && db->results[i] != NULL);
    return PQgetisnull(db->results[i], (int)row, column) == 1;
}

int64_t
db_int(const struct db *db, size_t i, size_t row, int column)
{
    int length = 0;
    const char *data = value(db, i, row, column, &length);
    uint64_t big = 0;
    uint32_t middle = 0;
    uint16_t small = 0;

    switch (length) {
    case 8:
        memcpy(&big, data, sizeof(big));
        return (int64_t)be64toh(big);
    case 4:
        memcpy(&middle, data, sizeof(middle));
        return (int32_t)be32toh(middle);
    case 2:
        memcpy(&small, data, sizeof(small));
        return (int16_t)be16toh(small);
    case 1:
        return data[0];
    default:
        return 0; // null
    }
}

double
db_real(const struct db *db, size_t i, size_t row, int column)
{
    int length = 0;
    const char *data = value(db, i, row, column, &length);
    uint64_t wide = 0;
    uint32_t narrow = 0;
    double real = 0;
    float single = 0;

    if (length == (int)sizeof(wide)) {
        memcpy(&wide, data, sizeof(wide));
        wide = be64toh(wide);
        memcpy(&real, &wide, sizeof(real));
    } else if (length == (int)sizeof(narrow)) {
        memcpy(&narrow, data, sizeof(narrow));
        narrow = be32toh(narrow);
        memcpy(&single, &narrow, sizeof(single));
        real = (double)single;
    }
    return real;
}

int64_t
db_time(const struct db *db, size_t i, size_t row, int column)
{
    int64_t micros = db_int(db, i, row, column);

    return micros / 1000 + (int64_t)POSTGRES_EPOCH_S * 1000;
}

const char *
db_text(const struct db *db, size_t i, size_t row, int column, size_t *length)
{
    int bytes = 0;
    const char *data = value(db, i, row, column, &bytes);

    if (length != NULL)
        *length = (size_t)bytes;
    return data;
}

void
db_copy_text(const struct db *db, size_t i, size_t row, int column, char *field, size_t size)
{
    str_copy(field, size, db_is_null(db, i, row, column) ? "" : db_text(db, i, row, column, NULL));
}

void
db_release(struct db *db)
{
    drop_results(db);
    if (db->state != DB_FINISHED)
        return;
    db->state = DB_READY;
    if (db->lost) {
        db->lost = false;
        go_down(db, db->reason);
    }
}

void
db_before_run(struct db *db, void (*before)(void *self), void *self)
{
    db->before = before;
    db->before_self = self;
}

static void
run_before(struct db *db)
{
    void (*before)(void *self) = db->before;

    db->before = NULL;
    if (before != NULL)
        before(db->before_self);
    db->before = before;
}

// Has this process been asked to end?  The service blocks these signals, so they wait here until its loop
// looks.
static bool
is_ending(void)
{
    sigset_t pending;

    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

enum outcome
db_run(struct db *db, const struct db_query *queries, size_t count, int64_t patience_ms)
{
    int64_t start = clock_mono_us() / 1000;
    bool submitted = false;

    run_before(db);
    while (db_pump(db) != DB_FINISHED) {
        int64_t spent = clock_mono_us() / 1000 - start;
        int64_t limit = submitted || patience_ms < CONNECT_MS / 2 ? patience_ms : CONNECT_MS / 2;
        int64_t last =
            submitted ? ENDING_MS : 0; // when the process was asked to end: nothing new is waited for
        int64_t left = (is_ending() && limit > last ? last : limit) - spent;
        struct pollfd item = {.fd = db_fd(db), .events = db_events(db)};

        if (db->state == DB_READY && !submitted) {
            db_submit(db, queries, count);
            submitted = true;
            continue;
        }
        if (left <= 0) {
            if (!submitted)
                snprintf(db->reason, sizeof(db->reason), "PostgreSQL cannot be reached");
            else
                lose(db, "the answer took too long");
            return RETRY;
        }
        poll(&item, item.fd >= 0 ? 1 : 0, left < 50 ? (int)left : 50); // 50 ms: a back-off may end
    }
    return db->ending;
}

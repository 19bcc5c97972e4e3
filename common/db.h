// db.h - one connection to PostgreSQL: reconnecting, never waiting for ever, one transaction in flight.
//
// A transaction is a list of prepared statements sent in one round trip (pipeline mode; an implicit
// transaction up to its sync).  Parameters are whole columns: "insert .. select from unnest($1::bigint[],
// $2::text[])", so that a batch of a thousand rows is one statement.  Results come in binary and are read
// with the accessors below.
//
//     DOWN --connect--> CONNECTING --ok--> READY --db_submit--> BUSY --all results--> FINISHED
//     --db_release--> READY
//       ^                    |                                    |                       |
//       +-- failed, back-off 100 ms .. 2 s       lost or too late +--> FINISHED (RETRY) --+--> DOWN
//
// Statements are planned once for all parameters; plans are forgotten every minute, and sooner after a
// slow transaction, so that they fit tables that have grown.
//
// Lost while BUSY means unknown: the transaction may have committed.  Statements have to be safe to run
// twice.
#ifndef KENTONGAN_DB_H
#define KENTONGAN_DB_H

#include "check.h"
#include "outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_params;

enum { DB_QUERIES_MOST = 10 }; // in one transaction
enum db_state { DB_DOWN, DB_CONNECTING, DB_READY, DB_BUSY, DB_FINISHED };

// One statement of a transaction.  name is its key on the connection: the same name always goes with the same
// sql.
struct db_query {
    const char *name;
    const char *sql;
    const struct db_params *params; // NULL: no parameters.  Borrows until db_submit returns.
};

// A connection that is not made yet.  conninfo: libpq's; password may be NULL; name is shown by
// pg_stat_activity.  Returns new.
struct db *db_new(const char *conninfo, const char *password, const char *name);
void db_destroy(struct db **db);

// Moves on: connects when it is time to, sends, receives.  Never blocks.  Returns the state after that.
enum db_state db_pump(struct db *db);
enum db_state db_state(const struct db *db);

// The descriptor to poll and the events (POLLIN, POLLOUT) it waits for; -1 while DOWN.  Changes with each
// reconnect.
int db_fd(const struct db *db);
short db_events(const struct db *db);

// Counts the connections made so far: a change tells that session state (advisory locks) is gone.
int64_t db_epoch(const struct db *db);

// Starts a transaction; the state has to be READY.  count: up to DB_QUERIES_MOST.
void db_submit(struct db *db, const struct db_query *queries, size_t count);

// FINISHED only: DONE (committed), RETRY (not committed or unknown), REJECT (SQLSTATE class 22 or 23: the
// data cannot be stored).
enum outcome db_ending(const struct db *db);

// SQLSTATE (5 characters, ----- when there is none), a blank and the message of the failure, or "".  Borrowed
// until db_release.
const char *db_reason(const struct db *db);

// Results of query i of the finished transaction.
size_t db_rows(const struct db *db, size_t i);
size_t db_affected(const struct db *db, size_t i); // rows that an INSERT or UPDATE without RETURNING touched
bool db_is_null(const struct db *db, size_t i, size_t row, int column);
int64_t db_int(const struct db *db, size_t i, size_t row, int column);  // smallint, integer, bigint, boolean
double db_real(const struct db *db, size_t i, size_t row, int column);  // real, double precision
int64_t db_time(const struct db *db, size_t i, size_t row, int column); // timestamptz as Unix ms
const char *db_text(const struct db *db, size_t i, size_t row, int column,
    size_t *length); // text, bytea, uuid; length may be NULL

// Copies a text into a field of size bytes, cut so that it fits; "" for null.
void db_copy_text(const struct db *db, size_t i, size_t row, int column, char *field, size_t size);

// Forgets the results; READY again.
void db_release(struct db *db);

// For those with nothing else to do: waits for READY, runs the queries, waits for FINISHED.  Gives up after
// patience_ms, and after 1.5 s at most when PostgreSQL cannot be reached, and then returns RETRY.  The caller
// reads results and calls db_release (also after RETRY and REJECT).
MUST_USE enum outcome db_run(
    struct db *db, const struct db_query *queries, size_t count, int64_t patience_ms);

// Calls before(self) at the start of each db_run() but those of before itself.  NULL: nothing any more.
// Borrows self.
void db_before_run(struct db *db, void (*before)(void *self), void *self);

// Columns of parameters.  types: one letter a parameter; upper case is an array (a value a row), lower case a
// single value.
//     i bigint  n integer  s smallint  o boolean  d double precision  r real  t text  b bytea  u uuid (16
//     bytes)  z timestamptz
// Returns new.
struct db_params *db_params_new(const char *types);
void db_params_destroy(struct db_params **params);
void db_params_clear(struct db_params *params);

// Appends one value to a column (or sets a single one).
void db_put_int(struct db_params *params, size_t column, int64_t value);                    // i n s o
void db_put_real(struct db_params *params, size_t column, double value);                    // d r
void db_put_text(struct db_params *params, size_t column, const void *data, size_t length); // t b u
void db_put_string(struct db_params *params, size_t column, const char *text);
void db_put_time(struct db_params *params, size_t column, int64_t unix_ms); // z
void db_put_null(struct db_params *params, size_t column);

#endif

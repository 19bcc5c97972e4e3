// store_ntfy.c - the SQL of what the ntfy endpoint keeps.
#include "store_ntfy.h"

#include "pool.h"

#include <string.h>

static const char newest_sql[] = "SELECT coalesce(max(id), 0) FROM ntfy_messages";

static const char after_sql[] = "SELECT m.id, m.at, m.expires_at, m.topic, m.message FROM ntfy_messages m "
                                "WHERE m.id > $1 ORDER BY m.id LIMIT 500";

static const char missed_sql[] =
    "SELECT m.id, m.at, m.expires_at, m.topic, m.message FROM ntfy_messages m "
    "WHERE m.topic = ANY ($1) AND m.id > $2 AND m.id <= $3 AND m.at >= $4 AND m.expires_at > now() "
    "ORDER BY m.id LIMIT 500";

_Static_assert(STORE_NTFY_ROWS_MOST == 500, "after_sql and missed_sql read so many rows");

static const char device_sql[] = "SELECT ntfy_device($1, $2)";

static const char publish_sql[] = "SELECT p.id, p.at, p.expires_at FROM ntfy_publish($1, $2, $3) p";

static const char prune_sql[] = "DELETE FROM ntfy_messages WHERE expires_at < now()";

// Runs one query; the caller releases.
static enum outcome
run(struct db *db, const char *name, const char *sql, const struct db_params *params)
{
    const struct db_query query = {name, sql, params};

    return db_run(db, &query, 1, POOL_PATIENCE_MS);
}

enum outcome
store_ntfy_newest(struct db *db, int64_t *id)
{
    enum outcome outcome = run(db, "ntfy newest", newest_sql, NULL);

    *id = outcome == DONE ? db_int(db, 0, 0, 0) : 0;
    db_release(db);
    return outcome;
}

// Tells each row.  Releases.
static void
tell(struct db *db, enum outcome outcome, store_ntfy_row *row, void *self)
{
    for (size_t i = 0; outcome == DONE && i < db_rows(db, 0); i++) {
        struct store_ntfy_message message = {
            .id = db_int(db, 0, i, 0), .at_ms = db_time(db, 0, i, 1), .expires_at_ms = db_time(db, 0, i, 2)};

        message.topic = db_text(db, 0, i, 3, &message.topic_length);
        message.said = db_text(db, 0, i, 4, &message.said_length);
        row(self, &message);
    }
    db_release(db);
}

enum outcome
store_ntfy_after(struct db *db, int64_t after, store_ntfy_row *row, void *self)
{
    struct db_params *params = db_params_new("i");
    enum outcome outcome = DONE;

    db_put_int(params, 0, after);
    outcome = run(db, "ntfy after", after_sql, params);
    db_params_destroy(&params);
    tell(db, outcome, row, self);
    return outcome;
}

enum outcome
store_ntfy_missed(struct db *db, const struct store_ntfy_missed *missed, store_ntfy_row *row, void *self)
{
    struct db_params *params = db_params_new("Tiiz");
    enum outcome outcome = DONE;

    for (size_t i = 0; i < missed->topic_count; i++)
        db_put_string(params, 0, missed->topics[i]);
    db_put_int(params, 1, missed->after);
    db_put_int(params, 2, missed->up_to);
    db_put_time(params, 3, missed->since_ms);
    outcome = run(db, "ntfy missed", missed_sql, params);
    db_params_destroy(&params);
    tell(db, outcome, row, self);
    return outcome;
}

enum outcome
store_ntfy_device(struct db *db, const char *topic, const uint8_t hash[STORE_NTFY_HASH_SIZE], int64_t *device)
{
    struct db_params *params = db_params_new("tb");
    enum outcome outcome = DONE;

    db_put_string(params, 0, topic);
    db_put_text(params, 1, hash, STORE_NTFY_HASH_SIZE);
    outcome = run(db, "ntfy device", device_sql, params);
    *device = outcome == DONE && !db_is_null(db, 0, 0, 0) ? db_int(db, 0, 0, 0) : 0;
    db_release(db);
    db_params_destroy(&params);
    return outcome;
}

enum outcome
store_ntfy_publish(struct db *db, struct store_ntfy_message *message, int64_t keep_s)
{
    struct db_params *params = db_params_new("ttn");
    enum outcome outcome = DONE;

    db_put_text(params, 0, message->topic, message->topic_length);
    db_put_text(params, 1, message->said, message->said_length);
    db_put_int(params, 2, keep_s);
    outcome = run(db, "ntfy publish", publish_sql, params);
    message->id = 0;
    if (outcome == DONE && db_rows(db, 0) == 1) {
        message->id = db_int(db, 0, 0, 0);
        message->at_ms = db_time(db, 0, 0, 1);
        message->expires_at_ms = db_time(db, 0, 0, 2);
    }
    db_release(db);
    db_params_destroy(&params);
    return outcome;
}

enum outcome
store_ntfy_prune(struct db *db)
{
    enum outcome outcome = run(db, "ntfy prune", prune_sql, NULL);

    db_release(db);
    return outcome;
}

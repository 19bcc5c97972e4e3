// store.c - all of ingest's SQL.
//
// A batch takes the buckets' lock shared, so that no bucket is opened while it is under way: what it does not
// find in the older buckets is not there.  A report that conflicts, or is found in an older bucket, is simply
// not in the result.  The older buckets come as one array: as a join, the planner would scan all keys
// instead.
#include "store.h"

#include <stdio.h>
#include <stdlib.h>

static const char lock_sql[] = "SELECT pg_advisory_xact_lock_shared(5755)";
// $19 and $20: may the report be in a bucket below $20?  Only what may is looked up there, and everything
// while the newest bucket is another one.
static const char hopeful_sql[] =
    "INSERT INTO reports (id, bucket, key, sent_at, channel, source, source_message_id, tracking_code, text, "
    "latitude, longitude, region_code, address, attachments, anonymous, confidential, addressed_to, "
    "relayed_by, "
    "follows_id) "
    "SELECT u.id, b.bucket, u.key, least(u.sent_at, now()), u.channel, u.source, u.source_message_id, "
    "u.tracking_code, u.text, u.latitude, u.longitude, u.region_code, u.address, u.attachments, u.anonymous, "
    "u.confidential, u.addressed_to, u.relayed_by, u.follows_id "
    "FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::smallint[], $5::text[], $6::text[], "
    "$7::text[], $8::text[], $9::float8[], $10::float8[], $11::text[], $12::text[], $13::text[], "
    "$14::boolean[], "
    "$15::boolean[], $16::text[], $17::text[], $18::bigint[], $19::boolean[]) AS u (id, key, sent_at, "
    "channel, "
    "source, source_message_id, tracking_code, text, latitude, longitude, region_code, address, attachments, "
    "anonymous, confidential, addressed_to, relayed_by, follows_id, may_be_known), "
    "(SELECT max(bucket) AS bucket, array_remove(array_agg(bucket), max(bucket)) AS older FROM "
    "report_buckets) AS b "
    "WHERE (b.bucket = 0 OR (b.bucket = $20 AND NOT u.may_be_known) "
    "OR NOT EXISTS (SELECT 1 FROM reports r WHERE r.bucket = ANY (b.older) AND r.key = u.key))";
static const char careful_tail[] = " ON CONFLICT (bucket, key) DO NOTHING RETURNING id, received_at";
static const char time_sql[] = "SELECT now()";
static const char identities_sql[] =
    "INSERT INTO identities (report_id, sealed) SELECT u.id, u.sealed FROM unnest($1::bigint[], $2::bytea[]) "
    "AS u (id, sealed) WHERE EXISTS (SELECT 1 FROM reports r WHERE r.id = u.id)";
static const char addresses_sql[] =
    "INSERT INTO reply_addresses (report_id, sealed) SELECT u.id, u.sealed FROM unnest($1::bigint[], "
    "$2::bytea[]) AS u (id, sealed) WHERE EXISTS (SELECT 1 FROM reports r WHERE r.id = u.id)";
static const char sources_sql[] = "INSERT INTO integrators (name) SELECT DISTINCT name FROM "
                                  "unnest($1::text[]) AS u (name) ON CONFLICT DO NOTHING";
static const char ids_sql[] = "SELECT nextval('report_ids')";
static const char lookup_sql[] =
    "SELECT u.key, r.id, r.received_at, r.tracking_code FROM unnest($1::uuid[]) AS u (key), "
    "(SELECT array_agg(bucket) AS known FROM report_buckets) AS b, LATERAL (SELECT id, received_at, "
    "tracking_code "
    "FROM reports WHERE reports.bucket = ANY (b.known) AND reports.key = u.key OFFSET 0) AS r";

static const char safety_sql[] =
    "SELECT current_setting('fsync')::boolean AND current_setting('full_page_writes')::boolean "
    "AND current_setting('synchronous_commit') <> 'off'";
static const char key_sql[] = "SELECT value FROM cluster WHERE name = 'tracking_key'";
static const char all_sources_sql[] =
    "SELECT name, coalesce(public_key, ''), revoked_at IS NOT NULL FROM integrators";
// Counted only when the distance between the ids says that it might be over the bound $1; the distance itself
// else.
static const char backlog_sql[] =
    "SELECT CASE WHEN d.distance <= $1 THEN d.distance ELSE (SELECT count(*) FROM reports r WHERE r.id > "
    "m.near_up_to) "
    "- (SELECT count(*) FROM ticket_reports t WHERE t.report_id > m.near_up_to) END "
    "FROM stage_marks m CROSS JOIN LATERAL (SELECT greatest(0, coalesce((SELECT max(id) FROM reports), 0) "
    "- m.near_up_to) AS distance) AS d WHERE m.stage = 'router'";
static const char newest_sql[] = "SELECT max(bucket), sum(rows)::bigint FROM report_buckets";
static const char keys_sql[] = "SELECT bucket, key FROM reports WHERE bucket < $1 AND (bucket, key) > ($2, "
                               "$3) ORDER BY bucket, key LIMIT $4";
static const char bucket_sql[] =
    "UPDATE report_buckets SET rows = rows + $1 WHERE bucket = (SELECT max(bucket) FROM report_buckets) "
    "RETURNING bucket, rows >= $2";
// In the order of their keys, so that two processes cannot wait for each other.
static const char intake_sql[] =
    "INSERT INTO intake (day, channel, duplicate, rejected) "
    "SELECT '1970-01-01'::date + day::integer, channel, duplicate, rejected "
    "FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[]) AS u (day, channel, duplicate, "
    "rejected) ORDER BY day, channel ON CONFLICT (day, channel) DO UPDATE "
    "SET duplicate = intake.duplicate + excluded.duplicate, rejected = intake.rejected + excluded.rejected";
static const char bucket_lock_sql[] = "SELECT pg_advisory_xact_lock(5755)";
static const char bucket_open_sql[] =
    "INSERT INTO report_buckets (bucket) VALUES ($1 + 1) ON CONFLICT DO NOTHING";

struct store_batch {
    char careful_sql[sizeof(hopeful_sql) + sizeof(careful_tail)];
    struct db_params *reports, *identities, *addresses, *sources, *keys;
    size_t identity_count, address_count, source_count;
};

struct store_batch *
store_batch_new(void)
{
    struct store_batch *batch = check_zalloc(1, sizeof(*batch));

    batch->reports = db_params_new("IUZSTTTTDDTTTOOTTIOn");
    snprintf(batch->careful_sql, sizeof(batch->careful_sql), "%s%s", hopeful_sql, careful_tail);
    batch->identities = db_params_new("IB");
    batch->addresses = db_params_new("IB");
    batch->sources = db_params_new("T");
    batch->keys = db_params_new("U");
    return batch;
}

void
store_batch_destroy(struct store_batch **batch)
{
    if (*batch == NULL)
        return;
    db_params_destroy(&(*batch)->reports);
    db_params_destroy(&(*batch)->identities);
    db_params_destroy(&(*batch)->addresses);
    db_params_destroy(&(*batch)->sources);
    db_params_destroy(&(*batch)->keys);
    free(*batch);
    *batch = NULL;
}

void
store_batch_clear(struct store_batch *batch)
{
    db_params_clear(batch->reports);
    db_params_clear(batch->identities);
    db_params_clear(batch->addresses);
    db_params_clear(batch->sources);
    batch->identity_count = 0;
    batch->address_count = 0;
    batch->source_count = 0;
}

static void
put(struct db_params *params, size_t column, const struct report_text *text)
{
    db_put_text(params, column, text->data, text->length);
}

void
store_batch_add(struct store_batch *batch, const struct store_report *added)
{
    const int64_t latest_s = 4102444800; // 2100: beyond it a clock is wrong, and timestamptz has an end
    struct db_params *params = batch->reports;
    const struct report *report = added->report;

    db_put_int(params, 0, added->id);
    db_put_text(params, 1, report->key, sizeof(report->key));
    if (report->sent_at_ms > 0 && report->sent_at_ms / 1000 < latest_s)
        db_put_time(params, 2, report->sent_at_ms);
    else
        db_put_null(params, 2);
    db_put_int(params, 3, report->channel);
    put(params, 4, &report->source);
    put(params, 5, &report->source_message_id);
    db_put_string(params, 6, added->tracking_code);
    put(params, 7, &report->text);
    if (report->located) {
        db_put_real(params, 8, report->latitude);
        db_put_real(params, 9, report->longitude);
    } else {
        db_put_null(params, 8);
        db_put_null(params, 9);
    }
    put(params, 10, &report->region_code);
    put(params, 11, &report->address);
    put(params, 12, &report->attachments);
    db_put_int(params, 13, report->anonymous);
    db_put_int(params, 14, report->confidential);
    put(params, 15, &report->addressed_to);
    put(params, 16, &report->relayed_by);
    db_put_int(params, 17, added->follows_id);
    db_put_int(params, 18, added->may_be_known);
    if (added->is_new_source) {
        put(batch->sources, 0, &report->source);
        batch->source_count++;
    }
}

void
store_batch_known_below(struct store_batch *batch, int64_t bucket)
{
    db_put_int(batch->reports, 19, bucket);
}

void
store_batch_add_identity(struct store_batch *batch, int64_t id, const void *sealed, size_t length)
{
    db_put_int(batch->identities, 0, id);
    db_put_text(batch->identities, 1, sealed, length);
    batch->identity_count++;
}

void
store_batch_add_address(struct store_batch *batch, int64_t id, const void *sealed, size_t length)
{
    db_put_int(batch->addresses, 0, id);
    db_put_text(batch->addresses, 1, sealed, length);
    batch->address_count++;
}

size_t
store_batch_submit(struct store_batch *batch, struct db *db, enum store_manner manner, bool with_ids)
{
    struct db_query queries[7] = {
        [STORE_LOCK] = {"lock", lock_sql, NULL},
        [STORE_REPORTS] = {"hopeful", hopeful_sql, batch->reports},
        [STORE_TIME] = {"time", time_sql, NULL},
    };
    size_t count = STORE_TIME + 1;

    if (manner == STORE_CAREFUL)
        queries[STORE_REPORTS] = (struct db_query){"careful", batch->careful_sql, batch->reports};
    if (batch->identity_count > 0)
        queries[count++] = (struct db_query){"identities", identities_sql, batch->identities};
    if (batch->address_count > 0)
        queries[count++] = (struct db_query){"addresses", addresses_sql, batch->addresses};
    if (batch->source_count > 0)
        queries[count++] = (struct db_query){"sources", sources_sql, batch->sources};
    if (with_ids)
        queries[count++] = (struct db_query){"ids", ids_sql, NULL};
    db_submit(db, queries, count);
    return with_ids ? count - 1 : 0;
}

void
store_submit_ids(struct db *db)
{
    const struct db_query query = {"ids", ids_sql, NULL};

    db_submit(db, &query, 1);
}

void
store_submit_lookup(struct store_batch *batch, struct db *db, uint8_t (*keys)[REPORT_KEY_SIZE], size_t count)
{
    const struct db_query query = {"lookup", lookup_sql, batch->keys};

    db_params_clear(batch->keys);
    for (size_t i = 0; i < count; i++)
        db_put_text(batch->keys, 0, keys[i], REPORT_KEY_SIZE);
    db_submit(db, &query, 1);
}

void
store_submit_vitals(struct db *db, int64_t backlog_most, int64_t stored, int64_t bucket_rows)
{
    struct db_params *backlog = db_params_new("i");
    struct db_params *rows = db_params_new("ii");
    const struct db_query queries[] = {
        [STORE_VITAL_SAFETY] = {"safety", safety_sql, NULL},
        [STORE_VITAL_KEY] = {"key", key_sql, NULL},
        [STORE_VITAL_SOURCES] = {"all_sources", all_sources_sql, NULL},
        [STORE_VITAL_BACKLOG] = {"backlog", backlog_sql, backlog},
        [STORE_VITAL_NEWEST] = {"newest", newest_sql, NULL},
        [STORE_VITAL_BUCKET] = {"bucket", bucket_sql, rows},
    };

    db_put_int(backlog, 0, backlog_most);
    db_put_int(rows, 0, stored);
    db_put_int(rows, 1, bucket_rows);
    db_submit(db, queries, stored > 0 ? LENGTH(queries) : STORE_VITAL_BUCKET);
    db_params_destroy(&backlog);
    db_params_destroy(&rows);
}

void
store_submit_keys(
    struct db *db, int64_t below, int64_t after_bucket, const uint8_t after_key[REPORT_KEY_SIZE])
{
    struct db_params *params = db_params_new("nnui");
    const struct db_query query = {"keys", keys_sql, params};

    db_put_int(params, 0, below);
    db_put_int(params, 1, after_bucket);
    db_put_text(params, 2, after_key, REPORT_KEY_SIZE);
    db_put_int(params, 3, STORE_KEYS_PAGE);
    db_submit(db, &query, 1);
    db_params_destroy(&params);
}

struct db_params *
store_intake_params(void)
{
    return db_params_new("ISII");
}

void
store_intake_add(struct db_params *params, const struct store_intake *added)
{
    db_put_int(params, 0, added->day);
    db_put_int(params, 1, added->channel);
    db_put_int(params, 2, added->duplicate);
    db_put_int(params, 3, added->rejected);
}

void
store_submit_intake(struct db *db, const struct db_params *params)
{
    const struct db_query query = {"intake", intake_sql, params};

    db_submit(db, &query, 1);
}

void
store_submit_bucket_open(struct db *db, int64_t bucket)
{
    struct db_params *params = db_params_new("n");
    const struct db_query queries[] = {
        {"bucket_lock", bucket_lock_sql, NULL},
        {"bucket_open", bucket_open_sql, params},
    };

    db_put_int(params, 0, bucket);
    db_submit(db, queries, LENGTH(queries));
    db_params_destroy(&params);
}

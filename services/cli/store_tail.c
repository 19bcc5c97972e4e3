// store_tail.c - SQL of kentongan tail.
//
// What is new cannot be told by ids or times: transactions commit in another order.  So each look asks for
// what its own snapshot sees and the last one did not see, which is exact.  These tables only grow, so it
// reads their last pages alone; a row that found room in an older page would be missed, which kentongan show
// never does.
#include "store_tail.h"

#include "config.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES_BACK = 256 }; // several processes append at once, each to a page of its own

// Rows of `table` (alias r) that became visible since snapshot $2, from page $1 on; one row with nulls when
// there are none. A row's xmin has 32 bits; the epoch is that of the snapshot, or the one before.
#define NEW_ROWS(table, columns, joins)                                                                      \
    "WITH now AS (SELECT pg_current_snapshot() AS snapshot, pg_relation_size('" #table "'::regclass) "       \
    "/ current_setting('block_size')::bigint AS pages), "                                                    \
    "top AS (SELECT pg_snapshot_xmax(snapshot)::text::bigint AS xid FROM now), "                             \
    "fresh AS (SELECT r.* FROM " #table " r, top WHERE r.ctid >= ('(' || $1 || ',0)')::tid AND $2 <> '' "    \
    "AND NOT pg_visible_in_snapshot((r.xmin::text::bigint + (top.xid >> 32 << 32) - "                        \
    "CASE WHEN r.xmin::text::bigint > (top.xid & 4294967295) THEN 4294967296 ELSE 0 END)::text::xid8, "      \
    "nullif($2, '')::pg_snapshot)) "                                                                         \
    "SELECT now.snapshot::text, now.pages, " columns " FROM now LEFT JOIN fresh r ON true " joins

#define REASON "CASE WHEN r.reason <> '' THEN ', ' || r.reason ELSE '' END"

static const char *const sql[STORE_TAIL_SOURCES] = {
    NEW_ROWS(ticket_events, "r.at, r.ticket_id, '', r.event || ' by ' || r.actor || ': ' || r.detail", ""),
    NEW_ROWS(notices, "r.created_at, r.ticket_id, r.agency, r.kind::text || ' to ' || r.audience", ""),
    NEW_ROWS(deliveries,
        "r.at, n.ticket_id, n.agency, r.outcome || ', device ' || r.device_id || ', step ' || r.step || "
        "', attempt ' || r.attempt || CASE WHEN r.status > 0 THEN ', HTTP ' || r.status ELSE '' END "
        "|| " REASON,
        "LEFT JOIN notices n ON n.id = r.notice_id"),
    NEW_ROWS(ring_calls,
        "r.at, n.ticket_id, n.agency, 'step ' || r.step || ' to ' || r.whom || CASE WHEN r.device_id > 0 "
        "THEN ', device ' || r.device_id ELSE ', no device' END",
        "LEFT JOIN notices n ON n.id = r.notice_id"),
    NEW_ROWS(notice_proofs, "r.at, n.ticket_id, n.agency, r.what || ', device ' || r.device_id",
        "LEFT JOIN notices n ON n.id = r.notice_id"),
    NEW_ROWS(reply_attempts,
        "r.at, p.report_id, '', p.event || ': ' || r.outcome || CASE WHEN r.leg <> '' THEN ' by ' || r.leg "
        "ELSE '' "
        "END || ', attempt ' || r.attempt || " REASON,
        "LEFT JOIN replies p ON p.id = r.reply_id"),
};

static const char *const names[STORE_TAIL_SOURCES] = {
    "tail_events", "tail_notices", "tail_deliveries", "tail_calls", "tail_proofs", "tail_replies"};
static const char *const words[STORE_TAIL_SOURCES] = {
    "event", "notice", "delivery", "call", "proof", "reply"};

static int
by_time(const void *left, const void *right)
{
    json_int_t a = json_integer_value(json_object_get(*(json_t *const *)left, "at_ms"));
    json_int_t b = json_integer_value(json_object_get(*(json_t *const *)right, "at_ms"));

    return a < b ? -1 : a > b;
}

// All rows in one array, sorted by time.
static json_t *
merge(json_t *found[STORE_TAIL_SOURCES])
{
    json_t *merged = json_array();
    json_t **rows = NULL;
    size_t count = 0;

    for (size_t i = 0; i < STORE_TAIL_SOURCES; i++)
        count += json_array_size(found[i]);
    rows = check_zalloc(count + 1, sizeof(json_t *));
    count = 0;
    for (size_t i = 0; i < STORE_TAIL_SOURCES; i++)
        for (size_t k = 0; k < json_array_size(found[i]); k++) {
            json_t *row = json_array_get(found[i], k);

            if (!json_is_integer(json_object_get(row, "at_ms")))
                continue; // the one that only brought the snapshot
            json_object_set_new(row, "what", json_string(words[i]));
            json_object_del(row, "snapshot");
            json_object_del(row, "pages");
            rows[count++] = row;
        }
    qsort(rows, count, sizeof(json_t *), by_time);
    for (size_t i = 0; i < count; i++)
        json_array_append(merged, rows[i]);
    free(rows);
    return merged;
}

json_t *
store_tail_read(struct db *db, struct store_tail *tail)
{
    struct db_params *params[STORE_TAIL_SOURCES] = {NULL};
    struct db_query queries[STORE_TAIL_SOURCES];
    json_t *found[STORE_TAIL_SOURCES] = {NULL};
    json_t *rows = NULL;

    for (size_t i = 0; i < STORE_TAIL_SOURCES; i++) {
        params[i] = db_params_new("it");
        db_put_int(params[i], 0, tail->pages[i] > PAGES_BACK ? tail->pages[i] - PAGES_BACK : 0);
        db_put_string(params[i], 1, tail->snapshots[i]);
        queries[i] = (struct db_query){.name = names[i], .sql = sql[i], .params = params[i]};
    }
    if (config_run(db, "tail", queries, STORE_TAIL_SOURCES) == DONE) {
        for (size_t i = 0; i < STORE_TAIL_SOURCES; i++) {
            size_t length = 0;
            const char *snapshot = db_text(db, i, 0, 0, &length);

            found[i] = rows_array(db, i, "snapshot:t pages:i at_ms:z ticket_id:i agency:t detail:t");
            CHECK(length < STORE_TAIL_SNAPSHOT_SIZE);
            memcpy(tail->snapshots[i], snapshot, length);
            tail->snapshots[i][length] = '\0';
            tail->pages[i] = db_int(db, i, 0, 1);
        }
        rows = merge(found);
    }
    db_release(db);
    for (size_t i = 0; i < STORE_TAIL_SOURCES; i++) {
        json_decref(found[i]);
        db_params_destroy(&params[i]);
    }
    return rows;
}

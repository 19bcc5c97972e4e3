// store_corrections.c - SQL of what officers say of reports, and of the shelf.
#include "store_corrections.h"

#include "config.h"
#include "rows.h"

#include <stdio.h>
#include <string.h>

enum { ROWS_MOST = 4 };

// All rows are checked together, so that half of what was said is never stored.
static const char add_sql[] =
    "WITH said AS (SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY "
    "AS u (report_id, what, value, place)) "
    "INSERT INTO corrections (report_id, what, value, by, reason) "
    "SELECT report_id, what, value, $4, $5 FROM said WHERE NOT EXISTS (SELECT FROM said s WHERE NOT "
    "(EXISTS (SELECT FROM reports r WHERE r.id = s.report_id) AND CASE s.what "
    "WHEN 'topic' THEN EXISTS (SELECT FROM topics t WHERE t.code = s.value) "
    "WHEN 'region' THEN EXISTS (SELECT FROM regions g WHERE g.code = s.value) "
    "WHEN 'join' THEN EXISTS (SELECT FROM reports o WHERE o.id::text = s.value) ELSE true END)) "
    "ORDER BY place RETURNING id, report_id, what, value, by, reason, at";
static const char add_columns[] = "id:i report_id:i what:t value:t by:t reason:t at_ms:z";

static const char list_sql[] =
    "SELECT c.id, c.report_id, r.tracking_code, c.what, coalesce(o.tracking_code, c.value), c.by, c.reason, "
    "c.at, d.done, d.at FROM corrections c JOIN reports r ON r.id = c.report_id "
    "LEFT JOIN reports o ON c.what = 'join' AND o.id = nullif(substring(c.value FROM '^[0-9]{1,18}$'), "
    "'')::bigint LEFT JOIN corrections_done d ON d.correction_id = c.id "
    "WHERE $1 IN (0, c.report_id) ORDER BY c.id DESC LIMIT 1000";
static const char list_columns[] = "id:i report_id:i tracking_code:t what:t value:t by:t reason:t at_ms:z "
                                   "done:t done_at_ms:z";

#define SAID(about)                                                                                          \
    "(SELECT value FROM corrections c WHERE c.report_id = r.id AND c.what = '" about                         \
    "' ORDER BY c.id DESC LIMIT 1)"
static const char labelled_sql[] =
    "SELECT r.id, r.tracking_code, r.text, r.address, " SAID("topic") ", " SAID("kind") ", " SAID(
        "region") ", " SAID("urgent") " = 'yes' FROM reports r "
                                      "WHERE r.id > $1 AND EXISTS (SELECT FROM corrections c WHERE "
                                      "c.report_id = r.id AND c.what IN ('topic', 'kind', 'region', "
                                      "'urgent')) ORDER BY r.id LIMIT $2";
static const char labelled_columns[] =
    "report_id:i id:t text:t address:t topic:t kind:t region_code:t urgent:o";

static const char shelf_sql[] =
    "SELECT k.id, r.tracking_code, r.received_at, r.channel, r.source, "
    "1 + (SELECT count(*) FROM ticket_reports j WHERE j.ticket_id = k.id AND j.ticket_id <> j.report_id), "
    "octet_length(r.text), CASE WHEN $1 THEN r.text END FROM tickets k JOIN reports r ON r.id = k.id "
    "WHERE k.agency = 'SHELF' ORDER BY k.id DESC LIMIT 1000";
static const char shelf_columns[] = "ticket_id:i tracking_code:t received_at_ms:z channel:i source:t "
                                    "reports:i text_bytes:i text:t";

static const char ticket_sql[] = "SELECT k.id, k.agency FROM ticket_reports t JOIN tickets k ON k.id = "
                                 "t.ticket_id WHERE t.report_id = $1";

static struct db_params *
one(int64_t value)
{
    struct db_params *params = db_params_new("i");

    db_put_int(params, 0, value);
    return params;
}

json_t *
store_corrections_add(
    struct db *db, const struct correction_row *rows, size_t count, const struct correction_author *author)
{
    struct db_params *params = db_params_new("ITTtt");

    CHECK(count > 0 && count <= ROWS_MOST);
    for (size_t i = 0; i < count; i++) {
        db_put_int(params, 0, rows[i].report_id);
        db_put_string(params, 1, rows[i].what);
        db_put_string(params, 2, rows[i].value);
    }
    db_put_string(params, 3, author->by);
    db_put_string(params, 4, author->reason != NULL ? author->reason : "");
    return rows_run(db, "correct", add_sql, params, add_columns);
}

json_t *
store_corrections_list(struct db *db, int64_t report_id)
{
    return rows_run(db, "correct list", list_sql, one(report_id), list_columns);
}

json_t *
store_corrections_labelled(struct db *db, int64_t above, int64_t room)
{
    struct db_params *params = db_params_new("ii");

    db_put_int(params, 0, above);
    db_put_int(params, 1, room);
    return rows_run(db, "correct export", labelled_sql, params, labelled_columns);
}

json_t *
store_shelf_list(struct db *db, bool with_text)
{
    struct db_params *params = db_params_new("o");

    db_put_int(params, 0, with_text);
    return rows_run(db, "shelf list", shelf_sql, params, shelf_columns);
}

json_t *
store_corrections_ticket(struct db *db, int64_t report_id)
{
    return rows_run(db, "shelf take", ticket_sql, one(report_id), "ticket_id:i agency:t");
}

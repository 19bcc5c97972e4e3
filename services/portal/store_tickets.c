// store_tickets.c - SQL of the lists of tickets.
//
// Row level security bounds each query.  A list still names the person's agencies, so that it walks along an
// index of each and stops after one page: an officer's page costs a few ms, whatever else there is, and one
// of those who see all agencies a page of each.
#include "store_tickets.h"

#include "db_json.h"
#include "store_summary.h"

#define MINE "mine AS MATERIALIZED (SELECT unnest(portal_agencies()) AS code)"
#define LIST(page)                                                                                           \
    "WITH " STORE_SUMMARY_OURS ", " MINE ", page AS MATERIALIZED (" page ") SELECT " STORE_SUMMARY_COLUMNS   \
    ", (extract(epoch FROM page.due_at) * 1000000)::bigint, t.id "                                           \
    "FROM page JOIN tickets t ON t.id = page.ticket_id " STORE_SUMMARY_FROM                                  \
    "ORDER BY page.due_at NULLS LAST, CASE WHEN page.due_at IS NULL THEN -t.id ELSE t.id END"
// The columns of due_us and id.
enum { DUE_COLUMN = 19, ID_COLUMN = 20 };

// First those with a deadline, by the deadline that comes first; then, when a page has room, those without
// one. $1: the page begins among the first.
#define WITH_DUE                                                                                             \
    "(SELECT d.due_at, d.ticket_id FROM mine CROSS JOIN LATERAL (SELECT d.due_at, d.ticket_id "              \
    "FROM deadlines d WHERE $1 AND d.agency = mine.code AND d.stopped_at IS NULL "                           \
    "AND (d.due_at, d.ticket_id) > ('epoch'::timestamptz + $2 * interval '1 microsecond', $3) "              \
    "AND " STORE_SUMMARY_OUR_D                                                                               \
    "AND (SELECT t.agency = d.agency AND t.stage NOT IN ('done', 'rejected') FROM tickets t "                \
    "WHERE t.id = d.ticket_id) AND (SELECT e.turn FROM deadlines e WHERE e.ticket_id = d.ticket_id "         \
    "AND e.agency || '' = d.agency AND e.stopped_at IS NULL "                                                \
    "AND (e.due_at, e.clock, e.turn) < (d.due_at, d.clock, d.turn) AND " STORE_SUMMARY_OUR_E                 \
    "LIMIT 1) IS NULL ORDER BY d.due_at, d.ticket_id LIMIT $4) d ORDER BY d.due_at, d.ticket_id LIMIT $4)"
#define WITHOUT_DUE                                                                                          \
    "(SELECT NULL, t.id FROM mine CROSS JOIN LATERAL (SELECT t.id FROM tickets t "                           \
    "WHERE t.agency = mine.code AND t.agency <> 'SHELF' AND t.stage NOT IN ('done', 'rejected') "            \
    "AND ($1 OR t.id < $3) AND (SELECT e.turn FROM deadlines e WHERE e.ticket_id = t.id "                    \
    "AND e.agency || '' = t.agency AND e.stopped_at IS NULL AND e.due_at IS NOT NULL "                       \
    "AND " STORE_SUMMARY_OUR_E                                                                               \
    "LIMIT 1) IS NULL ORDER BY t.id DESC LIMIT $4) t ORDER BY t.id DESC LIMIT $4)"
static const char open_sql[] = LIST(WITH_DUE " UNION ALL " WITHOUT_DUE " LIMIT $4");

#define NEWEST(also)                                                                                         \
    "SELECT NULL::timestamptz AS due_at, t.id AS ticket_id FROM mine CROSS JOIN LATERAL (SELECT t.id "       \
    "FROM tickets t WHERE t.agency = mine.code AND t.id < $1 " also                                          \
    " ORDER BY t.id DESC LIMIT $2) t ORDER BY t.id DESC LIMIT $2"
static const char done_sql[] = LIST(NEWEST("AND t.stage IN ('done', 'rejected')"));
static const char shelf_sql[] = LIST(NEWEST("AND t.agency = 'SHELF'"));
static const char all_sql[] = LIST(NEWEST(""));

static const char clock_sql[] = "SELECT clock_timestamp()";

struct ticket_cursor
store_tickets_begin(enum ticket_scope scope)
{
    if (scope == SCOPE_OPEN)
        return (struct ticket_cursor){.has_due = true};
    return (struct ticket_cursor){.id = INT64_MAX};
}

static struct db_query
query_of(enum ticket_scope scope, const struct ticket_cursor *after, int64_t limit, struct db_params **params)
{
    static const struct {
        const char *name, *sql;
    } queries[] = {[SCOPE_OPEN] = {"tickets_open", open_sql},
        [SCOPE_DONE] = {"tickets_done", done_sql},
        [SCOPE_SHELF] = {"tickets_shelf", shelf_sql},
        [SCOPE_ALL] = {"tickets_all", all_sql}};

    if (scope == SCOPE_OPEN) {
        *params = db_params_new("oiii");
        db_put_int(*params, 0, after->has_due);
        db_put_int(*params, 1, after->due_us);
        db_put_int(*params, 2, after->id);
        db_put_int(*params, 3, limit);
    } else {
        *params = db_params_new("ii");
        db_put_int(*params, 0, after->id);
        db_put_int(*params, 1, limit);
    }
    return (struct db_query){.name = queries[scope].name, .sql = queries[scope].sql, .params = *params};
}

static void
read_page(const struct db *db, int64_t limit, struct ticket_page *page)
{
    size_t count = db_rows(db, 1);

    *page = (struct ticket_page){.rows = json_array(), .has_more = count > (size_t)limit};
    CHECK(page->rows != NULL);
    if (page->has_more) {
        size_t last = (size_t)limit - 1;

        count = (size_t)limit;
        page->last.has_due = !db_is_null(db, 1, last, DUE_COLUMN);
        page->last.due_us = db_int(db, 1, last, DUE_COLUMN);
        page->last.id = db_int(db, 1, last, ID_COLUMN);
    }
    for (size_t row = 0; row < count; row++) {
        int rc = json_array_append_new(page->rows, db_json_row(db, 1, row, STORE_SUMMARY_FIELDS));

        CHECK(rc == 0);
    }
    page->server_ms = db_time(db, 2, 0, 0);
}

enum outcome
store_tickets_page(struct request *request, enum ticket_scope scope, const struct ticket_cursor *after,
    int64_t limit, struct ticket_page *page)
{
    struct db_params *params = NULL;
    const struct db_query queries[] = {
        query_of(scope, after, limit + 1, &params), {.name = "tickets_clock", .sql = clock_sql}};
    enum outcome outcome = request_run(request, queries, LENGTH(queries));

    *page = (struct ticket_page){.rows = NULL};
    if (outcome == DONE)
        read_page(request->db, limit, page);
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

// store_track.c - SQL of what the public may know of a report; public_status() and public_history() bound it.
#include "store_track.h"

#include "db_json.h"

static const char status_sql[] = "SELECT s.stage, coalesce((SELECT g.name FROM agencies g WHERE g.code = "
                                 "s.agency AND g.code <> 'SHELF'), ''), "
                                 "coalesce((SELECT t.name FROM topics t WHERE t.code = s.topic), ''), "
                                 "s.received_at FROM public_status($1) s";
static const char status_fields[] = "stage:t agency_name:t topic_name:t received_at_ms:z";
static const char history_sql[] =
    "SELECT h.at, h.act, h.words FROM public_history($1) h ORDER BY h.at LIMIT 500";
static const char history_fields[] = "at_ms:z act:t text:t";

enum outcome
store_track_read(struct request *request, int64_t report_id, json_t **status)
{
    struct db_params *params = db_params_new("i");
    const struct db_query queries[] = {{.name = "track_status", .sql = status_sql, .params = params},
        {.name = "track_history", .sql = history_sql, .params = params}};
    enum outcome outcome = DONE;

    db_put_int(params, 0, report_id);
    outcome = request_run(request, queries, LENGTH(queries));
    *status = NULL;
    if (outcome == DONE && db_rows(request->db, 1) > 0) {
        int rc = 0;

        *status = db_json_row(request->db, 1, 0, status_fields);
        rc = json_object_set_new(*status, "history", db_json_rows(request->db, 2, history_fields));
        CHECK(rc == 0);
    }
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

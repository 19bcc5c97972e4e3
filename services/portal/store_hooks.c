// store_hooks.c - the SQL of delivery reports.
#include "store_hooks.h"

static const char notice_sql[] = "SELECT notice_reported($1, $2, $3)";
static const char reply_sql[] = "SELECT reply_reported($1, $2, $3)";

enum outcome
store_hooks_reported(
    struct request *request, const struct kannel_reference *reference, bool delivered, bool *known)
{
    bool is_reply = reference->reply != 0;
    struct db_params *params = db_params_new("iio");
    const struct db_query query = is_reply ? (struct db_query){"portal reply reported", reply_sql, params}
                                           : (struct db_query){"portal notice reported", notice_sql, params};
    enum outcome outcome = DONE;

    db_put_int(params, 0, is_reply ? reference->reply : reference->notice);
    db_put_int(params, 1, is_reply ? reference->earlier : reference->device);
    db_put_int(params, 2, delivered);
    outcome = request_run(request, &query, 1);
    *known = outcome == DONE && db_int(request->db, 1, 0, 0) != 0;
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

// store_identities.c - SQL of sealed identities that are opened.
#include "store_identities.h"

#include "rows.h"

static const char ask_sql[] = "SELECT a.id FROM identity_ask($1, $2, $3) AS a (id) WHERE a.id IS NOT NULL";
static const char open_sql[] =
    "SELECT encode(o.sealed, 'hex') FROM identity_open($1) AS o (sealed) WHERE o.sealed IS NOT NULL";
static const char journal_sql[] = "SELECT o.id, o.at, r.tracking_code, o.by, o.reason FROM identities_opened "
                                  "o JOIN reports r ON r.id = o.report_id "
                                  "ORDER BY o.id DESC LIMIT 1000";

json_t *
store_identities_ask(struct db *db, int64_t report_id, const char *by, const char *reason)
{
    struct db_params *params = db_params_new("itt");

    db_put_int(params, 0, report_id);
    db_put_string(params, 1, by);
    db_put_string(params, 2, reason);
    return rows_run(db, "identity ask", ask_sql, params, "id:i");
}

json_t *
store_identities_open(struct db *db, int64_t asked_id)
{
    struct db_params *params = db_params_new("i");

    db_put_int(params, 0, asked_id);
    return rows_run(db, "identity open", open_sql, params, "sealed:t");
}

json_t *
store_identities_journal(struct db *db)
{
    return rows_run(db, "identity journal", journal_sql, NULL, "id:i at_ms:z tracking_code:t by:t reason:t");
}

// store_reports_run.c - how the statements of a report are run.
//
// A report reads many rows once; the session's settings are for services, which read few rows by their keys.
#include "store_reports_run.h"

#include "config.h"
#include "rows.h"

static const char begin_sql[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
static const char plan_sql[] =
    "SELECT set_config(name, value, true) FROM (VALUES ('enable_seqscan', 'on'), ('enable_hashjoin', 'on'), "
    "('enable_mergejoin', 'on'), ('plan_cache_mode', 'force_custom_plan'), ('work_mem', '64MB')) "
    "AS s (name, value)";
static const char commit_sql[] = "COMMIT";

json_t *
store_reports_run(struct db *db, const char *what, const struct store_reports_part *parts, size_t count,
    struct db_params *params)
{
    enum { BEFORE = 2 };
    struct db_query queries[STORE_REPORTS_MOST + 3] = {
        {.name = "report_begin", .sql = begin_sql}, {.name = "report_plan", .sql = plan_sql}};
    json_t *made = NULL;

    CHECK(count <= STORE_REPORTS_MOST);
    for (size_t i = 0; i < count; i++)
        queries[BEFORE + i] = (struct db_query){.name = parts[i].key, .sql = parts[i].sql, .params = params};
    queries[BEFORE + count] = (struct db_query){.name = "report_commit", .sql = commit_sql};
    if (config_run(db, what, queries, BEFORE + count + 1) == DONE) {
        made = json_object();
        for (size_t i = 0; i < count; i++)
            json_object_set_new(made, parts[i].key, rows_array(db, BEFORE + i, parts[i].columns));
    }
    db_release(db);
    db_params_destroy(&params);
    return made;
}

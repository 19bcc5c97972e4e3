// store_pickers.c - SQL of what officers choose from.
#include "store_pickers.h"

#include "db_json.h"

// Those that can have tickets.
static const char agencies_sql[] = "SELECT g.code, g.short, g.name FROM agencies g WHERE g.code NOT IN "
                                   "('SHELF', 'KABKOTA') ORDER BY g.short, g.code";
static const char topics_sql[] =
    "SELECT t.code, t.name, t.sektor FROM topics t ORDER BY t.sektor, t.name, t.code";
// With what it lies in, as many have the same name.
static const char regions_sql[] =
    "SELECT g.code, concat_ws(', ', g.name, (SELECT k.name FROM regions k WHERE k.code = left(g.code, 8) "
    "AND k.code <> g.code AND k.level = 'kecamatan'), (SELECT k.name FROM regions k WHERE k.code = "
    "left(g.code, 5) "
    "AND k.code <> g.code AND k.level = 'kabkota')) FROM regions g "
    "WHERE strpos(lower(g.name), lower($1)) > 0 OR starts_with(g.code, $1) "
    "ORDER BY length(g.code), strpos(lower(g.name), lower($1)), g.name, g.code LIMIT 50";

static enum outcome
run(struct request *request, const struct db_query *query, const char *fields, json_t **rows)
{
    enum outcome outcome = request_run(request, query, 1);

    *rows = outcome == DONE ? db_json_rows(request->db, 1, fields) : NULL;
    db_release(request->db);
    return outcome;
}

enum outcome
store_pickers_agencies(struct request *request, json_t **rows)
{
    const struct db_query query = {.name = "pickers_agencies", .sql = agencies_sql};

    return run(request, &query, "code:t short:t name:t", rows);
}

enum outcome
store_pickers_topics(struct request *request, json_t **rows)
{
    const struct db_query query = {.name = "pickers_topics", .sql = topics_sql};

    return run(request, &query, "code:t name:t sektor:t", rows);
}

enum outcome
store_pickers_regions(struct request *request, const char *wanted, json_t **rows)
{
    struct db_params *params = db_params_new("t");
    const struct db_query query = {.name = "pickers_regions", .sql = regions_sql, .params = params};
    enum outcome outcome = DONE;

    db_put_string(params, 0, wanted);
    outcome = run(request, &query, "code:t name:t", rows);
    db_params_destroy(&params);
    return outcome;
}

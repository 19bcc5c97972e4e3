// store_models.c - SQL of the models that name topics.
#include "store_models.h"

#include "config.h"
#include "rows.h"

#define MODEL_SQL "m.version, m.at, m.by, octet_length(m.bytes), m.installed_at"

static const char list_sql[] =
    "SELECT " MODEL_SQL ", coalesce(t.number, 0) FROM models m LEFT JOIN (SELECT model, count(*) AS number "
    "FROM (SELECT model FROM triages ORDER BY report_id DESC LIMIT 1000) last GROUP BY model) t "
    "ON t.model = m.version ORDER BY m.installed_at DESC";
static const char list_columns[] = "version:t at_ms:z by:t bytes:i installed_at_ms:z triages:i";
static const char show_sql[] = "SELECT " MODEL_SQL ", m.figures::text FROM models m WHERE $1 IN ('', "
                               "m.version) ORDER BY m.installed_at DESC LIMIT 1";
static const char show_columns[] = "version:t at_ms:z by:t bytes:i installed_at_ms:z figures:t";

// The order of installing decides, so that no two have the same time.
#define NEXT_SQL "greatest(clock_timestamp(), (SELECT max(installed_at) FROM models) + interval '1 us')"
static const char install_sql[] =
    "INSERT INTO models AS m (version, by, figures, bytes, installed_at) "
    "VALUES ($1, $2, $3::text::jsonb, $4, " NEXT_SQL
    ") ON CONFLICT (version) DO UPDATE SET installed_at = excluded.installed_at RETURNING " MODEL_SQL;
static const char use_sql[] =
    "UPDATE models m SET installed_at = " NEXT_SQL " WHERE version = $1 RETURNING " MODEL_SQL;
static const char bytes_sql[] = "SELECT bytes FROM models ORDER BY installed_at DESC LIMIT 1";
static const char changed_columns[] = "version:t at_ms:z by:t bytes:i installed_at_ms:z";

static struct db_params *
one(const char *text)
{
    struct db_params *params = db_params_new("t");

    db_put_string(params, 0, text != NULL ? text : "");
    return params;
}

json_t *
store_models_list(struct db *db)
{
    return rows_run(db, "model list", list_sql, NULL, list_columns);
}

json_t *
store_models_show(struct db *db, const char *version)
{
    return rows_run(db, "model show", show_sql, one(version), show_columns);
}

json_t *
store_models_install(struct db *db, const struct store_model *model)
{
    struct db_params *params = db_params_new("tttb");

    db_put_string(params, 0, model->version);
    db_put_string(params, 1, model->by);
    db_put_string(params, 2, model->figures != NULL ? model->figures : "{}");
    db_put_text(params, 3, model->bytes, model->length);
    return rows_run(db, "model install", install_sql, params, changed_columns);
}

json_t *
store_models_use(struct db *db, const char *version)
{
    return rows_run(db, "model use", use_sql, one(version), changed_columns);
}

int
store_models_bytes(struct db *db, struct str *bytes)
{
    const struct db_query query = {.name = "model bytes", .sql = bytes_sql};
    enum outcome outcome = config_run(db, "model", &query, 1);
    size_t length = 0;

    if (outcome == DONE && db_rows(db, 0) > 0) {
        const char *read = db_text(db, 0, 0, 0, &length);

        str_add(bytes, read, length);
    }
    db_release(db);
    return outcome == DONE ? 0 : -1;
}

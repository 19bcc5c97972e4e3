// store_policies.c - SQL of what deadlines are made from.
#include "store_policies.h"

#include "complain.h"
#include "config.h"
#include "rows.h"

// For this transaction: a time without a zone is one of the province.
static const char zone_sql[] = "SELECT set_config('timezone', 'Asia/Jakarta', true)";
static const char time_sql[] =
    "SELECT t, clock_timestamp() FROM (SELECT $1::text::timestamptz AS t) AS read WHERE isfinite(t)";

static const char list_sql[] =
    "SELECT clock, version, effective_from, source FROM policies ORDER BY clock, version";
static const char list_columns[] = "clock:t version:i effective_from_ms:z source:t";

static const char unknown_sql[] = "SELECT 'topics', w FROM unnest(string_to_array($1, ',')) AS w "
                                  "WHERE NOT EXISTS (SELECT FROM topics WHERE w IN (code, sektor)) "
                                  "UNION ALL SELECT 'levels', w FROM unnest(string_to_array($2, ',')) AS w "
                                  "WHERE NOT EXISTS (SELECT FROM agencies WHERE level = w)";

// Two who add at the same time get two versions: the second waits here until the first has committed.
static const char lock_sql[] = "SELECT pg_advisory_xact_lock(hashtext('kentongan.policies'))";
// Durations of working days are days; PostgreSQL never turns them into hours.
static const char add_sql[] =
    "WITH added AS (INSERT INTO policies (clock, version, duration, unit, starts, stops, kinds, topics, "
    "levels, channels, effective_from, source) "
    "SELECT $1, coalesce((SELECT max(version) FROM policies WHERE clock = $1), 0) + 1, "
    "CASE WHEN $2 > 0 THEN make_interval(days => ($2 / 86400000)::integer, secs => ($2 % 86400000) / 1000.0) "
    "END, $3, $4, $5, $6, $7, $8, $9, $10, $11 RETURNING clock, version), "
    "ladder AS (INSERT INTO policy_steps (clock, version, step, percent, wait, role) "
    "SELECT clock, version, place - 1, nullif(percent, 0), "
    "CASE WHEN wait > 0 THEN make_interval(secs => wait / 1000.0) END, role "
    "FROM added CROSS JOIN unnest($12::integer[], $13::bigint[], $14::text[]) WITH ORDINALITY "
    "AS s (percent, wait, role, place)) "
    "SELECT clock, version FROM added";

static const char holidays_sql[] =
    "SELECT day::text, kind, name, status FROM holidays WHERE $1 IN (0, extract(year FROM day)::bigint) "
    "AND ($2 OR status <> 'removed') ORDER BY day, kind";
static const char holiday_columns[] = "day:t kind:t name:t status:t";
static const char add_holiday_sql[] =
    "INSERT INTO holidays (day, kind, name, status) VALUES ($1::text::date, $2, $3, $4) "
    "ON CONFLICT (day, kind) DO UPDATE SET name = excluded.name, status = excluded.status "
    "RETURNING day::text, kind, name, status";
static const char remove_holiday_sql[] =
    "UPDATE holidays SET status = 'removed' WHERE day = $1::text::date AND status <> 'removed' "
    "RETURNING day::text, kind, name, status";

static const char office_sql[] =
    "SELECT agency, weekday, extract(epoch FROM opens)::integer / 60, extract(epoch FROM closes)::integer / "
    "60, "
    "on_holidays FROM office_hours WHERE $1 IN ('', agency) ORDER BY agency, weekday, opens";
static const char office_columns[] = "agency:t weekday:i opens:i closes:i on_holidays:o";
static const char clear_office_sql[] = "DELETE FROM office_hours WHERE agency = $1";
// 24:00 is a time of PostgreSQL, but no sum of times is.
static const char set_office_sql[] =
    "INSERT INTO office_hours (agency, weekday, opens, closes, on_holidays) "
    "SELECT $1, weekday, to_char(make_interval(mins => opens), 'HH24:MI')::time, "
    "to_char(make_interval(mins => closes), 'HH24:MI')::time, $5 "
    "FROM unnest($2::integer[], $3::integer[], $4::integer[]) AS b (weekday, opens, closes)";

#define QUIET_COLUMNS_SQL                                                                                    \
    "role, extract(epoch FROM begins)::integer / 60, extract(epoch FROM ends)::integer / 60"
static const char quiet_sql[] = "SELECT " QUIET_COLUMNS_SQL " FROM quiet_hours ORDER BY role";
static const char quiet_columns[] = "role:t begins:i ends:i";
static const char set_quiet_sql[] =
    "INSERT INTO quiet_hours (role, begins, ends) VALUES ($1, "
    "to_char(make_interval(mins => $2), 'HH24:MI')::time, to_char(make_interval(mins => $3), "
    "'HH24:MI')::time) "
    "ON CONFLICT (role) DO UPDATE SET begins = excluded.begins, ends = excluded.ends "
    "RETURNING " QUIET_COLUMNS_SQL;
static const char clear_quiet_sql[] = "DELETE FROM quiet_hours WHERE role = $1 RETURNING " QUIET_COLUMNS_SQL;

// One text as the only parameter.
static struct db_params *
one(const char *text)
{
    struct db_params *params = db_params_new("t");

    db_put_string(params, 0, text);
    return params;
}

int
store_policies_time(struct db *db, const char *what, const char *text, int64_t *at_ms, int64_t *now_ms)
{
    struct db_params *params = one(text);
    const struct db_query queries[] = {
        {.name = "zone", .sql = zone_sql},
        {.name = "time", .sql = time_sql, .params = params},
    };
    enum outcome outcome = config_run(db, what, queries, LENGTH(queries));
    bool found = outcome == DONE && db_rows(db, 1) == 1;

    if (found) {
        *at_ms = db_time(db, 1, 0, 0);
        *now_ms = db_time(db, 1, 0, 1);
    }
    db_release(db);
    db_params_destroy(&params);
    if (outcome == DONE && !found)
        complain(what, "%s: never comes; give a time as in '2027-01-01 00:00'", text);
    return found ? 0 : -1;
}

json_t *
store_policies_list(struct db *db)
{
    return rows_run(db, "policy list", list_sql, NULL, list_columns);
}

json_t *
store_policies_unknown(struct db *db, const char *topics, const char *levels)
{
    struct db_params *params = db_params_new("tt");

    db_put_string(params, 0, topics);
    db_put_string(params, 1, levels);
    return rows_run(db, "policy add", unknown_sql, params, "what:t word:t");
}

static struct db_params *
policy_params(const struct policy *policy, const char *source)
{
    struct db_params *params = db_params_new("titttttttztNIT");
    char moments[POLICY_LIST_SIZE];

    db_put_string(params, 0, policy->clock);
    db_put_int(params, 1, policy->amount_ms);
    db_put_string(params, 2, time_unit_name(policy->unit));
    db_put_string(params, 3, policy_format_moments(policy->starts, moments, sizeof(moments)));
    db_put_string(params, 4, policy_format_moments(policy->stops, moments, sizeof(moments)));
    db_put_string(params, 5, policy->kinds);
    db_put_string(params, 6, policy->topics);
    db_put_string(params, 7, policy->levels);
    db_put_string(params, 8, policy->channels);
    db_put_time(params, 9, policy->effective_from_ms);
    db_put_string(params, 10, source);
    for (size_t i = 0; i < policy->ladder.count; i++) {
        const struct ladder_step *step = &policy->ladder.steps[i];

        db_put_int(params, 11, step->percent);
        db_put_int(params, 12, step->wait_ms);
        db_put_string(params, 13, role_name(step->role));
    }
    return params;
}

json_t *
store_policies_add(struct db *db, const struct policy *policy, const char *source)
{
    struct db_params *params = policy_params(policy, source);
    const struct db_query queries[] = {
        {.name = "policy_lock", .sql = lock_sql},
        {.name = "policy_add", .sql = add_sql, .params = params},
    };
    json_t *rows = NULL;

    if (config_run(db, "policy add", queries, LENGTH(queries)) == DONE)
        rows = rows_array(db, 1, "clock:t version:i");
    db_release(db);
    db_params_destroy(&params);
    return rows;
}

json_t *
store_policies_holidays(struct db *db, int64_t year, bool with_removed)
{
    struct db_params *params = db_params_new("io");

    db_put_int(params, 0, year);
    db_put_int(params, 1, with_removed);
    return rows_run(db, "holiday list", holidays_sql, params, holiday_columns);
}

json_t *
store_policies_add_holiday(
    struct db *db, const char *day, const char *kind, const char *name, const char *status)
{
    struct db_params *params = db_params_new("tttt");

    db_put_string(params, 0, day);
    db_put_string(params, 1, kind);
    db_put_string(params, 2, name);
    db_put_string(params, 3, status);
    return rows_run(db, "holiday add", add_holiday_sql, params, holiday_columns);
}

json_t *
store_policies_remove_holiday(struct db *db, const char *day)
{
    return rows_run(db, "holiday remove", remove_holiday_sql, one(day), holiday_columns);
}

json_t *
store_policies_office(struct db *db, const char *agency)
{
    return rows_run(db, "office list", office_sql, one(agency), office_columns);
}

json_t *
store_policies_set_office(
    struct db *db, const char *agency, const struct hours_block *blocks, size_t count, bool on_holidays)
{
    struct db_params *whose = one(agency);
    struct db_params *params = db_params_new("tNNNo");
    const struct db_query queries[] = {
        {.name = "office_clear", .sql = clear_office_sql, .params = whose},
        {.name = "office_set", .sql = set_office_sql, .params = params},
        {.name = "office_list", .sql = office_sql, .params = whose},
    };
    json_t *rows = NULL;

    db_put_string(params, 0, agency);
    for (size_t i = 0; i < count; i++) {
        db_put_int(params, 1, blocks[i].weekday);
        db_put_int(params, 2, blocks[i].opens);
        db_put_int(params, 3, blocks[i].closes);
    }
    db_put_int(params, 4, on_holidays);
    if (config_run(db, "office set", queries, LENGTH(queries)) == DONE)
        rows = rows_array(db, 2, office_columns);
    db_release(db);
    db_params_destroy(&whose);
    db_params_destroy(&params);
    return rows;
}

json_t *
store_policies_quiet(struct db *db)
{
    return rows_run(db, "quiet list", quiet_sql, NULL, quiet_columns);
}

json_t *
store_policies_set_quiet(struct db *db, const char *role, int begins, int ends)
{
    struct db_params *params = db_params_new("tnn");

    db_put_string(params, 0, role);
    db_put_int(params, 1, begins);
    db_put_int(params, 2, ends);
    return rows_run(db, "quiet set", set_quiet_sql, params, quiet_columns);
}

json_t *
store_policies_clear_quiet(struct db *db, const char *role)
{
    return rows_run(db, "quiet clear", clear_quiet_sql, one(role), quiet_columns);
}

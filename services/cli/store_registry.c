// store_registry.c - SQL of what ops keeps by hand.
#include "store_registry.h"

#include "config.h"
#include "rows.h"

#include <string.h>

static const char integrators_sql[] =
    "SELECT name, public_key, added_at, revoked_at FROM integrators ORDER BY name";
static const char integrator_columns[] = "name:t public_key:t added_at_ms:z revoked_at_ms:z had_key:t";
// A new key for a known name replaces the old one: that is how keys are rotated, and how a revoked one comes
// back.
static const char add_integrator_sql[] =
    "WITH old AS (SELECT public_key FROM integrators WHERE name = $1) "
    "INSERT INTO integrators (name, public_key) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET public_key = excluded.public_key, revoked_at = NULL "
    "RETURNING name, public_key, added_at, revoked_at, (SELECT public_key FROM old)";
static const char revoke_integrator_sql[] =
    "UPDATE integrators SET revoked_at = coalesce(revoked_at, now()) WHERE name = $1 "
    "RETURNING name, public_key, added_at, revoked_at";

#define AGENCY_SQL                                                                                           \
    "SELECT code, short, name, level, region_code, "                                                         \
    "(SELECT count(*) FROM devices d WHERE d.agency = a.code AND d.removed_at IS NULL), "                    \
    "(SELECT count(*) FROM routes r WHERE r.agency = a.code) FROM agencies a "
static const char agencies_sql[] = AGENCY_SQL "WHERE $1 IN ('', level) ORDER BY level, code";
static const char agency_sql[] = AGENCY_SQL "WHERE code = $1";
static const char agency_columns[] = "code:t short:t name:t level:t region_code:t devices:i routes:i";
static const char add_agency_sql[] =
    "INSERT INTO agencies (code, short, name, level, region_code) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (code) DO UPDATE SET short = excluded.short, name = excluded.name, level = excluded.level, "
    "region_code = excluded.region_code RETURNING code, short, name, level, region_code";

#define DEVICE_COLUMNS_SQL                                                                                   \
    "id, agency, label, split_part(split_part(endpoint, '/', 3), '@', 1), added_at, removed_at, removed_why"
static const char devices_sql[] =
    "SELECT " DEVICE_COLUMNS_SQL " FROM devices WHERE $1 IN ('', agency) ORDER BY agency, id";
static const char device_columns[] =
    "id:i agency:t label:t push_service:t added_at_ms:z removed_at_ms:z removed_why:t";
static const char add_device_sql[] =
    "INSERT INTO devices (agency, label, endpoint, p256dh, auth) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (leg, endpoint) DO UPDATE SET agency = excluded.agency, label = excluded.label, p256dh = "
    "excluded.p256dh, "
    "auth = excluded.auth, added_at = now(), removed_at = NULL, removed_why = NULL "
    "RETURNING " DEVICE_COLUMNS_SQL;
static const char remove_device_sql[] = "UPDATE devices SET removed_at = coalesce(removed_at, now()), "
                                        "removed_why = coalesce(removed_why, 'by ops') "
                                        "WHERE id = $1 RETURNING " DEVICE_COLUMNS_SQL;

static const char routes_sql[] = "SELECT r.topic, r.region_prefix, r.road_class, r.agency, a.name FROM "
                                 "routes r JOIN agencies a ON a.code = r.agency "
                                 "WHERE $1 IN ('', r.topic) ORDER BY r.topic, r.region_prefix, r.road_class";
static const char route_columns[] = "topic:t region_prefix:t road_class:t agency:t agency_name:t";
static const char set_route_sql[] =
    "INSERT INTO routes (topic, region_prefix, road_class, agency) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (topic, region_prefix, road_class) DO UPDATE SET agency = excluded.agency "
    "RETURNING topic, region_prefix, road_class, agency";
static const char remove_route_sql[] =
    "DELETE FROM routes WHERE topic = $1 AND region_prefix = $2 AND road_class = $3 "
    "RETURNING topic, region_prefix, road_class, agency";

static const char parked_sql[] = "SELECT stage, item_id, attempts, reason, first_at, last_at FROM troubles "
                                 "WHERE parked ORDER BY last_at DESC LIMIT 1000";
static const char parked_columns[] = "stage:t item_id:i attempts:i reason:t first_at_ms:z last_at_ms:z";
static const char retry_sql[] =
    "WITH freed AS (DELETE FROM troubles WHERE parked AND item_id = $2 AND $1 IN ('', stage) "
    "RETURNING stage, item_id, attempts, reason, first_at, last_at), "
    "marks AS (UPDATE stage_marks m SET done_up_to = least(m.done_up_to, f.item_id - 1), "
    "near_up_to = least(m.near_up_to, f.item_id - 1) FROM freed f WHERE m.stage = f.stage "
    // What comes of it has the same low id in the stages behind.
    "OR (f.stage IN ('classifier', 'router') AND m.stage IN ('router', 'watcher'))) "
    "SELECT freed.* FROM freed";

// Parameters that are all texts; NULL counts as "".
static struct db_params *
texts(const char *const *values, size_t count)
{
    static const char letters[] = "tttttttt";
    struct db_params *params = db_params_new(letters + LENGTH(letters) - 1 - count);

    for (size_t i = 0; i < count; i++)
        db_put_string(params, i, values[i] != NULL ? values[i] : "");
    return params;
}

json_t *
store_registry_integrators(struct db *db)
{
    return rows_run(
        db, "integrator list", integrators_sql, NULL, "name:t public_key:t added_at_ms:z revoked_at_ms:z");
}

json_t *
store_registry_add_integrator(struct db *db, const char *name, const char *public_key)
{
    const char *const values[] = {name, public_key};

    return rows_run(
        db, "integrator add", add_integrator_sql, texts(values, LENGTH(values)), integrator_columns);
}

json_t *
store_registry_revoke_integrator(struct db *db, const char *name)
{
    return rows_run(db, "integrator revoke", revoke_integrator_sql, texts(&name, 1),
        "name:t public_key:t added_at_ms:z revoked_at_ms:z");
}

json_t *
store_registry_agencies(struct db *db, const char *level)
{
    return rows_run(db, "agency list", agencies_sql, texts(&level, 1), agency_columns);
}

json_t *
store_registry_agency(struct db *db, const char *code)
{
    return rows_run(db, "agency show", agency_sql, texts(&code, 1), agency_columns);
}

json_t *
store_registry_add_agency(struct db *db, const struct agency *agency)
{
    const char *const values[] = {
        agency->code, agency->short_name, agency->name, agency->level, agency->region_code};

    return rows_run(db, "agency add", add_agency_sql, texts(values, LENGTH(values)),
        "code:t short:t name:t level:t region_code:t");
}

json_t *
store_registry_devices(struct db *db, const char *agency)
{
    return rows_run(db, "device list", devices_sql, texts(&agency, 1), device_columns);
}

json_t *
store_registry_add_device(struct db *db, const struct device *device)
{
    struct db_params *params = db_params_new("tttbb");

    db_put_string(params, 0, device->agency);
    db_put_string(params, 1, device->label != NULL ? device->label : "");
    db_put_string(params, 2, device->endpoint);
    db_put_text(params, 3, device->p256dh, 65);
    db_put_text(params, 4, device->auth, 16);
    return rows_run(db, "device add", add_device_sql, params, device_columns);
}

json_t *
store_registry_remove_device(struct db *db, int64_t id)
{
    struct db_params *params = db_params_new("i");

    db_put_int(params, 0, id);
    return rows_run(db, "device remove", remove_device_sql, params, device_columns);
}

json_t *
store_registry_routes(struct db *db, const char *topic)
{
    return rows_run(db, "route list", routes_sql, texts(&topic, 1), route_columns);
}

json_t *
store_registry_set_route(struct db *db, const struct route *route)
{
    const char *const values[] = {route->topic, route->region_prefix, route->road_class, route->agency};

    return rows_run(db, "route set", set_route_sql, texts(values, LENGTH(values)),
        "topic:t region_prefix:t road_class:t agency:t");
}

json_t *
store_registry_remove_route(struct db *db, const struct route *route)
{
    const char *const values[] = {route->topic, route->region_prefix, route->road_class};

    return rows_run(db, "route remove", remove_route_sql, texts(values, LENGTH(values)),
        "topic:t region_prefix:t road_class:t agency:t");
}

json_t *
store_registry_parked(struct db *db)
{
    return rows_run(db, "parked list", parked_sql, NULL, parked_columns);
}

json_t *
store_registry_retry(struct db *db, const char *stage, int64_t item_id)
{
    struct db_params *params = db_params_new("ti");

    db_put_string(params, 0, stage != NULL ? stage : "");
    db_put_int(params, 1, item_id);
    return rows_run(db, "parked retry", retry_sql, params, parked_columns);
}

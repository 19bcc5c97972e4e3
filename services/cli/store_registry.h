// store_registry.h - SQL of what ops keeps by hand: integrators, agencies, devices, routes, parked items.
//
// Every function returns new JSON rows (of what was read, added or changed; empty when nothing matched), or
// NULL after one line on standard error.  Times are Unix ms.
#ifndef KENTONGAN_CLI_STORE_REGISTRY_H
#define KENTONGAN_CLI_STORE_REGISTRY_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

// name, public_key, added_at_ms, revoked_at_ms; the one that is added also had_key, the key that it replaced.
MUST_USE json_t *store_registry_integrators(struct db *db);
MUST_USE json_t *store_registry_add_integrator(struct db *db, const char *name, const char *public_key);
MUST_USE json_t *store_registry_revoke_integrator(struct db *db, const char *name);

struct agency {
    const char *code, *short_name, *name, *level, *region_code;
};

// code, short, name, level, region_code, devices, routes.
MUST_USE json_t *store_registry_agencies(struct db *db, const char *level);
MUST_USE json_t *store_registry_agency(struct db *db, const char *code);
// The agency is added, or changed when its code is there.
MUST_USE json_t *store_registry_add_agency(struct db *db, const struct agency *agency);

struct device {
    const char *agency, *label, *endpoint;
    const uint8_t *p256dh, *auth; // 65 and 16 bytes
};

// id, agency, label, push_service (the host alone: the whole address is a secret), added_at_ms,
// removed_at_ms, removed_why. agency NULL: of all.
MUST_USE json_t *store_registry_devices(struct db *db, const char *agency);
// The device is added, or moved to this agency when its endpoint is there.
MUST_USE json_t *store_registry_add_device(struct db *db, const struct device *device);
MUST_USE json_t *store_registry_remove_device(struct db *db, int64_t id);

struct route {
    const char *topic, *region_prefix, *road_class, *agency;
};

// topic, region_prefix, road_class, agency, agency_name.  topic NULL: of all.
MUST_USE json_t *store_registry_routes(struct db *db, const char *topic);
MUST_USE json_t *store_registry_set_route(struct db *db, const struct route *route);
MUST_USE json_t *store_registry_remove_route(struct db *db, const struct route *route);

// stage, item_id, attempts, reason, first_at_ms, last_at_ms.
MUST_USE json_t *store_registry_parked(struct db *db);
// Forgets the failures of an item and sets the stage's mark back to before it, so that the stage looks at it
// again. stage NULL: in whichever stage it is parked.
MUST_USE json_t *store_registry_retry(struct db *db, const char *stage, int64_t item_id);

#endif

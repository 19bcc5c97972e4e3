// main.c - kentongan-watcher: keeps time until somebody has answered.
#include "bell.h"
#include "bus.h"
#include "cache.h"
#include "handler.h"
#include "log.h"
#include "service.h"
#include "service_settings.h"
#include "stage.h"

// A deadline may not wait long for a watcher that is frozen, and a new one has little to read.
enum { LEASE_MS = 2000 };

static struct service_settings common;
static const char *routed, *notices, *acted, *redis, *redis_password;
static int64_t due_sweep_ms, horizon_s;

static const struct setting table[] = {
    SERVICE_SETTINGS(common),
    STAGE_SETTINGS(common),
    {"BUS_ROUTED", SETTING_TEXT, "tcp://127.0.0.1:5763", 0, 0, false, "where routed tickets come from",
        &routed},
    {"BUS_WATCHER_NOTICES", SETTING_TEXT, "tcp://127.0.0.1:5765", 0, 0, false,
        "where notices go, for the notifier", &notices},
    {"BUS_ACTED", SETTING_TEXT, "tcp://127.0.0.1:5767", 0, 0, false,
        "where the portal says that officers acted", &acted},
    {"REDIS", SETTING_TEXT, "redis://127.0.0.1:6379", 0, 0, false,
        "the alarm clock: redis://host:port or unix:/path", &redis},
    {"REDIS_PASSWORD", SETTING_TEXT, "", 0, 0, true, "password for Redis", &redis_password},
    {"WATCHER_SWEEP_MS", SETTING_INTEGER, "2000", 100, 600000, false,
        "how often to look for due deadlines without Redis, ms", &due_sweep_ms},
    {"WATCHER_HORIZON", SETTING_INTEGER, "86400", 60, 31536000, false,
        "timers of so near a future are kept in Redis, seconds", &horizon_s},
};

static const struct settings settings = {
    "kentongan-watcher", "keeps the deadlines and tells when they warn or pass", table, LENGTH(table)};

int
main(int argc, char **argv)
{
    struct service *service = NULL;
    struct db *db = NULL;
    struct cache *cache = NULL;
    struct bus_outbox *outbox = NULL;
    struct handler *handler = NULL;
    struct stage *stage = NULL;
    struct bell *bell = NULL;
    int exit_code = 1;

    settings_load(&settings, argc, argv);
    log_open("watcher", log_level(common.log_level));
    service = service_new("watcher", common.metrics_file);
    db = db_new(common.database, common.database_password, "kentongan watcher");
    cache = cache_new(redis, redis_password, "kentongan:timers");
    if (cache == NULL)
        settings_wrong(&settings, "REDIS", "is neither redis://host:port nor unix:/path");
    outbox = service_outbox(&settings, &common, "BUS_WATCHER_NOTICES", notices);
    if (outbox == NULL)
        goto done;

    handler = handler_new(&(struct handler_options){.service = service,
        .db = db,
        .cache = cache,
        .notices = outbox,
        .due_sweep_ms = due_sweep_ms,
        .horizon_ms = horizon_s * 1000});
    stage = stage_new(handler_stage(handler), &(struct stage_options){.inbox = routed,
                                                  .db = db,
                                                  .service = service,
                                                  .before = "router",
                                                  .alone = true,
                                                  .lease_ms = LEASE_MS,
                                                  .sweep_ms = common.sweep_ms,
                                                  .grace_ms = common.grace_ms});
    handler_set_stage(handler, stage);
    bell = bell_new(service, acted, handler_acted, handler);
    if (bell != NULL)
        exit_code = service_run(service);

done:
    bell_destroy(&bell);
    stage_destroy(&stage);
    handler_destroy(&handler);
    bus_outbox_destroy(&outbox);
    cache_destroy(&cache);
    db_destroy(&db);
    service_destroy(&service);
    return exit_code;
}

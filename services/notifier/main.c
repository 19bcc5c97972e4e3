// main.c - kentongan-notifier: tells the officers of an agency on their phones.
#include "bus.h"
#include "db.h"
#include "device.h"
#include "dispatch.h"
#include "endpoint.h"
#include "handler.h"
#include "ledger.h"
#include "log.h"
#include "service.h"
#include "service_settings.h"
#include "stage.h"
#include "store.h"
#include "vapid.h"
#include "webpush.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TICK_MS = 100,         // back-offs of phones and of the connection are looked at this often
    LAST_ANSWERS_MS = 700, // an ending notifier waits this long for answers, so that little is pushed twice
    LAST_COMMIT_MS = 500,  // and this long to store them; all in all less than two seconds
    SUBJECT_MOST = 200,
};

static struct service_settings common;
static const char *router_notices, *watcher_notices, *subject, *vapid_key, *allow;
static bool allow_loopback;
static int64_t ttl_s;

static const struct setting table[] = {
    SERVICE_SETTINGS(common),
    STAGE_SETTINGS(common),
    {"BUS_ROUTER_NOTICES", SETTING_TEXT, "tcp://127.0.0.1:5764", 0, 0, false,
        "the router's outbox of notices", &router_notices},
    {"BUS_WATCHER_NOTICES", SETTING_TEXT, "tcp://127.0.0.1:5765", 0, 0, false,
        "the watcher's outbox of notices", &watcher_notices},
    {"PUSH_SUBJECT", SETTING_TEXT, "", 0, 0, false,
        "mailto: address at which push services reach the operator", &subject},
    {"VAPID_PRIVATE_KEY", SETTING_TEXT, "", 0, 0, true, "base64url of the 32-byte P-256 private key",
        &vapid_key},
    {"PUSH_ALLOW", SETTING_TEXT, ENDPOINT_ALLOW, 0, 0, false, "hosts of push services, separated by commas",
        &allow},
    {"PUSH_ALLOW_LOOPBACK", SETTING_FLAG, "no", 0, 0, false,
        "also push to this machine, as for the demo phone", &allow_loopback},
    {"PUSH_TTL_S", SETTING_INTEGER, "86400", 60, 2419200, false,
        "seconds for which a notice is worth telling", &ttl_s},
};

static const struct settings settings = {
    "kentongan-notifier", "tells the officers of an agency on their phones", table, LENGTH(table)};

// Settings that no table of types and bounds can check.  Returns new.
static struct vapid *
new_vapid(void)
{
    uint8_t scalar[WEBPUSH_SCALAR_SIZE];
    struct webpush_key *key = NULL;

    if ((strncmp(subject, "mailto:", 7) != 0 && strncmp(subject, "https://", 8) != 0) ||
        strlen(subject) > SUBJECT_MOST || strpbrk(subject, " \"\\") != NULL)
        settings_wrong(&settings, "PUSH_SUBJECT", "must be a mailto: or https: address of the operator");
    if (str_unbase64url(vapid_key, strlen(vapid_key), scalar, sizeof(scalar)) == WEBPUSH_SCALAR_SIZE)
        key = webpush_key_import(scalar);
    if (key == NULL)
        settings_wrong(&settings, "VAPID_PRIVATE_KEY",
            "must be the base64url of a P-256 private key; kentongan keygen vapid makes one");
    return vapid_new(key, subject);
}

// A delivery that can never be stored must not be pushed for ever.
static void
park(void *self, const struct attempt *attempt)
{
    stage_trouble(self, attempt->notice_id, true, "the database refuses its delivery");
}

int
main(int argc, char **argv)
{
    struct service *service = NULL;
    struct db *db = NULL;
    struct db *ledger_db = NULL;
    struct store *store = NULL;
    struct vapid *vapid = NULL;
    struct devices *devices = NULL;
    struct ledger *ledger = NULL;
    struct dispatch *dispatch = NULL;
    struct handler *handler = NULL;
    struct stage *stage = NULL;
    struct str inboxes = {0};
    int exit_code = 0;

    settings_load(&settings, argc, argv);
    log_open("notifier", log_level(common.log_level));
    vapid = new_vapid();
    service = service_new("notifier", common.metrics_file);

    db = db_new(common.database, common.database_password, "kentongan notifier");
    ledger_db = db_new(common.database, common.database_password, "kentongan notifier ledger");
    store = store_new();
    devices = devices_new(allow, allow_loopback);
    ledger = ledger_new(ledger_db, store);
    dispatch = dispatch_new(&(struct dispatch_options){.devices = devices,
        .ledger = ledger,
        .vapid = vapid,
        .allow_loopback = allow_loopback,
        .ttl_s = ttl_s});
    handler = handler_new(db, store, devices, dispatch);
    str_format(&inboxes, "%s,%s", router_notices, watcher_notices);
    stage = stage_new(
        handler_stage(handler), &(struct stage_options){
                                    .inbox = inboxes.data,
                                    .db = db,
                                    .service = service,
                                    .alone = true, // two would each sweep what the other has in flight
                                    .sweep_ms = common.sweep_ms,
                                    .grace_ms = common.grace_ms,
                                });
    ledger_on_refused(ledger, park, stage);
    service_watch_fd(service, dispatch_fd, dispatch_events, dispatch_pump, dispatch);
    service_watch_fd(service, ledger_fd, ledger_events, ledger_pump, ledger);
    service_every(service, TICK_MS, dispatch_pump, dispatch);

    exit_code = service_run(service);

    (void)dispatch_finish(dispatch, LAST_ANSWERS_MS);
    (void)ledger_flush(ledger, LAST_COMMIT_MS);
    stage_destroy(&stage);
    handler_destroy(&handler);
    dispatch_destroy(&dispatch);
    ledger_destroy(&ledger);
    devices_destroy(&devices);
    store_destroy(&store);
    db_destroy(&ledger_db);
    db_destroy(&db);
    vapid_destroy(&vapid);
    str_free(&inboxes);
    service_destroy(&service);
    return exit_code;
}

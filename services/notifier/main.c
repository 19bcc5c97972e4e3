// main.c - kentongan-notifier: tells the officers of an agency on their phones.
#include "bus.h"
#include "db.h"
#include "device.h"
#include "dispatch.h"
#include "handler.h"
#include "ledger.h"
#include "legs.h"
#include "legs_settings.h"
#include "log.h"
#include "replier.h"
#include "ring.h"
#include "ringer.h"
#include "service.h"
#include "service_settings.h"
#include "stage.h"
#include "store.h"
#include "store_rings.h"
#include "str.h"
#include "writer.h"

enum {
    TICK_MS = 100,         // back-offs of phones and of the connection are looked at this often
    LAST_ANSWERS_MS = 700, // an ending notifier waits this long for answers, so that little is pushed twice
    LAST_COMMIT_MS = 500,  // and this long to store them
    LAST_REPLIES_MS = 300, // and this long for answers to replies; all in all less than two seconds
};

static struct service_settings common;
static struct legs_settings legs_settings;
static const char *router_notices, *watcher_notices, *reply_key;
static int64_t ttl_s, reply_pause_s;

static const struct setting table[] = {
    SERVICE_SETTINGS(common),
    STAGE_SETTINGS(common),
    {"BUS_ROUTER_NOTICES", SETTING_TEXT, "tcp://127.0.0.1:5764", 0, 0, false,
        "the router's outbox of notices", &router_notices},
    {"BUS_WATCHER_NOTICES", SETTING_TEXT, "tcp://127.0.0.1:5765", 0, 0, false,
        "the watcher's outbox of notices", &watcher_notices},
    LEGS_SETTINGS(legs_settings),
    {"PUSH_TTL_S", SETTING_INTEGER, "86400", 60, 2419200, false,
        "seconds for which a notice is worth telling", &ttl_s},
    {"REPLY_SECRET_KEY", SETTING_TEXT, "", 0, 0, true,
        "secret half of ingest's REPLY_PUBLIC_KEY, 64 hexadecimal digits; empty: reporters are told nothing",
        &reply_key},
    {"REPLY_PAUSE_S", SETTING_INTEGER, "60", 0, 3600, false,
        "seconds between two messages to one reporter, but for questions", &reply_pause_s},
};

static const struct settings settings = {
    "kentongan-notifier", "tells the officers of an agency on their phones", table, LENGTH(table)};

// What belongs together while the process runs.
struct notifier {
    struct service *service;
    struct db *db, *ledger_db, *reply_db;
    struct store *store;
    struct store_rings *rings;
    struct devices *devices;
    struct ladders ladders;
    struct legs *legs;
    struct writer *writer;
    struct ledger *ledger;
    struct dispatch *dispatch;
    struct ringer *ringer;
    struct replier *replier; // NULL: reporters are told nothing
    struct handler *handler;
    struct stage *stage;
    struct str inboxes; // as the stage wants them
};

// A delivery that can never be stored must not be pushed for ever.
static void
park(void *self, const struct attempt *attempt)
{
    stage_trouble(self, attempt->notice_id, true, "the database refuses its delivery");
}

static int
fd_of_legs(void *self)
{
    const struct notifier *notifier = self;

    return legs_fd(notifier->legs);
}

static short
events_of_legs(void *self)
{
    const struct notifier *notifier = self;

    return legs_events(notifier->legs);
}

// Takes what was answered, and sends what may be sent now.
static void
pump(void *self)
{
    struct notifier *notifier = self;

    legs_pump(notifier->legs);
    dispatch_pump(notifier->dispatch);
}

static bool
is_active(void *self)
{
    const struct notifier *notifier = self;

    return stage_is_active(notifier->stage);
}

// What tells reporters, where its key is set.  A wrong key ends the process.
static void
make_replier(struct notifier *notifier)
{
    uint8_t key[SEAL_KEY_SIZE];

    if (reply_key[0] == '\0')
        return;
    if (seal_parse_key(reply_key, key) < 0)
        settings_wrong(&settings, "REPLY_SECRET_KEY",
            "is not a secret key of 64 hexadecimal digits; kentongan keygen reply makes one");
    notifier->reply_db = db_new(common.database, common.database_password, "kentongan notifier replies");
    notifier->replier = replier_new(&(struct replier_options){.db = notifier->reply_db,
        .legs = notifier->legs,
        .secret_key = key,
        .portal_url = legs_settings.portal_url,
        .sweep_ms = common.sweep_ms,
        .pause_s = reply_pause_s,
        .is_active = is_active,
        .self = notifier});
    seal_wipe(key, sizeof(key));
}

// What decides and what sends.
static void
make(struct notifier *notifier)
{
    notifier->db = db_new(common.database, common.database_password, "kentongan notifier");
    notifier->ledger_db = db_new(common.database, common.database_password, "kentongan notifier ledger");
    notifier->store = store_new();
    notifier->rings = store_rings_new(notifier->db);
    notifier->devices = devices_new(legs_settings.push_allow, legs_settings.push_allow_loopback);
    notifier->legs = legs_new(&legs_settings);
    notifier->writer = writer_new(legs_settings.portal_url, legs_settings.whatsapp_template);
    notifier->ledger = ledger_new(notifier->ledger_db, notifier->store);
    notifier->dispatch = dispatch_new(&(struct dispatch_options){.devices = notifier->devices,
        .ledger = notifier->ledger,
        .legs = notifier->legs,
        .writer = notifier->writer,
        .ladders = &notifier->ladders,
        .ttl_s = ttl_s});
    notifier->ringer = ringer_new(&(struct ringer_options){.db = notifier->db,
        .store = notifier->store,
        .rings = notifier->rings,
        .dispatch = notifier->dispatch,
        .legs = notifier->legs,
        .ladders = &notifier->ladders,
        .ttl_s = ttl_s});
    notifier->handler = handler_new(&(struct handler_options){.db = notifier->db,
        .store = notifier->store,
        .rings = notifier->rings,
        .devices = notifier->devices,
        .ladders = &notifier->ladders,
        .writer = notifier->writer,
        .dispatch = notifier->dispatch,
        .ringer = notifier->ringer});
    make_replier(notifier);
}

// Joins the service's loop.
static void
join(struct notifier *notifier)
{
    struct service *service = notifier->service;

    str_format(&notifier->inboxes, "%s,%s", router_notices, watcher_notices);
    notifier->stage = stage_new(handler_stage(notifier->handler),
        &(struct stage_options){
            .inbox = notifier->inboxes.data,
            .db = notifier->db,
            .service = service,
            .alone = true, // two would each sweep what the other has in flight
            .sweep_ms = common.sweep_ms,
            .grace_ms = common.grace_ms,
        });
    ledger_on_refused(notifier->ledger, park, notifier->stage);
    ringer_use_stage(notifier->ringer, notifier->stage);
    service_watch_fd(service, fd_of_legs, events_of_legs, pump, notifier);
    service_watch_fd(service, ledger_fd, ledger_events, ledger_pump, notifier->ledger);
    service_every(service, TICK_MS, pump, notifier);
    service_every(service, RINGER_MS, ringer_pump, notifier->ringer);
    if (notifier->replier != NULL) {
        service_watch_fd(service, replier_fd, replier_events, replier_pump, notifier->replier);
        service_every(service, TICK_MS, replier_pump, notifier->replier);
    }
}

static void
destroy(struct notifier *notifier)
{
    stage_destroy(&notifier->stage);
    str_free(&notifier->inboxes);
    handler_destroy(&notifier->handler);
    ringer_destroy(&notifier->ringer);
    legs_destroy(&notifier->legs, NULL);
    replier_destroy(&notifier->replier);
    dispatch_destroy(&notifier->dispatch);
    ledger_destroy(&notifier->ledger);
    writer_destroy(&notifier->writer);
    devices_destroy(&notifier->devices);
    store_rings_destroy(&notifier->rings);
    store_destroy(&notifier->store);
    db_destroy(&notifier->reply_db);
    db_destroy(&notifier->ledger_db);
    db_destroy(&notifier->db);
    service_destroy(&notifier->service);
}

int
main(int argc, char **argv)
{
    struct notifier notifier = {0};
    int exit_code = 0;

    settings_load(&settings, argc, argv);
    legs_settings_check(&settings, &legs_settings);
    log_open("notifier", log_level(common.log_level));
    notifier.service = service_new("notifier", common.metrics_file);
    make(&notifier);
    join(&notifier);

    exit_code = service_run(notifier.service);

    (void)dispatch_finish(notifier.dispatch, LAST_ANSWERS_MS);
    (void)ledger_flush(notifier.ledger, LAST_COMMIT_MS);
    if (notifier.replier != NULL)
        replier_finish(notifier.replier, LAST_REPLIES_MS);
    destroy(&notifier);
    return exit_code;
}

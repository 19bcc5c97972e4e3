// main.c - kentongan-portal: the officers' app, the public's tracking page, and what networks call.
#include "acted.h"
#include "bus.h"
#include "endpoint.h"
#include "events.h"
#include "ingest_client.h"
#include "log.h"
#include "ntfy.h"
#include "pages.h"
#include "pool.h"
#include "portal.h"
#include "rates.h"
#include "routes.h"
#include "server.h"
#include "service.h"
#include "service_settings.h"
#include "sessions.h"
#include "stream.h"

enum { TICK_MS = 500, KEY_MS = 500, NTFY_THREADS = 2 };

static struct service_settings common;
static struct portal portal;
static const char *listen_on, *ntfy_listen, *pages_folder, *acted_router, *acted_watcher;
static int64_t session_h, threads;

static const struct setting table[] = {
    SERVICE_SETTINGS(common),
    {"PORTAL_LISTEN", SETTING_TEXT, "127.0.0.1:5770", 0, 0, false, "address and port for the proxy in front",
        &listen_on},
    {"NTFY_LISTEN", SETTING_TEXT, "127.0.0.1:5771", 0, 0, false,
        "address and port of the ntfy endpoint; empty: none", &ntfy_listen},
    {"PORTAL_URL", SETTING_TEXT, "", 0, 0, false, "origin under which browsers reach the portal, https://...",
        &portal.url},
    {"PORTAL_PAGES", SETTING_TEXT, "", 0, 0, false, "folder of the pages; empty: none", &pages_folder},
    {"PORTAL_PROXY", SETTING_TEXT, "", 0, 0, false,
        "addresses of proxies whose X-Real-IP is believed, separated by commas; *: any", &portal.proxies},
    {"PORTAL_THREADS", SETTING_INTEGER, "4", 1, 64, false, "threads, and connections to PostgreSQL",
        &threads},
    {"PORTAL_SESSION_H", SETTING_INTEGER, "12", 1, 720, false, "how long a login lasts, hours", &session_h},
    {"VAPID_PUBLIC_KEY", SETTING_TEXT, "", 0, 0, false,
        "base64url of the notifier's public key, for browsers", &portal.push_key},
    {"PUSH_ALLOW", SETTING_TEXT, ENDPOINT_ALLOW, 0, 0, false, "hosts of push services, separated by commas",
        &portal.push_allow},
    {"PUSH_ALLOW_LOOPBACK", SETTING_FLAG, "no", 0, 0, false,
        "also take phones on this machine, as for the demo", &portal.push_allow_loopback},
    {"NTFY_URL", SETTING_TEXT, "", 0, 0, false, "the ntfy endpoint as phones reach it", &portal.ntfy_url},
    {"NTFY_TOKEN", SETTING_TEXT, "", 0, 0, true, "what the notifier publishes to ntfy with",
        &portal.ntfy_token},
    {"HOOK_SECRET", SETTING_TEXT, "", 0, 0, true, "part of the path that Kannel calls; empty: it may not",
        &portal.hook_secret},
    {"WHATSAPP_APP_SECRET", SETTING_TEXT, "", 0, 0, true,
        "what Meta signs its calls with; empty: it may not call", &portal.whatsapp_app_secret},
    {"WHATSAPP_VERIFY_TOKEN", SETTING_TEXT, "", 0, 0, true, "what Meta verifies the hook with",
        &portal.whatsapp_verify_token},
    {"INGEST", SETTING_TEXT, "tcp://127.0.0.1:5755", 0, 0, false,
        "the ingest socket, for messages of citizens", &portal.ingest},
    {"BUS_ACTED_ROUTER", SETTING_TEXT, "tcp://127.0.0.1:5766", 0, 0, false,
        "where the router is told that officers acted", &acted_router},
    {"BUS_ACTED_WATCHER", SETTING_TEXT, "tcp://127.0.0.1:5767", 0, 0, false,
        "where the watcher is told that officers acted", &acted_watcher},
};

static const struct settings settings = {
    "kentongan-portal", "the officers' app, and what networks call", table, LENGTH(table)};

int
main(int argc, char **argv)
{
    struct service *service = NULL;
    struct bus_outbox *to_router = NULL;
    struct bus_outbox *to_watcher = NULL;
    struct server *server = NULL;
    struct server *ntfy = NULL;
    struct events *events = NULL;
    int exit_code = 1;

    settings_load(&settings, argc, argv);
    if (portal_set_origin(&portal) < 0)
        settings_wrong(&settings, "PORTAL_URL", "has to be https:// and a host, without a path");
    log_open("portal", log_level(common.log_level));
    portal.session_s = session_h * 3600;
    service = service_new("portal", common.metrics_file);
    to_router = service_outbox(&settings, &common, "BUS_ACTED_ROUTER", acted_router);
    to_watcher = service_outbox(&settings, &common, "BUS_ACTED_WATCHER", acted_watcher);
    if (to_router == NULL || to_watcher == NULL)
        goto done;

    portal.pool = pool_new((size_t)threads + NTFY_THREADS, common.database, common.database_password);
    portal.hub = hub_new();
    portal.rates = rates_new();
    portal.sessions = sessions_new();
    portal.acted = acted_new(to_router, to_watcher);
    portal.ingest_client = ingest_client_new(portal.ingest);
    portal.ntfy = ntfy_new(&portal);
    if (pages_folder[0] != '\0' && (portal.pages = pages_new(pages_folder)) == NULL)
        goto done;

    server = server_new(&(struct server_options){.portal = &portal,
        .table = &routes_portal,
        .listen = listen_on,
        .threads = (unsigned)threads,
        .has_pages = portal.pages != NULL});
    if (server == NULL)
        goto done;
    service_every(service, TICK_MS, server_tick, server);
    if (ntfy_listen[0] != '\0') {
        ntfy = server_new(&(struct server_options){
            .portal = &portal, .table = &routes_ntfy, .listen = ntfy_listen, .threads = NTFY_THREADS});
        if (ntfy == NULL)
            goto done;
        service_every(service, TICK_MS, server_tick, ntfy);
        service_every(service, NTFY_POLL_MS, ntfy_poll, portal.ntfy);
    }
    service_every(service, TICK_MS, hub_tick, portal.hub);
    service_every(service, KEY_MS, portal_refresh, &portal);
    events = events_new(&portal);
    service_every(service, EVENTS_EVERY_MS, events_tick, events);

    exit_code = service_run(service);

done:
    server_destroy(&ntfy);
    server_destroy(&server);
    events_destroy(&events);
    ntfy_destroy(&portal.ntfy);
    ingest_client_destroy(&portal.ingest_client);
    acted_destroy(&portal.acted);
    pages_destroy(&portal.pages);
    sessions_destroy(&portal.sessions);
    rates_destroy(&portal.rates);
    hub_destroy(&portal.hub);
    pool_destroy(&portal.pool);
    bus_outbox_destroy(&to_watcher);
    bus_outbox_destroy(&to_router);
    service_destroy(&service);
    return exit_code;
}

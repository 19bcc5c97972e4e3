// main.c - kentongan-router: which agency has to answer, and the ticket it answers on.
#include "bell.h"
#include "bus.h"
#include "handler.h"
#include "log.h"
#include "service.h"
#include "service_settings.h"
#include "stage.h"

static struct service_settings common;
static const char *triaged, *routed, *notices, *acted;
static int64_t confidence_percent;

static const struct setting table[] = {
    SERVICE_SETTINGS(common),
    STAGE_SETTINGS(common),
    {"BUS_TRIAGED", SETTING_TEXT, "tcp://127.0.0.1:5762", 0, 0, false, "where triaged reports come from",
        &triaged},
    {"BUS_ROUTED", SETTING_TEXT, "tcp://127.0.0.1:5763", 0, 0, false,
        "where routed tickets go, for the watcher", &routed},
    {"BUS_ROUTER_NOTICES", SETTING_TEXT, "tcp://127.0.0.1:5764", 0, 0, false,
        "where notices go, for the notifier", &notices},
    {"BUS_ACTED", SETTING_TEXT, "tcp://127.0.0.1:5766", 0, 0, false,
        "where the portal says that officers acted", &acted},
    {"ROUTER_CONFIDENCE", SETTING_INTEGER, "40", 0, 100, false,
        "topics less certain than this go to the triage desk, percent; the classifier names none below 40",
        &confidence_percent},
};

static const struct settings settings = {"kentongan-router",
    "opens or joins a ticket for each triaged report and names the agency", table, LENGTH(table)};

int
main(int argc, char **argv)
{
    struct service *service = NULL;
    struct db *db = NULL;
    struct bus_outbox *routed_outbox = NULL;
    struct bus_outbox *notice_outbox = NULL;
    struct handler *handler = NULL;
    struct stage *stage = NULL;
    struct bell *bell = NULL;
    int exit_code = 1;

    settings_load(&settings, argc, argv);
    log_open("router", log_level(common.log_level));
    service = service_new("router", common.metrics_file);
    db = db_new(common.database, common.database_password, "kentongan router");
    routed_outbox = service_outbox(&settings, &common, "BUS_ROUTED", routed);
    notice_outbox = service_outbox(&settings, &common, "BUS_ROUTER_NOTICES", notices);
    if (routed_outbox == NULL || notice_outbox == NULL)
        goto done;

    handler = handler_new(&(struct handler_options){.service = service,
        .db = db,
        .routed = routed_outbox,
        .notices = notice_outbox,
        .least_confidence = (double)confidence_percent / 100,
        .sweep_ms = common.sweep_ms});
    stage = stage_new(handler_stage(handler), &(struct stage_options){.inbox = triaged,
                                                  .db = db,
                                                  .service = service,
                                                  .before = "classifier",
                                                  .alone = false,
                                                  .sweep_ms = common.sweep_ms,
                                                  .grace_ms = common.grace_ms});
    bell = bell_new(service, acted, handler_acted, handler);
    if (bell != NULL)
        exit_code = service_run(service);

done:
    bell_destroy(&bell);
    stage_destroy(&stage);
    handler_destroy(&handler);
    bus_outbox_destroy(&notice_outbox);
    bus_outbox_destroy(&routed_outbox);
    db_destroy(&db);
    service_destroy(&service);
    return exit_code;
}

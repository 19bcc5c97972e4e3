// main.c - kentongan-classifier: what a report is about, where, and whether it was reported before.
#include "bus.h"
#include "handler.h"
#include "log.h"
#include "service.h"
#include "service_settings.h"
#include "stage.h"

static struct service_settings common;
static const char *received, *triaged;
static int64_t index_most;

static const struct setting table[] = {
    SERVICE_SETTINGS(common),
    STAGE_SETTINGS(common),
    {"BUS_RECEIVED", SETTING_TEXT, "tcp://127.0.0.1:5761", 0, 0, false, "where accepted reports come from",
        &received},
    {"BUS_TRIAGED", SETTING_TEXT, "tcp://127.0.0.1:5762", 0, 0, false,
        "where triaged reports go, for the router", &triaged},
    {"CLASSIFIER_INDEX_MOST", SETTING_INTEGER, "1000000", 1000, 50000000, false,
        "reports kept in memory to find duplicates, 150 bytes each", &index_most},
};

static const struct settings settings = {"kentongan-classifier",
    "names the topic, the place and the duplicates of each report", table, LENGTH(table)};

int
main(int argc, char **argv)
{
    struct service *service = NULL;
    struct db *db = NULL;
    struct bus_outbox *outbox = NULL;
    struct handler *handler = NULL;
    struct stage *stage = NULL;
    int exit_code = 1;

    settings_load(&settings, argc, argv);
    log_open("classifier", log_level(common.log_level));
    service = service_new("classifier", common.metrics_file);
    db = db_new(common.database, common.database_password, "kentongan classifier");
    outbox = service_outbox(&settings, &common, "BUS_TRIAGED", triaged);
    if (outbox == NULL)
        goto done;

    handler = handler_new(db, outbox, (size_t)index_most);
    stage = stage_new(handler_stage(handler), &(struct stage_options){.inbox = received,
                                                  .db = db,
                                                  .service = service,
                                                  .alone = true,
                                                  .sweep_ms = common.sweep_ms,
                                                  .grace_ms = common.grace_ms});
    exit_code = service_run(service);

done:
    stage_destroy(&stage);
    handler_destroy(&handler);
    bus_outbox_destroy(&outbox);
    db_destroy(&db);
    service_destroy(&service);
    return exit_code;
}

// service_settings.h - the settings that every service has, as rows for its table.
#ifndef KENTONGAN_SERVICE_SETTINGS_H
#define KENTONGAN_SERVICE_SETTINGS_H

#include "bus.h"
#include "log.h"
#include "settings.h"

struct service_settings {
    const char *database, *database_password, *log_level, *metrics_file;
    int64_t sweep_ms, grace_ms;
    bool bus_anywhere;
};

// Opens the outbox that setting `name` gives.  Ends the process with exit code 78 when the endpoint is
// neither local nor allowed to be elsewhere; NULL after one line in the log when it cannot be bound.  Returns
// new.
struct bus_outbox *service_outbox(const struct settings *settings, const struct service_settings *common,
    const char *name, const char *endpoint);

// Rows of a settings table that fill a struct service_settings.
#define SERVICE_SETTINGS(to)                                                                                 \
    {"DATABASE", SETTING_TEXT, "dbname=kentongan", 0, 0, false, "PostgreSQL, as libpq's connection string",  \
        &(to).database},                                                                                     \
        {"DATABASE_PASSWORD", SETTING_TEXT, "", 0, 0, true, "password for PostgreSQL",                       \
            &(to).database_password},                                                                        \
        {"LOG_LEVEL", SETTING_TEXT, "info", 0, 0, false,                                                     \
            "least level of log lines: debug, info, warn, error", &(to).log_level},                          \
        {"METRICS_FILE", SETTING_TEXT, "", 0, 0, false,                                                      \
            "file for metrics in Prometheus' text format, rewritten every 5 s; empty: none",                 \
            &(to).metrics_file},                                                                             \
    {                                                                                                        \
        "BUS_ANYWHERE", SETTING_FLAG, "no", 0, 0, false,                                                     \
            "let plain sockets inside the cluster bind to other addresses than loopback", &(to).bus_anywhere \
    }

// And of a stage's table.
#define STAGE_SETTINGS(to)                                                                                   \
    {"SWEEP_MS", SETTING_INTEGER, "2000", 50, 600000, false,                                                 \
        "how often to look for rows that no message brought, ms", &(to).sweep_ms},                           \
    {                                                                                                        \
        "GRACE_MS", SETTING_INTEGER, "2000", 0, 600000, false,                                               \
            "how long a row is left to its message before the sweep takes it, ms", &(to).grace_ms            \
    }

#endif

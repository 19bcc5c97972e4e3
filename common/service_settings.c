// service_settings.c - what the services' common settings ask for.
#include "service_settings.h"

struct bus_outbox *
service_outbox(const struct settings *settings, const struct service_settings *common, const char *name,
    const char *endpoint)
{
    if (!common->bus_anywhere && !bus_is_local(endpoint))
        settings_wrong(
            settings, name, "is neither loopback nor ipc://; BUS_ANYWHERE=yes allows other addresses");
    return bus_outbox_new(endpoint);
}

// bell.c - hears that acts were stored.
#include "bell.h"

#include "bus.h"
#include "log.h"
#include "wire.h"

#include <stdlib.h>

struct bell {
    struct service *service;
    struct bus_inbox *inbox;
    service_handler *heard;
    void *self;
};

static void
on_message(void *self)
{
    struct bell *bell = self;
    const uint8_t *data = NULL;
    size_t length = 0;
    size_t tickets = 0;

    while (bus_receive(bell->inbox, &data, &length) > 0) {
        Kentongan__V1__Acted *message = wire_acted(data, length);

        if (message == NULL) {
            log_warn(EV_BUS_UNREADABLE, "bytes=%zu", length);
            continue;
        }
        tickets += message->n_ticket_ids;
        kentongan__v1__acted__free_unpacked(message, NULL);
    }
    if (tickets > 0)
        bell->heard(bell->self);
}

struct bell *
bell_new(struct service *service, const char *endpoint, service_handler *heard, void *self)
{
    struct bus_inbox *inbox = bus_inbox_new(endpoint);
    struct bell *bell = NULL;

    if (inbox == NULL)
        return NULL;
    bell = check_zalloc(1, sizeof(*bell));
    *bell = (struct bell){.service = service, .inbox = inbox, .heard = heard, .self = self};
    service_watch_socket(service, bus_inbox_socket(inbox), on_message, bell);
    return bell;
}

void
bell_destroy(struct bell **bell)
{
    if (*bell == NULL)
        return;
    service_unwatch_socket((*bell)->service, bus_inbox_socket((*bell)->inbox));
    bus_inbox_destroy(&(*bell)->inbox);
    free(*bell);
    *bell = NULL;
}

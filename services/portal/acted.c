// acted.c - tells router and watcher that an act is committed.
#include "acted.h"

#include "wire.h"

#include <pthread.h>
#include <stdlib.h>

struct acted {
    pthread_mutex_t lock; // a ZeroMQ socket is for one thread at a time
    struct bus_outbox *router, *watcher;
    struct str scratch;
};

struct acted *
acted_new(struct bus_outbox *router, struct bus_outbox *watcher)
{
    struct acted *acted = check_zalloc(1, sizeof(*acted));

    CHECK(pthread_mutex_init(&acted->lock, NULL) == 0);
    acted->router = router;
    acted->watcher = watcher;
    return acted;
}

void
acted_destroy(struct acted **acted)
{
    if (*acted == NULL)
        return;
    pthread_mutex_destroy(&(*acted)->lock);
    str_free(&(*acted)->scratch);
    free(*acted);
    *acted = NULL;
}

void
acted_tell(struct acted *acted, int64_t ticket_id)
{
    Kentongan__V1__Acted message;

    kentongan__v1__acted__init(&message);
    message.n_ticket_ids = 1;
    message.ticket_ids = &ticket_id;
    CHECK(pthread_mutex_lock(&acted->lock) == 0);
    wire_ring(acted->router, &acted->scratch, &message.base);
    wire_ring(acted->watcher, &acted->scratch, &message.base);
    CHECK(pthread_mutex_unlock(&acted->lock) == 0);
}

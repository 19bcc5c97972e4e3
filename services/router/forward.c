// forward.c - tells the watcher and the notifier what was stored.
#include "forward.h"

#include "wire.h"

#include <stdlib.h>

struct forward {
    struct bus_outbox *routed, *notices;
    size_t most;
    // What is sent: the lists point into the arrays for ever.
    Kentongan__V1__RoutedTicket *tickets;
    Kentongan__V1__RoutedTicket **ticket_list;
    Kentongan__V1__NoticeItem *items;
    Kentongan__V1__NoticeItem **item_list;
    struct str message;
};

struct forward *
forward_new(struct bus_outbox *routed, struct bus_outbox *notices, size_t most)
{
    struct forward *forward = check_zalloc(1, sizeof(*forward));

    forward->routed = routed;
    forward->notices = notices;
    forward->most = most;
    forward->tickets = check_zalloc(most, sizeof(*forward->tickets));
    forward->ticket_list = check_zalloc(most, sizeof(Kentongan__V1__RoutedTicket *));
    forward->items = check_zalloc(most, sizeof(*forward->items));
    forward->item_list = check_zalloc(most, sizeof(Kentongan__V1__NoticeItem *));
    for (size_t i = 0; i < most; i++) {
        forward->ticket_list[i] = &forward->tickets[i];
        forward->item_list[i] = &forward->items[i];
    }
    return forward;
}

void
forward_destroy(struct forward **forward)
{
    if (*forward == NULL)
        return;
    free((*forward)->tickets);
    free((*forward)->ticket_list);
    free((*forward)->items);
    free((*forward)->item_list);
    str_free(&(*forward)->message);
    free(*forward);
    *forward = NULL;
}

static void
ring_watcher(struct forward *forward, size_t count)
{
    Kentongan__V1__Routed routed;

    kentongan__v1__routed__init(&routed);
    routed.n_tickets = count;
    routed.tickets = forward->ticket_list;
    if (count > 0)
        wire_ring(forward->routed, &forward->message, &routed.base);
}

static void
put_ticket(struct forward *forward, size_t i, const struct told *told)
{
    Kentongan__V1__RoutedTicket *ticket = &forward->tickets[i];

    kentongan__v1__routed_ticket__init(ticket);
    ticket->ticket_id = told->ticket_id;
    ticket->agency = wire_text(told->agency);
    ticket->routed_at_ms = told->created_at_ms;
}

static void
put_notice(struct forward *forward, size_t i, const struct told *told)
{
    Kentongan__V1__NoticeItem *item = &forward->items[i];

    kentongan__v1__notice_item__init(item);
    item->notice_id = told->notice_id;
    item->ticket_id = told->ticket_id;
    item->kind = (Kentongan__V1__NoticeKind)told->kind;
    item->agency = wire_text(told->agency);
    item->tracking_code = wire_text(told->tracking_code);
    item->topic = wire_text(told->topic);
    item->region_code = wire_text(told->region_code);
    item->due_at_ms = told->due_at_ms;
    item->created_at_ms = told->created_at_ms;
    item->urgent = told->urgent;
    item->count = told->count;
}

void
forward_told(struct forward *forward, const struct told *told, size_t count)
{
    Kentongan__V1__Notice notice;
    size_t tickets = 0;

    CHECK(count <= forward->most);
    for (size_t i = 0; i < count; i++) {
        put_notice(forward, i, &told[i]);
        if (told[i].kind != KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_INCIDENT)
            put_ticket(forward, tickets++, &told[i]);
    }
    kentongan__v1__notice__init(&notice);
    notice.n_notices = count;
    notice.notices = forward->item_list;
    if (count > 0)
        wire_ring(forward->notices, &forward->message, &notice.base);
    ring_watcher(forward, tickets);
}

void
forward_changed(struct forward *forward, int64_t ticket_id)
{
    const struct told changed = {.ticket_id = ticket_id};

    put_ticket(forward, 0, &changed);
    ring_watcher(forward, 1);
}

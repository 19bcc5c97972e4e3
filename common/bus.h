// bus.h - the bell between stages: PUSH outboxes that bind, PULL inboxes that connect.
//
// A send is a hint, never custody.  An outbox without a reader, or with a slow one, refuses (nothing is
// queued for nobody). Endpoints are tcp:// or ipc://; a plain tcp:// outbox on another address than loopback
// has to be allowed.
#ifndef KENTONGAN_BUS_H
#define KENTONGAN_BUS_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bus_outbox;
struct bus_inbox;

// Binds.  Returns new, or NULL after one line in the log.
struct bus_outbox *bus_outbox_new(const char *endpoint);
void bus_outbox_destroy(struct bus_outbox **outbox);

// Sends one message; 0 or -1 (nobody takes it now).  Copies data.
MUST_USE int bus_send(struct bus_outbox *outbox, const void *data, size_t length);

// Connects to each of endpoints (separated by commas).  Returns new, or NULL after one line in the log.
struct bus_inbox *bus_inbox_new(const char *endpoints);
void bus_inbox_destroy(struct bus_inbox **inbox);

// Takes one message if one is there: 1 and Borrows until the next call; 0 when there is none.
int bus_receive(struct bus_inbox *inbox, const uint8_t **data, size_t *length);

// The ZeroMQ socket, for service_watch_socket().
void *bus_inbox_socket(struct bus_inbox *inbox);

// May a plain socket be bound to this endpoint: ipc://, inproc://, or tcp:// on a loopback address?
bool bus_is_local(const char *endpoint);

#endif

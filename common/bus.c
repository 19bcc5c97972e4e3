// bus.c - PUSH and PULL sockets with every option that matters said out loud.
//
// No ZMTP heartbeats: with a slow reader they lose messages and can end the process (libzmq issue 3937).  TCP
// keepalive notices dead hosts; the sweep covers what went with them.
#include "bus.h"

#include "log.h"

#include <czmq.h>
#include <string.h>

enum {
    HWM_MESSAGES = 256, // batches, each at most STAGE_LIMIT items: bounds memory, beyond it the sweep works
    LINGER_MS = 500, // an ending stage gives what it sent half a second to leave; lost after that, and swept
    MESSAGE_MOST = 64 << 20, // a batch of 1,024 reports of 10,000 bytes and more
    RECONNECT_MS = 100,
    RECONNECT_MOST_MS = 1000,
};

struct bus_outbox {
    zsock_t *socket;
};

struct bus_inbox {
    zsock_t *socket;
    zmq_msg_t message;
    bool holds;
};

static void
set_options(zsock_t *socket)
{
    zsock_set_sndhwm(socket, HWM_MESSAGES);
    zsock_set_rcvhwm(socket, HWM_MESSAGES);
    zsock_set_sndtimeo(socket, 0);
    zsock_set_linger(socket, LINGER_MS);
    zsock_set_maxmsgsize(socket, MESSAGE_MOST);
    zsock_set_reconnect_ivl(socket, RECONNECT_MS);
    zsock_set_reconnect_ivl_max(socket, RECONNECT_MOST_MS);
    zsock_set_heartbeat_ivl(socket, 0);
    zsock_set_tcp_keepalive(socket, 1);
    zsock_set_tcp_keepalive_idle(socket, 10);
    zsock_set_tcp_keepalive_intvl(socket, 5);
    zsock_set_tcp_keepalive_cnt(socket, 3);
}

bool
bus_is_local(const char *endpoint)
{
    static const char *const prefixes[] = {
        "ipc://", "inproc://", "tcp://127.", "tcp://localhost:", "tcp://[::1]:"};

    for (size_t i = 0; i < LENGTH(prefixes); i++)
        if (strncmp(endpoint, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

struct bus_outbox *
bus_outbox_new(const char *endpoint)
{
    struct bus_outbox *outbox = check_zalloc(1, sizeof(*outbox));

    outbox->socket = zsock_new(ZMQ_PUSH);
    CHECK(outbox->socket != NULL);
    set_options(outbox->socket);
    if (zsock_bind(outbox->socket, "%s", endpoint) < 0) {
        log_error(EV_SETTING_WRONG, "endpoint=%s reason=\"cannot be bound: %s\"", endpoint,
            zmq_strerror(zmq_errno()));
        bus_outbox_destroy(&outbox);
    }
    return outbox;
}

void
bus_outbox_destroy(struct bus_outbox **outbox)
{
    if (*outbox == NULL)
        return;
    zsock_destroy(&(*outbox)->socket);
    free(*outbox);
    *outbox = NULL;
}

int
bus_send(struct bus_outbox *outbox, const void *data, size_t length)
{
    return zmq_send(zsock_resolve(outbox->socket), data, length, ZMQ_DONTWAIT) < 0 ? -1 : 0;
}

struct bus_inbox *
bus_inbox_new(const char *endpoints)
{
    struct bus_inbox *inbox = check_zalloc(1, sizeof(*inbox));

    inbox->socket = zsock_new(ZMQ_PULL);
    CHECK(inbox->socket != NULL);
    set_options(inbox->socket);
    if (zsock_attach(inbox->socket, endpoints, false) < 0) {
        log_error(EV_SETTING_WRONG, "endpoint=%s reason=\"cannot be connected to: %s\"", endpoints,
            zmq_strerror(zmq_errno()));
        bus_inbox_destroy(&inbox);
    }
    return inbox;
}

void
bus_inbox_destroy(struct bus_inbox **inbox)
{
    if (*inbox == NULL)
        return;
    if ((*inbox)->holds)
        zmq_msg_close(&(*inbox)->message);
    zsock_destroy(&(*inbox)->socket);
    free(*inbox);
    *inbox = NULL;
}

int
bus_receive(struct bus_inbox *inbox, const uint8_t **data, size_t *length)
{
    if (inbox->holds)
        zmq_msg_close(&inbox->message);
    inbox->holds = false;
    zmq_msg_init(&inbox->message);
    if (zmq_msg_recv(&inbox->message, zsock_resolve(inbox->socket), ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&inbox->message);
        return 0;
    }
    inbox->holds = true;
    *data = zmq_msg_data(&inbox->message);
    *length = zmq_msg_size(&inbox->message);
    return 1;
}

void *
bus_inbox_socket(struct bus_inbox *inbox)
{
    return zsock_resolve(inbox->socket);
}

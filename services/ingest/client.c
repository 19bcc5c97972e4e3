// client.c - frames of the ingest sockets: routing id, an empty delimiter or none, one body.
#include "client.h"

#include "log.h"
#include "metrics.h"

#include <string.h>

static struct metric unread = {
    "kentongan_ingest_receipts_unsent_total", "Receipts that found no client.", 0, NULL};

// Throws away the rest of a message.
static void
skip_rest(void *socket)
{
    zmq_msg_t frame;
    int more = 1;

    while (more) {
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0)
            more = 0;
        else
            more = zmq_msg_more(&frame);
        zmq_msg_close(&frame);
    }
}

enum client_message
client_receive(void *socket, struct client *client, zmq_msg_t *body)
{
    zmq_msg_t id;

    zmq_msg_init(&id);
    if (zmq_msg_recv(&id, socket, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&id);
        return CLIENT_NONE;
    }
    client->socket = socket;
    client->id_length = (uint8_t)zmq_msg_size(&id); // ZeroMQ allows 255 at most
    client->delimited = false;
    memcpy(client->id, zmq_msg_data(&id), client->id_length);
    if (!zmq_msg_more(&id)) {
        zmq_msg_close(&id);
        return CLIENT_MALFORMED;
    }
    zmq_msg_close(&id);

    zmq_msg_init(body);
    if (zmq_msg_recv(body, socket, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(body);
        return CLIENT_MALFORMED;
    }
    if (zmq_msg_size(body) == 0 && zmq_msg_more(body)) {
        client->delimited = true;
        zmq_msg_close(body);
        zmq_msg_init(body);
        if (zmq_msg_recv(body, socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(body);
            return CLIENT_MALFORMED;
        }
    }
    if (zmq_msg_more(body)) {
        zmq_msg_close(body);
        skip_rest(socket);
        return CLIENT_MALFORMED;
    }
    return CLIENT_REPORT;
}

void
client_answer(const struct client *client, const struct receipt *receipt)
{
    uint8_t bytes[RECEIPT_SIZE];
    size_t length = receipt_pack(receipt, bytes);

    // ROUTER_MANDATORY: the first frame fails when the client is gone or its queue is full, and then none is
    // sent.
    if (zmq_send(client->socket, client->id, client->id_length, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
        metric_add(&unread, 1);
        log_debug(EV_PEER_GONE, "status=%d", (int)receipt->status);
        return;
    }
    if (client->delimited && zmq_send(client->socket, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        metric_add(&unread, 1);
    if (zmq_send(client->socket, bytes, length, ZMQ_DONTWAIT) < 0)
        metric_add(&unread, 1);
}

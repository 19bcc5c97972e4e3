// client.h - a message of an integrator on a ROUTER socket, and the way back to it.
#ifndef KENTONGAN_CLIENT_H
#define KENTONGAN_CLIENT_H

#include "check.h"
#include "receipt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>

// Where a receipt has to go.  Plain memory; may be copied.
struct client {
    void *socket;
    uint8_t id[255];
    uint8_t id_length;
    bool delimited; // an empty frame came before the report (REQ clients) and goes before the receipt
};

enum client_message {
    CLIENT_NONE,     // nothing there now
    CLIENT_REPORT,   // body holds one frame; the caller closes it
    CLIENT_MALFORMED // not one frame; nothing to close, the rest was thrown away
};

// Takes one message if there is one.
enum client_message client_receive(void *socket, struct client *client, zmq_msg_t *body);

// Sends a receipt; a client that is gone, or does not read, gets none and asks again.
void client_answer(const struct client *client, const struct receipt *receipt);

#endif

// ingest_client.c - hands a citizen's message to the ingest socket.
//
// A receipt that comes too late must not be taken for the next message's: it is told by the message's own id,
// and a socket whose call failed is closed.
#include "ingest_client.h"

#include "clock.h"
#include "str.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

struct ingest_client {
    pthread_mutex_t lock;
    void *context;
    const char *endpoint;
    void *free[INGEST_CLIENT_MOST]; // sockets that nobody uses
    size_t free_count, busy;
    int64_t rests_until_ms;
};

struct ingest_client *
ingest_client_new(const char *endpoint)
{
    struct ingest_client *client = check_zalloc(1, sizeof(*client));

    CHECK(pthread_mutex_init(&client->lock, NULL) == 0);
    client->endpoint = endpoint;
    client->context = zmq_ctx_new();
    CHECK(client->context != NULL);
    return client;
}

void
ingest_client_destroy(struct ingest_client **client)
{
    if (*client == NULL)
        return;
    CHECK((*client)->busy == 0);
    for (size_t i = 0; i < (*client)->free_count; i++)
        zmq_close((*client)->free[i]);
    zmq_ctx_term((*client)->context);
    pthread_mutex_destroy(&(*client)->lock);
    free(*client);
    *client = NULL;
}

// A new socket, or NULL: the endpoint is none, or descriptors are out.
static void *
connect_socket(const struct ingest_client *client)
{
    void *socket = zmq_socket(client->context, ZMQ_DEALER);
    const int none = 0;

    if (socket == NULL)
        return NULL;
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof(none));
    if (zmq_connect(socket, client->endpoint) == 0)
        return socket;
    zmq_close(socket);
    return NULL;
}

// A socket for this call alone; NULL: not now.
static void *
take(struct ingest_client *client)
{
    void *socket = NULL;

    CHECK(pthread_mutex_lock(&client->lock) == 0);
    if (client->busy < INGEST_CLIENT_MOST && clock_mono_ms() >= client->rests_until_ms) {
        socket = client->free_count > 0 ? client->free[--client->free_count] : connect_socket(client);
        client->busy += socket != NULL;
    }
    CHECK(pthread_mutex_unlock(&client->lock) == 0);
    return socket;
}

static void
give(struct ingest_client *client, void *socket, bool answered)
{
    if (!answered)
        zmq_close(socket);
    CHECK(pthread_mutex_lock(&client->lock) == 0);
    client->busy--;
    if (answered)
        client->free[client->free_count++] = socket;
    else
        client->rests_until_ms = clock_mono_ms() + INGEST_CLIENT_REST_MS;
    CHECK(pthread_mutex_unlock(&client->lock) == 0);
}

// The receipt of this message, or NULL: none came in time.  Returns new.
static Kentongan__V1__Receipt *
await_receipt(void *socket, const char *id)
{
    int64_t end = clock_mono_ms() + INGEST_CLIENT_PATIENCE_MS;

    for (int64_t left = end - clock_mono_ms(); left > 0; left = end - clock_mono_ms()) {
        zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
        zmq_msg_t message;
        Kentongan__V1__Receipt *receipt = NULL;

        if (zmq_poll(&item, 1, (long)left) <= 0)
            continue;
        zmq_msg_init(&message);
        int length = zmq_msg_recv(&message, socket, ZMQ_DONTWAIT);
        if (length >= 0)
            receipt = kentongan__v1__receipt__unpack(NULL, (size_t)length, zmq_msg_data(&message));
        zmq_msg_close(&message);
        if (receipt != NULL && strcmp(receipt->source_message_id, id) == 0)
            return receipt;
        kentongan__v1__receipt__free_unpacked(receipt, NULL);
    }
    return NULL;
}

static enum outcome
read_receipt(const Kentongan__V1__Receipt *receipt, char reason[INGEST_CLIENT_REASON_SIZE])
{
    switch (receipt->status) {
    case KENTONGAN__V1__STATUS__STATUS_ACCEPTED:
    case KENTONGAN__V1__STATUS__STATUS_ALREADY_ACCEPTED:
        return DONE;
    case KENTONGAN__V1__STATUS__STATUS_REJECTED:
        str_copy(reason, INGEST_CLIENT_REASON_SIZE, receipt->reason);
        return REJECT;
    case KENTONGAN__V1__STATUS__STATUS_RETRY_LATER:
    case KENTONGAN__V1__STATUS__STATUS_UNSPECIFIED:
    case _KENTONGAN__V1__STATUS_IS_INT_SIZE:
        break;
    }
    return RETRY;
}

enum outcome
ingest_client_send(
    struct ingest_client *client, const Kentongan__V1__Report *report, char reason[INGEST_CLIENT_REASON_SIZE])
{
    size_t length = kentongan__v1__report__get_packed_size(report);
    uint8_t *packed = NULL;
    void *socket = take(client);
    Kentongan__V1__Receipt *receipt = NULL;
    enum outcome outcome = RETRY;

    reason[0] = '\0';
    if (socket == NULL)
        return RETRY;
    packed = check_alloc(length + 1);
    kentongan__v1__report__pack(report, packed);
    if (zmq_send(socket, packed, length, ZMQ_DONTWAIT) >= 0)
        receipt = await_receipt(socket, report->source_message_id);
    if (receipt != NULL)
        outcome = read_receipt(receipt, reason);
    give(client, socket, receipt != NULL);
    kentongan__v1__receipt__free_unpacked(receipt, NULL);
    free(packed);
    return outcome;
}

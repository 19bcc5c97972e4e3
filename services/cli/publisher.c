// publisher.c - sends reports over DEALER sockets and holds each until its final receipt.
//
// It never takes a report for stored that has no receipt, and never gives up on one while the server answers
// anything at all. The reports on the way are slots in one array, found by a hash of client and
// source_message_id.
#include "publisher.h"

#include "clock.h"
#include "names.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>
#include <zmq.h>

enum {
    SCAN_US = 10000, // how often to look for slots that are due again
    TICK_US = 200000,
    BACKOFF_US = 50000, // after the first RETRY_LATER; doubles
    BACKOFF_MOST_US = 2000000,
    REFUSED_US = 20000, // the socket takes nothing now: not connected, or full
    RECEIVE_MOST = 64,  // receipts of one client before the next one has its turn
};

enum slot_state { SLOT_FREE, SLOT_SENT, SLOT_WAITING };

struct slot {
    enum slot_state state;
    char *message; // packed
    size_t length, room;
    uint64_t hash;
    int64_t first_us, again_us;
    int32_t next;     // in the chain of its hash, or of free slots; -1: none
    unsigned retries; // RETRY_LATER so far
    bool was_sent;
};

struct client {
    void *socket;
    int32_t free; // chain of free slots
};

struct publisher {
    struct publisher_options options;
    void *context;
    struct client *clients;
    struct slot *slots; // a window each client, one after the other
    int32_t *chains;    // by hash
    size_t slot_count, chain_mask;
    zmq_pollitem_t *items;

    struct publisher_count count;
    struct histogram waits;
    int64_t started_us, alive_us; // alive: the last receipt, or when the first report was sent after silence
    int64_t in_flight;
    bool source_ended;
};

// Life
// ----------------------------------------------------------------------------------------------------------------

static int
set_integer(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof(value));
}

static int
set_keys(void *socket, const struct publisher_options *options)
{
    char public_key[41];

    if (zmq_curve_public(public_key, options->secret_key) != 0)
        return -1;
    return zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, options->server_key, 40) == 0 &&
                   zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public_key, 40) == 0 &&
                   zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, options->secret_key, 40) == 0
               ? 0
               : -1;
}

static void *
open_socket(struct publisher *publisher, char *reason, size_t size)
{
    const struct publisher_options *options = &publisher->options;
    void *socket = zmq_socket(publisher->context, ZMQ_DEALER);

    CHECK(socket != NULL);
    // IMMEDIATE: nothing is queued for a server that is away, so that it is not flooded with old copies when
    // it returns.
    if (set_integer(socket, ZMQ_LINGER, 0) != 0 || set_integer(socket, ZMQ_IMMEDIATE, 1) != 0 ||
        set_integer(socket, ZMQ_SNDHWM, 2 * PUBLISHER_WINDOW_MOST) != 0 ||
        set_integer(socket, ZMQ_RCVHWM, 2 * PUBLISHER_WINDOW_MOST) != 0 ||
        set_integer(socket, ZMQ_TCP_KEEPALIVE, 1) != 0 || set_integer(socket, ZMQ_RECONNECT_IVL, 100) != 0 ||
        set_integer(socket, ZMQ_RECONNECT_IVL_MAX, 1000) != 0)
        snprintf(reason, size, "the socket cannot be set up: %s", zmq_strerror(errno));
    else if (options->server_key != NULL && set_keys(socket, options) != 0)
        snprintf(reason, size, "a CURVE key is wrong: %s", zmq_strerror(errno));
    else if (zmq_connect(socket, options->endpoint) != 0)
        snprintf(reason, size, "%s: %s", options->endpoint, zmq_strerror(errno));
    else
        return socket;
    zmq_close(socket);
    return NULL;
}

static int32_t
slot_number(const struct publisher *publisher, const struct slot *slot)
{
    return (int32_t)(slot - publisher->slots);
}

static void
make_slots(struct publisher *publisher)
{
    size_t window = (size_t)publisher->options.window;
    size_t clients = (size_t)publisher->options.clients;
    size_t chains = 64;

    publisher->slot_count = window * clients;
    while (chains < 2 * publisher->slot_count)
        chains *= 2;
    publisher->chain_mask = chains - 1;
    publisher->slots = check_zalloc(publisher->slot_count, sizeof(*publisher->slots));
    publisher->chains = check_zalloc(chains, sizeof(*publisher->chains));
    publisher->clients = check_zalloc(clients, sizeof(*publisher->clients));
    publisher->items = check_zalloc(clients, sizeof(*publisher->items));
    for (size_t i = 0; i < chains; i++)
        publisher->chains[i] = -1;
    for (size_t client = 0; client < clients; client++) {
        publisher->clients[client].free = -1;
        // The first slot is the first to be used: what has to wait for the connection is sent in order.
        for (size_t i = window; i-- > 0;) {
            struct slot *slot = &publisher->slots[client * window + i];
            slot->next = publisher->clients[client].free;
            publisher->clients[client].free = slot_number(publisher, slot);
        }
    }
}

struct publisher *
publisher_new(const struct publisher_options *options, char *reason, size_t size)
{
    struct publisher *publisher = check_zalloc(1, sizeof(*publisher));

    CHECK(options->window > 0 && options->window <= PUBLISHER_WINDOW_MOST);
    CHECK(options->clients > 0 && options->clients <= PUBLISHER_CLIENTS_MOST);
    publisher->options = *options;
    publisher->context = zmq_ctx_new();
    CHECK(publisher->context != NULL);
    make_slots(publisher);
    for (int64_t i = 0; i < options->clients; i++) {
        struct client *client = &publisher->clients[i];

        client->socket = open_socket(publisher, reason, size);
        if (client->socket == NULL) {
            publisher_destroy(&publisher);
            return NULL;
        }
        publisher->items[i] = (zmq_pollitem_t){.socket = client->socket, .events = ZMQ_POLLIN};
    }
    return publisher;
}

void
publisher_destroy(struct publisher **publisher)
{
    struct publisher *gone = *publisher;

    if (gone == NULL)
        return;
    for (int64_t i = 0; i < gone->options.clients; i++)
        if (gone->clients[i].socket != NULL)
            zmq_close(gone->clients[i].socket);
    zmq_ctx_term(gone->context);
    for (size_t i = 0; i < gone->slot_count; i++)
        free(gone->slots[i].message);
    free(gone->slots);
    free(gone->chains);
    free(gone->clients);
    free(gone->items);
    free(gone);
    *publisher = NULL;
}

const struct publisher_count *
publisher_count(const struct publisher *publisher)
{
    return &publisher->count;
}

const struct histogram *
publisher_waits(const struct publisher *publisher)
{
    return &publisher->waits;
}

// Sending
// -------------------------------------------------------------------------------------------------------------

// Two reports with the same id on one client may be on the way at once; a receipt then settles either.
static uint64_t
hash_of(size_t client, const char *id)
{
    return XXH3_64bits_withSeed(id, strlen(id), client);
}

static struct client *
client_of(struct publisher *publisher, const struct slot *slot)
{
    return &publisher->clients[(size_t)slot_number(publisher, slot) / (size_t)publisher->options.window];
}

// Sends the slot's message, now or as soon as the socket takes it.
static void
send_slot(struct publisher *publisher, struct slot *slot, int64_t now_us)
{
    if (zmq_send(client_of(publisher, slot)->socket, slot->message, slot->length, ZMQ_DONTWAIT) < 0) {
        slot->state = SLOT_WAITING;
        slot->again_us = now_us + REFUSED_US;
        return;
    }
    if (slot->was_sent && slot->state == SLOT_SENT)
        publisher->count.resent++;
    slot->was_sent = true;
    slot->state = SLOT_SENT;
    slot->again_us = now_us + publisher->options.resend_after_ms * 1000;
}

static void
fill_slot(struct publisher *publisher, size_t client, const Kentongan__V1__Report *report, int64_t now_us)
{
    struct slot *slot = &publisher->slots[publisher->clients[client].free];
    size_t length = kentongan__v1__report__get_packed_size(report);

    publisher->clients[client].free = slot->next;
    if (length > slot->room) {
        slot->message = check_realloc(slot->message, length * 2);
        slot->room = length * 2;
    }
    slot->length = kentongan__v1__report__pack(report, (uint8_t *)slot->message);
    slot->hash = hash_of(client, report->source_message_id);
    slot->next = publisher->chains[slot->hash & publisher->chain_mask];
    publisher->chains[slot->hash & publisher->chain_mask] = slot_number(publisher, slot);
    slot->state = SLOT_WAITING;
    slot->first_us = now_us;
    slot->retries = 0;
    slot->was_sent = false;
    publisher->count.sent++;
    if (publisher->in_flight++ == 0)
        publisher->alive_us = now_us;
    send_slot(publisher, slot, now_us);
}

static bool
rate_allows(const struct publisher *publisher, int64_t now_us)
{
    int64_t rate = publisher->options.rate;

    return rate == 0 ||
           (double)publisher->count.sent < (double)(now_us - publisher->started_us) * (double)rate / 1e6;
}

// Fills the free part of a client's window.  Returns whether anything was sent.
static bool
refill(struct publisher *publisher, size_t client, const struct publisher_source *source)
{
    bool did = false;
    int64_t now_us = clock_mono_us();

    while (
        publisher->clients[client].free >= 0 && !publisher->source_ended && rate_allows(publisher, now_us)) {
        const Kentongan__V1__Report *report = NULL;
        int rc = source->next(source->self, &report);

        if (rc <= 0) {
            publisher->source_ended = true;
            publisher->count.source_failed = rc < 0;
            break;
        }
        now_us = clock_mono_us();
        fill_slot(publisher, client, report, now_us);
        did = true;
    }
    return did;
}

// Sends again what got no receipt in time, and what waited out its back-off.
static void
send_due(struct publisher *publisher, int64_t now_us)
{
    for (size_t i = 0; i < publisher->slot_count; i++) {
        struct slot *slot = &publisher->slots[i];

        if (slot->state != SLOT_FREE && now_us >= slot->again_us)
            send_slot(publisher, slot, now_us);
    }
}

// Receipts
// ------------------------------------------------------------------------------------------------------------

static void
write_receipt(FILE *file, const Kentongan__V1__Receipt *receipt)
{
    json_t *line = json_pack("{s:s s:s s:s s:s s:I}", "source_message_id", receipt->source_message_id,
        "status", names_status((int64_t)receipt->status), "tracking_code", receipt->tracking_code, "reason",
        receipt->reason, "received_at_ms", (json_int_t)receipt->received_at_ms);

    // A text that is not UTF-8 packs to nothing; it would come from no server of ours.
    if (line != NULL) {
        json_dumpf(line, file, JSON_COMPACT);
        fputc('\n', file);
        fflush(file);
    }
    json_decref(line);
}

static void
free_slot(struct publisher *publisher, struct slot *slot)
{
    int32_t *link = &publisher->chains[slot->hash & publisher->chain_mask];
    struct client *client = client_of(publisher, slot);

    while (*link != slot_number(publisher, slot))
        link = &publisher->slots[*link].next;
    *link = slot->next;
    slot->state = SLOT_FREE;
    slot->next = client->free;
    client->free = slot_number(publisher, slot);
    publisher->in_flight--;
}

static struct slot *
find_slot(struct publisher *publisher, size_t client, const char *id)
{
    uint64_t hash = hash_of(client, id);
    int32_t at = publisher->chains[hash & publisher->chain_mask];

    while (at >= 0 && publisher->slots[at].hash != hash)
        at = publisher->slots[at].next;
    return at >= 0 ? &publisher->slots[at] : NULL;
}

// RETRY_LATER: the same message again, later each time.
static void
back_off(struct slot *slot, int64_t now_us)
{
    int64_t wait_us = slot->retries < 6 ? (int64_t)BACKOFF_US << slot->retries : BACKOFF_MOST_US;

    if (wait_us > BACKOFF_MOST_US)
        wait_us = BACKOFF_MOST_US;
    slot->retries++;
    slot->state = SLOT_WAITING;
    // Spread by the message's own hash, so that a whole window does not return in one instant.
    slot->again_us = now_us + wait_us / 2 + (int64_t)(slot->hash % (uint64_t)wait_us) / 2;
}

static void
settle(struct publisher *publisher, struct slot *slot, int64_t now_us)
{
    histogram_add(&publisher->waits, now_us - slot->first_us);
    publisher->count.settled++;
    free_slot(publisher, slot);
}

static void
take_receipt(struct publisher *publisher, size_t client, const Kentongan__V1__Receipt *receipt)
{
    struct slot *slot = find_slot(publisher, client, receipt->source_message_id);
    int64_t now_us = clock_mono_us();

    publisher->alive_us = now_us;
    if (publisher->options.receipts != NULL)
        write_receipt(publisher->options.receipts, receipt);
    // The answer to a message that was sent twice comes twice, too.
    if (slot == NULL)
        return;
    switch (receipt->status) {
    case KENTONGAN__V1__STATUS__STATUS_ACCEPTED:
        publisher->count.accepted++;
        settle(publisher, slot, now_us);
        return;
    case KENTONGAN__V1__STATUS__STATUS_ALREADY_ACCEPTED:
        publisher->count.already++;
        settle(publisher, slot, now_us);
        return;
    case KENTONGAN__V1__STATUS__STATUS_REJECTED:
        publisher->count.rejected++;
        settle(publisher, slot, now_us);
        return;
    case KENTONGAN__V1__STATUS__STATUS_RETRY_LATER:
        publisher->count.retries++;
        back_off(slot, now_us);
        return;
    case KENTONGAN__V1__STATUS__STATUS_UNSPECIFIED:
    case _KENTONGAN__V1__STATUS_IS_INT_SIZE:
        break;
    }
    publisher->count.unreadable++;
}

static bool
receive(struct publisher *publisher, size_t client)
{
    int taken = 0;

    for (; taken < RECEIVE_MOST; taken++) {
        zmq_msg_t message;
        zmq_msg_init(&message);
        int length = zmq_msg_recv(&message, publisher->clients[client].socket, ZMQ_DONTWAIT);
        if (length < 0) {
            zmq_msg_close(&message);
            break;
        }
        Kentongan__V1__Receipt *receipt =
            kentongan__v1__receipt__unpack(NULL, (size_t)length, (const uint8_t *)zmq_msg_data(&message));
        zmq_msg_close(&message);
        if (receipt != NULL)
            take_receipt(publisher, client, receipt);
        else
            publisher->count.unreadable++;
        kentongan__v1__receipt__free_unpacked(receipt, NULL);
    }
    return taken > 0;
}

// The loop
// ------------------------------------------------------------------------------------------------------------

// Sleeps until a receipt comes, the rate allows the next report, or it is time to look for slots that are
// due.
static void
rest(struct publisher *publisher)
{
    long wait_ms = publisher->options.rate > 0 ? 1 : SCAN_US / 1000;

    zmq_poll(publisher->items, (int)publisher->options.clients, wait_ms);
}

void
publisher_run(struct publisher *publisher, const struct publisher_source *source,
    bool (*tick)(void *self, const struct publisher_count *count), void *tick_self)
{
    int64_t scanned_us = 0;
    int64_t ticked_us = clock_mono_us();

    publisher->started_us = publisher->alive_us = ticked_us;
    while (!publisher->source_ended || publisher->in_flight > 0) {
        bool did = false;

        for (size_t client = 0; client < (size_t)publisher->options.clients; client++) {
            did = receive(publisher, client) || did;
            did = refill(publisher, client, source) || did;
        }
        int64_t now_us = clock_mono_us();
        publisher->count.elapsed_us = now_us - publisher->started_us;
        if (now_us - scanned_us >= SCAN_US) {
            send_due(publisher, now_us);
            scanned_us = now_us;
        }
        if (publisher->in_flight > 0 &&
            now_us - publisher->alive_us > publisher->options.patience_ms * 1000) {
            publisher->count.gave_up = true;
            break;
        }
        if (now_us - ticked_us >= TICK_US) {
            ticked_us = now_us;
            if (!tick(tick_self, &publisher->count))
                break;
        }
        if (!did)
            rest(publisher);
    }
    publisher->count.elapsed_us = clock_mono_us() - publisher->started_us;
}

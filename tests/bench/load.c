// load.c - a lean client of the ingest socket: as fast as its windows go, or at a steady rate.
//
//     bench_load ENDPOINT REPORTS [--clients 16] [--window 64] [--rate 0] [--fresh SEED] [--reporter]
//                [--server-key Z85 --secret-key Z85] [--receipts FILE]
//
// Without --fresh the reports are packed beforehand (sample.h) and only their ids differ, so that the client
// costs next to nothing; with --fresh each is generated, as `kentongan publish --generate` does.  All sockets
// are in one thread.  A receipt RETRY_LATER sends the same report again after a moment.  It prints one line
// of JSON; --receipts writes "tracking_code sent_us answered_us" a line, on the clock CLOCK_REALTIME.  It
// gives up when no receipt comes for ten seconds.
#include "check.h"
#include "clock.h"
#include "generator.h"
#include "histogram.h"
#include "sample.h"
#include "str.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum {
    CLIENTS_MOST = 256,
    WINDOW_MOST = 4096,
    SAMPLES = 4096,
    PATIENCE_US = 10000000,
    AGAIN_US = 20000, // after RETRY_LATER
    CODE_SIZE = 15,
    DUPLICATES = 15, // percent of the fresh reports
};

// A report on its way.
struct slot {
    uint8_t *packed;
    size_t length;
    int64_t first_us, again_us; // again: 0 = a receipt is awaited
    int32_t next_free;          // -1: none
};

struct load {
    const char *endpoint, *server_key, *secret_key, *receipts_path;
    int64_t reports, clients, window, rate;
    bool fresh, reporter;
    uint64_t seed, run; // run tells this run's ids from those of any other

    void *context;
    void **sockets;
    zmq_pollitem_t *items;
    struct slot *slots; // a window each client, one after the other
    int32_t *free;      // a chain each client
    struct samples *samples;
    struct generator *generator;
    FILE *receipts;

    int64_t sent, settled, accepted, already, rejected, retries;
    int64_t started_us, alive_us;
    struct histogram waits;
};

static int64_t
realtime_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
write_hex(char *out, size_t length, uint64_t number)
{
    while (length > 0) {
        out[--length] = "0123456789abcdef"[number & 15];
        number >>= 4;
    }
}

static int64_t
read_hex(const uint8_t *text, size_t length)
{
    uint64_t number = 0;

    for (size_t i = 0; i < length; i++)
        number = number << 4 | (uint64_t)(text[i] <= '9' ? text[i] - '0' : text[i] - 'a' + 10);
    return (int64_t)number;
}

// An id is 24 hexadecimal digits: 8 of the run, 10 of the report's number, 6 of the slot that holds it.
static void
write_id(const struct load *load, char id[SAMPLE_ID_LENGTH], int32_t slot)
{
    write_hex(id, 8, load->run);
    write_hex(id + 8, 10, (uint64_t)load->sent);
    write_hex(id + 18, 6, (uint64_t)slot);
}

// Puts the next report into a slot.
static void
fill(struct load *load, int32_t number)
{
    struct slot *slot = &load->slots[number];
    char id[SAMPLE_ID_LENGTH + 1] = "";

    write_id(load, id, number);
    if (load->fresh) {
        Kentongan__V1__Report report = *generator_next(load->generator);

        report.source_message_id = id;
        slot->length = kentongan__v1__report__get_packed_size(&report);
        CHECK(slot->length <= SAMPLE_PACKED_MOST);
        kentongan__v1__report__pack(&report, slot->packed);
    } else {
        const struct sample *sample = &load->samples->all[(size_t)load->sent % load->samples->count];

        slot->length = sample->length;
        memcpy(slot->packed, sample->packed, sample->length);
        memcpy(slot->packed + sample->id_at, id, SAMPLE_ID_LENGTH);
    }
}

static void
send_slot(struct load *load, int32_t number)
{
    struct slot *slot = &load->slots[number];

    slot->again_us = 0;
    // The socket's own queue is longer than the window, so it takes everything.
    CHECK(zmq_send(load->sockets[number / load->window], slot->packed, slot->length, 0) >= 0);
}

static bool
rate_allows(const struct load *load)
{
    return load->rate == 0 ||
           (double)load->sent < (double)(clock_mono_us() - load->started_us) * (double)load->rate / 1e6;
}

// Fills what is free of a client's window.
static void
refill(struct load *load, int64_t client)
{
    while (load->free[client] >= 0 && load->sent < load->reports && rate_allows(load)) {
        int32_t number = load->free[client];

        load->free[client] = load->slots[number].next_free;
        fill(load, number);
        load->slots[number].first_us = realtime_us();
        send_slot(load, number);
        load->sent++;
        // At a steady rate the reports are spread over the clients.
        if (load->rate > 0)
            return;
    }
}

static void
settle(struct load *load, int32_t number, const Kentongan__V1__Receipt *receipt)
{
    struct slot *slot = &load->slots[number];
    int64_t client = number / load->window;
    int64_t now_us = realtime_us();

    histogram_add(&load->waits, now_us - slot->first_us);
    if (load->receipts != NULL)
        fprintf(load->receipts, "%s %lld %lld\n", receipt->tracking_code, (long long)slot->first_us,
            (long long)now_us);
    load->settled++;
    slot->next_free = load->free[client];
    load->free[client] = number;
}

static void
take(struct load *load, const Kentongan__V1__Receipt *receipt)
{
    const uint8_t *id = (const uint8_t *)receipt->source_message_id;
    int32_t number = 0;

    CHECK(strlen(receipt->source_message_id) == SAMPLE_ID_LENGTH);
    number = (int32_t)read_hex(id + 18, 6);
    CHECK(number < load->clients * load->window);
    load->alive_us = clock_mono_us();
    if (receipt->status == KENTONGAN__V1__STATUS__STATUS_RETRY_LATER) {
        load->retries++;
        load->slots[number].again_us = load->alive_us + AGAIN_US;
        return;
    }
    load->accepted += receipt->status == KENTONGAN__V1__STATUS__STATUS_ACCEPTED;
    load->already += receipt->status == KENTONGAN__V1__STATUS__STATUS_ALREADY_ACCEPTED;
    if (receipt->status == KENTONGAN__V1__STATUS__STATUS_REJECTED && load->rejected++ == 0)
        fprintf(stderr, "bench_load: rejected: %s\n", receipt->reason);
    settle(load, number, receipt);
}

static void
receive(struct load *load, int64_t client)
{
    zmq_msg_t message;

    zmq_msg_init(&message);
    while (zmq_msg_recv(&message, load->sockets[client], ZMQ_DONTWAIT) >= 0) {
        Kentongan__V1__Receipt *receipt =
            kentongan__v1__receipt__unpack(NULL, zmq_msg_size(&message), zmq_msg_data(&message));

        CHECK(receipt != NULL);
        take(load, receipt);
        kentongan__v1__receipt__free_unpacked(receipt, NULL);
    }
    zmq_msg_close(&message);
}

static void
send_again(struct load *load)
{
    int64_t now_us = clock_mono_us();

    for (int32_t i = 0; i < load->clients * load->window; i++)
        if (load->slots[i].again_us != 0 && load->slots[i].again_us <= now_us)
            send_slot(load, i);
}

// Sends and receives until all reports are settled.  Returns 0, or -1 when nobody answers any more.
static int
run(struct load *load)
{
    int64_t retries_seen = 0;
    int64_t turn = 0;

    load->started_us = load->alive_us = clock_mono_us();
    while (load->settled < load->reports) {
        for (int64_t i = 0; i < load->clients; i++)
            refill(load, (turn + i) % load->clients);
        turn++;
        if (zmq_poll(load->items, (int)load->clients, load->rate > 0 ? 1 : 10) < 0 && errno != EINTR)
            return -1;
        for (int64_t i = 0; i < load->clients; i++)
            if ((load->items[i].revents & ZMQ_POLLIN) != 0)
                receive(load, i);
        if (load->retries > retries_seen)
            send_again(load);
        // Nothing waits to be sent again once everything sent is settled.
        if (load->settled == load->sent)
            retries_seen = load->retries;
        if (clock_mono_us() - load->alive_us > PATIENCE_US)
            return -1;
    }
    return 0;
}

static void *
open_socket(const struct load *load)
{
    void *socket = zmq_socket(load->context, ZMQ_DEALER);
    const int none = 0;
    const int queue = 2 * (int)load->window + 16;
    char public_key[41];

    CHECK(socket != NULL && zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof(none)) == 0 &&
          zmq_setsockopt(socket, ZMQ_SNDHWM, &queue, sizeof(queue)) == 0 &&
          zmq_setsockopt(socket, ZMQ_RCVHWM, &queue, sizeof(queue)) == 0);
    if (load->server_key != NULL &&
        (zmq_curve_public(public_key, load->secret_key) != 0 ||
            zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, load->server_key, 40) != 0 ||
            zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public_key, 40) != 0 ||
            zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, load->secret_key, 40) != 0)) {
        fprintf(stderr, "bench_load: a CURVE key is wrong\n");
        exit(64);
    }
    if (zmq_connect(socket, load->endpoint) != 0) {
        fprintf(stderr, "bench_load: %s: %s\n", load->endpoint, zmq_strerror(errno));
        exit(64);
    }
    return socket;
}

static void
set_up(struct load *load)
{
    const struct generator_options options = {
        .seed = load->seed, .duplicates = DUPLICATES, .source = "bench", .without_reporter = !load->reporter};
    size_t clients = (size_t)load->clients;
    size_t window = (size_t)load->window;

    load->run = (uint64_t)clock_now_ms();
    load->context = zmq_ctx_new();
    load->sockets = check_zalloc(clients, sizeof(*load->sockets));
    load->items = check_zalloc(clients, sizeof(*load->items));
    load->free = check_zalloc(clients, sizeof(*load->free));
    load->slots = check_zalloc(clients * window, sizeof(*load->slots));
    for (size_t client = 0; client < clients; client++) {
        load->sockets[client] = open_socket(load);
        load->items[client] = (zmq_pollitem_t){.socket = load->sockets[client], .events = ZMQ_POLLIN};
        load->free[client] = -1;
        for (size_t i = client * window; i < (client + 1) * window; i++) {
            load->slots[i] =
                (struct slot){.packed = check_alloc(SAMPLE_PACKED_MOST), .next_free = load->free[client]};
            load->free[client] = (int32_t)i;
        }
    }
    if (load->fresh)
        load->generator = generator_new(&options);
    else
        load->samples = samples_new(SAMPLES, "bench", load->reporter);
}

static void
tear_down(struct load *load)
{
    for (int64_t i = 0; i < load->clients * load->window; i++)
        free(load->slots[i].packed);
    for (int64_t i = 0; i < load->clients; i++)
        zmq_close(load->sockets[i]);
    zmq_ctx_term(load->context);
    samples_destroy(&load->samples);
    generator_destroy(&load->generator);
    free(load->slots);
    free(load->free);
    free(load->items);
    free(load->sockets);
}

static int
parse(struct load *load, int argc, char **argv)
{
    static const struct option options[] = {{"clients", required_argument, NULL, 'c'},
        {"window", required_argument, NULL, 'w'}, {"rate", required_argument, NULL, 'r'},
        {"fresh", required_argument, NULL, 'f'}, {"reporter", no_argument, NULL, 'p'},
        {"server-key", required_argument, NULL, 's'}, {"secret-key", required_argument, NULL, 'k'},
        {"receipts", required_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
    int option = 0;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            load->clients = strtoll(optarg, NULL, 10);
            break;
        case 'w':
            load->window = strtoll(optarg, NULL, 10);
            break;
        case 'r':
            load->rate = strtoll(optarg, NULL, 10);
            break;
        case 'f':
            load->fresh = true;
            load->seed = strtoull(optarg, NULL, 10);
            break;
        case 'p':
            load->reporter = true;
            break;
        case 's':
            load->server_key = optarg;
            break;
        case 'k':
            load->secret_key = optarg;
            break;
        case 'o':
            load->receipts_path = optarg;
            break;
        default:
            return -1;
        }
    }
    if (argc - optind != 2)
        return -1;
    load->endpoint = argv[optind];
    load->reports = strtoll(argv[optind + 1], NULL, 10);
    return load->reports >= 1 && load->clients >= 1 && load->clients <= CLIENTS_MOST && load->window >= 1 &&
                   load->window <= WINDOW_MOST && load->rate >= 0 &&
                   (load->server_key == NULL) == (load->secret_key == NULL)
               ? 0
               : -1;
}

static void
print_end(const struct load *load)
{
    double seconds = (double)(clock_mono_us() - load->started_us) / 1e6;

    printf("{\"sent\": %lld, \"settled\": %lld, \"accepted\": %lld, \"already\": %lld, \"rejected\": %lld, "
           "\"retries\": %lld, \"seconds\": %.3f, \"rate\": %.0f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, "
           "\"cpu_s\": %.3f}\n",
        (long long)load->sent, (long long)load->settled, (long long)load->accepted, (long long)load->already,
        (long long)load->rejected, (long long)load->retries, seconds, (double)load->settled / seconds,
        (double)histogram_share(&load->waits, 0.5) / 1000, (double)histogram_share(&load->waits, 0.99) / 1000,
        (double)clock() / CLOCKS_PER_SEC);
}

int
main(int argc, char **argv)
{
    struct load load = {.clients = 16, .window = 64};
    int rc = 0;

    if (parse(&load, argc, argv) < 0) {
        fprintf(stderr, "usage: bench_load ENDPOINT REPORTS [options]; see the top of load.c\n");
        return 64;
    }
    if (load.receipts_path != NULL && (load.receipts = fopen(load.receipts_path, "we")) == NULL) {
        fprintf(stderr, "bench_load: %s: %s\n", load.receipts_path, strerror(errno));
        return 64;
    }
    set_up(&load);
    rc = run(&load);
    print_end(&load);
    if (rc < 0)
        fprintf(stderr, "bench_load: no receipt for 10 s\n");
    if (load.receipts != NULL && fclose(load.receipts) != 0)
        rc = -1;
    tear_down(&load);
    return rc < 0 ? 1 : 0;
}

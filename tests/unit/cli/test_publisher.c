// test_publisher.c - the client of the ingest contract against a server that accepts, refuses, delays, and
// forgets.
#include "cmocka_all.h"
#include "generator.h"
#include "publisher.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

// What the server does with the copies of one report, first to last: A accepted, L already accepted, R
// rejected, Y retry later, - no answer, J an answer that is no receipt.
struct server {
    const char *script;
    char endpoint[64];
    void *context, *socket;
    pthread_t thread;
    int64_t seen; // messages
    char ids[64][48];
    size_t copies[64];
    size_t id_count;
};

enum { REPORTS = 20, SOON_MS = 100, NEVER_MS = 3600000, PATIENCE_MS = 60000 };

static size_t
copy_number(struct server *server, const char *id)
{
    for (size_t i = 0; i < server->id_count; i++)
        if (strcmp(server->ids[i], id) == 0)
            return ++server->copies[i];
    assert_true(server->id_count < LENGTH(server->ids));
    snprintf(server->ids[server->id_count++], sizeof(server->ids[0]), "%s", id);
    return 0;
}

static void
answer(struct server *server, const void *client, size_t client_length, char what, const char *id)
{
    Kentongan__V1__Receipt receipt;
    uint8_t packed[256];
    size_t length = 3;
    char copy[48];

    if (what == '-')
        return;
    kentongan__v1__receipt__init(&receipt);
    snprintf(copy, sizeof(copy), "%s", id);
    receipt.source_message_id = copy;
    receipt.status = what == 'A'   ? KENTONGAN__V1__STATUS__STATUS_ACCEPTED
                     : what == 'L' ? KENTONGAN__V1__STATUS__STATUS_ALREADY_ACCEPTED
                     : what == 'R' ? KENTONGAN__V1__STATUS__STATUS_REJECTED
                                   : KENTONGAN__V1__STATUS__STATUS_RETRY_LATER;
    if (what == 'J')
        memset(packed, 0xff, length);
    else
        length = kentongan__v1__receipt__pack(&receipt, packed);
    zmq_send(server->socket, client, client_length, ZMQ_SNDMORE);
    zmq_send(server->socket, packed, length, 0);
}

// Serves until its context is shut down.
static void *
serve(void *self)
{
    struct server *server = self;
    char client[256];
    uint8_t message[4096];

    for (;;) {
        int client_length = zmq_recv(server->socket, client, sizeof(client), 0);
        int length = client_length < 0 ? -1 : zmq_recv(server->socket, message, sizeof(message), 0);

        if (length < 0)
            break;
        Kentongan__V1__Report *report = kentongan__v1__report__unpack(NULL, (size_t)length, message);
        assert_non_null(report);
        size_t number = copy_number(server, report->source_message_id);
        size_t last = strlen(server->script) - 1;
        server->seen++;
        answer(server, client, (size_t)client_length, server->script[number < last ? number : last],
            report->source_message_id);
        kentongan__v1__report__free_unpacked(report, NULL);
    }
    return NULL;
}

static void
start(struct server *server, const char *script)
{
    size_t size = sizeof(server->endpoint);
    int linger = 0;

    *server = (struct server){.script = script, .context = zmq_ctx_new()};
    server->socket = zmq_socket(server->context, ZMQ_ROUTER);
    zmq_setsockopt(server->socket, ZMQ_LINGER, &linger, sizeof(linger));
    assert_int_equal(zmq_bind(server->socket, "tcp://127.0.0.1:*"), 0);
    assert_int_equal(zmq_getsockopt(server->socket, ZMQ_LAST_ENDPOINT, server->endpoint, &size), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void
stop(struct server *server)
{
    zmq_ctx_shutdown(server->context);
    pthread_join(server->thread, NULL);
    zmq_close(server->socket);
    zmq_ctx_term(server->context);
}

static int
next(void *self, const Kentongan__V1__Report **report)
{
    struct generator *generator = self;
    static int made;

    if (made == REPORTS) {
        made = 0;
        return 0;
    }
    made++;
    *report = generator_next(generator);
    return 1;
}

static bool
go_on(void *self, const struct publisher_count *count)
{
    (void)self;
    (void)count;
    return true;
}

// Publishes REPORTS reports and returns the counts.  A server that is slow must not look like one that says
// nothing: only where it does say nothing is SOON_MS the time to send again.
static struct publisher_count
publish(const struct publisher_options *options)
{
    const struct generator_options made = {.seed = 1, .source = "test"};
    struct generator *generator = generator_new(&made);
    const struct publisher_source source = {.next = next, .self = generator};
    char reason[128] = "";
    struct publisher *publisher = publisher_new(options, reason, sizeof(reason));

    assert_non_null(publisher);
    publisher_run(publisher, &source, go_on, NULL);
    struct publisher_count count = *publisher_count(publisher);
    assert_int_equal((int64_t)publisher_waits(publisher)->all, count.settled);
    publisher_destroy(&publisher);
    generator_destroy(&generator);
    return count;
}

static struct publisher_count
publish_to(const struct server *server, int64_t resend_after_ms)
{
    const struct publisher_options options = {.endpoint = server->endpoint,
        .window = 4,
        .clients = 2,
        .resend_after_ms = resend_after_ms,
        .patience_ms = PATIENCE_MS};

    return publish(&options);
}

static void
counts_what_is_settled_at_once(void **state)
{
    struct server server;
    (void)state;

    start(&server, "A");
    struct publisher_count count = publish_to(&server, NEVER_MS);
    stop(&server);
    assert_int_equal(count.sent, REPORTS);
    assert_int_equal(count.settled, REPORTS);
    assert_int_equal(count.accepted, REPORTS);
    assert_int_equal(count.resent, 0);
    assert_int_equal(server.seen, REPORTS);
}

static void
sends_again_what_got_no_receipt(void **state)
{
    struct server server;
    (void)state;

    start(&server, "--L");
    struct publisher_count count = publish_to(&server, SOON_MS);
    stop(&server);
    assert_int_equal(count.already, REPORTS);
    assert_true(count.resent >= (int64_t)2 * REPORTS);
    assert_int_equal(server.id_count, REPORTS);
}

static void
sends_again_what_it_was_told_to(void **state)
{
    struct server server;
    (void)state;

    start(&server, "YYA");
    struct publisher_count count = publish_to(&server, NEVER_MS);
    stop(&server);
    assert_int_equal(count.accepted, REPORTS);
    assert_int_equal(count.retries, 2 * REPORTS);
    assert_int_equal(server.seen, 3 * REPORTS);
}

static void
a_rejected_report_is_not_sent_again(void **state)
{
    struct server server;
    (void)state;

    start(&server, "R");
    struct publisher_count count = publish_to(&server, NEVER_MS);
    stop(&server);
    assert_int_equal(count.rejected, REPORTS);
    assert_int_equal(server.seen, REPORTS);
}

static void
what_is_no_receipt_settles_nothing(void **state)
{
    struct server server;
    (void)state;

    start(&server, "JA");
    struct publisher_count count = publish_to(&server, SOON_MS);
    stop(&server);
    assert_int_equal(count.accepted, REPORTS);
    assert_int_equal(count.unreadable, REPORTS);
}

static void
gives_up_when_nobody_is_there(void **state)
{
    // A port that was free a moment ago, and where nobody listens now.
    struct server server;
    struct publisher_options options = {.window = 4, .clients = 1, .resend_after_ms = 50, .patience_ms = 300};
    (void)state;

    start(&server, "A");
    stop(&server);
    options.endpoint = server.endpoint;
    struct publisher_count count = publish(&options);
    assert_true(count.gave_up);
    assert_int_equal(count.settled, 0);
    // The source was not read to its end: start the next test from its beginning.
    const Kentongan__V1__Report *report = NULL;
    const struct generator_options made = {.seed = 1, .source = "test"};
    struct generator *generator = generator_new(&made);
    while (next(generator, &report) == 1)
        continue;
    generator_destroy(&generator);
}

static void
writes_each_receipt_as_a_line(void **state)
{
    struct server server;
    FILE *receipts = tmpfile();
    char line[512];
    int64_t lines = 0;
    (void)state;

    start(&server, "YA");
    const struct publisher_options options = {.endpoint = server.endpoint,
        .window = 4,
        .clients = 1,
        .resend_after_ms = NEVER_MS,
        .patience_ms = PATIENCE_MS,
        .receipts = receipts};
    publish(&options);
    stop(&server);
    rewind(receipts);
    while (fgets(line, sizeof(line), receipts) != NULL) {
        json_t *receipt = json_loads(line, 0, NULL);

        assert_non_null(receipt);
        assert_non_null(json_object_get(receipt, "source_message_id"));
        assert_non_null(json_object_get(receipt, "status"));
        json_decref(receipt);
        lines++;
    }
    assert_int_equal(lines, 2 * REPORTS);
    fclose(receipts);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_is_settled_at_once),
        cmocka_unit_test(sends_again_what_got_no_receipt),
        cmocka_unit_test(sends_again_what_it_was_told_to),
        cmocka_unit_test(a_rejected_report_is_not_sent_again),
        cmocka_unit_test(what_is_no_receipt_settles_nothing),
        cmocka_unit_test(gives_up_when_nobody_is_there),
        cmocka_unit_test(writes_each_receipt_as_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_stream.c - streams: who hears what, who is let go, and from which threads.
#include "check.h"
#include "clock.h"
#include "cmocka_all.h"
#include "str.h"
#include "stream.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOON = 1000000, KEEPALIVE_MS = 25000, FLOOD = 5000, ROUNDS = 200 };

struct client {
    struct stream *stream;
    atomic_int rests, wakes;
};

static void
rest(void *self)
{
    struct client *client = self;

    atomic_fetch_add(&client->rests, 1);
}

static void
wake(void *self)
{
    struct client *client = self;

    atomic_fetch_add(&client->wakes, 1);
}

static void
open_client(struct client *client, struct hub *hub, const char *first_topic, const char *second_topic,
    const char *first)
{
    const char *const topics[] = {first_topic, second_topic};

    client->stream =
        stream_new(hub, topics, second_topic != NULL ? 2 : 1, ":\n", KEEPALIVE_MS, first, strlen(first));
    client->rests = client->wakes = 0;
    stream_connect(client->stream, rest, wake, client);
}

// Reads until there is nothing.  Returns the end: 0 rests, -1 ended.
static long
read_all(struct client *client, struct str *text)
{
    char buffer[300];
    long length = 0;

    str_clear(text);
    while ((length = stream_read(client->stream, buffer, sizeof(buffer))) > 0)
        str_add(text, buffer, (size_t)length);
    return length;
}

static int
run_clock(void **state)
{
    (void)state;
    clock_set(0);
    return 0;
}

static void
hears_its_topics_alone(void **state)
{
    struct hub *hub = hub_new();
    struct client both, one;
    struct str text = {0};

    (void)state;
    open_client(&both, hub, "a", "b", "hello\n");
    open_client(&one, hub, "a", NULL, "");
    assert_int_equal(hub_count(hub), 2);
    assert_int_equal(hub_publish(hub, "a", "1\n", 2), 2);
    assert_int_equal(hub_publish(hub, "b", "2\n", 2), 1);
    assert_int_equal(hub_publish(hub, "c", "3\n", 2), 0);
    assert_int_equal(read_all(&both, &text), 0);
    assert_string_equal(text.data, "hello\n1\n2\n");
    assert_int_equal(read_all(&one, &text), 0);
    assert_string_equal(text.data, "1\n");
    stream_destroy(&both.stream);
    assert_int_equal(hub_publish(hub, "a", "4\n", 2), 1);
    assert_int_equal(hub_publish(hub, "b", "5\n", 2), 0);
    stream_destroy(&one.stream);
    assert_int_equal(hub_count(hub), 0);
    str_free(&text);
    hub_destroy(&hub);
}

static void
rests_once_and_is_woken_once(void **state)
{
    struct hub *hub = hub_new();
    struct client client;
    struct str text = {0};

    (void)state;
    open_client(&client, hub, "a", NULL, "");
    assert_int_equal(read_all(&client, &text), 0);
    assert_int_equal(client.rests, 1);
    assert_int_equal(client.wakes, 0);
    hub_publish(hub, "a", "1", 1);
    hub_publish(hub, "a", "2", 1);
    assert_int_equal(client.wakes, 1);
    assert_int_equal(read_all(&client, &text), 0);
    assert_string_equal(text.data, "12");
    assert_int_equal(client.rests, 2);
    stream_destroy(&client.stream);
    str_free(&text);
    hub_destroy(&hub);
}

static void
who_does_not_read_is_let_go(void **state)
{
    struct hub *hub = hub_new();
    struct client slow, quick;
    struct str text = {0};
    char kilobyte[1024];
    size_t got = 0;

    (void)state;
    memset(kilobyte, 'x', sizeof(kilobyte));
    open_client(&slow, hub, "a", NULL, "");
    open_client(&quick, hub, "a", NULL, "");
    for (int i = 0; i < 70; i++) {
        hub_publish(hub, "a", kilobyte, sizeof(kilobyte));
        assert_int_equal(read_all(&quick, &text), 0);
        got += text.length;
    }
    assert_int_equal(got, 70 * sizeof(kilobyte));
    // What was taken for it is written, and then it ends.
    assert_int_equal(read_all(&slow, &text), -1);
    assert_int_equal(text.length, STREAM_BACKLOG_MOST);
    stream_destroy(&slow.stream);
    stream_destroy(&quick.stream);
    str_free(&text);
    hub_destroy(&hub);
}

static void
says_that_it_is_there_and_ends_in_time(void **state)
{
    struct hub *hub = hub_new();
    struct client client;
    struct str text = {0};

    (void)state;
    clock_set(NOON);
    open_client(&client, hub, "a", NULL, "");
    clock_set(NOON + KEEPALIVE_MS - 1);
    hub_tick(hub);
    assert_int_equal(read_all(&client, &text), 0);
    assert_int_equal(text.length, 0);
    hub_publish(hub, "a", "1", 1);
    clock_set(NOON + KEEPALIVE_MS);
    hub_tick(hub);
    assert_int_equal(read_all(&client, &text), 0);
    assert_string_equal(text.data, "1"); // it was heard of a moment ago
    clock_set(NOON + 2 * KEEPALIVE_MS);
    hub_tick(hub);
    assert_int_equal(read_all(&client, &text), 0);
    assert_string_equal(text.data, ":\n");
    clock_set(NOON + STREAM_LIFE_MS);
    hub_tick(hub);
    assert_int_equal(client.wakes, 3);
    assert_int_equal(read_all(&client, &text), -1);
    stream_destroy(&client.stream);
    str_free(&text);
    hub_destroy(&hub);
}

static void
ends_with_its_owners_session(void **state)
{
    struct hub *hub = hub_new();
    struct client his, hers, late;
    struct str text = {0};

    (void)state;
    open_client(&his, hub, "a", NULL, "");
    open_client(&hers, hub, "a", NULL, "");
    stream_own(his.stream, "his");
    stream_own(hers.stream, "hers");
    hub_end(hub, "his");
    assert_int_equal(read_all(&his, &text), -1);
    assert_int_equal(read_all(&hers, &text), 0);
    hub_end(hub, "");
    assert_int_equal(hers.wakes, 1);
    assert_int_equal(read_all(&hers, &text), -1);
    open_client(&late, hub, "a", NULL, "");
    assert_int_equal(read_all(&late, &text), -1);
    stream_destroy(&his.stream);
    stream_destroy(&hers.stream);
    stream_destroy(&late.stream);
    str_free(&text);
    hub_destroy(&hub);
}

static void *
publish_many(void *self)
{
    for (int i = 0; i < ROUNDS; i++)
        hub_publish(self, "a", "x", 1);
    return NULL;
}

static void
any_thread_may_publish(void **state)
{
    struct hub *hub = hub_new();
    struct client *clients = check_zalloc(FLOOD, sizeof(*clients));
    struct str text = {0};
    pthread_t threads[3];

    (void)state;
    for (int i = 0; i < FLOOD; i++)
        open_client(&clients[i], hub, i % 2 == 0 ? "a" : "b", NULL, "");
    for (size_t i = 0; i < LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, publish_many, hub), 0);
    // Streams come and go meanwhile.
    for (int i = 0; i < FLOOD; i += 10) {
        stream_destroy(&clients[i].stream);
        open_client(&clients[i], hub, "b", NULL, "");
    }
    for (size_t i = 0; i < LENGTH(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < FLOOD; i++) {
        assert_int_equal(read_all(&clients[i], &text), 0);
        assert_int_equal(text.length, i % 2 == 0 && i % 10 != 0 ? ROUNDS * LENGTH(threads) : 0);
        stream_destroy(&clients[i].stream);
    }
    free(clients);
    str_free(&text);
    hub_destroy(&hub);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears_its_topics_alone),
        cmocka_unit_test(rests_once_and_is_woken_once),
        cmocka_unit_test(who_does_not_read_is_let_go),
        cmocka_unit_test_teardown(says_that_it_is_there_and_ends_in_time, run_clock),
        cmocka_unit_test(ends_with_its_owners_session),
        cmocka_unit_test(any_thread_may_publish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_connections.c - deadlines of connections, on socket pairs and a clock that the test moves.
#include "check.h"
#include "clock.h"
#include "cmocka_all.h"
#include "connections.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NOON = 1000000 };

struct ends {
    int ours, theirs;
    struct connection *connection;
};

static struct ends
open_ends(struct connections *connections)
{
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    return (struct ends){
        .ours = pair[0], .theirs = pair[1], .connection = connection_open(connections, pair[0])};
}

static void
close_ends(struct ends *ends)
{
    connection_close(&ends->connection);
    close(ends->ours);
    close(ends->theirs);
}

static bool
is_cut(const struct ends *ends)
{
    char byte = 0;

    return recv(ends->theirs, &byte, 1, 0) == 0;
}

static int
run_clock(void **state)
{
    (void)state;
    clock_set(0);
    return 0;
}

static void
who_is_late_is_cut_off(void **state)
{
    struct connections *connections = connections_new();
    struct ends silent, dribbler, worker, stream;

    (void)state;
    clock_set(NOON);
    silent = open_ends(connections);
    dribbler = open_ends(connections);
    worker = open_ends(connections);
    stream = open_ends(connections);
    assert_int_equal(connections_count(connections), 4);
    clock_set(NOON + CONNECTIONS_REQUEST_MS / 2);
    connection_coming(dribbler.connection); // its request line is there, which gives it no more time
    connection_coming(worker.connection);
    connection_working(worker.connection);
    connection_coming(stream.connection);
    connection_streaming(stream.connection);
    clock_set(NOON + CONNECTIONS_REQUEST_MS);
    assert_int_equal(connections_cut(connections), 0);
    clock_set(NOON + CONNECTIONS_REQUEST_MS + 1);
    assert_int_equal(connections_cut(connections), 2);
    assert_true(is_cut(&silent) && is_cut(&dribbler));
    assert_false(is_cut(&worker) || is_cut(&stream));
    assert_int_equal(connections_cut(connections), 0);
    connection_leaving(worker.connection);
    clock_set(NOON + CONNECTIONS_REQUEST_MS + 2 + CONNECTIONS_ANSWER_MS);
    assert_int_equal(connections_cut(connections), 1);
    assert_true(is_cut(&worker));
    assert_false(is_cut(&stream));
    close_ends(&silent);
    close_ends(&dribbler);
    close_ends(&worker);
    close_ends(&stream);
    connections_destroy(&connections);
}

static void
a_kept_one_has_time_for_each_request(void **state)
{
    struct connections *connections = connections_new();
    struct ends ends;
    int64_t now = NOON;

    (void)state;
    clock_set(now);
    ends = open_ends(connections);
    for (int i = 0; i < 5; i++) {
        connection_coming(ends.connection);
        clock_set(now += CONNECTIONS_REQUEST_MS - 1);
        assert_int_equal(connections_cut(connections), 0);
        connection_working(ends.connection);
        connection_leaving(ends.connection);
        connection_waiting(ends.connection);
        clock_set(now += CONNECTIONS_IDLE_MS - 1);
        assert_int_equal(connections_cut(connections), 0);
    }
    // A request line that never ends is as long as being idle.
    clock_set(now + 2);
    assert_int_equal(connections_cut(connections), 1);
    assert_true(is_cut(&ends));
    close_ends(&ends);
    connections_destroy(&connections);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(who_is_late_is_cut_off, run_clock),
        cmocka_unit_test_teardown(a_kept_one_has_time_for_each_request, run_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_push.c - where push.c connects to, and how it says that no answer came.
#include "push.h"

#include "answer.h"
#include "cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct seen {
    size_t answers;
    int status;
    int64_t retry_after_s;
    char reason[128];
    void *tag;
};

static void
on_done(void *self, void *tag, const struct push_answer *answer)
{
    struct seen *seen = self;

    seen->answers++;
    seen->status = answer->status;
    seen->retry_after_s = answer->retry_after_s;
    seen->tag = tag;
    snprintf(seen->reason, sizeof(seen->reason), "%s", answer->reason);
}

// Listens on a free port of loopback.  Returns the descriptor.
static int
listen_somewhere(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void
send_to(struct push *push, const char *scheme, uint16_t port, void *tag)
{
    char endpoint[64];
    struct push_request request = {.authorization = "vapid t=x, k=y",
        .topic = "abc",
        .ttl_s = 60,
        .body = (const uint8_t *)"body",
        .length = 4};

    snprintf(endpoint, sizeof(endpoint), "%s://127.0.0.1:%u/push", scheme, port);
    request.endpoint = endpoint;
    assert_int_equal(push_send(push, &request, tag), 0);
}

static void
wait_for_answers(struct push *push, const struct seen *seen, size_t count)
{
    for (int rounds = 0; seen->answers < count; rounds++) {
        struct pollfd item = {.fd = push_fd(push), .events = push_events(push)};

        assert_true(rounds < 1000);
        poll(&item, 1, 1000);
        push_pump(push);
    }
}

// Loopback stands for every address that is not public: the listener would see a connection.
static void
test_closed_addresses_are_never_connected_to(void **state)
{
    struct seen seen = {0};
    struct push *push = push_new(false, on_done, &seen);
    uint16_t port = 0;
    int fd = listen_somewhere(&port);
    struct pollfd item = {.fd = fd, .events = POLLIN};

    (void)state;
    send_to(push, "https", port, &seen);
    assert_int_equal(push_in_flight(push), 1);
    wait_for_answers(push, &seen, 1);
    assert_int_equal(seen.status, 0);
    assert_string_equal(seen.reason, "its name leads to an address that is not public");
    assert_ptr_equal(seen.tag, &seen);
    assert_int_equal(poll(&item, 1, 0), 0);
    assert_int_equal(push_in_flight(push), 0);

    // Nor is anything but https spoken.
    send_to(push, "http", port, &seen);
    wait_for_answers(push, &seen, 2);
    assert_int_equal(seen.status, 0);
    assert_int_equal(poll(&item, 1, 0), 0);
    push_destroy(&push, NULL);
    close(fd);
}

// Takes one request and answers it.
static void
answer_one(int listener, struct push *push, const struct seen *seen, const char *answer)
{
    char request[8192] = "";
    size_t length = 0;
    size_t before = seen->answers;
    int fd = -1;

    while (fd < 0) {
        struct pollfd items[] = {{.fd = listener, .events = POLLIN}, {.fd = push_fd(push), .events = POLLIN}};

        assert_true(poll(items, 2, 5000) > 0);
        push_pump(push);
        if (items[0].revents != 0)
            fd = accept(listener, NULL, NULL);
    }
    while (strstr(request, "\r\n\r\nbody") == NULL) {
        struct pollfd items[] = {{.fd = fd, .events = POLLIN}, {.fd = push_fd(push), .events = POLLIN}};
        ssize_t got = 0;

        assert_true(poll(items, 2, 5000) > 0);
        push_pump(push);
        if (items[0].revents != 0)
            got = recv(fd, request + length, sizeof(request) - length - 1, 0);
        assert_true(got >= 0);
        length += (size_t)got;
    }
    assert_non_null(strstr(request, "\r\nTTL: 60\r\n"));
    assert_non_null(strstr(request, "\r\nTopic: abc\r\n"));
    assert_non_null(strstr(request, "\r\nUrgency: high\r\n"));
    assert_non_null(strstr(request, "\r\nContent-Encoding: aes128gcm\r\n"));
    assert_non_null(strstr(request, "\r\nAuthorization: vapid t=x, k=y\r\n"));
    assert_null(strstr(request, "Expect:"));
    assert_int_equal(send(fd, answer, strlen(answer), 0), (ssize_t)strlen(answer));
    close(fd);
    wait_for_answers(push, seen, before + 1);
}

static void
test_answers(void **state)
{
    struct seen seen = {0};
    struct push *push = push_new(true, on_done, &seen);
    uint16_t port = 0;
    int fd = listen_somewhere(&port);

    (void)state;
    send_to(push, "http", port, NULL);
    answer_one(fd, push, &seen, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(seen.status, 201);
    assert_int_equal(seen.retry_after_s, ANSWER_NO_DELAY);
    assert_string_equal(seen.reason, "");

    send_to(push, "http", port, NULL);
    answer_one(fd, push, &seen, "HTTP/1.1 429 Slow\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(seen.status, 429);
    assert_int_equal(seen.retry_after_s, 17);

    // A redirect is an answer; nobody is asked at the other place.
    send_to(push, "http", port, NULL);
    answer_one(
        fd, push, &seen, "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(seen.status, 307);

    // It breaks off without an answer.
    send_to(push, "http", port, NULL);
    answer_one(fd, push, &seen, "HT");
    assert_int_equal(seen.status, 0);
    assert_true(strlen(seen.reason) > 0);

    // The status came; what follows is not waited for.
    send_to(push, "http", port, NULL);
    answer_one(fd, push, &seen, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nshort");
    assert_int_equal(seen.status, 201);
    push_destroy(&push, NULL);
    close(fd);
}

static void
test_room(void **state)
{
    struct seen seen = {0};
    struct push *push = push_new(true, on_done, &seen);
    struct push_request request = {.endpoint = "http://127.0.0.1:1/", .authorization = "a", .topic = "t"};

    (void)state;
    request.body = (const uint8_t *)"";
    for (size_t i = 0; i < PUSH_MOST; i++)
        assert_int_equal(push_send(push, &request, NULL), 0);
    assert_int_equal(push_room(push), 0);
    assert_int_equal(push_send(push, &request, NULL), -1);
    wait_for_answers(push, &seen, PUSH_MOST);
    assert_int_equal(seen.status, 0);
    assert_int_equal(push_room(push), PUSH_MOST);
    push_destroy(&push, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_addresses_are_never_connected_to),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_http.c - where http.c connects to, what it sends, and how it says that no answer came.
#include "http.h"

#include "answer.h"
#include "cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 256 };

struct seen {
    size_t answers;
    int status;
    int64_t retry_after_s;
    char reason[128];
    char body[128];
    void *tag;
};

static void
on_done(void *self, void *tag, const struct http_answer *answer)
{
    struct seen *seen = self;

    seen->answers++;
    seen->status = answer->status;
    seen->retry_after_s = answer->retry_after_s;
    seen->tag = tag;
    snprintf(seen->reason, sizeof(seen->reason), "%s", answer->reason);
    snprintf(seen->body, sizeof(seen->body), "%s", answer->body);
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
send_to(struct http *http, const char *scheme, uint16_t port, bool outside, void *tag)
{
    struct http_request request = {0};

    http_request_clear(&request);
    request.outside = outside;
    str_format(&request.url, "%s://127.0.0.1:%u/push", scheme, port);
    http_request_header(&request, "TTL", "60");
    http_request_header(&request, "Authorization", "vapid t=x, k=y");
    str_add_text(&request.body, "body");
    assert_int_equal(http_send(http, &request, tag), 0);
    assert_int_equal(request.url.length, 0); // taken
    http_request_free(&request);
}

static void
wait_for_answers(struct http *http, const struct seen *seen, size_t count)
{
    for (int rounds = 0; seen->answers < count; rounds++) {
        struct pollfd item = {.fd = http_fd(http), .events = http_events(http)};

        assert_true(rounds < 1000);
        poll(&item, 1, 1000);
        http_pump(http);
    }
}

// Loopback stands for every address that is not public: the listener would see a connection.
static void
test_closed_addresses_are_never_connected_to(void **state)
{
    struct seen seen = {0};
    struct http *http = http_new(MOST, false, on_done, &seen);
    uint16_t port = 0;
    int fd = listen_somewhere(&port);
    struct pollfd item = {.fd = fd, .events = POLLIN};

    (void)state;
    send_to(http, "https", port, true, &seen);
    assert_int_equal(http_in_flight(http), 1);
    wait_for_answers(http, &seen, 1);
    assert_int_equal(seen.status, 0);
    assert_string_equal(seen.reason, "its name leads to an address that is not public");
    assert_ptr_equal(seen.tag, &seen);
    assert_int_equal(poll(&item, 1, 0), 0);
    assert_int_equal(http_in_flight(http), 0);

    // Nor is anything but https spoken.
    send_to(http, "http", port, true, &seen);
    wait_for_answers(http, &seen, 2);
    assert_int_equal(seen.status, 0);
    assert_int_equal(poll(&item, 1, 0), 0);
    http_destroy(&http, NULL);
    close(fd);
}

// Takes one request and answers it.
static void
answer_one(int listener, struct http *http, const struct seen *seen, const char *answer)
{
    char request[8192] = "";
    size_t length = 0;
    size_t before = seen->answers;
    int fd = -1;

    while (fd < 0) {
        struct pollfd items[] = {{.fd = listener, .events = POLLIN}, {.fd = http_fd(http), .events = POLLIN}};

        assert_true(poll(items, 2, 5000) > 0);
        http_pump(http);
        if (items[0].revents != 0)
            fd = accept(listener, NULL, NULL);
    }
    while (strstr(request, "\r\n\r\nbody") == NULL) {
        struct pollfd items[] = {{.fd = fd, .events = POLLIN}, {.fd = http_fd(http), .events = POLLIN}};
        ssize_t got = 0;

        assert_true(poll(items, 2, 5000) > 0);
        http_pump(http);
        if (items[0].revents != 0)
            got = recv(fd, request + length, sizeof(request) - length - 1, 0);
        assert_true(got >= 0);
        length += (size_t)got;
    }
    assert_non_null(strstr(request, "\r\nTTL: 60\r\n"));
    assert_non_null(strstr(request, "\r\nAuthorization: vapid t=x, k=y\r\n"));
    assert_null(strstr(request, "Expect:"));
    assert_int_equal(send(fd, answer, strlen(answer), 0), (ssize_t)strlen(answer));
    close(fd);
    wait_for_answers(http, seen, before + 1);
}

static void
test_answers(void **state)
{
    struct seen seen = {0};
    struct http *http = http_new(MOST, true, on_done, &seen);
    uint16_t port = 0;
    int fd = listen_somewhere(&port);

    (void)state;
    send_to(http, "http", port, true, NULL);
    answer_one(fd, http, &seen, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(seen.status, 201);
    assert_int_equal(seen.retry_after_s, ANSWER_NO_DELAY);
    assert_string_equal(seen.reason, "");

    send_to(http, "http", port, true, NULL);
    answer_one(fd, http, &seen, "HTTP/1.1 429 Slow\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(seen.status, 429);
    assert_int_equal(seen.retry_after_s, 17);

    // A redirect is an answer; nobody is asked at the other place.
    send_to(http, "http", port, true, NULL);
    answer_one(
        fd, http, &seen, "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(seen.status, 307);

    // It breaks off without an answer.
    send_to(http, "http", port, true, NULL);
    answer_one(fd, http, &seen, "HT");
    assert_int_equal(seen.status, 0);
    assert_true(strlen(seen.reason) > 0);

    // The status came; what follows is not waited for.
    send_to(http, "http", port, true, NULL);
    answer_one(fd, http, &seen, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nshort");
    assert_int_equal(seen.status, 201);
    http_destroy(&http, NULL);
    close(fd);
}

// What came from outside is never kept; of our own gateways it is.
static void
test_bodies(void **state)
{
    static const char said[] = "HTTP/1.1 400 No\r\nContent-Length: 5\r\n\r\n{why}";
    struct seen seen = {0};
    struct http *http = http_new(MOST, true, on_done, &seen);
    uint16_t port = 0;
    int fd = listen_somewhere(&port);

    (void)state;
    send_to(http, "http", port, true, NULL);
    answer_one(fd, http, &seen, said);
    assert_string_equal(seen.body, "");
    send_to(http, "http", port, false, NULL);
    answer_one(fd, http, &seen, said);
    assert_string_equal(seen.body, "{why}");
    assert_int_equal(seen.status, 400);
    http_destroy(&http, NULL);

    // Our own settings may name any address, loopback as well.
    http = http_new(MOST, false, on_done, &seen);
    send_to(http, "http", port, false, NULL);
    answer_one(fd, http, &seen, said);
    assert_int_equal(seen.status, 400);
    http_destroy(&http, NULL);
    close(fd);
}

static void
test_made_up_answers(void **state)
{
    struct seen seen = {0};
    struct http *http = http_new(2, false, on_done, &seen);
    struct http_request request = {0};

    (void)state;
    for (int i = 0; i < 2; i++) {
        http_request_clear(&request);
        request.kind = HTTP_MADE_UP;
        request.made_up = (struct http_answer){429, 7, "", ""};
        assert_int_equal(http_send(http, &request, &seen), 0);
    }
    assert_int_equal(seen.answers, 0); // never before the pump
    request.kind = HTTP_MADE_UP;
    assert_int_equal(http_send(http, &request, NULL), -1);
    wait_for_answers(http, &seen, 2);
    assert_int_equal(seen.status, 429);
    assert_int_equal(seen.retry_after_s, 7);
    assert_int_equal(http_in_flight(http), 0);
    http_request_free(&request);
    http_destroy(&http, NULL);
}

static int dropped;

static void
drop(void *tag)
{
    (void)tag;
    dropped++;
}

static void
test_room(void **state)
{
    struct seen seen = {0};
    struct http *http = http_new(MOST, true, on_done, &seen);
    struct http_request request = {0};

    (void)state;
    for (size_t i = 0; i < MOST; i++)
        send_to(http, "http", 1, true, NULL);
    assert_int_equal(http_in_flight(http), MOST);
    str_add_text(&request.url, "http://127.0.0.1:1/");
    assert_int_equal(http_send(http, &request, NULL), -1);
    assert_string_equal(request.url.data, "http://127.0.0.1:1/"); // it is as it was
    wait_for_answers(http, &seen, MOST);
    assert_int_equal(seen.status, 0);
    assert_int_equal(http_in_flight(http), 0);

    // An end drops what is in flight, once each.
    for (size_t i = 0; i < 3; i++)
        send_to(http, "http", 1, true, &seen);
    http_destroy(&http, drop);
    assert_int_equal(dropped, 3);
    assert_null(http);
    http_request_free(&request);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_addresses_are_never_connected_to),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_made_up_answers),
        cmocka_unit_test(test_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// push_sink.c - a push service that takes everything at once, and the phone behind it.
//
//     bench_push_sink [--log FILE]
//
// HTTP/1.1 on a port of loopback that the kernel chooses, one thread, keep-alive.  Every POST is answered
// 201; its time is when its last byte was read.  At the start it prints {"port": n, "p256dh": "..", "auth":
// ".."}: the one subscription that all devices share, whatever their path.  With --log each push is
// decrypted, and "at_us ticket" is written for each notice in it (CLOCK_REALTIME); without, nothing is looked
// at, because in the field it is the phones that decrypt.  SIGTERM ends it with {"pushes": n, "notices": n,
// "wrong": n}. It checks no VAPID token: tests/fakes/push_service.py does.
#include "check.h"
#include "str.h"
#include "webpush.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    REQUEST_MOST = 16384, // headers and a body of at most 4,096 bytes
    CONNECTIONS_MOST = 1024,
    EVENTS = 64,
    CODE_LENGTH = 14,
};

struct connection {
    size_t length;
    bool was_told_to_continue;
    char request[REQUEST_MOST + 1];
};

struct sink {
    int epoll, listener;
    struct connection *connections[CONNECTIONS_MOST]; // by descriptor
    struct webpush_key *key;
    uint8_t auth[WEBPUSH_AUTH_SIZE];
    FILE *log;
    int64_t pushes, notices, wrong;
};

static volatile sig_atomic_t is_ending;

static void
end(int number)
{
    (void)number;
    is_ending = 1;
}

static int64_t
realtime_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
hang_up(struct sink *sink, int fd)
{
    close(fd);
    free(sink->connections[fd]);
    sink->connections[fd] = NULL;
}

static void
answer(int fd, const char *text)
{
    // It fits into the socket's buffer; a client that is gone is noticed when it is read from.
    if (send(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        return;
}

// Writes a line for each ticket that the payload names.
static void
log_notices(struct sink *sink, const char *body, size_t length, int64_t at_us)
{
    static const char mark[] = "\"ticket\":\"";
    static uint8_t plain[WEBPUSH_BODY_MOST + 1];
    int size = webpush_decrypt(sink->key, sink->auth, (const uint8_t *)body, length, plain);

    if (size < 0) {
        sink->wrong++;
        return;
    }
    plain[size] = '\0';
    for (const char *at = strstr((const char *)plain, mark); at != NULL; at = strstr(at, mark)) {
        at += sizeof(mark) - 1;
        fprintf(sink->log, "%lld %.*s\n", (long long)at_us, CODE_LENGTH, at);
        sink->notices++;
    }
}

// The value of the header whose line starts with name, NULL where there is none.  Headers end with a NUL.
static const char *
header(const char *headers, const char *name)
{
    for (const char *at = headers; (at = strstr(at, "\r\n")) != NULL; at += 2)
        if (strncasecmp(at + 2, name, strlen(name)) == 0)
            return at + 2 + strlen(name);
    return NULL;
}

// Takes all whole requests out of the buffer.  Returns -1 for what is no request of a push.
static int
take_requests(struct sink *sink, int fd, struct connection *connection)
{
    for (;;) {
        connection->request[connection->length] = '\0';
        char *headers_end = strstr(connection->request, "\r\n\r\n");
        if (headers_end == NULL)
            return connection->length < REQUEST_MOST ? 0 : -1;
        headers_end[2] = '\0';
        const char *length = header(connection->request, "Content-Length:");
        long body_length = length != NULL ? strtol(length, NULL, 10) : -1;
        bool waits = header(connection->request, "Expect:") != NULL;
        headers_end[2] = '\r';
        size_t body_at = (size_t)(headers_end - connection->request) + 4;
        if (body_length < 0 || body_length > WEBPUSH_BODY_MOST ||
            strncmp(connection->request, "POST ", 5) != 0)
            return -1;
        size_t all = body_at + (size_t)body_length;
        if (connection->length < all) {
            if (waits && !connection->was_told_to_continue)
                answer(fd, "HTTP/1.1 100 Continue\r\n\r\n");
            connection->was_told_to_continue = waits;
            return 0;
        }
        int64_t at_us = realtime_us();
        answer(fd, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        sink->pushes++;
        if (sink->log != NULL)
            log_notices(sink, connection->request + body_at, (size_t)body_length, at_us);
        connection->length -= all;
        memmove(connection->request, connection->request + all, connection->length);
        connection->was_told_to_continue = false;
    }
}

static void
read_from(struct sink *sink, int fd)
{
    struct connection *connection = sink->connections[fd];
    ssize_t got = read(fd, connection->request + connection->length, REQUEST_MOST - connection->length);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        connection->length += (size_t)got;
    if (got <= 0 || take_requests(sink, fd, connection) < 0)
        hang_up(sink, fd);
}

static void
take_connection(struct sink *sink)
{
    int fd = accept(sink->listener, NULL, NULL);
    const int yes = 1;
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};

    if (fd < 0)
        return;
    if (fd >= CONNECTIONS_MOST || epoll_ctl(sink->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        close(fd);
        return;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    sink->connections[fd] = check_zalloc(1, sizeof(*sink->connections[fd]));
}

// Listens and prints the subscription.  Returns 0 or -1.
static int
set_up(struct sink *sink)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    struct epoll_event event = {.events = EPOLLIN};
    struct str point = {NULL, 0, 0};
    struct str auth = {NULL, 0, 0};
    FILE *random = fopen("/dev/urandom", "re");
    int rc = -1;

    sink->key = webpush_key_new();
    sink->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sink->epoll = epoll_create1(EPOLL_CLOEXEC);
    event.data.fd = sink->listener;
    if (random != NULL && fread(sink->auth, sizeof(sink->auth), 1, random) == 1 && sink->key != NULL &&
        bind(sink->listener, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
        listen(sink->listener, CONNECTIONS_MOST) == 0 &&
        getsockname(sink->listener, (struct sockaddr *)&address, &size) == 0 &&
        epoll_ctl(sink->epoll, EPOLL_CTL_ADD, sink->listener, &event) == 0) {
        str_base64url(&point, webpush_key_point(sink->key), WEBPUSH_POINT_SIZE);
        str_base64url(&auth, sink->auth, sizeof(sink->auth));
        printf("{\"port\": %d, \"p256dh\": \"%s\", \"auth\": \"%s\"}\n", ntohs(address.sin_port), point.data,
            auth.data);
        fflush(stdout);
        rc = 0;
    }
    if (random != NULL)
        fclose(random);
    str_free(&point);
    str_free(&auth);
    return rc;
}

static void
run(struct sink *sink)
{
    struct epoll_event events[EVENTS];

    while (is_ending == 0) {
        int count = epoll_wait(sink->epoll, events, EVENTS, 200);

        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == sink->listener)
                take_connection(sink);
            else
                read_from(sink, events[i].data.fd);
        }
        // Between two bursts the log is made whole, so that it can be read while we run.
        if (count == 0 && sink->log != NULL)
            fflush(sink->log);
    }
}

int
main(int argc, char **argv)
{
    const struct sigaction action = {.sa_handler = end};
    struct sink sink = {.listener = -1, .epoll = -1};
    int code = 1;

    if (argc != 1 && !(argc == 3 && strcmp(argv[1], "--log") == 0)) {
        fprintf(stderr, "usage: bench_push_sink [--log FILE]\n");
        return 64;
    }
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    if (argc == 3 && (sink.log = fopen(argv[2], "we")) == NULL) {
        fprintf(stderr, "bench_push_sink: %s: %s\n", argv[2], strerror(errno));
        return 64;
    }
    if (set_up(&sink) == 0) {
        run(&sink);
        printf("{\"pushes\": %lld, \"notices\": %lld, \"wrong\": %lld}\n", (long long)sink.pushes,
            (long long)sink.notices, (long long)sink.wrong);
        code = 0;
    } else {
        fprintf(stderr, "bench_push_sink: %s\n", strerror(errno));
    }
    for (int fd = 0; fd < CONNECTIONS_MOST; fd++)
        if (sink.connections[fd] != NULL)
            hang_up(&sink, fd);
    webpush_key_destroy(&sink.key);
    if (sink.log != NULL && fclose(sink.log) != 0)
        code = 1;
    return code;
}

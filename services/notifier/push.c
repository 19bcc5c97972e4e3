// push.c - many HTTP requests at once, on libcurl's multi interface.
//
// libcurl tells us which of its sockets to watch and when to wake it.  Sockets and a timerfd are gathered in
// one epoll descriptor, which is what the service's loop polls.
//
//     FREE --push_send--> BUSY --answer, time-out or failure--> done() --> FREE
#include "push.h"

#include "answer.h"
#include "endpoint.h"
#include "log.h"
#include "webpush.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
    CONNECT_MS = 3000,
    ANSWER_MS = 10000,   // for a whole request
    ANSWER_MOST = 16384, // bytes of an answer's body: it is only read to keep the connection
    EVENTS_MOST = 64,
};

// One request.
struct slot {
    struct push *push;
    CURL *easy; // kept for the next request
    struct curl_slist *headers;
    void *tag;
    size_t answer_length;
    bool vetoed; // the name led to an address that we may not connect to
    uint8_t body[WEBPUSH_BODY_MOST];
    struct slot *next_free;
};

struct push {
    bool allow_loopback;
    push_done *done;
    void *self;
    CURLM *multi;
    int epoll_fd, timer_fd;
    struct slot *slots;
    struct slot *free;
    size_t in_flight;
};

static void
arm_timer(const struct push *push, long timeout_ms)
{
    struct itimerspec at = {0};

    if (timeout_ms >= 0) {
        at.it_value.tv_sec = timeout_ms / 1000;
        // All zero would disarm it.
        at.it_value.tv_nsec = timeout_ms == 0 ? 1 : timeout_ms % 1000 * 1000000;
    }
    CHECK(timerfd_settime(push->timer_fd, 0, &at, NULL) == 0);
}

static int
on_timer_wish(CURLM *multi, long timeout_ms, void *self)
{
    (void)multi;
    arm_timer(self, timeout_ms);
    return 0;
}

static int
on_socket_wish(CURL *easy, curl_socket_t fd, int what, void *self, void *known)
{
    const struct push *push = self;
    struct epoll_event event = {.data.fd = fd};

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        // Fails when libcurl has closed it before: then it is gone from the set already.
        (void)epoll_ctl(push->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        event.events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        event.events |= EPOLLOUT;
    if (known == NULL)
        CHECK(curl_multi_assign(push->multi, fd, self) == CURLM_OK);
    if (epoll_ctl(push->epoll_fd, EPOLL_CTL_MOD, fd, &event) < 0)
        CHECK(errno == ENOENT && epoll_ctl(push->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0);
    return 0;
}

// The last word on where a connection goes: after the name was resolved.
static curl_socket_t
open_socket(void *self, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct slot *slot = self;

    (void)purpose;
    if (!endpoint_address_allowed(&address->addr, slot->push->allow_loopback)) {
        slot->vetoed = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// An answer's body says nothing that we need.
static size_t
take_answer(char *data, size_t size, size_t count, void *self)
{
    struct slot *slot = self;

    (void)data;
    slot->answer_length += size * count;
    return slot->answer_length <= ANSWER_MOST ? size * count : 0;
}

// Options that are the same for each request.
static void
prepare(struct slot *slot, bool allow_loopback)
{
    CURL *easy = curl_easy_init();
    CURLcode rc = CURLE_OK;

    CHECK(easy != NULL);
    slot->easy = easy;
    rc |= curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
    rc |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, allow_loopback ? "https,http" : "https");
    rc |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
    rc |= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    rc |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    rc |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)ANSWER_MS);
    rc |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    rc |= curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    rc |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    rc |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, slot);
    rc |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    rc |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot);
    rc |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
    CHECK(rc == CURLE_OK);
}

struct push *
push_new(bool allow_loopback, push_done *done, void *self)
{
    struct push *push = check_zalloc(1, sizeof(*push));
    struct epoll_event event = {.events = EPOLLIN};
    CURLMcode rc = CURLM_OK;

    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    push->allow_loopback = allow_loopback;
    push->done = done;
    push->self = self;
    push->multi = curl_multi_init();
    push->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    push->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    CHECK(push->multi != NULL && push->epoll_fd >= 0 && push->timer_fd >= 0);
    event.data.fd = push->timer_fd;
    CHECK(epoll_ctl(push->epoll_fd, EPOLL_CTL_ADD, push->timer_fd, &event) == 0);
    rc |= curl_multi_setopt(push->multi, CURLMOPT_SOCKETFUNCTION, on_socket_wish);
    rc |= curl_multi_setopt(push->multi, CURLMOPT_SOCKETDATA, push);
    rc |= curl_multi_setopt(push->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    rc |= curl_multi_setopt(push->multi, CURLMOPT_TIMERDATA, push);
    rc |= curl_multi_setopt(push->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    rc |= curl_multi_setopt(push->multi, CURLMOPT_MAXCONNECTS, (long)PUSH_MOST);
    CHECK(rc == CURLM_OK);
    push->slots = check_zalloc(PUSH_MOST, sizeof(struct slot));
    for (size_t i = PUSH_MOST; i-- > 0;) {
        push->slots[i].push = push;
        push->slots[i].next_free = push->free;
        push->free = &push->slots[i];
    }
    return push;
}

void
push_destroy(struct push **push, void (*drop)(void *tag))
{
    if (*push == NULL)
        return;
    for (size_t i = 0; i < PUSH_MOST; i++) {
        struct slot *slot = &(*push)->slots[i];

        if (slot->easy == NULL)
            continue;
        if (slot->tag != NULL && drop != NULL)
            drop(slot->tag);
        (void)curl_multi_remove_handle((*push)->multi, slot->easy); // harmless when it is not in
        curl_easy_cleanup(slot->easy);
        curl_slist_free_all(slot->headers);
    }
    curl_multi_cleanup((*push)->multi);
    close((*push)->timer_fd);
    close((*push)->epoll_fd);
    free((*push)->slots);
    free(*push);
    *push = NULL;
    curl_global_cleanup();
}

static struct curl_slist *
add_header(struct curl_slist *headers, const char *name, const char *value)
{
    char line[2048]; // a VAPID header is the longest, below 1,100 bytes
    struct curl_slist *longer = NULL;
    int length = snprintf(line, sizeof(line), "%s: %s", name, value);

    CHECK(length > 0 && (size_t)length < sizeof(line));
    longer = curl_slist_append(headers, line);
    CHECK(longer != NULL);
    return longer;
}

static struct curl_slist *
make_headers(const struct push_request *request)
{
    struct curl_slist *headers = NULL;
    char ttl[24];

    snprintf(ttl, sizeof(ttl), "%lld", (long long)request->ttl_s);
    headers = add_header(headers, "TTL", ttl);
    headers = add_header(headers, "Urgency", "high");
    headers = add_header(headers, "Topic", request->topic);
    headers = add_header(headers, "Content-Encoding", "aes128gcm");
    headers = add_header(headers, "Content-Type", "application/octet-stream");
    headers = add_header(headers, "Authorization", request->authorization);
    headers = add_header(headers, "Expect", ""); // no round trip to ask whether the body is welcome
    return headers;
}

int
push_send(struct push *push, const struct push_request *request, void *tag)
{
    struct slot *slot = push->free;
    CURLcode rc = CURLE_OK;

    if (slot == NULL)
        return -1;
    CHECK(request->length <= sizeof(slot->body));
    if (slot->easy == NULL)
        prepare(slot, push->allow_loopback);
    slot->tag = tag;
    slot->answer_length = 0;
    slot->vetoed = false;
    memcpy(slot->body, request->body, request->length);
    curl_slist_free_all(slot->headers);
    slot->headers = make_headers(request);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_URL, request->endpoint);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->headers);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, slot->body);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE, (long)request->length);
    CHECK(rc == CURLE_OK && curl_multi_add_handle(push->multi, slot->easy) == CURLM_OK);
    push->free = slot->next_free;
    push->in_flight++;
    return 0;
}

size_t
push_room(const struct push *push)
{
    return PUSH_MOST - push->in_flight;
}

size_t
push_in_flight(const struct push *push)
{
    return push->in_flight;
}

int
push_fd(void *self)
{
    return ((const struct push *)self)->epoll_fd;
}

short
push_events(void *self)
{
    (void)self;
    return POLLIN;
}

// One request has ended: frees its slot, then tells what came.
static void
finish(struct push *push, struct slot *slot, CURLcode code)
{
    struct push_answer answer = {.retry_after_s = ANSWER_NO_DELAY, .reason = ""};
    curl_off_t delay = 0;
    void *tag = NULL;
    long status = 0;

    (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    if (curl_easy_getinfo(slot->easy, CURLINFO_RETRY_AFTER, &delay) == CURLE_OK && delay > 0)
        answer.retry_after_s = delay;

    // A status that came is an answer, even when the rest of it was too long or broke off.
    if (status >= 200)
        answer.status = (int)status;
    else if (slot->vetoed)
        answer.reason = "its name leads to an address that is not public";
    else
        answer.reason = curl_easy_strerror(code);
    (void)curl_multi_remove_handle(push->multi, slot->easy);
    slot->next_free = push->free;
    push->free = slot;
    push->in_flight--;
    tag = slot->tag;
    slot->tag = NULL;
    push->done(push->self, tag, &answer);
}

static void
collect(struct push *push)
{
    CURLMsg *message = NULL;
    int left = 0;

    while ((message = curl_multi_info_read(push->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE) {
            char *slot = NULL;
            CURLcode code = message->data.result;

            CHECK(curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot) == CURLE_OK);
            finish(push, (struct slot *)(void *)slot, code);
        }
}

void
push_pump(void *self)
{
    struct push *push = self;
    struct epoll_event events[EVENTS_MOST];
    int running = 0;
    int count = epoll_wait(push->epoll_fd, events, EVENTS_MOST, 0);

    for (int i = 0; i < count; i++) {
        int fd = events[i].data.fd;
        int mask = 0;
        uint64_t expirations = 0;

        if (fd == push->timer_fd) {
            if (read(fd, &expirations, sizeof(expirations)) > 0)
                (void)curl_multi_socket_action(push->multi, CURL_SOCKET_TIMEOUT, 0, &running);
            continue;
        }
        if (events[i].events & (EPOLLIN | EPOLLHUP))
            mask |= CURL_CSELECT_IN;
        if (events[i].events & EPOLLOUT)
            mask |= CURL_CSELECT_OUT;
        if (events[i].events & EPOLLERR)
            mask |= CURL_CSELECT_ERR;
        (void)curl_multi_socket_action(push->multi, fd, mask, &running);
    }
    collect(push);
}

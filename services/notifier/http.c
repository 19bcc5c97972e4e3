// http.c - many requests at once, on libcurl's multi interface.
//
// libcurl tells us which of its sockets to watch and when to wake it.  Sockets, a timerfd and an eventfd for
// answers that were made up are gathered in one epoll descriptor, which is what the service's loop polls.
//
//     FREE --http_send--> BUSY --answer, time-out or failure--> done() --> FREE
//            |                                                   ^
//            +--HTTP_MADE_UP--> READY --http_pump----------------+
#include "http.h"

#include "answer.h"
#include "endpoint.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
    CONNECT_MS = 3000,
    ANSWER_MS = 10000, // for a whole request
    // Mail servers let strangers wait, and look at a mail before they take it (RFC 5321 §4.5.3.2 would allow
    // minutes); to libcurl, the login is a part of connecting.
    MAIL_CONNECT_MS = 30000,
    MAIL_MS = 60000,
    EVENTS_MOST = 1024,     // in one turn: fewer would let pushes leave in clumps while others hold the loop
    CONNECTIONS_MOST = 256, // that are kept
    // To one host: a first burst does not wait for HTTP/2 to say how much one connection takes.
    HOST_CONNECTIONS_MOST = 64,
};

// One request.
struct slot {
    struct http *http;
    CURL *easy; // made when first used, kept for the next request; NULL before
    struct http_request request;
    struct curl_slist *headers, *recipients;
    struct str answer;
    size_t answer_length; // that came, kept or not
    size_t body_sent;     // HTTP_MAIL
    bool busy;
    bool vetoed; // the name led to an address that we may not connect to
    void *tag;
    struct slot *next; // free, or ready
};

struct http {
    bool allow_loopback;
    http_done *done;
    void *self;
    CURLM *multi;
    int epoll_fd, timer_fd, ready_fd;
    size_t most, in_flight;
    struct slot *slots;
    struct slot *free, *ready, **ready_end;
};

void
http_request_clear(struct http_request *request)
{
    str_clear(&request->url);
    str_clear(&request->headers);
    str_clear(&request->body);
    str_clear(&request->from);
    str_clear(&request->to);
    request->kind = HTTP_POST;
    request->outside = false;
    request->user = request->password = "";
    request->made_up = (struct http_answer){.retry_after_s = ANSWER_NO_DELAY, .reason = "", .body = ""};
}

void
http_request_free(struct http_request *request)
{
    str_free(&request->url);
    str_free(&request->headers);
    str_free(&request->body);
    str_free(&request->from);
    str_free(&request->to);
}

void
http_request_header(struct http_request *request, const char *name, const char *value)
{
    for (const char *c = value; *c != '\0'; c++)
        CHECK((unsigned char)*c >= ' ' && *c != 0x7f);
    str_format(&request->headers, "%s: %s\n", name, value);
}

static void
arm_timer(const struct http *http, long timeout_ms)
{
    struct itimerspec at = {0};

    if (timeout_ms >= 0) {
        at.it_value.tv_sec = timeout_ms / 1000;
        // All zero would disarm it.
        at.it_value.tv_nsec = timeout_ms == 0 ? 1 : timeout_ms % 1000 * 1000000;
    }
    CHECK(timerfd_settime(http->timer_fd, 0, &at, NULL) == 0);
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
    const struct http *http = self;
    struct epoll_event event = {.data.fd = fd};

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        // Fails when libcurl has closed it before: then it is gone from the set already.
        (void)epoll_ctl(http->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        event.events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        event.events |= EPOLLOUT;
    if (known == NULL)
        CHECK(curl_multi_assign(http->multi, fd, self) == CURLM_OK);
    if (epoll_ctl(http->epoll_fd, EPOLL_CTL_MOD, fd, &event) < 0)
        CHECK(errno == ENOENT && epoll_ctl(http->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0);
    return 0;
}

// The last word on where a new connection goes: after the name was resolved.
static curl_socket_t
open_socket(void *self, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct slot *slot = self;

    (void)purpose;
    if (slot->request.outside && !endpoint_address_allowed(&address->addr, slot->http->allow_loopback)) {
        slot->vetoed = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// And on where a kept one leads: it may have been opened by a request that was not from outside.
static int
before_request(void *self, char *there, char *here, int port_there, int port_here)
{
    struct slot *slot = self;
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    bool allowed = false;

    (void)here;
    (void)port_there;
    (void)port_here;
    if (!slot->request.outside)
        return CURL_PREREQFUNC_OK;
    if (inet_pton(AF_INET, there, &v4.sin_addr) == 1)
        allowed = endpoint_address_allowed((const struct sockaddr *)&v4, slot->http->allow_loopback);
    else if (inet_pton(AF_INET6, there, &v6.sin6_addr) == 1)
        allowed = endpoint_address_allowed((const struct sockaddr *)&v6, slot->http->allow_loopback);
    slot->vetoed = slot->vetoed || !allowed;
    return allowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static size_t
take_answer(char *data, size_t size, size_t count, void *self)
{
    struct slot *slot = self;

    slot->answer_length += size * count;
    if (slot->answer_length > HTTP_ANSWER_MOST)
        return 0;
    if (!slot->request.outside)
        str_add(&slot->answer, data, size * count);
    return size * count;
}

// Keeps the last reply of a mail server, but for its goodbye.
static size_t
take_reply(char *data, size_t size, size_t count, void *self)
{
    struct slot *slot = self;

    if (size * count <= HTTP_ANSWER_MOST && (size * count < 3 || memcmp(data, "221", 3) != 0)) {
        str_clear(&slot->answer);
        str_add(&slot->answer, data, size * count);
    }
    return size * count;
}

static size_t
give_body(char *data, size_t size, size_t count, void *self)
{
    struct slot *slot = self;
    size_t left = slot->request.body.length - slot->body_sent;
    size_t length = left < size * count ? left : size * count;

    if (length > 0)
        memcpy(data, slot->request.body.data + slot->body_sent, length);
    slot->body_sent += length;
    return length;
}

struct http *
http_new(size_t most, bool allow_loopback, http_done *done, void *self)
{
    struct http *http = check_zalloc(1, sizeof(*http));
    struct epoll_event event = {.events = EPOLLIN};
    CURLMcode rc = CURLM_OK;

    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    http->allow_loopback = allow_loopback;
    http->done = done;
    http->self = self;
    http->most = most;
    http->multi = curl_multi_init();
    http->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    http->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    http->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CHECK(http->multi != NULL && http->epoll_fd >= 0 && http->timer_fd >= 0 && http->ready_fd >= 0);
    event.data.fd = http->timer_fd;
    CHECK(epoll_ctl(http->epoll_fd, EPOLL_CTL_ADD, http->timer_fd, &event) == 0);
    event.data.fd = http->ready_fd;
    CHECK(epoll_ctl(http->epoll_fd, EPOLL_CTL_ADD, http->ready_fd, &event) == 0);
    rc |= curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket_wish);
    rc |= curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    rc |= curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    rc |= curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    rc |= curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    rc |= curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MOST);
    rc |= curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS_MOST);
    CHECK(rc == CURLM_OK);
    http->ready_end = &http->ready;
    http->slots = check_zalloc(most, sizeof(struct slot));
    for (size_t i = most; i-- > 0;) {
        http->slots[i].http = http;
        http->slots[i].next = http->free;
        http->free = &http->slots[i];
    }
    return http;
}

void
http_destroy(struct http **http, void (*drop)(void *tag))
{
    if (*http == NULL)
        return;
    for (size_t i = 0; i < (*http)->most; i++) {
        struct slot *slot = &(*http)->slots[i];

        if (slot->busy && slot->tag != NULL && drop != NULL)
            drop(slot->tag);
        if (slot->easy != NULL) {
            (void)curl_multi_remove_handle((*http)->multi, slot->easy); // harmless when it is not in
            curl_easy_cleanup(slot->easy);
        }
        curl_slist_free_all(slot->headers);
        curl_slist_free_all(slot->recipients);
        http_request_free(&slot->request);
        str_free(&slot->answer);
    }
    curl_multi_cleanup((*http)->multi);
    close((*http)->timer_fd);
    close((*http)->ready_fd);
    close((*http)->epoll_fd);
    free((*http)->slots);
    free(*http);
    *http = NULL;
    curl_global_cleanup();
}

static struct curl_slist *
append(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(list, line);

    CHECK(longer != NULL);
    return longer;
}

// libcurl copies each line.
static void
make_headers(struct slot *slot)
{
    char *line = slot->request.headers.data;

    while (slot->request.headers.length > 0 && *line != '\0') {
        char *end = strchr(line, '\n');

        CHECK(end != NULL);
        *end = '\0';
        slot->headers = append(slot->headers, line);
        line = end + 1;
    }
    slot->headers = append(slot->headers, "Expect:"); // no round trip to ask whether the body is welcome
}

// Options that are the same for each request of any kind.
static CURLcode
set_common(struct slot *slot)
{
    CURL *easy = slot->easy;
    CURLcode rc = CURLE_OK;

    curl_easy_reset(easy);
    rc |= curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
    rc |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
    rc |= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    rc |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    rc |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    rc |= curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    rc |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    rc |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, slot);
    rc |= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
    rc |= curl_easy_setopt(easy, CURLOPT_PREREQDATA, slot);
    rc |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    rc |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot);
    rc |= curl_easy_setopt(easy, CURLOPT_URL, slot->request.url.data);
    return rc;
}

static CURLcode
set_web(struct slot *slot)
{
    const struct http_request *request = &slot->request;
    bool plain = !request->outside || slot->http->allow_loopback;
    CURLcode rc = CURLE_OK;

    make_headers(slot);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_PROTOCOLS_STR, plain ? "https,http" : "https");
    rc |= curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, (long)ANSWER_MS);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->headers);
    if (request->kind == HTTP_GET)
        return rc;
    rc |= curl_easy_setopt(slot->easy, CURLOPT_POST, 1L);
    rc |=
        curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, request->body.length > 0 ? request->body.data : "");
    rc |= curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE, (long)request->body.length);
    return rc;
}

// Is the mail server on this machine?
static bool
is_here(const char *url)
{
    static const char *const names[] = {"127.0.0.1", "[::1]", "localhost"};
    const char *host = strstr(url, "://");

    for (size_t i = 0; host != NULL && i < LENGTH(names); i++) {
        size_t length = strlen(names[i]);

        if (strncasecmp(host + 3, names[i], length) == 0 && strchr(":/", host[3 + length]) != NULL)
            return true;
    }
    return false;
}

static CURLcode
set_mail(struct slot *slot)
{
    const struct http_request *request = &slot->request;
    long tls = is_here(request->url.data) ? CURLUSESSL_NONE : CURLUSESSL_ALL;
    CURLcode rc = CURLE_OK;

    slot->recipients = append(slot->recipients, request->to.data);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    rc |= curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, (long)MAIL_MS);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)MAIL_CONNECT_MS);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_USE_SSL, tls);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_MAIL_FROM, request->from.data);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_MAIL_RCPT, slot->recipients);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_HEADERFUNCTION, take_reply);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_HEADERDATA, slot);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_UPLOAD, 1L);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_READFUNCTION, give_body);
    rc |= curl_easy_setopt(slot->easy, CURLOPT_READDATA, slot);
    if (request->user != NULL && request->user[0] != '\0') {
        rc |= curl_easy_setopt(slot->easy, CURLOPT_USERNAME, request->user);
        rc |= curl_easy_setopt(slot->easy, CURLOPT_PASSWORD, request->password);
    }
    return rc;
}

static void
make_ready(struct http *http, struct slot *slot)
{
    static const uint64_t one = 1;

    slot->next = NULL;
    *http->ready_end = slot;
    http->ready_end = &slot->next;
    CHECK(write(http->ready_fd, &one, sizeof(one)) == sizeof(one));
}

static void
start(struct http *http, struct slot *slot)
{
    CURLcode rc = CURLE_OK;

    if (slot->easy == NULL)
        CHECK((slot->easy = curl_easy_init()) != NULL);
    rc |= set_common(slot);
    rc |= slot->request.kind == HTTP_MAIL ? set_mail(slot) : set_web(slot);
    CHECK(rc == CURLE_OK && curl_multi_add_handle(http->multi, slot->easy) == CURLM_OK);
}

int
http_send(struct http *http, struct http_request *request, void *tag)
{
    struct slot *slot = http->free;
    struct http_request used;

    if (slot == NULL)
        return -1;
    http->free = slot->next;
    http->in_flight++;
    used = slot->request;
    slot->request = *request;
    *request = used;
    http_request_clear(request);
    slot->busy = true;
    slot->tag = tag;
    slot->vetoed = false;
    slot->answer_length = slot->body_sent = 0;
    str_clear(&slot->answer);
    if (slot->request.kind == HTTP_MADE_UP)
        make_ready(http, slot);
    else
        start(http, slot);
    return 0;
}

size_t
http_in_flight(const struct http *http)
{
    return http->in_flight;
}

int
http_fd(void *self)
{
    return ((const struct http *)self)->epoll_fd;
}

short
http_events(void *self)
{
    (void)self;
    return POLLIN;
}

// Frees the slot of a request that has ended, then tells what came.
static void
finish(struct http *http, struct slot *slot, const struct http_answer *answer)
{
    // done() may send again, and get this very slot: what it is told must not lie there.
    struct str kept = slot->answer;
    void *tag = slot->tag;

    slot->answer = (struct str){0};
    slot->tag = NULL;
    slot->busy = false;
    curl_slist_free_all(slot->headers);
    curl_slist_free_all(slot->recipients);
    slot->headers = slot->recipients = NULL;
    slot->next = http->free;
    http->free = slot;
    http->in_flight--;
    http->done(http->self, tag, answer);
    str_clear(&kept);
    if (slot->answer.data == NULL)
        slot->answer = kept;
    else
        str_free(&kept);
}

// A transfer has ended: what does that say?
static void
conclude(struct http *http, struct slot *slot, CURLcode code)
{
    struct http_answer answer = {.retry_after_s = ANSWER_NO_DELAY, .reason = "", .body = ""};
    curl_off_t delay = 0;
    long status = 0;

    (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    if (curl_easy_getinfo(slot->easy, CURLINFO_RETRY_AFTER, &delay) == CURLE_OK && delay > 0)
        answer.retry_after_s = delay;

    // A status that came is an answer, even when the rest of it was too long or broke off.  Of SMTP, good
    // ones come from the start on.
    if (status >= 200 && (slot->request.kind != HTTP_MAIL || code == CURLE_OK || status >= 400))
        answer.status = (int)status;
    else if (slot->vetoed)
        answer.reason = "its name leads to an address that is not public";
    else
        answer.reason = curl_easy_strerror(code);
    if (answer.status > 0 && slot->answer.length > 0)
        answer.body = slot->answer.data;
    (void)curl_multi_remove_handle(http->multi, slot->easy);
    finish(http, slot, &answer);
}

static void
collect(struct http *http)
{
    CURLMsg *message = NULL;
    int left = 0;

    while ((message = curl_multi_info_read(http->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE) {
            char *slot = NULL;
            CURLcode code = message->data.result;

            CHECK(curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot) == CURLE_OK);
            conclude(http, (struct slot *)(void *)slot, code);
        }
}

// Tells the answers that were made up; not those that are made up meanwhile.
static void
tell_ready(struct http *http)
{
    struct slot *slot = http->ready;
    uint64_t count = 0;

    (void)!read(http->ready_fd, &count, sizeof(count));
    http->ready = NULL;
    http->ready_end = &http->ready;
    while (slot != NULL) {
        struct slot *next = slot->next;
        const struct http_answer answer = slot->request.made_up;

        finish(http, slot, &answer);
        slot = next;
    }
}

void
http_pump(void *self)
{
    struct http *http = self;
    struct epoll_event events[EVENTS_MOST];
    int running = 0;
    int count = epoll_wait(http->epoll_fd, events, EVENTS_MOST, 0);

    for (int i = 0; i < count; i++) {
        int fd = events[i].data.fd;
        int mask = 0;
        uint64_t expirations = 0;

        if (fd == http->ready_fd)
            continue; // below
        if (fd == http->timer_fd) {
            if (read(fd, &expirations, sizeof(expirations)) > 0)
                (void)curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
            continue;
        }
        if (events[i].events & (EPOLLIN | EPOLLHUP))
            mask |= CURL_CSELECT_IN;
        if (events[i].events & EPOLLOUT)
            mask |= CURL_CSELECT_OUT;
        if (events[i].events & EPOLLERR)
            mask |= CURL_CSELECT_ERR;
        (void)curl_multi_socket_action(http->multi, fd, mask, &running);
    }
    collect(http);
    tell_ready(http);
}

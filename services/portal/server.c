// server.c - the HTTP server.
//
// libmicrohttpd has `threads` threads, each with an epoll of its own; a request is one thread's from its
// first byte to its last.  What happens to it:
//
//     begin() request line is there -> serve(): first call, headers are there: find the route, refuse what
//     needs no body
//         -> take(): pieces of the body -> serve(): last call: run() -> reply.c; -> complete(): everything is
//         freed
#include "server.h"

#include "connections.h"
#include "log.h"
#include "metrics.h"
#include "pages.h"
#include "pool.h"
#include "portal.h"
#include "rates.h"
#include "reply.h"
#include "sessions.h"
#include "stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_MEMORY = 16 << 10, // headers have to fit into half of it
    BACKLOG = 1024,
    LARGE = 64 << 10,      // a body above this is only taken from a session that is valid
    DESCRIPTORS_LEFT = 64, // for PostgreSQL, ZeroMQ, files
    DISCARD_MOST = 4 << 20,
};

struct server {
    struct portal *portal;
    const struct route_table *table;
    bool has_pages;
    struct connections *connections;
    struct MHD_Daemon *daemon;
    atomic_size_t bodies;
};

// One request and its answer.
struct exchange {
    struct server *server;
    struct connection *connection;
    struct request request;
    struct answer answer;
    const struct route *route;
    const struct page *page;
    char *uri;
    char remote[INET6_ADDRSTRLEN];
    struct str body;
    size_t dropped; // bytes of the body that were not kept
    bool started, has_body, too_long, no_room, answered;
};

static struct metric requests = {"kentongan_portal_requests_total", "Requests answered.", 0, NULL};
static struct metric refused = {"kentongan_portal_refused_total", "Requests refused: 4xx.", 0, NULL};
static struct metric failed = {"kentongan_portal_failed_total", "Requests that failed: 5xx.", 0, NULL};
static struct metric cut = {"kentongan_portal_cut_total", "Connections cut off for being slow.", 0, NULL};
static struct metric streams = {"kentongan_portal_streams", "Streams that are open.", 0, NULL};

static enum method
method_of(const char *name)
{
    if (strcmp(name, "GET") == 0)
        return METHOD_GET;
    if (strcmp(name, "POST") == 0)
        return METHOD_POST;
    if (strcmp(name, "PUT") == 0)
        return METHOD_PUT;
    return strcmp(name, "DELETE") == 0 ? METHOD_DELETE : METHOD_OTHER;
}

// Is the address one of the list, which is separated by commas?
static bool
is_in(const char *list, const char *address)
{
    size_t length = strlen(address);

    for (const char *word = list; *word != '\0'; word += strcspn(word, ",")) {
        word += strspn(word, ", ");
        if (strcspn(word, ", ") == length && strncmp(word, address, length) == 0)
            return true;
    }
    return false;
}

// The client's address: what the proxy says it is, where we believe it.
static void
find_remote(struct exchange *exchange, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const char *told = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Real-IP");
    const struct sockaddr *address = info != NULL ? info->client_addr : NULL;
    uint8_t parsed[sizeof(struct in6_addr)];

    if (address == NULL ||
        getnameinfo(address,
            address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in),
            exchange->remote, sizeof(exchange->remote), NULL, 0, NI_NUMERICHOST) != 0)
        exchange->remote[0] = '\0';
    if (told != NULL && strlen(told) < sizeof(exchange->remote) &&
        (strcmp(exchange->server->portal->proxies, "*") == 0 ||
            is_in(exchange->server->portal->proxies, exchange->remote)) &&
        (inet_pton(AF_INET, told, parsed) == 1 || inet_pton(AF_INET6, told, parsed) == 1))
        str_copy(exchange->remote, sizeof(exchange->remote), told);
}

// Before the request
// ------------------------------------------------------------------------------------------

static void
on_connection(
    void *self, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
    struct server *server = self;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct connection *closing = *context;

    switch (code) {
    case MHD_CONNECTION_NOTIFY_STARTED:
        *context = connection_open(server->connections, info->connect_fd);
        break;
    case MHD_CONNECTION_NOTIFY_CLOSED:
        connection_close(&closing);
        *context = NULL;
        break;
    }
}

// The request line is there.  Returns new: what the other calls get as their state.
static void *
begin(void *self, const char *uri, struct MHD_Connection *connection)
{
    struct exchange *exchange = check_zalloc(1, sizeof(*exchange));
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    exchange->server = self;
    exchange->connection = info->socket_context;
    exchange->uri = strdup(uri);
    CHECK(exchange->uri != NULL && exchange->connection != NULL);
    connection_coming(exchange->connection);
    return exchange;
}

// Answering
// ---------------------------------------------------------------------------------------------------

static enum MHD_Result
reply(struct exchange *exchange, struct MHD_Connection *connection)
{
    struct answer *answer = &exchange->answer;

    exchange->answered = true;
    metric_add(&requests, 1);
    if (exchange->page != NULL) {
        connection_leaving(exchange->connection);
        return reply_page(connection, exchange->page);
    }
    if (answer->status >= 500)
        metric_add(&failed, 1);
    else if (answer->status >= 400)
        metric_add(&refused, 1);
    if (answer->stream != NULL) {
        stream_own(answer->stream, exchange->request.session.hash);
        connection_streaming(exchange->connection);
    } else {
        connection_leaving(exchange->connection);
    }
    return reply_answer(connection, answer);
}

static void
refuse(struct exchange *exchange, int status, const char *code, const char *message)
{
    answer_error(&exchange->answer, status, code, "", message);
}

// Says which methods the path has.
static void
add_allow(struct exchange *exchange)
{
    static const struct {
        enum method method;
        const char *name;
    } methods[] = {
        {METHOD_GET, "GET"}, {METHOD_POST, "POST"}, {METHOD_PUT, "PUT"}, {METHOD_DELETE, "DELETE"}};
    const struct route_table *table = exchange->server->table;
    struct str allow = {0};
    bool known = false;

    for (size_t i = 0; i < LENGTH(methods); i++) {
        exchange->request.method = methods[i].method;
        if (route_find(table->routes, table->count, &exchange->request, &known) != NULL)
            str_format(&allow, "%s%s", allow.length > 0 ? ", " : "", methods[i].name);
    }
    answer_header(&exchange->answer, "Allow", allow.data);
    str_free(&allow);
}

// There is no route: a page, or an error.
static void
without_route(struct exchange *exchange, const char *method, bool known)
{
    const struct server *server = exchange->server;
    bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    const struct page *page =
        server->has_pages && !known ? pages_find(server->portal->pages, exchange->request.path) : NULL;

    if (page != NULL && reads) {
        exchange->page = page;
        return;
    }
    if (page == NULL && !known) {
        refuse(exchange, 404, "unknown", "There is no such thing.");
        return;
    }
    refuse(exchange, 405, "wrong_method", "It cannot be asked for in this way.");
    if (page != NULL)
        answer_header(&exchange->answer, "Allow", "GET, HEAD");
    else
        add_allow(exchange);
}

// 0: it may; -1: it was told to wait.
static int
check_rate(struct exchange *exchange)
{
    char address[RATES_ADDRESS_SIZE];
    int64_t wait_ms = 0;

    if (exchange->route->per_minute == 0)
        return 0;
    rates_address(exchange->remote, address);
    wait_ms = rates_take(
        exchange->server->portal->rates, exchange->route->pattern, address, exchange->route->per_minute);
    if (wait_ms > 0)
        answer_too_many(&exchange->answer, wait_ms);
    return wait_ms > 0 ? -1 : 0;
}

static bool
is_unsafe(const struct request *request)
{
    return request->method != METHOD_GET;
}

// 0: may go on; -1: an answer was put.
static int
check_access(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    struct answer *answer = &exchange->answer;

    if (exchange->route->access == ACCESS_TOKEN)
        return 0;
    if (is_unsafe(request) && !sessions_is_ours(request)) {
        answer_error(answer, 403, "foreign", "", "This comes from another site's page.");
        return -1;
    }
    if (exchange->route->access == ACCESS_PUBLIC)
        return 0;
    if (sessions_find(request) != DONE) {
        answer_ending(answer, RETRY);
        return -1;
    }
    if (request->session.person_id == 0) {
        answer_error(answer, 401, "no_session", "", "Log in.");
        return -1;
    }
    if (is_unsafe(request) && !sessions_has_token(request)) {
        answer_error(answer, 403, "no_csrf_token", "", "X-CSRF-Token is missing or wrong; see GET me.");
        return -1;
    }
    return 0;
}

// Does what the route does, or only finds out whether it may.
static void
run(struct exchange *exchange, bool only_check)
{
    struct request *request = &exchange->request;
    struct answer *answer = &exchange->answer;
    struct portal *portal = exchange->server->portal;

    request->db = atomic_load(&portal->has_key) ? pool_take(portal->pool) : NULL;
    if (request->db == NULL) {
        answer_ending(answer, RETRY);
        return;
    }
    request->ending = DONE;
    if (check_access(exchange) == 0 && !only_check) {
        exchange->route->handle(request, answer);
        if (answer->status == 0 && request->ending != DONE)
            answer_ending(answer, request->ending);
        if (answer->status == 0) {
            log_error(EV_ROUTE_FAILED, "route=%s", exchange->route->pattern);
            answer_error(answer, 500, "failed", "", "This went wrong by our own fault.");
        }
    }
    pool_give(portal->pool, request->db, request->ending);
    request->db = NULL;
}

// The headers are there: finds the route, or an answer that needs no more.
static void
start(struct exchange *exchange, struct MHD_Connection *connection, const char *method)
{
    struct request *request = &exchange->request;
    const struct route_table *table = exchange->server->table;
    const char *length = NULL;
    bool known = false;

    request->method = method_of(method);
    request->remote = exchange->remote;
    request->portal = exchange->server->portal;
    request->connection = connection;
    request->body = "";
    find_remote(exchange, connection);
    length = request_header(request, "Content-Length");
    exchange->has_body = length != NULL || request_header(request, "Transfer-Encoding") != NULL;
    if (request_open(request, exchange->uri) < 0) {
        refuse(exchange, 400, "wrong_path", "The path cannot be read.");
        return;
    }
    exchange->route = route_find(table->routes, table->count, request, &known);
    if (exchange->route == NULL)
        without_route(exchange, method, known);
    else if (check_rate(exchange) == 0 && length != NULL &&
             strtoull(length, NULL, 10) > exchange->route->body_most)
        refuse(exchange, 413, "too_long", "The body is too long.");
    else if (exchange->answer.status == 0 && exchange->route->access == ACCESS_PERSON &&
             exchange->route->body_most > LARGE)
        run(exchange, true);
}

// A piece of the body.  MHD_NO: enough, the connection is closed.
static enum MHD_Result
take(struct exchange *exchange, const char *data, size_t length)
{
    struct server *server = exchange->server;

    if (exchange->body.length + length > exchange->route->body_most)
        exchange->too_long = true;
    else if (atomic_load(&server->bodies) + length > SERVER_BODIES_MOST)
        exchange->no_room = true;
    if (exchange->too_long || exchange->no_room) {
        exchange->dropped += length;
        return exchange->dropped > DISCARD_MOST ? MHD_NO : MHD_YES;
    }
    atomic_fetch_add(&server->bodies, length);
    str_add(&exchange->body, data, length);
    return MHD_YES;
}

// Is there an answer already?
static bool
is_decided(const struct exchange *exchange)
{
    return exchange->page != NULL || exchange->answer.status != 0;
}

// The request is complete.
static void
finish(struct exchange *exchange)
{
    if (exchange->too_long) {
        refuse(exchange, 413, "too_long", "The body is too long.");
        return;
    }
    if (exchange->no_room) {
        answer_ending(&exchange->answer, RETRY);
        return;
    }
    if (exchange->body.length > 0) {
        exchange->request.body = exchange->body.data;
        exchange->request.length = exchange->body.length;
    }
    run(exchange, false);
}

// Called with the headers, then with each piece of the body, then once more.  The number of parameters is
// libmicrohttpd's.
static enum MHD_Result
// NOLINTNEXTLINE(readability-function-size)
serve(void *self, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *data, size_t *length, void **state)
{
    struct exchange *exchange = *state;

    (void)self;
    (void)url;
    (void)version;
    if (exchange->answered)
        return MHD_YES;
    if (!exchange->started) {
        exchange->started = true;
        start(exchange, connection, method);
        // Who sends a body is told now, and the connection is closed; others can go on with it.
        return is_decided(exchange) && exchange->has_body ? reply(exchange, connection) : MHD_YES;
    }
    if (*length > 0) {
        enum MHD_Result rc = take(exchange, data, *length);

        *length = 0;
        return rc;
    }
    connection_working(exchange->connection);
    if (!is_decided(exchange))
        finish(exchange);
    return reply(exchange, connection);
}

static void
complete(void *self, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
    struct server *server = self;
    struct exchange *exchange = *state;

    (void)connection;
    (void)why;
    if (exchange == NULL)
        return;
    connection_waiting(exchange->connection);
    stream_destroy(&exchange->answer.stream);
    answer_free(&exchange->answer);
    request_close(&exchange->request);
    atomic_fetch_sub(&server->bodies, exchange->body.length);
    str_free(&exchange->body);
    free(exchange->uri);
    free(exchange);
    *state = NULL;
}

// The server
// ---------------------------------------------------------------------------------------------------

// Reads "127.0.0.1:5770" or "[::1]:5770".  Returns the length of the address, or 0.
static socklen_t
parse_listen(const char *text, struct sockaddr_storage *address)
{
    const char *colon = strrchr(text, ':');
    char host[INET6_ADDRSTRLEN + 2];
    char *end = NULL;
    unsigned long port = colon != NULL ? strtoul(colon + 1, &end, 10) : 0;
    struct sockaddr_in *four = (struct sockaddr_in *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    size_t length = colon != NULL ? (size_t)(colon - text) : 0;

    memset(address, 0, sizeof(*address));
    if (length == 0 || length >= sizeof(host) || end == colon + 1 || *end != '\0' || port > UINT16_MAX)
        return 0;
    memcpy(host, text, length);
    host[length] = '\0';
    if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        return sizeof(*four);
    }
    if (host[0] != '[' || host[length - 1] != ']')
        return 0;
    host[length - 1] = '\0';
    if (inet_pton(AF_INET6, host + 1, &six->sin6_addr) != 1)
        return 0;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)port);
    return sizeof(*six);
}

// A listening socket, or -1 (errno is set).
static int
open_socket(const char *listen_on)
{
    struct sockaddr_storage address;
    socklen_t length = parse_listen(listen_on, &address);
    const int yes = 1;
    int fd = -1;

    if (length == 0) {
        errno = EINVAL;
        return -1;
    }
    fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
        bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, BACKLOG) < 0) {
        int error = errno;

        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

// As many connections as there are descriptors for.
static unsigned
connections_most(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur > SERVER_CONNECTIONS_MOST + DESCRIPTORS_LEFT)
        return SERVER_CONNECTIONS_MOST;
    return limit.rlim_cur > (rlim_t)2 * DESCRIPTORS_LEFT ? (unsigned)limit.rlim_cur - DESCRIPTORS_LEFT
                                                         : DESCRIPTORS_LEFT;
}

struct server *
server_new(const struct server_options *options)
{
    struct server *server = check_zalloc(1, sizeof(*server));
    int fd = open_socket(options->listen);

    if (fd < 0) {
        log_error(EV_LISTEN_FAILED, "address=%s reason=\"%s\"", options->listen, strerror(errno));
        free(server);
        return NULL;
    }
    server->portal = options->portal;
    server->table = options->table;
    server->has_pages = options->has_pages;
    server->connections = connections_new();
    server->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC,
        0, NULL, NULL, serve, server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
        options->threads > 1 ? options->threads : 0U, MHD_OPTION_CONNECTION_LIMIT, connections_most(),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)(CONNECTIONS_ANSWER_MS / 1000), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        options->portal->proxies[0] == '\0' ? (unsigned)SERVER_PER_ADDRESS_MOST : 0U,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_URI_LOG_CALLBACK, begin, server, MHD_OPTION_NOTIFY_COMPLETED, complete, server,
        MHD_OPTION_END);
    if (server->daemon == NULL) {
        log_error(EV_LISTEN_FAILED, "address=%s reason=\"no threads or memory\"", options->listen);
        close(fd);
        connections_destroy(&server->connections);
        free(server);
        return NULL;
    }
    return server;
}

void
server_destroy(struct server **server)
{
    if (*server == NULL)
        return;
    hub_end((*server)->portal->hub, "");
    MHD_stop_daemon((*server)->daemon);
    connections_destroy(&(*server)->connections);
    free(*server);
    *server = NULL;
}

void
server_tick(void *self)
{
    struct server *server = self;
    size_t count = connections_cut(server->connections);

    metric_set(&streams, (int64_t)hub_count(server->portal->hub));
    if (count == 0)
        return;
    metric_add(&cut, (int64_t)count);
    log_info(EV_CONNECTIONS_CUT, "count=%zu open=%zu", count, connections_count(server->connections));
}

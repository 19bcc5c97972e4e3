// phone.c - kentongan phone: an officer's phone and its push service in one, on loopback.
//
// It makes a subscription as a browser would, takes pushes at that address, decrypts them and shows them.  A
// notice that comes twice is shown once, by its id, as an officers' app has to do.  It never leaves
// 127.0.0.1, and checks no VAPID signature: anybody on this machine who knows the address can show something
// on it.
//
// libmicrohttpd runs one thread of its own, which alone uses struct phone while it serves.
#include "phone.h"

#include "clock.h"
#include "complain.h"
#include "options.h"
#include "str.h"
#include "webpush.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    DEFAULT_PORT = 8099,
    SECRET_SIZE = 16, // bytes, in the address: whoever knows it can push
    SEEN = 4096,      // notices that are recognised when they come again
    IDLE_S = 60,
};

struct phone {
    const char *agency, *state_path, *subscription_path, *log_path;
    int64_t port;
    struct webpush_key *key;
    uint8_t auth[WEBPUSH_AUTH_SIZE];
    struct str path;         // "/push/<secret>"
    struct str subscription; // JSON
    FILE *log;
    json_int_t seen[SEEN];
    size_t seen_next;
};

// The body of one request, while it comes in.
struct request {
    uint8_t body[WEBPUSH_BODY_MOST];
    size_t length;
    bool too_long;
};

// Keys
// --------------------------------------------------------------------------------------------------------------

static int
read_bytes(const json_t *state, const char *name, uint8_t *out, size_t size)
{
    const char *text = json_string_value(json_object_get(state, name));

    return text != NULL && str_unbase64url(text, strlen(text), out, size) == (int)size ? 0 : -1;
}

static int
use_state(struct phone *phone, const json_t *state)
{
    uint8_t scalar[WEBPUSH_SCALAR_SIZE];
    uint8_t secret[SECRET_SIZE];

    if (read_bytes(state, "private_key", scalar, sizeof(scalar)) < 0 ||
        read_bytes(state, "auth", phone->auth, sizeof(phone->auth)) < 0 ||
        read_bytes(state, "secret", secret, sizeof(secret)) < 0)
        return -1;
    phone->key = webpush_key_import(scalar);
    str_add_text(&phone->path, "/push/");
    str_base64url(&phone->path, secret, sizeof(secret));
    return phone->key != NULL ? 0 : -1;
}

static void
put_bytes(json_t *state, const char *name, const uint8_t *data, size_t size)
{
    struct str text = {0};

    str_base64url(&text, data, size);
    json_object_set_new(state, name, json_string(text.data));
    str_free(&text);
}

// A new phone.  Returns new, or NULL.
static json_t *
make_state(void)
{
    struct webpush_key *key = webpush_key_new();
    uint8_t scalar[WEBPUSH_SCALAR_SIZE];
    uint8_t random[WEBPUSH_AUTH_SIZE + SECRET_SIZE];
    json_t *state = NULL;

    if (key != NULL && webpush_key_scalar(key, scalar) == 0 && getentropy(random, sizeof(random)) == 0) {
        state = json_object();
        put_bytes(state, "private_key", scalar, sizeof(scalar));
        put_bytes(state, "auth", random, WEBPUSH_AUTH_SIZE);
        put_bytes(state, "secret", random + WEBPUSH_AUTH_SIZE, SECRET_SIZE);
    }
    webpush_key_destroy(&key);
    return state;
}

// Writes a file that only its owner may read.  Returns 0 or -1 (errno is set).
static int
write_private(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool written = false;

    if (file == NULL)
        return -1;
    written = fprintf(file, "%s\n", text) > 0;
    return fclose(file) == 0 && written ? 0 : -1;
}

// Reads the phone's keys, or makes them and writes them down.
static int
load_state(struct phone *phone)
{
    bool kept = phone->state_path != NULL && access(phone->state_path, F_OK) == 0;
    json_t *state = kept ? json_load_file(phone->state_path, 0, NULL) : make_state();
    char *text = NULL;
    int rc = -1;

    if (state == NULL || use_state(phone, state) < 0) {
        complain("phone", "%s: holds no keys of a phone; remove it for a new phone",
            kept ? phone->state_path : "no random numbers");
        goto done;
    }
    if (!kept && phone->state_path != NULL) {
        text = json_dumps(state, JSON_INDENT(2));
        if (text == NULL || write_private(phone->state_path, text) < 0) {
            complain("phone", "%s: %s; choose another --state", phone->state_path, strerror(errno));
            goto done;
        }
    }
    rc = 0;
done:
    free(text);
    json_decref(state);
    return rc;
}

// What PushSubscription.toJSON() would return.
static int
write_subscription(struct phone *phone)
{
    str_format(&phone->subscription,
        "{\"endpoint\":\"http://127.0.0.1:%lld%s\",\"expirationTime\":null,\"keys\":{\"p256dh\":\"",
        (long long)phone->port, phone->path.data);
    str_base64url(&phone->subscription, webpush_key_point(phone->key), WEBPUSH_POINT_SIZE);
    str_add_text(&phone->subscription, "\",\"auth\":\"");
    str_base64url(&phone->subscription, phone->auth, sizeof(phone->auth));
    str_add_text(&phone->subscription, "\"}}");
    if (phone->subscription_path == NULL) {
        printf("%s\n", phone->subscription.data);
        return 0;
    }
    if (write_private(phone->subscription_path, phone->subscription.data) < 0) {
        complain("phone", "%s: %s; choose another --subscription", phone->subscription_path, strerror(errno));
        return -1;
    }
    return 0;
}

// Showing
// -----------------------------------------------------------------------------------------------------------

// Was this notice shown before?  Remembers it.
static bool
is_repeated(struct phone *phone, json_int_t id)
{
    for (size_t i = 0; i < SEEN; i++)
        if (phone->seen[i] == id)
            return true;
    phone->seen[phone->seen_next] = id;
    phone->seen_next = (phone->seen_next + 1) % SEEN;
    return false;
}

// Prints text so that it cannot steer the terminal.
static void
print_text(const char *text)
{
    for (const char *c = text != NULL ? text : "?"; *c != '\0'; c++)
        putchar((unsigned char)*c < ' ' || *c == 0x7f ? ' ' : *c);
}

static const char *
text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void
print_notice(const json_t *notice)
{
    const char *const fields[] = {"ticket", "kind", "clock", "topic", "place", "due"};

    printf("   ");
    for (size_t i = 0; i < LENGTH(fields); i++) {
        if (text_of(notice, fields[i]) == NULL)
            continue;
        printf(" %s", i > 0 ? "| " : "");
        print_text(text_of(notice, fields[i]));
    }
    printf("\n");
}

// Returns how many of the notices are new.
static size_t
show(struct phone *phone, const json_t *payload)
{
    const json_t *notices = json_object_get(payload, "notices");
    size_t fresh = 0;
    time_t now = (time_t)(clock_now_ms() / 1000);
    struct tm local;
    char at[16];

    for (size_t i = 0; i < json_array_size(notices); i++) {
        const json_t *notice = json_array_get(notices, i);

        if (is_repeated(phone, json_integer_value(json_object_get(notice, "id"))))
            continue;
        if (fresh++ == 0) {
            localtime_r(&now, &local);
            strftime(at, sizeof(at), "%H:%M:%S", &local);
            printf("%s %s  ", at, phone->agency);
            print_text(text_of(payload, "title"));
            printf("\n    ");
            print_text(text_of(payload, "body"));
            printf("\n");
        }
        print_notice(notice);
    }
    fflush(stdout);
    return fresh;
}

static void
log_push(const struct phone *phone, json_t *payload, size_t fresh)
{
    json_t *line = NULL;

    if (phone->log == NULL)
        return;
    line = json_pack("{s:I, s:s, s:I, s:O}", "at_ms", (json_int_t)clock_now_ms(), "agency", phone->agency,
        "new", (json_int_t)fresh, "payload", payload);
    if (line == NULL || json_dumpf(line, phone->log, JSON_COMPACT) < 0 || fputc('\n', phone->log) == EOF ||
        fflush(phone->log) != 0)
        complain("phone", "%s: %s", phone->log_path, strerror(errno));
    json_decref(line);
}

// Decrypts and shows one push.  Returns the HTTP status of the answer.
static unsigned
take_push(struct phone *phone, const struct request *request)
{
    uint8_t plain[WEBPUSH_BODY_MOST];
    json_t *payload = NULL;
    int length = 0;

    if (request->too_long)
        return MHD_HTTP_CONTENT_TOO_LARGE;
    length = webpush_decrypt(phone->key, phone->auth, request->body, request->length, plain);
    if (length >= 0)
        payload = json_loadb((const char *)plain, (size_t)length, 0, NULL);
    if (payload == NULL) {
        complain("phone", "a push of %zu bytes %s", request->length,
            length < 0 ? "is not encrypted to this phone; add its subscription again" : "holds no JSON");
        return MHD_HTTP_BAD_REQUEST;
    }
    log_push(phone, payload, show(phone, payload));
    json_decref(payload);
    return MHD_HTTP_CREATED;
}

// Serving
// -----------------------------------------------------------------------------------------------------------

static enum MHD_Result
answer(struct MHD_Connection *connection, unsigned status, const struct str *content)
{
    struct MHD_Response *response =
        content != NULL
            ? MHD_create_response_from_buffer(content->length, content->data, MHD_RESPMEM_MUST_COPY)
            : MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result rc = MHD_NO;

    CHECK(response != NULL);
    if (content != NULL)
        (void)MHD_add_response_header(response, "Content-Type", "application/json");
    rc = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return rc;
}

static void
add_body(struct request *request, const char *data, size_t length)
{
    if (length > sizeof(request->body) - request->length) {
        request->too_long = true;
        return;
    }
    memcpy(request->body + request->length, data, length);
    request->length += length;
}

// Called with the headers, then with each piece of the body, then once more.  The number of parameters is
// libmicrohttpd's.
static enum MHD_Result
// NOLINTNEXTLINE(readability-function-size)
serve(void *self, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *data, size_t *length, void **state)
{
    struct phone *phone = self;
    struct request *request = *state;

    (void)version;
    if (request == NULL) {
        *state = check_zalloc(1, sizeof(*request));
        return MHD_YES;
    }
    if (*length > 0) {
        add_body(request, data, *length);
        *length = 0;
        return MHD_YES;
    }
    if (strcmp(method, "GET") == 0 && strcmp(url, "/subscription") == 0)
        return answer(connection, MHD_HTTP_OK, &phone->subscription);
    if (strcmp(url, phone->path.data) != 0)
        return answer(connection, MHD_HTTP_NOT_FOUND, NULL);
    if (strcmp(method, "POST") != 0)
        return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, NULL);
    return answer(connection, take_push(phone, request), NULL);
}

static void
forget_request(
    void *self, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
    (void)self;
    (void)connection;
    (void)why;
    free(*state);
    *state = NULL;
}

// Serves until a signal comes.
static int
run(struct phone *phone)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)phone->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *server = NULL;
    sigset_t signals;
    int number = 0;

    // Before the server's thread is made, which inherits it.
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    CHECK(pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0);
    server = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)phone->port, NULL, NULL, serve, phone,
        MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_COMPLETED, forget_request, NULL,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
    if (server == NULL) {
        complain("phone", "port %lld cannot be used; choose another --port", (long long)phone->port);
        return EXIT_FAILED;
    }
    printf("%s: the phone is on; its subscription: http://127.0.0.1:%lld/subscription\n", phone->agency,
        (long long)phone->port);
    fflush(stdout);
    CHECK(sigwait(&signals, &number) == 0);
    MHD_stop_daemon(server);
    return EXIT_OK;
}

static int
parse(struct phone *phone, int argc, char **argv)
{
    const struct option table[] = {
        {"agency", OPTION_TEXT, &phone->agency, 0, 0},
        {"port", OPTION_INTEGER, &phone->port, 1, UINT16_MAX},
        {"subscription", OPTION_TEXT, &phone->subscription_path, 0, 0},
        {"state", OPTION_TEXT, &phone->state_path, 0, 0},
        {"log", OPTION_TEXT, &phone->log_path, 0, 0},
    };
    const struct options options = {.command = "phone", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return -1;
    if (phone->agency == NULL) {
        complain("phone", "give --agency CODE: whose phone is it? See kentongan help phone");
        return -1;
    }
    return 0;
}

int
phone_command(int argc, char **argv)
{
    struct phone *phone = check_zalloc(1, sizeof(*phone));
    int code = EXIT_USAGE;

    phone->port = DEFAULT_PORT;
    if (parse(phone, argc, argv) < 0)
        goto done;
    code = EXIT_FAILED;
    if (phone->log_path != NULL) {
        phone->log = fopen(phone->log_path, "ae");
        if (phone->log == NULL) {
            complain("phone", "%s: %s; choose another --log", phone->log_path, strerror(errno));
            goto done;
        }
    }
    if (load_state(phone) < 0 || write_subscription(phone) < 0)
        goto done;
    code = run(phone);
done:
    if (phone->log != NULL && fclose(phone->log) != 0)
        complain("phone", "%s: %s", phone->log_path, strerror(errno));
    webpush_key_destroy(&phone->key);
    str_free(&phone->path);
    str_free(&phone->subscription);
    free(phone);
    return code;
}

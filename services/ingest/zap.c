// zap.c - answers each handshake by looking its public key up.
//
// Not czmq's zauth: that copies metadata into 512 bytes without a bound, reads a directory at each handshake,
// and has its own thread to die.
#include "zap.h"

#include "log.h"
#include "metrics.h"

#include <czmq.h>
#include <string.h>

static struct metric refused = {
    "kentongan_ingest_handshakes_refused_total", "CURVE handshakes refused.", 0, NULL};

struct zap {
    zsock_t *socket;
    const struct sources *sources;
};

enum { VERSION, REQUEST_ID, DOMAIN, ADDRESS, IDENTITY, MECHANISM, KEY, FRAMES_MOST };

// Is this a request for CURVE in our domain, with a key that we know?  key: the Z85 text, "" where there is
// none.
static bool
is_welcome(const struct zap *zap, zmsg_t *request, char key[SOURCES_KEY_SIZE])
{
    zframe_t *frames[FRAMES_MOST] = {NULL};
    size_t count = 0;

    for (zframe_t *frame = zmsg_first(request); frame != NULL && count < FRAMES_MOST;
         frame = zmsg_next(request))
        frames[count++] = frame;
    key[0] = '\0';
    if (count < FRAMES_MOST || !zframe_streq(frames[VERSION], "1.0") ||
        !zframe_streq(frames[DOMAIN], ZAP_DOMAIN) || !zframe_streq(frames[MECHANISM], "CURVE") ||
        zframe_size(frames[KEY]) != 32)
        return false;
    if (zmq_z85_encode(key, zframe_data(frames[KEY]), 32) == NULL)
        return false;
    return sources_knows_key(zap->sources, key);
}

static void
on_request(void *self)
{
    struct zap *zap = self;
    zmsg_t *request = zmsg_recv(zap->socket);
    zmsg_t *reply = NULL;
    zframe_t *id = NULL;
    char key[SOURCES_KEY_SIZE];
    bool welcome = false;

    if (request == NULL)
        return;
    welcome = is_welcome(zap, request, key);
    zmsg_first(request);
    id = zmsg_next(request);
    if (!welcome) {
        metric_add(&refused, 1);
        log_info(EV_KEY_REFUSED, "key=%.8s", key);
    }
    reply = zmsg_new();
    zmsg_addstr(reply, "1.0");
    zmsg_addmem(reply, id != NULL ? zframe_data(id) : NULL, id != NULL ? zframe_size(id) : 0);
    zmsg_addstr(reply, welcome ? "200" : "400");
    zmsg_addstr(reply, welcome ? "OK" : "unknown key");
    zmsg_addstr(reply, welcome ? key : ""); // becomes the User-Id of each message
    zmsg_addmem(reply, NULL, 0);
    zmsg_send(&reply, zap->socket);
    zmsg_destroy(&request);
}

struct zap *
zap_new(struct service *service, const struct sources *sources)
{
    struct zap *zap = check_zalloc(1, sizeof(*zap));

    zap->sources = sources;
    zap->socket = zsock_new(ZMQ_REP);
    CHECK(zap->socket != NULL);
    if (zsock_bind(zap->socket, "inproc://zeromq.zap.01") < 0) {
        zap_destroy(&zap);
        return NULL;
    }
    service_watch_socket(service, zsock_resolve(zap->socket), on_request, zap);
    return zap;
}

void
zap_destroy(struct zap **zap)
{
    if (*zap == NULL)
        return;
    zsock_destroy(&(*zap)->socket);
    free(*zap);
    *zap = NULL;
}

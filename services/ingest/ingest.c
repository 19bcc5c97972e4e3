// ingest.c - the public sockets: takes what is there, refuses what can never be accepted, gives the rest to a
// lane.
//
// A report waits in the socket's queue while both lanes are under way: that is what makes batches.  It does
// not wait while PostgreSQL is away, or late, or while the stages behind are too far behind: then RETRY_LATER
// is answered at once.
#include "ingest.h"

#include "clock.h"
#include "identity.h"
#include "log.h"
#include "metrics.h"
#include "zap.h"

#include <czmq.h>
#include <stdlib.h>
#include <string.h>

enum {
    SOCKETS_MOST = 2,
    FRAME_MOST = 262144, // above REPORT_FRAME_MOST, so that a report too long is told so
    QUEUE_MOST = 4096,   // messages a client, each way
    HANDSHAKE_MS = 3000,
    LINGER_MS = 500,
    LATE_MS = 2000,   // lanes that all wait longer than this: PostgreSQL is as good as away
    TURN_MOST = 4096, // messages taken before others get their turn
    DRAIN_MS = 800,
    EAGER = 256, // a batch of so many does not wait for the socket to be empty
    CURVE_KEY_SIZE = 32,
    CURVE_KEY_TEXT = 40, // the same in Z85
};

#define ZMQ_ZAP_ENFORCE_DOMAIN_OPTION                                                                        \
    93 // declared as draft, but compiled into every build; without it CURVE fails open

struct ingest {
    struct ingest_options options;
    zsock_t *sockets[SOCKETS_MOST];
    bool is_curve[SOCKETS_MOST];
    size_t socket_count;
    bool reading;          // are the sockets watched now?
    int64_t busy_since_ms; // 0: some lane is free
    struct arena *arena;
    struct str sealed, sealed_address;
};

static struct metric rejected = {"kentongan_ingest_rejected_total", "Reports answered REJECTED.", 0, NULL};
static struct metric turned_away = {
    "kentongan_ingest_turned_away_total", "Reports answered RETRY_LATER unread.", 0, NULL};

static void on_readable(void *self);

// Why a message can never be accepted.
struct refused {
    const char *message_id, *field, *reason;
    int channel; // 0: it could not be read so far
};

static void
reject(const struct ingest *ingest, const struct client *client, const struct refused *refused)
{
    const struct receipt receipt = {
        .source_message_id = refused->message_id,
        .status = KENTONGAN__V1__STATUS__STATUS_REJECTED,
        .tracking_code = "",
        .reason = refused->reason,
    };

    metric_add(&rejected, 1);
    intake_rejected(ingest->options.intake, refused->channel);
    log_debug(EV_REPORT_REJECTED, "field=%s", refused->field);
    client_answer(client, &receipt);
}

static void
turn_away(const struct client *client, const char *message_id, const char *reason)
{
    const struct receipt receipt = {
        .source_message_id = message_id,
        .status = KENTONGAN__V1__STATUS__STATUS_RETRY_LATER,
        .tracking_code = "",
        .reason = reason,
    };

    metric_add(&turned_away, 1);
    client_answer(client, &receipt);
}

// The lane that takes reports now, or NULL.
static struct lane *
free_lane(const struct ingest *ingest)
{
    for (size_t i = 0; i < ingest->options.lane_count; i++)
        if (lane_has_room(ingest->options.lanes[i]))
            return ingest->options.lanes[i];
    return NULL;
}

// Why nothing can be taken now although the lanes are not merely busy; NULL when all is well.
static const char *
complaint(const struct ingest *ingest)
{
    bool all_down = true;

    for (size_t i = 0; i < ingest->options.lane_count; i++)
        all_down = all_down && lane_is_down(ingest->options.lanes[i]);
    if (all_down)
        return "the database is away";
    if (ingest->busy_since_ms != 0 && clock_mono_ms() - ingest->busy_since_ms > LATE_MS)
        return "the database is late";
    return vitals_complaint(ingest->options.vitals);
}

// May this source send it?  Rejects it if not.
static bool
is_welcome(const struct ingest *ingest, const struct client *client, const char *key,
    const struct report *report, bool *is_new)
{
    struct refused refused = {
        .message_id = report->source_message_id.data, .field = "source", .channel = report->channel};

    switch (sources_judge(ingest->options.sources, key, report->source.data)) {
    case SOURCE_GOOD:
        return true;
    case SOURCE_NEW:
        *is_new = true;
        return true;
    case SOURCE_REVOKED:
        log_info(EV_KEY_REVOKED, "key=%.8s", key != NULL ? key : "none");
        refused.reason = "source: this integrator was revoked";
        break;
    case SOURCE_NOT_THE_KEYS:
        refused.reason = "source: is not the name this key belongs to";
        break;
    }
    reject(ingest, client, &refused);
    return false;
}

// One report: refuse it, turn it away, or give it to a lane.
static void
take(struct ingest *ingest, const struct client *client, zmq_msg_t *body, bool is_curve)
{
    struct report report;
    struct report_refusal refusal;
    struct lane *lane = free_lane(ingest);
    const char *key = is_curve ? zmq_msg_gets(body, "User-Id") : NULL;
    const char *trouble = NULL;
    bool is_new = false;

    arena_clear(ingest->arena);
    if (report_read(ingest->arena, zmq_msg_data(body), zmq_msg_size(body), &report, &refusal) < 0) {
        reject(ingest, client,
            &(struct refused){.message_id = refusal.source_message_id,
                .field = refusal.field,
                .reason = refusal.reason,
                .channel = refusal.channel});
        return;
    }
    trouble = complaint(ingest);
    if (trouble != NULL || lane == NULL) {
        turn_away(client, report.source_message_id.data, trouble != NULL ? trouble : "the database is late");
        return;
    }
    if (!is_welcome(ingest, client, is_curve && key == NULL ? "" : key, &report, &is_new))
        return;
    str_clear(&ingest->sealed);
    if (ingest->options.seal != NULL)
        identity_seal(ingest->options.seal, &report, &ingest->sealed);
    str_clear(&ingest->sealed_address);
    if (ingest->options.reply_seal != NULL)
        identity_seal_address(ingest->options.reply_seal, &report, &ingest->sealed_address);
    lane_add(lane, &(struct lane_report){
                       .client = client,
                       .report = &report,
                       .tracking_key = vitals_tracking_key(ingest->options.vitals),
                       .sealed = ingest->sealed.data,
                       .sealed_length = ingest->sealed.length,
                       .address = ingest->sealed_address.data,
                       .address_length = ingest->sealed_address.length,
                       .is_new_source = is_new,
                   });
    // PostgreSQL works on this part while the rest is read.
    if (lane_count(lane) >= EAGER)
        lane_go(lane);
}

// Takes messages from all sockets in turn until they are empty, or no lane has room.
static void
on_readable(void *self)
{
    struct ingest *ingest = self;
    bool some = true;

    for (size_t taken = 0; some && taken < TURN_MOST; taken++) {
        some = false;
        for (size_t i = 0; i < ingest->socket_count; i++) {
            struct client client;
            zmq_msg_t body;

            if (free_lane(ingest) == NULL && complaint(ingest) == NULL)
                return;
            switch (client_receive(zsock_resolve(ingest->sockets[i]), &client, &body)) {
            case CLIENT_NONE:
                break;
            case CLIENT_MALFORMED:
                some = true;
                reject(ingest, &client,
                    &(struct refused){.message_id = "",
                        .field = "report",
                        .reason = "report: a message has to be one frame"});
                break;
            case CLIENT_REPORT:
                some = true;
                take(ingest, &client, &body, ingest->is_curve[i]);
                zmq_msg_close(&body);
                break;
            }
        }
    }
}

// Watches the sockets only while there is something to do with a report.
static void
set_reading(struct ingest *ingest, bool reading)
{
    if (reading == ingest->reading)
        return;
    ingest->reading = reading;
    for (size_t i = 0; i < ingest->socket_count; i++) {
        void *socket = zsock_resolve(ingest->sockets[i]);

        if (reading)
            service_watch_socket(ingest->options.service, socket, on_readable, ingest);
        else
            service_unwatch_socket(ingest->options.service, socket);
    }
}

static void
pump_lanes(struct ingest *ingest)
{
    bool any_free = false;
    int64_t stored = 0;

    for (size_t i = 0; i < ingest->options.lane_count; i++) {
        struct lane *lane = ingest->options.lanes[i];

        lane_pump(lane);
        if (!lane_is_busy(lane) && lane_count(lane) > 0)
            lane_go(lane);
        any_free = any_free || lane_has_room(lane);
        stored += lane_stored(lane);
    }
    vitals_count(ingest->options.vitals, stored);
    if (any_free)
        ingest->busy_since_ms = 0;
    else if (ingest->busy_since_ms == 0)
        ingest->busy_since_ms = clock_mono_ms();
}

// Wakes the loop; before_wait() does the work.
static void
on_lane(void *self)
{
    lane_pump(self);
}

static int64_t
before_wait(void *self)
{
    struct ingest *ingest = self;
    bool can_take = false;

    pump_lanes(ingest);
    can_take = free_lane(ingest) != NULL || complaint(ingest) != NULL;
    set_reading(ingest, can_take);
    return 100; // a lane may be late, or connect again, without a descriptor saying so
}

static void
set_options(zsock_t *socket)
{
    zsock_set_router_mandatory(socket, 1);
    zsock_set_maxmsgsize(socket, FRAME_MOST);
    zsock_set_rcvhwm(socket, QUEUE_MOST);
    zsock_set_sndhwm(socket, QUEUE_MOST);
    zsock_set_sndtimeo(socket, 0);
    zsock_set_linger(socket, LINGER_MS);
    zsock_set_handshake_ivl(socket, HANDSHAKE_MS);
    zsock_set_heartbeat_ivl(socket, 0);
    zsock_set_backlog(socket, 1024);
    zsock_set_tcp_keepalive(socket, 1);
    zsock_set_tcp_keepalive_idle(socket, 10);
    zsock_set_tcp_keepalive_intvl(socket, 5);
    zsock_set_tcp_keepalive_cnt(socket, 3);
}

static int
open_socket(struct ingest *ingest, const char *endpoint, bool is_curve)
{
    zsock_t *socket = NULL;
    int enforce = 1;

    if (endpoint[0] == '\0')
        return 0;
    socket = zsock_new(ZMQ_ROUTER);
    CHECK(socket != NULL);
    ingest->sockets[ingest->socket_count] = socket;
    ingest->is_curve[ingest->socket_count++] = is_curve;
    set_options(socket);
    if (is_curve) {
        zsock_set_curve_server(socket, 1);
        zsock_set_curve_secretkey(socket, ingest->options.curve_secret_key);
        zsock_set_zap_domain(socket, ZAP_DOMAIN);
        CHECK(zmq_setsockopt(
                  zsock_resolve(socket), ZMQ_ZAP_ENFORCE_DOMAIN_OPTION, &enforce, sizeof(enforce)) == 0);
    }
    if (zsock_bind(socket, "%s", endpoint) < 0) {
        log_error(EV_SETTING_WRONG, "setting=%s reason=\"%s cannot be bound: %s\"",
            is_curve ? "INGEST_CURVE" : "INGEST_PLAIN", endpoint, zmq_strerror(zmq_errno()));
        return -1;
    }
    return 0;
}

bool
ingest_is_curve_key(const char *text)
{
    uint8_t key[CURVE_KEY_SIZE];

    return strlen(text) == CURVE_KEY_TEXT && zmq_z85_decode(key, text) != NULL;
}

struct ingest *
ingest_new(const struct ingest_options *options)
{
    struct ingest *ingest = check_zalloc(1, sizeof(*ingest));

    ingest->options = *options;
    ingest->arena = arena_new(REPORT_MEMORY_MOST);
    if (open_socket(ingest, options->plain, false) < 0 || open_socket(ingest, options->curve, true) < 0) {
        ingest_destroy(&ingest);
        return NULL;
    }
    for (size_t i = 0; i < options->lane_count; i++)
        service_watch_fd(options->service, lane_fd, lane_events, on_lane, options->lanes[i]);
    service_before_wait(options->service, before_wait, ingest);
    return ingest;
}

// What is under way is answered, so that a restart in order costs no client a time-out.
static void
drain(struct ingest *ingest)
{
    int64_t until = clock_mono_ms() + DRAIN_MS;
    bool busy = true;

    while (busy && clock_mono_ms() < until) {
        busy = false;
        for (size_t i = 0; i < ingest->options.lane_count; i++) {
            lane_pump(ingest->options.lanes[i]);
            busy = busy || lane_is_busy(ingest->options.lanes[i]);
        }
        if (busy)
            zclock_sleep(1);
    }
}

void
ingest_destroy(struct ingest **ingest)
{
    if (*ingest == NULL)
        return;
    drain(*ingest);
    for (size_t i = 0; i < (*ingest)->socket_count; i++)
        zsock_destroy(&(*ingest)->sockets[i]);
    arena_destroy(&(*ingest)->arena);
    str_free(&(*ingest)->sealed);
    str_free(&(*ingest)->sealed_address);
    free(*ingest);
    *ingest = NULL;
}

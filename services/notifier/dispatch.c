// dispatch.c - brings each notice to each phone of its agency.
//
// A phone may have one push in flight, and more only when a whole push or something urgent is waiting: so a
// single notice leaves at once, and a flood makes full pushes.  Each answer ends or postpones all notices of
// its push, and each of those is an attempt in the ledger.
//
//     waiting --send--> in flight --accepted, gone, refused--> ledger --stored--> forgotten
//        ^                  |
//        +------retry-------+     the phone rests until its back-off is over
#include "dispatch.h"

#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "metrics.h"
#include "payload.h"
#include "push.h"
#include "queue.h"

#include <openssl/rand.h>
#include <openssl/sha.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IN_HAND_MOST = 500000, // about 190 MB
    DEVICE_MOST = 20000,
    DEVICE_PUSHES = 4, // in flight to one phone
    FULL_PUSH = 20,    // this many notices make a push worth sending beside another one
    SAY_AGAIN_MS = 60000,
    TOPIC_TEXT_SIZE = 33,
};

// One push and the notices in it.
struct parcel {
    struct device *device;
    struct delivery *first;
    size_t count;
    int64_t sent_us;
};

struct dispatch {
    struct dispatch_options options;
    const struct names *names;
    struct queue *queue;
    struct push *push;
    struct payload *payload;
    struct device *listed, *listed_last; // devices with something waiting
    bool finishing;
};

static struct metric accepted = {
    "kentongan_notifier_pushes_accepted_total", "Pushes that a push service took.", 0, NULL};
static struct metric failed = {
    "kentongan_notifier_pushes_retried_total", "Pushes to be tried again.", 0, NULL};
static struct metric refused = {
    "kentongan_notifier_pushes_refused_total", "Pushes refused for ever.", 0, NULL};
static struct metric told = {
    "kentongan_notifier_notices_accepted_total", "Notices in pushes that were taken.", 0, NULL};
static struct metric in_hand = {"kentongan_notifier_in_hand", "Deliveries in hand.", 0, NULL};
static struct metric in_flight = {"kentongan_notifier_in_flight", "Pushes in flight.", 0, NULL};

static void on_answer(void *self, void *tag, const struct push_answer *answer);

// A committed attempt that ended its delivery: nothing more is to be done for it.
static void
on_stored(void *self, const struct attempt *attempt)
{
    struct dispatch *dispatch = self;

    if (attempt->ending != ENDING_RETRY)
        queue_forget(dispatch->queue, attempt->notice_id, attempt->device_id);
}

struct dispatch *
dispatch_new(const struct dispatch_options *options)
{
    struct dispatch *dispatch = check_zalloc(1, sizeof(*dispatch));

    dispatch->options = *options;
    dispatch->queue = queue_new(IN_HAND_MOST, DEVICE_MOST);
    dispatch->payload = payload_new();
    dispatch->push = push_new(options->allow_loopback, on_answer, dispatch);
    ledger_on_stored(options->ledger, on_stored, dispatch);
    return dispatch;
}

void
dispatch_destroy(struct dispatch **dispatch)
{
    if (*dispatch == NULL)
        return;
    push_destroy(&(*dispatch)->push, free);
    payload_destroy(&(*dispatch)->payload);
    queue_destroy(&(*dispatch)->queue);
    free(*dispatch);
    *dispatch = NULL;
}

void
dispatch_use_names(struct dispatch *dispatch, const struct names *names)
{
    dispatch->names = names;
}

// What is the same for all attempts of one answer.
struct verdict {
    enum ending ending;
    int status;
    const char *reason;
    int64_t retry_at_ms;
};

static void
record(struct dispatch *dispatch, const struct delivery *delivery, const struct verdict *verdict)
{
    struct attempt attempt = {
        .notice_id = delivery->notice.id,
        .device_id = delivery->device != NULL ? delivery->device->id : 0,
        .number = delivery->attempt,
        .at_ms = clock_now_ms(),
        .ending = verdict->ending,
        .status = verdict->status,
        .retry_at_ms = verdict->retry_at_ms,
    };

    str_copy(attempt.reason, sizeof(attempt.reason), verdict->reason);
    ledger_add(dispatch->options.ledger, &attempt);
}

// The agency has no phone: that is the end of this notice.
static int
tell_nobody(struct dispatch *dispatch, const struct notice *notice, int attempt)
{
    static const struct verdict verdict = {.ending = ENDING_NO_DEVICE, .reason = ""};
    struct agency *agency = devices_agency(dispatch->options.devices, notice->agency);
    struct delivery *delivery = NULL;
    int64_t now = clock_mono_ms();

    if (!ledger_has_room(dispatch->options.ledger))
        return -1;
    switch (queue_add(dispatch->queue, notice, NULL, attempt, &delivery)) {
    case QUEUE_FULL:
        return -1;
    case QUEUE_KNOWN:
        return 0;
    case QUEUE_TAKEN:
        break;
    }
    record(dispatch, delivery, &verdict);
    if (agency->no_device_said_ms == 0 || now - agency->no_device_said_ms >= SAY_AGAIN_MS) {
        log_warn(EV_NO_DEVICE, "agency=%s ticket=%s notice=%lld", agency->code, notice->ticket,
            (long long)notice->id);
        agency->no_device_said_ms = now;
    }
    return 0;
}

static void
list_device(struct dispatch *dispatch, struct device *device)
{
    if (device->listed || device->waiting == 0)
        return;
    device->listed = true;
    device->next_listed = NULL;
    if (dispatch->listed_last != NULL)
        dispatch->listed_last->next_listed = device;
    else
        dispatch->listed = device;
    dispatch->listed_last = device;
}

static int
take_in_hand(struct dispatch *dispatch, const struct notice *notice, struct device *device, int attempt)
{
    if (queue_add(dispatch->queue, notice, device, attempt, NULL) == QUEUE_FULL)
        return -1;
    list_device(dispatch, device);
    return 0;
}

int
dispatch_notice(struct dispatch *dispatch, const struct notice *notice)
{
    const struct agency *agency = devices_agency(dispatch->options.devices, notice->agency);
    struct device *device = agency_device(agency, NULL);
    int rc = 0;

    if (device == NULL)
        return tell_nobody(dispatch, notice, 0);
    for (; device != NULL; device = agency_device(agency, device))
        if (take_in_hand(dispatch, notice, device, 0) < 0)
            rc = -1;
    return rc;
}

int
dispatch_open_row(struct dispatch *dispatch, const struct open_row *row)
{
    const struct agency *agency = devices_agency(dispatch->options.devices, row->notice.agency);
    struct device *device = agency_device(agency, NULL);
    int64_t not_before = clock_mono_ms() + row->wait_ms;

    // Where the table knows more than memory does, the next sweep, after the next load, will see both agree.
    if (row->device_id == 0)
        return device == NULL ? tell_nobody(dispatch, &row->notice, row->attempt) : -1;
    while (device != NULL && device->id != row->device_id)
        device = agency_device(agency, device);
    if (device == NULL)
        return -1;
    if (row->wait_ms > 0 && device->not_before_ms < not_before)
        device->not_before_ms = not_before;
    return take_in_hand(dispatch, &row->notice, device, row->attempt);
}

bool
dispatch_holds(const struct dispatch *dispatch, int64_t notice_id, int64_t device_id)
{
    return queue_holds(dispatch->queue, notice_id, device_id);
}

int64_t
dispatch_lowest(const struct dispatch *dispatch, int64_t above, int64_t up_to)
{
    return queue_lowest(dispatch->queue, above, up_to);
}

bool
dispatch_is_full(const struct dispatch *dispatch)
{
    return queue_is_full(dispatch->queue, NULL) || !ledger_has_room(dispatch->options.ledger);
}

size_t
dispatch_full_devices(const struct dispatch *dispatch, int64_t *ids, size_t room)
{
    size_t count = 0;

    for (const struct device *device = dispatch->listed; device != NULL && count < room;
         device = device->next_listed)
        if (queue_is_full(dispatch->queue, device))
            ids[count++] = device->id;
    return count;
}

void
dispatch_drop_waiting(struct dispatch *dispatch)
{
    queue_drop_waiting(dispatch->queue);
}

// The phone of this delivery is gone: who else is told?
static void
hand_over(struct dispatch *dispatch, const struct delivery *delivery)
{
    const struct agency *agency = devices_agency(dispatch->options.devices, delivery->notice.agency);

    // The agency's other phones have deliveries of their own.  Without room, the sweep finds that nobody was
    // told.
    if (agency_device(agency, NULL) == NULL)
        (void)tell_nobody(dispatch, &delivery->notice, delivery->attempt);
}

void
dispatch_removed(void *self, struct device *device)
{
    struct dispatch *dispatch = self;

    device->removed = true;
    while (device->waiting > 0) {
        struct delivery *delivery = queue_take(dispatch->queue, device);

        queue_end(delivery);
        hand_over(dispatch, delivery);
        queue_forget(dispatch->queue, delivery->notice.id, device->id);
    }
}

// Ends a delivery that is not in a push.
static void
end_unsent(struct dispatch *dispatch, struct delivery *delivery, enum ending ending, const char *reason)
{
    const struct verdict verdict = {.ending = ending, .reason = reason};

    queue_end(delivery);
    record(dispatch, delivery, &verdict);
}

// Takes as many waiting notices as one push can carry, and ends those that are too old.  Returns the seconds
// for which the newest of them is worth keeping.
static int64_t
fill_parcel(struct dispatch *dispatch, struct parcel *parcel)
{
    struct device *device = parcel->device;
    struct delivery **end = &parcel->first;
    int64_t now = clock_now_ms();
    int64_t ttl_s = 0;

    payload_clear(dispatch->payload);
    while (device->first != NULL) {
        int64_t left_s = dispatch->options.ttl_s - (now - device->first->notice.created_at_ms) / 1000;

        if (left_s <= 0) {
            end_unsent(dispatch, queue_take(dispatch->queue, device), ENDING_EXPIRED, "");
            continue;
        }
        if (!payload_add(dispatch->payload, &device->first->notice, dispatch->names))
            break;
        *end = queue_take(dispatch->queue, device);
        end = &(*end)->next;
        parcel->count++;
        ttl_s = left_s > ttl_s ? left_s : ttl_s;
    }
    return ttl_s;
}

// The same notices to the same phone have the same topic, so that a push repeated after a crash replaces its
// twin.  Two pushes with different notices never replace each other.
static void
write_topic(const struct parcel *parcel, char topic[TOPIC_TEXT_SIZE])
{
    uint8_t hash[SHA256_DIGEST_LENGTH];
    struct str ids = {0};

    str_add(&ids, &parcel->device->id, sizeof(parcel->device->id));
    for (const struct delivery *each = parcel->first; each != NULL; each = each->next)
        str_add(&ids, &each->notice.id, sizeof(each->notice.id));
    SHA256((const uint8_t *)ids.data, ids.length, hash);
    for (size_t i = 0; i < (TOPIC_TEXT_SIZE - 1) / 2; i++)
        snprintf(topic + 2 * i, 3, "%02x", hash[i]);
    str_free(&ids);
}

// Sends one push to a device with something waiting.
static void
send_parcel(struct dispatch *dispatch, struct device *device)
{
    struct parcel *parcel = check_zalloc(1, sizeof(*parcel));
    struct push_request request = {.endpoint = device->endpoint};
    const struct str *json = NULL;
    uint8_t body[WEBPUSH_BODY_MOST];
    char topic[TOPIC_TEXT_SIZE];
    int length = 0;

    parcel->device = device;
    request.ttl_s = fill_parcel(dispatch, parcel);
    if (parcel->count == 0) {
        free(parcel);
        return;
    }
    json = payload_json(dispatch->payload);
    length = webpush_encrypt(device->peer, json->data, json->length, body);
    request.authorization = vapid_header(dispatch->options.vapid, device->origin, clock_now_ms());
    CHECK(length > 0 && request.authorization != NULL);
    write_topic(parcel, topic);
    request.topic = topic;
    request.body = body;
    request.length = (size_t)length;
    parcel->sent_us = clock_mono_us();
    device->in_flight++;
    failpoint("notifier.before_push");
    CHECK(push_send(dispatch->push, &request, parcel) == 0); // there was room before
}

// May another push to this device be started?
static bool
may_send(const struct device *device, int64_t now)
{
    if (device->waiting == 0 || now < device->not_before_ms)
        return false;
    if (device->in_flight == 0)
        return true;
    // While it fails, one push at a time finds out whether it is back.
    return device->failures == 0 && device->in_flight < DEVICE_PUSHES &&
           (device->waiting >= FULL_PUSH || (device->first != NULL && device->first->notice.urgent));
}

static void
serve_device(struct dispatch *dispatch, struct device *device)
{
    while (device->unusable != NULL && device->waiting > 0)
        end_unsent(dispatch, queue_take(dispatch->queue, device), ENDING_REFUSED, device->unusable);
    while (may_send(device, clock_mono_ms()) && push_room(dispatch->push) > 0 &&
           ledger_has_room(dispatch->options.ledger))
        send_parcel(dispatch, device);
}

// Serves each listed device once, so that none starves another; those with something urgent before that.
static void
serve_all(struct dispatch *dispatch)
{
    struct device *last = dispatch->listed_last;
    struct device *device = NULL;

    for (device = dispatch->listed; device != NULL; device = device->next_listed)
        if (device->first != NULL && device->first->notice.urgent)
            serve_device(dispatch, device);
    while (dispatch->listed != NULL && device != last) {
        device = dispatch->listed;
        dispatch->listed = device->next_listed;
        if (dispatch->listed == NULL)
            dispatch->listed_last = NULL;
        device->listed = false;
        serve_device(dispatch, device);
        list_device(dispatch, device);
    }
}

// The codes of the tickets in a push, for the log.
static void
list_tickets(const struct parcel *parcel, struct str *tickets)
{
    for (const struct delivery *each = parcel->first; each != NULL; each = each->next)
        str_format(tickets, "%s%s", tickets->length > 0 ? "," : "", each->notice.ticket);
}

static void
say(const struct parcel *parcel, const struct verdict *verdict, int64_t wait_ms)
{
    long long device = (long long)parcel->device->id;
    long long took_ms = (clock_mono_us() - parcel->sent_us) / 1000;
    struct str tickets = {0};

    list_tickets(parcel, &tickets);
    switch (verdict->ending) {
    case ENDING_ACCEPTED:
        log_info(EV_PUSH_ACCEPTED, "device=%lld notices=%zu status=%d took_ms=%lld tickets=%s", device,
            parcel->count, verdict->status, took_ms, tickets.data);
        break;
    case ENDING_RETRY:
        log_warn(EV_PUSH_RETRY, "device=%lld notices=%zu status=%d retry_ms=%lld reason=\"%s\" tickets=%s",
            device, parcel->count, verdict->status, (long long)wait_ms, verdict->reason, tickets.data);
        break;
    case ENDING_GONE:
        log_warn(EV_DEVICE_GONE, "device=%lld notices=%zu status=%d tickets=%s", device, parcel->count,
            verdict->status, tickets.data);
        break;
    case ENDING_REFUSED:
    case ENDING_EXPIRED:
    case ENDING_NO_DEVICE:
        log_error(EV_PUSH_REFUSED, "device=%lld notices=%zu status=%d tickets=%s", device, parcel->count,
            verdict->status, tickets.data);
        break;
    }
    str_free(&tickets);
}

// How long to leave the device alone.  Several pushes that fail together are one failure.
static int64_t
back_off(struct device *device, int64_t retry_after_s)
{
    int64_t now = clock_mono_ms();
    uint32_t random = 0;

    if (now >= device->not_before_ms) {
        CHECK(RAND_bytes((uint8_t *)&random, sizeof(random)) == 1);
        device->failures++;
        device->not_before_ms = now + answer_backoff_ms(device->failures, retry_after_s, random);
    }
    return device->not_before_ms - now;
}

// All notices of the push wait again; or end, when the device was removed meanwhile.
static void
postpone(struct dispatch *dispatch, struct parcel *parcel, const struct verdict *verdict)
{
    for (struct delivery *each = parcel->first; each != NULL; each = each->next) {
        record(dispatch, each, verdict);
        each->attempt++;
    }
    queue_put_back(dispatch->queue, parcel->first);
    if (parcel->device->removed)
        dispatch_removed(dispatch, parcel->device);
    list_device(dispatch, parcel->device);
}

// All notices of the push have their end.
static void
conclude(struct dispatch *dispatch, struct parcel *parcel, const struct verdict *verdict)
{
    struct delivery *next = NULL;

    for (struct delivery *each = parcel->first; each != NULL; each = next) {
        next = each->next;
        queue_end(each);
        record(dispatch, each, verdict);
        if (verdict->ending == ENDING_GONE)
            hand_over(dispatch, each);
    }
}

static void
on_answer(void *self, void *tag, const struct push_answer *answer)
{
    struct dispatch *dispatch = self;
    struct parcel *parcel = tag;
    struct device *device = parcel->device;
    struct verdict verdict = {answer_ending(answer->status), answer->status, answer->reason, 0};
    int64_t wait_ms = 0;

    failpoint("notifier.after_push");
    device->in_flight--;
    switch (verdict.ending) {
    case ENDING_RETRY:
        wait_ms = back_off(device, answer->retry_after_s);
        verdict.retry_at_ms = clock_now_ms() + wait_ms;
        metric_add(&failed, 1);
        break;
    case ENDING_GONE:
        device->removed = true;
        metric_add(&refused, 1);
        break;
    case ENDING_ACCEPTED:
        device->failures = 0;
        device->not_before_ms = 0;
        metric_add(&accepted, 1);
        metric_add(&told, (int64_t)parcel->count);
        break;
    case ENDING_REFUSED:
    case ENDING_EXPIRED:
    case ENDING_NO_DEVICE:
        metric_add(&refused, 1);
        break;
    }
    say(parcel, &verdict, wait_ms);
    if (verdict.ending == ENDING_RETRY)
        postpone(dispatch, parcel, &verdict);
    else
        conclude(dispatch, parcel, &verdict);
    if (verdict.ending == ENDING_GONE)
        dispatch_removed(dispatch, device);
    free(parcel);
}

int
dispatch_fd(void *self)
{
    return push_fd(((const struct dispatch *)self)->push);
}

short
dispatch_events(void *self)
{
    return push_events(((const struct dispatch *)self)->push);
}

void
dispatch_pump(void *self)
{
    struct dispatch *dispatch = self;

    push_pump(dispatch->push);
    if (!dispatch->finishing && dispatch->names != NULL)
        serve_all(dispatch);
    ledger_pump(dispatch->options.ledger);
    metric_set(&in_hand, (int64_t)queue_count(dispatch->queue));
    metric_set(&in_flight, (int64_t)push_in_flight(dispatch->push));
}

size_t
dispatch_finish(struct dispatch *dispatch, int64_t patience_ms)
{
    int64_t until = clock_mono_ms() + patience_ms;

    dispatch->finishing = true;
    while (push_in_flight(dispatch->push) > 0 && clock_mono_ms() < until) {
        struct pollfd item = {.fd = push_fd(dispatch->push), .events = POLLIN};

        poll(&item, 1, 50);
        push_pump(dispatch->push);
    }
    return push_in_flight(dispatch->push);
}

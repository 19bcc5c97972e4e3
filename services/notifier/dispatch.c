// dispatch.c - brings each notice to each phone that it is for.
//
// A phone may have one push in flight, and more only when a whole push or something urgent is waiting: so a
// single notice leaves at once, and a flood makes full pushes.  Each answer ends or postpones all notices of
// its letter, and each of those is an attempt in the ledger.
//
//     waiting --send--> in flight --accepted, gone, refused--> ledger --stored--> forgotten
//        ^                  |
//        +------retry-------+     the phone rests until its back-off is over
//
// While another replica works, a retry is its business, and forgotten here.
#include "dispatch.h"

#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "metrics.h"
#include "queue.h"
#include "str.h"

#include <openssl/rand.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    IN_HAND_MOST = 500000, // about 210 MB
    DEVICE_MOST = 20000,
    DEVICE_PUSHES = 4, // in flight to one phone
    FULL_PUSH = 10,    // this many notices make a push worth sending beside another one
    SAY_AGAIN_MS = 60000,
    DIGEST_MS = 600000, // after a mail, what is not urgent is gathered for so long
};

// One letter and the notices in it; none: it hushes.
struct parcel {
    struct device *device;
    struct delivery *first;
    size_t count;
    int64_t sent_us;
    struct parcel *newer, *older; // in flight
};

// Of an office that has no ladders at all: everybody at once.
static const struct ring_step everybody = {.legs = (1U << LEGS) - 1, .whom = WHOM_SAME};

struct dispatch {
    struct dispatch_options options;
    struct queue *queue;
    struct device *listed, *listed_last; // devices with something waiting
    struct parcel *newest;               // in flight
    dispatch_late *late;
    void *late_self;
    bool finishing;
    bool stands_by;
};

static struct metric accepted = {"kentongan_notifier_pushes_accepted_total",
    "Letters that a push service, or another way, took.", 0, NULL};
static struct metric failed = {
    "kentongan_notifier_pushes_retried_total", "Letters to be tried again.", 0, NULL};
static struct metric refused = {
    "kentongan_notifier_pushes_refused_total", "Letters refused for ever.", 0, NULL};
static struct metric told = {
    "kentongan_notifier_notices_accepted_total", "Notices in letters that were taken.", 0, NULL};
static struct metric in_hand = {"kentongan_notifier_in_hand", "Deliveries in hand.", 0, NULL};
static struct metric in_flight = {"kentongan_notifier_in_flight", "Letters in flight.", 0, NULL};

static void on_answer(void *self, void *tag, const struct letter_answer *answer);

// Was it answered while this was on its way?
static bool
is_withdrawn(const struct delivery *delivery)
{
    return delivery->notice.until_ms == 0;
}

// A committed attempt that ended its delivery: nothing more is to be done for it.
static void
on_stored(void *self, const struct attempt *attempt)
{
    struct dispatch *dispatch = self;
    const struct queue_key key = {attempt->notice_id, attempt->device_id, attempt->step};
    const struct delivery *delivery = NULL;

    if (attempt->ending == ENDING_RETRY)
        return;
    delivery = queue_find(dispatch->queue, &key);
    if (attempt->ending == ENDING_ACCEPTED && delivery != NULL && is_withdrawn(delivery) &&
        dispatch->late != NULL)
        dispatch->late(dispatch->late_self, attempt->notice_id, attempt->device_id);
    queue_forget(dispatch->queue, &key);
}

struct dispatch *
dispatch_new(const struct dispatch_options *options)
{
    struct dispatch *dispatch = check_zalloc(1, sizeof(*dispatch));

    dispatch->options = *options;
    dispatch->queue = queue_new(IN_HAND_MOST, DEVICE_MOST);
    ledger_on_stored(options->ledger, on_stored, dispatch);
    return dispatch;
}

void
dispatch_on_late(struct dispatch *dispatch, dispatch_late *late, void *self)
{
    dispatch->late = late;
    dispatch->late_self = self;
}

void
dispatch_destroy(struct dispatch **dispatch)
{
    if (*dispatch == NULL)
        return;
    while ((*dispatch)->newest != NULL) {
        struct parcel *parcel = (*dispatch)->newest;

        (*dispatch)->newest = parcel->older;
        free(parcel);
    }
    queue_destroy(&(*dispatch)->queue);
    free(*dispatch);
    *dispatch = NULL;
}

// What is the same for all attempts of one answer.
struct verdict {
    enum ending ending;
    int status;
    const char *reason;
    int64_t retry_at_ms;
};

static bool
is_up(const struct dispatch *dispatch, enum leg leg)
{
    const char *reason = NULL;

    return legs_state(dispatch->options.legs, leg, &reason) == LEG_UP;
}

// Does another phone that this step is told to still have a chance?  What was accepted is PostgreSQL's to
// say.
static bool
has_hope(const struct dispatch *dispatch, const struct delivery *delivery)
{
    const struct device *mine = delivery->device;

    CHECK(mine != NULL);
    for (const struct device *device = agency_device(mine->agency, NULL); device != NULL;
         device = agency_device(mine->agency, device)) {
        const struct queue_key key = {delivery->notice.id, device->id, delivery->notice.ring_step};
        const struct delivery *other = device != mine ? queue_find(dispatch->queue, &key) : NULL;

        if (other != NULL && other->state != ENDED && is_up(dispatch, device->leg))
            return true;
    }
    return false;
}

// Is there nothing left to wait for in this step of the ring?
static bool
may_skip(const struct dispatch *dispatch, const struct delivery *delivery, enum ending ending)
{
    switch (ending) {
    case ENDING_NO_DEVICE:
        return true;
    case ENDING_GONE:
    case ENDING_REFUSED:
        return !has_hope(dispatch, delivery);
    case ENDING_RETRY:
        CHECK(delivery->device != NULL);
        return !is_up(dispatch, delivery->device->leg) && !has_hope(dispatch, delivery);
    case ENDING_ACCEPTED:
    case ENDING_EXPIRED:
        return false;
    }
    return false;
}

static void
record(struct dispatch *dispatch, const struct delivery *delivery, const struct verdict *verdict)
{
    struct attempt attempt = {
        .notice_id = delivery->notice.id,
        .device_id = delivery->device != NULL ? delivery->device->id : 0,
        .number = delivery->attempt,
        .step = delivery->notice.ring_step,
        .at_ms = clock_now_ms(),
        .ending = verdict->ending,
        .status = verdict->status,
        .retry_at_ms = verdict->retry_at_ms,
        .skip = delivery->notice.rings && may_skip(dispatch, delivery, verdict->ending),
    };

    str_copy(attempt.reason, sizeof(attempt.reason), verdict->reason);
    ledger_add(dispatch->options.ledger, &attempt);
}

// It is meant for nobody who has a phone: that is the end of this notice's step.
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

// Until when a telling of this notice by this leg is worth while: until the same people are told by it again.
// Only the last one is kept for as long as PUSH_TTL_S says.
static int64_t
until_ms(const struct dispatch *dispatch, const struct notice *notice, enum leg leg)
{
    const struct ladders *ladders = dispatch->options.ladders;
    const struct ring_facts ring = {
        .ladder = ring_ladder(ladders, (enum severity)notice->severity, (enum step_role)notice->step.role),
        .severity = (enum severity)notice->severity,
        .started_at_ms = notice->created_at_ms,
        .due_at_ms = notice->due_at_ms,
    };
    int64_t due = ring_due_ms(ladders, &ring, notice->ring_step);
    int64_t until = (due != 0 ? due : notice->created_at_ms) + dispatch->options.ttl_s * 1000;
    int64_t again = notice->rings ? ring_again_ms(ladders, &ring, notice->ring_step, leg) : 0;

    if (notice->answered)
        return 0;
    return again != 0 && again < until ? again : until;
}

static int
take_in_hand(struct dispatch *dispatch, const struct notice *notice, struct device *device, int attempt)
{
    struct notice mine = *notice;

    mine.until_ms = until_ms(dispatch, notice, device->leg);
    if (queue_add(dispatch->queue, &mine, device, attempt, NULL) == QUEUE_FULL)
        return -1;
    list_device(dispatch, device);
    return 0;
}

// Those that can be used, whether they work now or not; later steps go by those that work.
static unsigned
legs_in_use(const struct dispatch *dispatch, bool up)
{
    const char *reason = NULL;
    unsigned legs = 0;

    for (enum leg leg = 0; leg < LEGS; leg++) {
        enum leg_state state = legs_state(dispatch->options.legs, leg, &reason);

        if (state == LEG_UP || (state == LEG_DEAD && !up))
            legs |= 1U << leg;
    }
    return legs;
}

struct reach
dispatch_reach(struct dispatch *dispatch, const struct notice *notice)
{
    enum step_role role = (enum step_role)notice->step.role;
    const struct ladder *ladder =
        ring_ladder(dispatch->options.ladders, (enum severity)notice->severity, role);

    if (notice->device_id != 0)
        return reach_of_one(dispatch->options.devices, notice->agency, notice->device_id);
    return reach_of(dispatch->options.devices, notice->agency, role,
        ladder->count > 0 ? &ladder->steps[0] : &everybody, legs_in_use(dispatch, false));
}

struct reach
dispatch_reach_step(
    struct dispatch *dispatch, const char *agency, enum step_role role, const struct ring_step *step)
{
    return reach_of(dispatch->options.devices, agency, role, step, legs_in_use(dispatch, true));
}

int
dispatch_notice(struct dispatch *dispatch, const struct notice *notice)
{
    struct reach reach = dispatch_reach(dispatch, notice);
    struct device *device = reach_next(&reach, NULL);
    int rc = 0;

    if (device == NULL)
        return tell_nobody(dispatch, notice, 0);
    for (; device != NULL; device = reach_next(&reach, device))
        if (take_in_hand(dispatch, notice, device, 0) < 0)
            rc = -1;
    return rc;
}

int
dispatch_errand(struct dispatch *dispatch, const struct notice *notice, const struct errand *errand)
{
    struct device *device = NULL;
    int64_t not_before = clock_mono_ms() + errand->wait_ms;

    if (errand->device_id == 0)
        return tell_nobody(dispatch, notice, errand->attempt);
    device = devices_find(dispatch->options.devices, errand->device_id);
    if (device == NULL)
        return -1;
    if (errand->wait_ms > 0 && device->not_before_ms < not_before)
        device->not_before_ms = not_before;
    return take_in_hand(dispatch, notice, device, errand->attempt);
}

bool
dispatch_holds(const struct dispatch *dispatch, const struct queue_key *key)
{
    return queue_find(dispatch->queue, key) != NULL;
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

bool
dispatch_is_full_for(const struct dispatch *dispatch, const struct device *device)
{
    return queue_is_full(dispatch->queue, device);
}

void
dispatch_drop_waiting(struct dispatch *dispatch, bool stands_by)
{
    queue_drop_waiting(dispatch->queue);
    dispatch->stands_by = stands_by;
}

// The phone of this delivery is gone: who else is told?
static void
hand_over(struct dispatch *dispatch, const struct delivery *delivery)
{
    struct reach reach = dispatch_reach(dispatch, &delivery->notice);

    // Its other phones have deliveries of their own, and a later step is noted with the ring.  Without room,
    // the sweep finds that nobody was told.
    if (delivery->notice.ring_step == 0 && reach_next(&reach, NULL) == NULL)
        (void)tell_nobody(dispatch, &delivery->notice, delivery->attempt);
}

void
dispatch_removed(void *self, struct device *device)
{
    struct dispatch *dispatch = self;

    device->removed = true;
    while (device->waiting > 0) {
        struct delivery *delivery = queue_take(dispatch->queue, device);
        const struct queue_key key = {delivery->notice.id, device->id, delivery->notice.ring_step};

        queue_end(delivery);
        hand_over(dispatch, delivery);
        queue_forget(dispatch->queue, &key);
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

// Ends what waits for this phone of one notice; what is on its way to it, if it comes back.
static void
withdraw(struct dispatch *dispatch, int64_t notice_id, const struct device *device)
{
    for (int step = 0; step < RING_STEPS_MOST; step++) {
        const struct queue_key key = {notice_id, device->id, (uint8_t)step};
        struct delivery *delivery = queue_find(dispatch->queue, &key);

        if (delivery == NULL)
            continue;
        delivery->notice.until_ms = 0;
        if (delivery->state == WAITING) {
            queue_withdraw(dispatch->queue, delivery);
            end_unsent(dispatch, delivery, ENDING_EXPIRED, "somebody had answered before");
        }
    }
}

void
dispatch_answered(struct dispatch *dispatch, int64_t notice_id, const char *agency)
{
    const struct agency *its = devices_agency(dispatch->options.devices, agency);

    for (const struct device *device = agency_device(its, NULL); device != NULL;
         device = agency_device(its, device))
        withdraw(dispatch, notice_id, device);
}

// Takes as many waiting notices as one letter can carry, and ends those that are too old.  Returns the
// seconds for which the one that lasts longest is worth keeping.
static int64_t
fill_parcel(struct dispatch *dispatch, struct parcel *parcel)
{
    struct device *device = parcel->device;
    struct delivery **end = &parcel->first;
    int64_t now = clock_now_ms();
    int64_t ttl_s = 0;

    writer_begin(dispatch->options.writer, device);
    while (device->first != NULL) {
        int64_t left_s = (device->first->notice.until_ms - now + 999) / 1000;

        if (device->first->notice.until_ms <= now) {
            end_unsent(dispatch, queue_take(dispatch->queue, device), ENDING_EXPIRED, "");
            continue;
        }
        if (!writer_add(dispatch->options.writer, &device->first->notice))
            break;
        *end = queue_take(dispatch->queue, device);
        end = &(*end)->next;
        parcel->count++;
        ttl_s = left_s > ttl_s ? left_s : ttl_s;
    }
    return ttl_s;
}

static void
link_parcel(struct dispatch *dispatch, struct parcel *parcel)
{
    parcel->older = dispatch->newest;
    if (parcel->older != NULL)
        parcel->older->newer = parcel;
    dispatch->newest = parcel;
}

static void
unlink_parcel(struct dispatch *dispatch, struct parcel *parcel)
{
    if (parcel->older != NULL)
        parcel->older->newer = parcel->newer;
    if (parcel->newer != NULL)
        parcel->newer->older = parcel->older;
    else
        dispatch->newest = parcel->older;
}

static void
send_letter(struct dispatch *dispatch, struct parcel *parcel, const struct letter *letter)
{
    parcel->sent_us = clock_mono_us();
    parcel->device->in_flight++;
    link_parcel(dispatch, parcel);
    failpoint("notifier.before_push");
    CHECK(
        legs_send(dispatch->options.legs, letter, on_answer, dispatch, parcel) == 0); // there was room before
}

// Sends one letter to a device with something waiting.
static void
send_parcel(struct dispatch *dispatch, struct device *device)
{
    struct parcel *parcel = check_zalloc(1, sizeof(*parcel));
    struct letter letter;
    int64_t ttl_s = 0;

    parcel->device = device;
    ttl_s = fill_parcel(dispatch, parcel);
    if (parcel->count == 0) {
        free(parcel);
        return;
    }
    letter = writer_letter(dispatch->options.writer);
    letter.ttl_s = ttl_s;
    send_letter(dispatch, parcel, &letter);
}

void
dispatch_hush(struct dispatch *dispatch, const struct notice *notice, int64_t device_id, const char *by)
{
    struct device *device = devices_find(dispatch->options.devices, device_id);
    struct parcel *parcel = NULL;
    struct letter letter;

    if (device == NULL || device->leg != LEG_WEBPUSH || device->unusable != NULL || device->failures > 0 ||
        legs_room(dispatch->options.legs, device->leg) == 0)
        return;
    withdraw(dispatch, notice->id, device);
    parcel = check_zalloc(1, sizeof(*parcel));
    parcel->device = device;
    letter = writer_hush(dispatch->options.writer, device, notice, by);
    send_letter(dispatch, parcel, &letter);
}

// May another letter to this device be started?
static bool
may_send(const struct device *device, int64_t now)
{
    bool urgent = device->first != NULL && device->first->notice.urgent;
    bool gathers = device->leg == LEG_EMAIL && device->failures == 0;

    if (device->waiting == 0 || (now < device->not_before_ms && !(gathers && urgent)))
        return false;
    if (device->in_flight == 0)
        return true;
    // While it fails, one letter at a time finds out whether it is back.
    return device->failures == 0 && device->in_flight < DEVICE_PUSHES &&
           (device->waiting >= FULL_PUSH || urgent || (device->leg != LEG_WEBPUSH && !gathers));
}

static void
serve_device(struct dispatch *dispatch, struct device *device)
{
    while (device->unusable != NULL && device->waiting > 0)
        end_unsent(dispatch, queue_take(dispatch->queue, device), ENDING_REFUSED, device->unusable);
    while (may_send(device, clock_mono_ms()) && legs_room(dispatch->options.legs, device->leg) > 0 &&
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

// The codes of the tickets in a letter, for the log.
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
    const char *leg = leg_name(parcel->device->leg);
    struct str tickets = {0};

    if (parcel->count == 0)
        return;
    list_tickets(parcel, &tickets);
    switch (verdict->ending) {
    case ENDING_ACCEPTED:
        log_info(EV_PUSH_ACCEPTED, "device=%lld leg=%s notices=%zu status=%d took_ms=%lld tickets=%s", device,
            leg, parcel->count, verdict->status, took_ms, tickets.data);
        break;
    case ENDING_RETRY:
        log_warn(EV_PUSH_RETRY,
            "device=%lld leg=%s notices=%zu status=%d retry_ms=%lld reason=\"%s\" tickets=%s", device, leg,
            parcel->count, verdict->status, (long long)wait_ms, verdict->reason, tickets.data);
        break;
    case ENDING_GONE:
        log_warn(EV_DEVICE_GONE, "device=%lld leg=%s notices=%zu status=%d tickets=%s", device, leg,
            parcel->count, verdict->status, tickets.data);
        break;
    case ENDING_REFUSED:
    case ENDING_EXPIRED:
    case ENDING_NO_DEVICE:
        log_error(EV_PUSH_REFUSED, "device=%lld leg=%s notices=%zu status=%d tickets=%s", device, leg,
            parcel->count, verdict->status, tickets.data);
        break;
    }
    str_free(&tickets);
}

// How long to leave the device alone.  Several letters that fail together are one failure.
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

// All notices of the letter wait again; or end, when the device was removed meanwhile.
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

// All notices of the letter are another replica's to tell, and to write down.
static void
let_go(struct dispatch *dispatch, struct parcel *parcel)
{
    struct delivery *next = NULL;

    for (struct delivery *each = parcel->first; each != NULL; each = next) {
        const struct queue_key key = {each->notice.id, parcel->device->id, each->notice.ring_step};

        next = each->next;
        queue_end(each);
        queue_forget(dispatch->queue, &key);
    }
}

// All notices of the letter have their end.
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

// How the device is from now on.  Returns how long it is left alone, ms.
static int64_t
feel(struct device *device, const struct verdict *verdict, int64_t retry_after_s)
{
    switch (verdict->ending) {
    case ENDING_RETRY:
        metric_add(&failed, 1);
        return back_off(device, retry_after_s);
    case ENDING_ACCEPTED:
        device->failures = 0;
        device->not_before_ms = device->leg == LEG_EMAIL ? clock_mono_ms() + DIGEST_MS : 0;
        metric_add(&accepted, 1);
        break;
    case ENDING_GONE:
    case ENDING_REFUSED:
    case ENDING_EXPIRED:
    case ENDING_NO_DEVICE:
        metric_add(&refused, 1);
        break;
    }
    return 0;
}

static void
on_answer(void *self, void *tag, const struct letter_answer *answer)
{
    struct dispatch *dispatch = self;
    struct parcel *parcel = tag;
    struct device *device = parcel->device;
    struct verdict verdict = {answer->ending, answer->status, answer->reason, 0};
    // What nobody writes down takes no phone out of use: the next letter with notices finds out.
    bool is_gone = verdict.ending == ENDING_GONE && parcel->count > 0;
    int64_t wait_ms = 0;

    failpoint("notifier.after_push");
    device->in_flight--;
    wait_ms = feel(device, &verdict, answer->retry_after_s);
    if (verdict.ending == ENDING_RETRY)
        verdict.retry_at_ms = clock_now_ms() + wait_ms;
    if (verdict.ending == ENDING_ACCEPTED)
        metric_add(&told, (int64_t)parcel->count);
    say(parcel, &verdict, wait_ms);
    device->removed = device->removed || is_gone;
    if (verdict.ending == ENDING_RETRY && dispatch->stands_by)
        let_go(dispatch, parcel);
    else if (verdict.ending == ENDING_RETRY && parcel->count > 0)
        postpone(dispatch, parcel, &verdict);
    else
        conclude(dispatch, parcel, &verdict);
    if (is_gone)
        dispatch_removed(dispatch, device);
    unlink_parcel(dispatch, parcel);
    free(parcel);
}

void
dispatch_pump(void *self)
{
    struct dispatch *dispatch = self;

    if (!dispatch->finishing && writer_is_ready(dispatch->options.writer))
        serve_all(dispatch);
    ledger_pump(dispatch->options.ledger);
    metric_set(&in_hand, (int64_t)queue_count(dispatch->queue));
    metric_set(&in_flight, (int64_t)legs_in_flight(dispatch->options.legs));
}

size_t
dispatch_finish(struct dispatch *dispatch, int64_t patience_ms)
{
    struct legs *legs = dispatch->options.legs;
    int64_t until = clock_mono_ms() + patience_ms;

    dispatch->finishing = true;
    while (legs_in_flight(legs) > 0 && clock_mono_ms() < until) {
        struct pollfd item = {.fd = legs_fd(legs), .events = POLLIN};

        poll(&item, 1, 50);
        legs_pump(legs);
    }
    return legs_in_flight(legs);
}

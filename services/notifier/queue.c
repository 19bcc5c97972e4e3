// queue.c - what the notifier has in hand.
//
// One open-addressing table over (notice, device, step) finds a delivery; a list through each device keeps
// the order.  Deliveries that were let go are remembered in a table without chains: a newer one may overwrite
// an older one, and the price of forgetting early is a push that the phone recognises as a repetition.
#include "queue.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLOTS_LEAST = 1024,
    RECENT = 1 << 18, // at 10,000 a second, half a minute: longer than a message waits behind the sweep
};

struct queue {
    struct delivery **slots; // a power of two of them, at most half in use
    size_t slot_count, count, waiting;
    size_t most, device_most;
    struct queue_key *recent;
};

struct queue *
queue_new(size_t most, size_t device_most)
{
    struct queue *queue = check_zalloc(1, sizeof(*queue));

    queue->most = most;
    queue->device_most = device_most;
    queue->slot_count = SLOTS_LEAST;
    queue->slots = check_zalloc(queue->slot_count, sizeof(struct delivery *));
    queue->recent = check_zalloc(RECENT, sizeof(struct queue_key));
    return queue;
}

void
queue_destroy(struct queue **queue)
{
    if (*queue == NULL)
        return;
    for (size_t i = 0; i < (*queue)->slot_count; i++)
        free((*queue)->slots[i]);
    free((*queue)->slots);
    free((*queue)->recent);
    free(*queue);
    *queue = NULL;
}

// Mixes both ids (the finaliser of splitmix64); ids grow by one, so that their low bits alone would do badly.
static size_t
hash(const struct queue_key *key)
{
    uint64_t mixed =
        ((uint64_t)key->notice_id * 16 + key->step) * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)key->device_id;

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)(mixed ^ (mixed >> 31));
}

static struct queue_key
key_of(const struct delivery *delivery)
{
    return (struct queue_key){.notice_id = delivery->notice.id,
        .device_id = delivery->device != NULL ? delivery->device->id : 0,
        .step = delivery->notice.ring_step};
}

static bool
is_same(const struct queue_key *a, const struct queue_key *b)
{
    return a->notice_id == b->notice_id && a->device_id == b->device_id && a->step == b->step;
}

static size_t
home(const struct queue *queue, const struct delivery *delivery)
{
    const struct queue_key key = key_of(delivery);

    return hash(&key) & (queue->slot_count - 1);
}

// The slot of this key, or the free one where it belongs.
static size_t
find(const struct queue *queue, const struct queue_key *key)
{
    size_t i = hash(key) & (queue->slot_count - 1);

    while (queue->slots[i] != NULL) {
        const struct queue_key there = key_of(queue->slots[i]);

        if (is_same(&there, key))
            break;
        i = (i + 1) & (queue->slot_count - 1);
    }
    return i;
}

static size_t
find_own(const struct queue *queue, const struct delivery *delivery)
{
    const struct queue_key key = key_of(delivery);

    return find(queue, &key);
}

static void
grow(struct queue *queue)
{
    struct delivery **old = queue->slots;
    size_t old_count = queue->slot_count;

    queue->slot_count *= 2;
    queue->slots = check_zalloc(queue->slot_count, sizeof(struct delivery *));
    for (size_t i = 0; i < old_count; i++)
        if (old[i] != NULL)
            queue->slots[find_own(queue, old[i])] = old[i];
    free(old);
}

// Empties a slot and moves those behind it that would no longer be found (Knuth, TAOCP 3, algorithm 6.4R).
static void
empty_slot(struct queue *queue, size_t hole)
{
    size_t mask = queue->slot_count - 1;

    for (size_t i = (hole + 1) & mask; queue->slots[i] != NULL; i = (i + 1) & mask)
        if (((i - home(queue, queue->slots[i])) & mask) >= ((i - hole) & mask)) {
            queue->slots[hole] = queue->slots[i];
            hole = i;
        }
    queue->slots[hole] = NULL;
    queue->count--;
}

static struct queue_key *
recent_slot(const struct queue *queue, const struct queue_key *key)
{
    return &queue->recent[hash(key) & (RECENT - 1)];
}

static bool
was_let_go(const struct queue *queue, const struct queue_key *key)
{
    return is_same(recent_slot(queue, key), key);
}

// Where the urgent ones of a device's queue, which are its first, end.
static struct delivery **
after_urgent(struct delivery **link)
{
    while (*link != NULL && (*link)->notice.urgent)
        link = &(*link)->next;
    return link;
}

// Puts a delivery where link points.  Returns where what comes behind it goes.
static struct delivery **
insert(struct queue *queue, struct delivery **link, struct delivery *delivery)
{
    struct device *device = delivery->device;

    delivery->next = *link;
    *link = delivery;
    if (delivery->next == NULL)
        device->last = delivery;
    delivery->state = WAITING;
    device->waiting++;
    queue->waiting++;
    return &delivery->next;
}

static void
append(struct queue *queue, struct delivery *delivery)
{
    struct device *device = delivery->device;

    if (device->last == NULL)
        insert(queue, &device->first, delivery);
    else if (delivery->notice.urgent)
        insert(queue, after_urgent(&device->first), delivery);
    else
        insert(queue, &device->last->next, delivery);
}

enum queue_answer
queue_add(struct queue *queue, const struct notice *notice, struct device *device, int attempt,
    struct delivery **made)
{
    const struct queue_key key = {
        .notice_id = notice->id, .device_id = device != NULL ? device->id : 0, .step = notice->ring_step};
    struct delivery *delivery = NULL;

    if (queue->slots[find(queue, &key)] != NULL || (attempt == 0 && was_let_go(queue, &key)))
        return QUEUE_KNOWN;
    if (queue_is_full(queue, notice->urgent ? NULL : device))
        return QUEUE_FULL;
    if (queue->count * 2 >= queue->slot_count)
        grow(queue);
    delivery = check_zalloc(1, sizeof(*delivery));
    delivery->notice = *notice;
    delivery->device = device;
    delivery->attempt = attempt > 0 ? attempt : 1;
    delivery->state = device != NULL ? WAITING : ENDED;
    queue->slots[find(queue, &key)] = delivery;
    queue->count++;
    if (device != NULL)
        append(queue, delivery);
    if (made != NULL)
        *made = delivery;
    return QUEUE_TAKEN;
}

struct delivery *
queue_find(const struct queue *queue, const struct queue_key *key)
{
    return queue->slots[find(queue, key)];
}

// Takes the delivery that link points to out of its device's queue.
static struct delivery *
unlink_from(struct queue *queue, struct delivery **link, struct delivery *before)
{
    struct delivery *delivery = *link;
    struct device *device = delivery->device;

    CHECK(delivery->state == WAITING);
    *link = delivery->next;
    if (device->last == delivery)
        device->last = before;
    device->waiting--;
    queue->waiting--;
    delivery->next = NULL;
    delivery->state = IN_FLIGHT;
    return delivery;
}

struct delivery *
queue_take(struct queue *queue, struct device *device)
{
    CHECK(device->first != NULL);
    return unlink_from(queue, &device->first, NULL);
}

void
queue_withdraw(struct queue *queue, struct delivery *delivery)
{
    struct delivery **link = &delivery->device->first;
    struct delivery *before = NULL;

    for (; *link != delivery; link = &before->next) {
        before = *link;
        CHECK(before != NULL);
    }
    (void)unlink_from(queue, link, before);
}

void
queue_put_back(struct queue *queue, struct delivery *first)
{
    struct device *device = first->device;
    struct delivery **urgent = &device->first;
    struct delivery **rest = NULL;
    struct delivery *others = NULL;
    struct delivery **others_end = &others;
    struct delivery *next = NULL;

    for (struct delivery *each = first; each != NULL; each = next) {
        next = each->next;
        CHECK(each->state == IN_FLIGHT && each->device == device);
        if (each->notice.urgent) {
            urgent = insert(queue, urgent, each);
        } else {
            *others_end = each;
            others_end = &each->next;
        }
    }
    *others_end = NULL;
    rest = after_urgent(urgent);
    for (struct delivery *each = others; each != NULL; each = next) {
        next = each->next;
        rest = insert(queue, rest, each);
    }
}

void
queue_end(struct delivery *delivery)
{
    CHECK(delivery->state == IN_FLIGHT);
    delivery->state = ENDED;
    delivery->next = NULL;
}

void
queue_forget(struct queue *queue, const struct queue_key *key)
{
    size_t i = find(queue, key);

    if (queue->slots[i] != NULL) {
        CHECK(queue->slots[i]->state == ENDED);
        free(queue->slots[i]);
        empty_slot(queue, i);
    }
    *recent_slot(queue, key) = *key;
}

void
queue_drop_waiting(struct queue *queue)
{
    struct delivery **old = queue->slots;
    size_t old_count = queue->slot_count;

    queue->slots = check_zalloc(old_count, sizeof(struct delivery *));
    queue->count = 0;
    for (size_t i = 0; i < old_count; i++) {
        struct delivery *delivery = old[i];

        if (delivery == NULL)
            continue;
        if (delivery->state == WAITING) {
            struct device *device = delivery->device;

            device->first = device->last = NULL;
            queue->waiting--;
            device->waiting--;
            free(delivery);
        } else {
            queue->slots[find_own(queue, delivery)] = delivery;
            queue->count++;
        }
    }
    free(old);
    memset(queue->recent, 0, RECENT * sizeof(struct queue_key));
}

int64_t
queue_lowest(const struct queue *queue, int64_t above, int64_t up_to)
{
    int64_t lowest = 0;

    for (size_t i = 0; queue->count > 0 && i < queue->slot_count; i++) {
        int64_t id = queue->slots[i] != NULL ? queue->slots[i]->notice.id : 0;

        if (id > above && id <= up_to && (lowest == 0 || id < lowest))
            lowest = id;
    }
    return lowest;
}

bool
queue_is_full(const struct queue *queue, const struct device *device)
{
    return queue->count >= queue->most || (device != NULL && device->waiting >= queue->device_most);
}

size_t
queue_count(const struct queue *queue)
{
    return queue->count;
}

size_t
queue_waiting(const struct queue *queue)
{
    return queue->waiting;
}

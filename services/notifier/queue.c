// queue.c - what the notifier has in hand.
//
// One open-addressing table over (notice, device) finds a delivery; a list through each device keeps the
// order.  Deliveries that were let go are remembered in a table without chains: a newer one may overwrite an
// older one, and the price of forgetting early is a push that the phone recognises as a repetition.
#include "queue.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLOTS_LEAST = 1024,
    RECENT = 1 << 18, // at 10,000 a second, half a minute: longer than a message waits behind the sweep
};

struct key {
    int64_t notice_id, device_id;
};

struct queue {
    struct delivery **slots; // a power of two of them, at most half in use
    size_t slot_count, count, waiting;
    size_t most, device_most;
    struct key *recent;
};

struct queue *
queue_new(size_t most, size_t device_most)
{
    struct queue *queue = check_zalloc(1, sizeof(*queue));

    queue->most = most;
    queue->device_most = device_most;
    queue->slot_count = SLOTS_LEAST;
    queue->slots = check_zalloc(queue->slot_count, sizeof(struct delivery *));
    queue->recent = check_zalloc(RECENT, sizeof(struct key));
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
hash(int64_t notice_id, int64_t device_id)
{
    uint64_t mixed = (uint64_t)notice_id * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)device_id;

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)(mixed ^ (mixed >> 31));
}

static int64_t
device_id(const struct delivery *delivery)
{
    return delivery->device != NULL ? delivery->device->id : 0;
}

static size_t
home(const struct queue *queue, const struct delivery *delivery)
{
    return hash(delivery->notice.id, device_id(delivery)) & (queue->slot_count - 1);
}

// The slot of this key, or the free one where it belongs.
static size_t
find(const struct queue *queue, int64_t notice_id, int64_t device)
{
    size_t i = hash(notice_id, device) & (queue->slot_count - 1);

    while (queue->slots[i] != NULL &&
           (queue->slots[i]->notice.id != notice_id || device_id(queue->slots[i]) != device))
        i = (i + 1) & (queue->slot_count - 1);
    return i;
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
            queue->slots[find(queue, old[i]->notice.id, device_id(old[i]))] = old[i];
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

static struct key *
recent_slot(const struct queue *queue, int64_t notice_id, int64_t device)
{
    return &queue->recent[hash(notice_id, device) & (RECENT - 1)];
}

static bool
was_let_go(const struct queue *queue, int64_t notice_id, int64_t device)
{
    const struct key *recent = recent_slot(queue, notice_id, device);

    return recent->notice_id == notice_id && recent->device_id == device;
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
    int64_t id = device != NULL ? device->id : 0;
    struct delivery *delivery = NULL;

    if (queue->slots[find(queue, notice->id, id)] != NULL ||
        (attempt == 0 && was_let_go(queue, notice->id, id)))
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
    queue->slots[find(queue, notice->id, id)] = delivery;
    queue->count++;
    if (device != NULL)
        append(queue, delivery);
    if (made != NULL)
        *made = delivery;
    return QUEUE_TAKEN;
}

bool
queue_holds(const struct queue *queue, int64_t notice_id, int64_t device)
{
    return queue->slots[find(queue, notice_id, device)] != NULL;
}

struct delivery *
queue_take(struct queue *queue, struct device *device)
{
    struct delivery *delivery = device->first;

    CHECK(delivery != NULL && delivery->state == WAITING);
    device->first = delivery->next;
    if (device->first == NULL)
        device->last = NULL;
    device->waiting--;
    queue->waiting--;
    delivery->next = NULL;
    delivery->state = IN_FLIGHT;
    return delivery;
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
queue_forget(struct queue *queue, int64_t notice_id, int64_t device)
{
    size_t i = find(queue, notice_id, device);

    if (queue->slots[i] != NULL) {
        CHECK(queue->slots[i]->state == ENDED);
        free(queue->slots[i]);
        empty_slot(queue, i);
    }
    *recent_slot(queue, notice_id, device) = (struct key){notice_id, device};
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
            queue->slots[find(queue, delivery->notice.id, device_id(delivery))] = delivery;
            queue->count++;
        }
    }
    free(old);
    memset(queue->recent, 0, RECENT * sizeof(struct key));
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

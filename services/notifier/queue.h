// queue.h - what the notifier has in hand: one delivery for each notice, step of its ring and device, until
// its end is stored.
//
//     queue_add --> WAITING --queue_take--> IN_FLIGHT --queue_end--> ENDED --queue_forget--> stored
//                      ^                        |
//                      +----queue_put_back------+
//
// Nothing in hand is taken a second time, whether a message or the sweep brings it.  What was let go of is
// remembered for a while, because its message may come late.  Pure: no clock, no I/O.
#ifndef KENTONGAN_QUEUE_H
#define KENTONGAN_QUEUE_H

#include "check.h"
#include "device.h"
#include "notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum delivery_state { WAITING, IN_FLIGHT, ENDED };

struct delivery {
    struct notice notice;
    struct device *device; // NULL: the agency has none
    int attempt;           // 1 ..
    enum delivery_state state;
    struct delivery *next; // behind it in the device's queue or in the same push
};

struct queue;

enum queue_answer { QUEUE_TAKEN, QUEUE_KNOWN, QUEUE_FULL };

// most: deliveries in hand; device_most: waiting for one device, so that one dead phone cannot fill it.
// Returns new.
struct queue *queue_new(size_t most, size_t device_most);
void queue_destroy(struct queue **queue);

// Takes a notice in hand, for the step that it is of and a device, at the end of its queue; an urgent one
// goes before those that are not, and finds room where device_most leaves none.  attempt: the number of its
// next attempt, when the sweep found it open; 0: a message brought it, so that this is its first attempt
// unless it was let go of lately.  device NULL: it is ENDED at once.  made, unless NULL, becomes the delivery
// when it was taken.
MUST_USE enum queue_answer queue_add(struct queue *queue, const struct notice *notice, struct device *device,
    int attempt, struct delivery **made);

// What a delivery is known by.
struct queue_key {
    int64_t notice_id;
    int64_t device_id; // 0: no device
    uint8_t step;      // notice.ring_step
};

// The delivery in hand, NULL: there is none.  Borrows until it is let go of.
struct delivery *queue_find(const struct queue *queue, const struct queue_key *key);

// Takes the first one out of the device's queue, which is not empty.  It is IN_FLIGHT.
struct delivery *queue_take(struct queue *queue, struct device *device);

// Takes this one, which waits, out of its device's queue.  It is IN_FLIGHT.
void queue_withdraw(struct queue *queue, struct delivery *delivery);

// Puts a list of those in flight back in front of their device's queue, urgent ones first.
void queue_put_back(struct queue *queue, struct delivery *first);

// It needs nothing more than that its end is stored.
void queue_end(struct delivery *delivery);

// Its end is stored (or does not matter): lets go of it and frees it, and remembers it for a while.
void queue_forget(struct queue *queue, const struct queue_key *key);

// Lets go of all that wait, and of what is remembered; what is in flight or ended stays.  The sweep brings
// them again.
void queue_drop_waiting(struct queue *queue);

// The lowest id of a notice in hand in above < id <= up_to; 0: none.
int64_t queue_lowest(const struct queue *queue, int64_t above, int64_t up_to);

// Is there no room left in hand at all, or (device not NULL) none for this device?
bool queue_is_full(const struct queue *queue, const struct device *device);

// How many are in hand, and how many of them wait.
size_t queue_count(const struct queue *queue);
size_t queue_waiting(const struct queue *queue);

#endif

// queue.h - what will happen in a simulation, in the order of time; at the same time in the order of asking.
#ifndef KENTONGAN_SIM_QUEUE_H
#define KENTONGAN_SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event {
    int64_t at_ms, order;
    int what;
    int64_t ticket; // 0: of none
    int watcher;    // -1: of none
    int life;       // of the watcher: what a dead one had in mind is forgotten
    void *with;     // whatever the one who asked needs; owned by whoever takes the event
};

// All zero is a valid empty one.
struct queue {
    struct event *events; // a heap
    size_t count, room;
    int64_t last_order;
};

void queue_add(struct queue *queue, struct event event);

// False: nothing will happen any more.
bool queue_take(struct queue *queue, struct event *event);

void queue_free(struct queue *queue);

#endif

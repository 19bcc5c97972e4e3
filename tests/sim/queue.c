// queue.c - what will happen: a binary heap.
#include "queue.h"

#include "check.h"

#include <stdlib.h>

static bool
is_before(const struct event *a, const struct event *b)
{
    return a->at_ms < b->at_ms || (a->at_ms == b->at_ms && a->order < b->order);
}

void
queue_add(struct queue *queue, struct event event)
{
    if (queue->count == queue->room) {
        queue->room = queue->room ? queue->room * 2 : 256;
        queue->events = check_realloc(queue->events, queue->room * sizeof(*queue->events));
    }
    event.order = ++queue->last_order;
    size_t at = queue->count++;
    for (; at > 0 && is_before(&event, &queue->events[(at - 1) / 2]); at = (at - 1) / 2)
        queue->events[at] = queue->events[(at - 1) / 2];
    queue->events[at] = event;
}

bool
queue_take(struct queue *queue, struct event *event)
{
    size_t at = 0;

    if (queue->count == 0)
        return false;
    *event = queue->events[0];
    struct event last = queue->events[--queue->count];
    for (size_t child = 1; child < queue->count; child = 2 * at + 1) {
        if (child + 1 < queue->count && is_before(&queue->events[child + 1], &queue->events[child]))
            child++;
        if (!is_before(&queue->events[child], &last))
            break;
        queue->events[at] = queue->events[child];
        at = child;
    }
    queue->events[at] = last;
    return true;
}

void
queue_free(struct queue *queue)
{
    free(queue->events);
    *queue = (struct queue){0};
}

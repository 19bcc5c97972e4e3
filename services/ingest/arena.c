// arena.c - memory for the unpacked messages of one batch: bounded for each message, given back all at once.
//
// A stack of chunks; the newest is filled from its start.  Emptied chunks of the usual size are kept for the
// next batch.
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    CHUNK_SIZE = 256 * 1024, // about a hundred unpacked reports
    SPARES_MOST = 16,        // a full batch of usual reports needs fewer
};

struct chunk {
    struct chunk *below;
    size_t used, room;
    alignas(max_align_t) uint8_t data[];
};

struct arena {
    ProtobufCAllocator allocator;
    size_t most;         // a message's bound
    struct chunk *top;   // NULL: nothing taken
    struct chunk *spare; // emptied chunks of CHUNK_SIZE
    size_t spares;
    size_t used;
    struct { // where the message in hand began
        struct chunk *top;
        size_t top_used, used;
    } begin;
};

static void *
allocate(void *self, size_t size)
{
    return arena_take(self, size);
}

static void
release(void *self, void *memory)
{
    (void)self;
    (void)memory;
}

struct arena *
arena_new(size_t most)
{
    struct arena *arena = check_zalloc(1, sizeof(*arena));
    arena->most = most;
    arena->allocator = (ProtobufCAllocator){.alloc = allocate, .free = release, .allocator_data = arena};
    return arena;
}

void
arena_destroy(struct arena **arena)
{
    struct arena *old = *arena;
    if (old == NULL)
        return;
    arena_clear(old);
    while (old->spare != NULL) {
        struct chunk *chunk = old->spare;
        old->spare = chunk->below;
        free(chunk);
    }
    free(old);
    *arena = NULL;
}

void
arena_begin(struct arena *arena)
{
    arena->begin.top = arena->top;
    arena->begin.top_used = arena->top != NULL ? arena->top->used : 0;
    arena->begin.used = arena->used;
}

static void
pop(struct arena *arena)
{
    struct chunk *chunk = arena->top;
    arena->top = chunk->below;
    if (chunk->room == CHUNK_SIZE && arena->spares < SPARES_MOST) {
        chunk->below = arena->spare;
        arena->spare = chunk;
        arena->spares++;
    } else {
        free(chunk);
    }
}

void
arena_undo(struct arena *arena)
{
    while (arena->top != arena->begin.top)
        pop(arena);
    if (arena->top != NULL)
        arena->top->used = arena->begin.top_used;
    arena->used = arena->begin.used;
}

void
arena_clear(struct arena *arena)
{
    while (arena->top != NULL)
        pop(arena);
    arena->used = 0;
    arena_begin(arena);
}

static void
push(struct arena *arena, size_t size)
{
    struct chunk *chunk = arena->spare;
    if (size <= CHUNK_SIZE && chunk != NULL) {
        arena->spare = chunk->below;
        arena->spares--;
    } else {
        size_t room = size <= CHUNK_SIZE ? CHUNK_SIZE : size;
        // Ours to ask for: the message's bound was looked at before.
        chunk = check_alloc(sizeof(*chunk) + room);
        chunk->room = room;
    }
    chunk->used = 0;
    chunk->below = arena->top;
    arena->top = chunk;
}

void *
arena_take(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t taken = arena->used - arena->begin.used;
    if (size > arena->most || taken > arena->most - size)
        return NULL;
    size = size == 0 ? align : (size + align - 1) / align * align;
    if (arena->top == NULL || arena->top->room - arena->top->used < size)
        push(arena, size);
    void *memory = arena->top->data + arena->top->used;
    arena->top->used += size;
    arena->used += size;
    return memory;
}

size_t
arena_used(const struct arena *arena)
{
    return arena->used;
}

ProtobufCAllocator *
arena_allocator(struct arena *arena)
{
    return &arena->allocator;
}

// arena.h - memory for the unpacked messages of one batch: bounded for each message, given back all at once.
//
// protobuf-c may need more than thirty times a message's size on the wire.  What a message asks for above its
// bound is refused, and so is then the message; honest ones come nowhere near.
#ifndef KENTONGAN_ARENA_H
#define KENTONGAN_ARENA_H

#include "check.h"

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

struct arena;

// most: bytes that one message may take.  Returns new.
struct arena *arena_new(size_t most);
void arena_destroy(struct arena **arena);

// A new message starts: the bound counts from here.
void arena_begin(struct arena *arena);

// Gives back what was taken since arena_begin().
void arena_undo(struct arena *arena);

// Gives back everything.
void arena_clear(struct arena *arena);

// Takes size bytes, aligned for anything, that live until arena_undo() or arena_clear().  NULL above the
// message's bound.
MUST_USE void *arena_take(struct arena *arena, size_t size);

// How many bytes are taken now.  A batch that grows large should be ended early.
size_t arena_used(const struct arena *arena);

// The same as protobuf-c wants it.  Borrowed; freeing does nothing.
ProtobufCAllocator *arena_allocator(struct arena *arena);

#endif

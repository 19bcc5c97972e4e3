// stream.h - answers that stay open: server-sent events and ntfy's subscriptions.
//
// A hub has topics (texts); a stream listens to some of them.  What is published on a topic is written to
// each stream that listens, from any thread.  A stream whose client does not read keeps at most
// STREAM_BACKLOG_MOST bytes, and is then closed: the client comes back and asks for what it missed.  A
// keepalive is written when nothing else was for keepalive_ms.
#ifndef KENTONGAN_PORTAL_STREAM_H
#define KENTONGAN_PORTAL_STREAM_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STREAM_BACKLOG_MOST = 65536, STREAM_TOPICS_MOST = 32, STREAM_LIFE_MS = 900000 };

struct hub;
struct stream;

// Returns new.
struct hub *hub_new(void);
void hub_destroy(struct hub **hub);

// Copies what it is given.  first: bytes that are sent at once; may be empty.  Returns new; server.c destroys
// it with its connection.
struct stream *stream_new(struct hub *hub, const char *const *topics, size_t topic_count,
    const char *keepalive, int64_t keepalive_ms, const void *first, size_t length);

// How many streams got it.
size_t hub_publish(struct hub *hub, const char *topic, const void *data, size_t length);

// Writes keepalives that are due; from service_every().
void hub_tick(void *self);

// Streams that are open now.
size_t hub_count(struct hub *hub);

// Ends every stream of this owner: his session is over.  owner "" ends all, and those that come later.
void hub_end(struct hub *hub, const char *owner);

// For server.c
// ---------------------------------------------------------------------------------------------------------------

// Whose it is, for hub_end().
void stream_own(struct stream *stream, const char *owner);

// Its connection stands still when there is nothing to write: rest(self) is called from within stream_read(),
// and wake(self) from any thread when there is something.  Neither may call back into here.
void stream_connect(struct stream *stream, void (*rest)(void *self), void (*wake)(void *self), void *self);

// Writes what waits into buffer; 0: nothing, it rests; -1: it has ended.
long stream_read(struct stream *stream, void *buffer, size_t room);

void stream_destroy(struct stream **stream);

#endif

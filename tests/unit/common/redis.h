// redis.h - a private redis-server on a unix socket, for tests.
#ifndef KENTONGAN_REDIS_H
#define KENTONGAN_REDIS_H

#include <stddef.h>

struct redis;

// Prepares one in a new folder; not running yet.  password may be NULL.  Returns new.
struct redis *redis_new(const char *password);

// Stops it and removes its folder.
void redis_destroy(struct redis **redis);

// Starts it, empty, and waits until it listens.
void redis_start(struct redis *redis);
void redis_stop(struct redis *redis);

// Stands still, keeping its connections, and goes on.
void redis_freeze(struct redis *redis);
void redis_thaw(struct redis *redis);

// unix:/path.  Borrowed.
const char *redis_url(const struct redis *redis);

#endif

// cache.h - the alarm clock in Redis: a sorted set of timers, rebuildable from PostgreSQL at any time.
//
// Every call may fail; nothing depends on it.  A failed call drops the connection (a late answer would be
// taken for the next one's) and the next call after the back-off connects again.
#ifndef KENTONGAN_CACHE_H
#define KENTONGAN_CACHE_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cache;

struct timer {
    int64_t at_ms; // Unix ms
    int64_t id;    // what it is for
};

// url: redis://host:port or unix:/path; password may be NULL.  set: key of the sorted set.  Returns new, not
// yet connected; or NULL after one line in the log when url is neither.  Ignores SIGPIPE from now on.
struct cache *cache_new(const char *url, const char *password, const char *set);
void cache_destroy(struct cache **cache);

// Adds timers (moving those that exist), all in one round trip.
MUST_USE int cache_add(struct cache *cache, const struct timer *timers, size_t count);

// Adds timers; those that exist are moved only to an earlier time.
MUST_USE int cache_add_earlier(struct cache *cache, const struct timer *timers, size_t count);

// Reads up to room timers due at now_ms, earliest first, and leaves them in place.  Returns how many, or -1.
MUST_USE int cache_due(struct cache *cache, int64_t now_ms, struct timer *timers, size_t room);

// Removes timers by id.
MUST_USE int cache_remove(struct cache *cache, const struct timer *timers, size_t count);

// Is the mark there that says that the set is whole?  1 yes, 0 no (flushed or new), -1 Redis is away.
MUST_USE int cache_is_whole(struct cache *cache);
MUST_USE int cache_mark_whole(struct cache *cache);

#endif

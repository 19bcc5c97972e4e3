// timers.h - the timers of the near future in Redis, so that nobody has to ask PostgreSQL all the time.
//
//                     work: a page after the other                work: what comes into the horizon
//     +------------+ -----------------------------> +---------+ --+
//     | REBUILDING |                                |  WHOLE  |   |
//     +------------+ <----------------------------- +---------+ <-+
//       ^             flushed, or a call failed
//       +-- reset: new here, or active again
//
// A timer is a ticket and the time at which the first of its clocks has to be looked at.  Whether anything is
// due then PostgreSQL says.  A timer that is missing or late here is found by the sweep over the deadlines.
#ifndef KENTONGAN_WATCHER_TIMERS_H
#define KENTONGAN_WATCHER_TIMERS_H

#include "cache.h"
#include "store_fire.h"

#include <stddef.h>
#include <stdint.h>

struct timers;

// horizon_ms: only timers of so near a future are in Redis.  Borrows cache and store.  Returns new.
struct timers *timers_new(struct cache *cache, struct store_fire *store, int64_t horizon_ms);
void timers_destroy(struct timers **timers);

// Sets timers; at_ms 0 or far away: removes them.
void timers_set(struct timers *timers, const struct timer *list, size_t count);

// Reads up to room timers that are due at now_ms, earliest first, and leaves them in place.  0 as well when
// Redis is away.
size_t timers_due(struct timers *timers, int64_t now_ms, struct timer *list, size_t room);

// All timers are set anew by the next calls of timers_work().
void timers_reset(struct timers *timers);

// Brings timers that come into the horizon to Redis, or all of them when Redis has lost some: a page, and
// more until clock_mono_ms() is until_ms.  now_ms: PostgreSQL's time.
void timers_work(struct timers *timers, int64_t now_ms, int64_t until_ms);

#endif

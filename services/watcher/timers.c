// timers.c - the timers of the near future in Redis.
#include "timers.h"

#include "clock.h"
#include "log.h"

#include <stdlib.h>

enum {
    PAGE = 4096,
    WHOLE_MS = 1000,   // how often Redis is asked whether it still has everything
    FORWARD_MS = 1000, // how often the horizon moves
};

struct timers {
    struct cache *cache;
    struct store_fire *store;
    int64_t horizon_ms;
    bool is_there, is_whole;
    struct timer reached; // all timers up to this one are in Redis
    int64_t now_ms;       // PostgreSQL's time when it was told last
    int64_t next_whole_ms, rebuilt;
    struct timer page[PAGE], add[PAGE], remove[PAGE];
};

struct timers *
timers_new(struct cache *cache, struct store_fire *store, int64_t horizon_ms)
{
    struct timers *timers = check_zalloc(1, sizeof(*timers));

    timers->cache = cache;
    timers->store = store;
    timers->horizon_ms = horizon_ms;
    return timers;
}

void
timers_destroy(struct timers **timers)
{
    free(*timers);
    *timers = NULL;
}

void
timers_reset(struct timers *timers)
{
    timers->is_whole = false;
    timers->reached = (struct timer){.at_ms = 0};
    timers->rebuilt = 0;
}

// Redis did not take something: when it is there again, it gets everything again.
static void
lose(struct timers *timers)
{
    timers->is_there = false;
    timers_reset(timers);
}

static void
set_some(struct timers *timers, const struct timer *list, size_t count)
{
    const int64_t horizon_ms = timers->now_ms + timers->horizon_ms;
    size_t add_count = 0;
    size_t remove_count = 0;

    for (size_t i = 0; i < count; i++) {
        if (list[i].at_ms != 0 && list[i].at_ms <= horizon_ms)
            timers->add[add_count++] = list[i];
        else
            timers->remove[remove_count++] = list[i];
    }
    if ((add_count > 0 && cache_add(timers->cache, timers->add, add_count) < 0) ||
        (remove_count > 0 && cache_remove(timers->cache, timers->remove, remove_count) < 0)) {
        log_debug(EV_CACHE_AWAY, "timers=%zu", count);
        lose(timers);
    }
}

void
timers_set(struct timers *timers, const struct timer *list, size_t count)
{
    for (size_t done = 0; done < count && timers->is_there; done += PAGE)
        set_some(timers, &list[done], count - done < PAGE ? count - done : PAGE);
}

size_t
timers_due(struct timers *timers, int64_t now_ms, struct timer *list, size_t room)
{
    timers->now_ms = now_ms;
    int found = timers->is_there ? cache_due(timers->cache, now_ms, list, room) : 0;

    if (found < 0)
        lose(timers);
    return found > 0 ? (size_t)found : 0;
}

// Sets the next page of timers up to until_ms.  Returns whether there may be another one.
static bool
set_page(struct timers *timers, int64_t until_ms)
{
    size_t count = 0;

    if (store_fire_timers(timers->store, &timers->reached, until_ms, timers->page, PAGE, &count) != DONE)
        return false;
    if (count > 0 && cache_add_earlier(timers->cache, timers->page, count) < 0) {
        lose(timers);
        return false;
    }
    timers->rebuilt += (int64_t)count;
    if (count == PAGE) {
        timers->reached = timers->page[PAGE - 1];
        return true;
    }
    timers->reached = (struct timer){.at_ms = until_ms, .id = INT64_MAX};
    if (!timers->is_whole && cache_mark_whole(timers->cache) == 0) {
        timers->is_whole = true;
        log_info(EV_TIMERS_REBUILT, "timers=%lld", (long long)timers->rebuilt);
    }
    return false;
}

void
timers_work(struct timers *timers, int64_t now_ms, int64_t until_ms)
{
    int64_t mono = clock_mono_ms();
    int64_t horizon_ms = now_ms + timers->horizon_ms;

    timers->now_ms = now_ms;

    if (mono >= timers->next_whole_ms) {
        int whole = cache_is_whole(timers->cache);

        timers->next_whole_ms = mono + WHOLE_MS;
        timers->is_there = whole >= 0;
        if (whole < 0 || (whole == 0 && timers->is_whole))
            timers_reset(timers);
    }
    if (!timers->is_there || (timers->is_whole && horizon_ms - timers->reached.at_ms < FORWARD_MS))
        return;
    while (set_page(timers, horizon_ms) && clock_mono_ms() < until_ms)
        ;
}

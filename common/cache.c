// cache.c - the alarm clock in Redis: a sorted set of timers, rebuildable from PostgreSQL at any time.
//
// The set holds ids scored with Unix ms.  Beside it the key "<set>:whole" says that the set was filled from
// PostgreSQL since Redis was last empty.  A call waits for Redis at most about a second (0.3 s to connect,
// 0.3 s for each answer); after a failure calls fail at once until the back-off is over.  A name in the URL
// is looked up by the resolver, which may take longer: prefer an address.
//
//     away --connect(), first call succeeds--> connected --fail()--> away, back-off 100 ms .. 5 s
//
// hiredis 0.14 knows no TLS: over a network, put Redis behind a tunnel.
#include "cache.h"

#include "clock.h"
#include "log.h"
#include "str.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE_MS = 300, // who waits for Redis fires nothing meanwhile
    CALL_MS = 1000,    // for a call with many answers
    BACK_OFF_LEAST_MS = 100,
    BACK_OFF_MOST_MS = 5000,
    ROUND = 1000, // commands in one round trip: bounds what both ends buffer
    PORT = 6379,
};

enum state { UNKNOWN, CONNECTED, AWAY };

struct cache {
    char *host; // or the path of a unix socket
    int port;   // 0: unix socket
    char *password, *set, *whole;
    redisContext *redis; // NULL: not connected
    enum state logged;   // what the log said last
    int64_t back_off_ms, retry_at_ms;
    int64_t late_us; // when the call in hand has taken too long
};

static char *
copy(const char *text, size_t length)
{
    char *new = check_alloc(length + 1);
    memcpy(new, text, length);
    new[length] = '\0';
    return new;
}

// Takes redis://host, redis://host:port, redis://[address]:port or unix:/path apart.
static int
parse_url(struct cache *cache, const char *url)
{
    static const char tcp[] = "redis://", local[] = "unix:";
    if (strncmp(url, local, strlen(local)) == 0 && url[strlen(local)] == '/') {
        cache->host = copy(url + strlen(local), strlen(url + strlen(local)));
        return 0;
    }
    if (strncmp(url, tcp, strlen(tcp)) != 0)
        return -1;
    const char *host = url + strlen(tcp);
    bool bracket = *host == '[';
    size_t length = bracket ? strcspn(++host, "]") : strcspn(host, ":/@?#");
    const char *rest = host + length;
    if (length == 0 || (bracket && *rest++ != ']'))
        return -1;
    cache->port = PORT;
    if (*rest == ':') {
        char *end = NULL;
        errno = 0;
        long port = strtol(rest + 1, &end, 10);
        if (errno != 0 || end == rest + 1 || port < 1 || port > UINT16_MAX)
            return -1;
        cache->port = (int)port;
        rest = end;
    }
    if (*rest)
        return -1;
    cache->host = copy(host, length);
    return 0;
}

struct cache *
cache_new(const char *url, const char *password, const char *set)
{
    struct cache *cache = check_zalloc(1, sizeof(*cache));
    if (parse_url(cache, url) != 0) {
        // Not shown: people put passwords into such addresses.
        log_error(EV_SETTING_WRONG, "KENTONGAN_REDIS: is neither redis://host:port nor unix:/path");
        cache_destroy(&cache);
        return NULL;
    }
    struct str whole = {0};
    str_format(&whole, "%s:whole", set);
    cache->whole = whole.data;
    cache->set = copy(set, strlen(set));
    if (password && *password)
        cache->password = copy(password, strlen(password));
    // hiredis 0.14 writes with write(2): a Redis that went away would end the process.
    (void)signal(SIGPIPE, SIG_IGN);
    return cache;
}

void
cache_destroy(struct cache **cache)
{
    struct cache *old = *cache;
    if (old == NULL)
        return;
    if (old->redis != NULL)
        redisFree(old->redis);
    free(old->host);
    free(old->password);
    free(old->set);
    free(old->whole);
    free(old);
    *cache = NULL;
}

// Drops the connection, as what it still brings would answer the wrong call.  Returns -1.
static int
fail(struct cache *cache, const char *reason)
{
    cache->back_off_ms *= 2;
    if (cache->back_off_ms < BACK_OFF_LEAST_MS)
        cache->back_off_ms = BACK_OFF_LEAST_MS;
    if (cache->back_off_ms > BACK_OFF_MOST_MS)
        cache->back_off_ms = BACK_OFF_MOST_MS;
    cache->retry_at_ms = clock_mono_ms() + cache->back_off_ms;
    if (cache->logged != AWAY)
        log_warn(EV_CACHE_AWAY, "host=%s port=%d reason=\"%s\" tries again with back-off", cache->host,
            cache->port, reason);
    cache->logged = AWAY;
    if (cache->redis != NULL)
        redisFree(cache->redis);
    cache->redis = NULL;
    return -1;
}

static const char *
context_reason(const redisContext *redis)
{
    // A time-out is EAGAIN to hiredis, which reads like nonsense.
    if (redis->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK))
        return "no answer in time";
    return redis->err ? redis->errstr : "wrong kind of answer";
}

// A call succeeded: only now is Redis known to be of use (it may accept connections and still be loading).
static int
succeed(struct cache *cache)
{
    cache->back_off_ms = 0;
    if (cache->logged != CONNECTED)
        log_info(EV_CACHE_CONNECTED, "host=%s port=%d", cache->host, cache->port);
    cache->logged = CONNECTED;
    return 0;
}

// Reads one answer.  Returns new (freeReplyObject), or NULL after fail().
static redisReply *
answer(struct cache *cache, int type)
{
    redisReply *reply = NULL;
    void *out = NULL;
    errno = 0;
    if (clock_mono_us() > cache->late_us) {
        (void)fail(cache, "no answer in time");
        return NULL;
    }
    if (redisGetReply(cache->redis, &out) != REDIS_OK) {
        (void)fail(cache, context_reason(cache->redis));
        return NULL;
    }
    reply = out;
    if (reply->type != type) {
        char reason[100];
        str_copy(
            reason, sizeof(reason), reply->type == REDIS_REPLY_ERROR ? reply->str : "wrong kind of answer");
        freeReplyObject(reply);
        (void)fail(cache, reason);
        return NULL;
    }
    return reply;
}

// Sends what was appended and reads count answers of this type, whatever they say.
static int
answers(struct cache *cache, size_t count, int type)
{
    for (size_t i = 0; i < count; i++) {
        redisReply *reply = answer(cache, type);
        if (reply == NULL)
            return -1;
        freeReplyObject(reply);
    }
    return 0;
}

// Makes sure that there is a connection; -1 while Redis is away.
static int
connected(struct cache *cache)
{
    cache->late_us = clock_mono_us() + (int64_t)CALL_MS * 1000;
    if (cache->redis != NULL)
        return 0;
    if (cache->back_off_ms > 0 && clock_mono_ms() < cache->retry_at_ms)
        return -1;

    const struct timeval patience = {.tv_usec = PATIENCE_MS * 1000L};
    cache->redis = cache->port ? redisConnectWithTimeout(cache->host, cache->port, patience)
                               : redisConnectUnixWithTimeout(cache->host, patience);
    if (cache->redis == NULL)
        return fail(cache, "out of memory");
    if (cache->redis->err)
        return fail(cache, cache->redis->errstr);
    if (redisSetTimeout(cache->redis, patience) != REDIS_OK)
        return fail(cache, "cannot set a time-out");
    if (cache->port && redisEnableKeepAlive(cache->redis) != REDIS_OK)
        return fail(cache, "cannot switch keepalive on");
    if (cache->password != NULL) {
        if (redisAppendCommand(cache->redis, "AUTH %s", cache->password) != REDIS_OK)
            return fail(cache, "out of memory");
        return answers(cache, 1, REDIS_REPLY_STATUS);
    }
    return 0;
}

static size_t
round_size(size_t left)
{
    return left < ROUND ? left : ROUND;
}

// Adds timers by a command that takes the set, a time and an id.
static int
add(struct cache *cache, const char *command, const struct timer *timers, size_t count)
{
    if (connected(cache) != 0)
        return -1;
    for (size_t done = 0; done < count;) {
        size_t round = round_size(count - done);
        for (size_t i = 0; i < round; i++) {
            const struct timer *timer = &timers[done + i];
            if (redisAppendCommand(cache->redis, command, cache->set, (long long)timer->at_ms,
                    (long long)timer->id) != REDIS_OK)
                return fail(cache, context_reason(cache->redis));
        }
        if (answers(cache, round, REDIS_REPLY_INTEGER) != 0)
            return -1;
        done += round;
    }
    return succeed(cache);
}

int
cache_add(struct cache *cache, const struct timer *timers, size_t count)
{
    return add(cache, "ZADD %s %lld %lld", timers, count);
}

int
cache_add_earlier(struct cache *cache, const struct timer *timers, size_t count)
{
    return add(cache, "ZADD %s LT %lld %lld", timers, count);
}

int
cache_remove(struct cache *cache, const struct timer *timers, size_t count)
{
    if (connected(cache) != 0)
        return -1;
    for (size_t done = 0; done < count;) {
        size_t round = round_size(count - done);
        for (size_t i = 0; i < round; i++)
            if (redisAppendCommand(
                    cache->redis, "ZREM %s %lld", cache->set, (long long)timers[done + i].id) != REDIS_OK)
                return fail(cache, context_reason(cache->redis));
        if (answers(cache, round, REDIS_REPLY_INTEGER) != 0)
            return -1;
        done += round;
    }
    return succeed(cache);
}

// Reads a member and its score.
static int
read_timer(const redisReply *member, const redisReply *score, struct timer *timer)
{
    if (member->type != REDIS_REPLY_STRING || score->type != REDIS_REPLY_STRING)
        return -1;
    char *end = NULL;
    errno = 0;
    timer->id = strtoll(member->str, &end, 10);
    if (errno != 0 || end == member->str || *end)
        return -1;
    double at = strtod(score->str, &end);
    if (end == score->str || *end || !(at > -9e15 && at < 9e15))
        return -1;
    timer->at_ms = (int64_t)at;
    return 0;
}

int
cache_due(struct cache *cache, int64_t now_ms, struct timer *timers, size_t room)
{
    CHECK(room <= INT32_MAX);
    if (connected(cache) != 0)
        return -1;
    if (redisAppendCommand(cache->redis, "ZRANGEBYSCORE %s -inf %lld WITHSCORES LIMIT 0 %lld", cache->set,
            (long long)now_ms, (long long)room) != REDIS_OK)
        return fail(cache, context_reason(cache->redis));
    redisReply *reply = answer(cache, REDIS_REPLY_ARRAY);
    if (reply == NULL)
        return -1;
    size_t count = reply->elements / 2;
    bool readable = reply->elements % 2 == 0 && count <= room;
    for (size_t i = 0; readable && i < count; i++)
        readable = read_timer(reply->element[2 * i], reply->element[2 * i + 1], &timers[i]) == 0;
    freeReplyObject(reply);
    if (!readable)
        return fail(cache, "the set holds what is no timer");
    (void)succeed(cache);
    return (int)count;
}

int
cache_is_whole(struct cache *cache)
{
    if (connected(cache) != 0)
        return -1;
    if (redisAppendCommand(cache->redis, "EXISTS %s", cache->whole) != REDIS_OK)
        return fail(cache, context_reason(cache->redis));
    redisReply *reply = answer(cache, REDIS_REPLY_INTEGER);
    if (reply == NULL)
        return -1;
    int whole = reply->integer != 0;
    freeReplyObject(reply);
    (void)succeed(cache);
    return whole;
}

int
cache_mark_whole(struct cache *cache)
{
    if (connected(cache) != 0)
        return -1;
    if (redisAppendCommand(cache->redis, "SET %s 1", cache->whole) != REDIS_OK)
        return fail(cache, context_reason(cache->redis));
    if (answers(cache, 1, REDIS_REPLY_STATUS) != 0)
        return -1;
    return succeed(cache);
}

// stream.c - answers that stay open.
//
//     WRITING --nothing waits (stream_read)--> RESTING
//        ^                                        |
//        +---------- hub_publish, hub_tick -------+
//     any --hub_end, too much waits, STREAM_LIFE_MS are over--> ENDED: what waits is still written, then -1
//
// One lock for all: what is done under it is short.  rest() and wake() are called under it, so that none
// overtakes the other.
#include "stream.h"

#include "clock.h"
#include "str.h"

#include <pthread.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 8192, OWNER_SIZE = 80 };

// That a stream listens to a topic: one of a chain of its bucket.
struct listening {
    struct listening *next, **link; // link: what points here
    struct stream *stream;
    char *topic;
};

struct stream {
    struct hub *hub;
    struct stream *next, **link; // all streams of the hub
    struct listening listens[STREAM_TOPICS_MOST];
    size_t listen_count;
    char owner[OWNER_SIZE];
    char *keepalive;
    int64_t keepalive_ms, wrote_ms, ends_ms;
    struct str waiting;
    size_t written; // of waiting
    bool resting, ended;
    void (*rest)(void *self);
    void (*wake)(void *self);
    void *self;
};

struct hub {
    pthread_mutex_t lock;
    uint8_t key[crypto_shorthash_KEYBYTES];
    struct listening *buckets[BUCKETS];
    struct stream *streams;
    size_t count;
    bool closed; // streams that come now end at once
};

static void
lock(struct hub *hub)
{
    CHECK(pthread_mutex_lock(&hub->lock) == 0);
}

static void
unlock(struct hub *hub)
{
    CHECK(pthread_mutex_unlock(&hub->lock) == 0);
}

struct hub *
hub_new(void)
{
    struct hub *hub = check_zalloc(1, sizeof(*hub));

    CHECK(sodium_init() >= 0 && pthread_mutex_init(&hub->lock, NULL) == 0);
    crypto_shorthash_keygen(hub->key);
    return hub;
}

void
hub_destroy(struct hub **hub)
{
    if (*hub == NULL)
        return;
    CHECK((*hub)->count == 0);
    CHECK(pthread_mutex_destroy(&(*hub)->lock) == 0);
    free(*hub);
    *hub = NULL;
}

// Topics may come from clients: without the key nobody can fill one bucket.
static struct listening **
bucket(struct hub *hub, const char *topic)
{
    uint8_t hash[crypto_shorthash_BYTES];
    uint64_t number = 0;

    crypto_shorthash(hash, (const uint8_t *)topic, strlen(topic), hub->key);
    memcpy(&number, hash, sizeof(number));
    return &hub->buckets[number % BUCKETS];
}

static void
listen_to(struct stream *stream, const char *topic)
{
    struct listening *listening = &stream->listens[stream->listen_count++];
    struct listening **first = bucket(stream->hub, topic);

    listening->stream = stream;
    listening->topic = strdup(topic);
    CHECK(listening->topic != NULL);
    listening->next = *first;
    listening->link = first;
    if (*first != NULL)
        (*first)->link = &listening->next;
    *first = listening;
}

// Two of the parameters are lengths.
struct stream *
// NOLINTNEXTLINE(readability-function-size)
stream_new(struct hub *hub, const char *const *topics, size_t topic_count, const char *keepalive,
    int64_t keepalive_ms, const void *first, size_t length)
{
    struct stream *stream = check_zalloc(1, sizeof(*stream));

    CHECK(topic_count <= STREAM_TOPICS_MOST && keepalive_ms > 0);
    stream->hub = hub;
    stream->keepalive = strdup(keepalive);
    CHECK(stream->keepalive != NULL);
    stream->keepalive_ms = keepalive_ms;
    stream->wrote_ms = clock_mono_ms();
    stream->ends_ms = stream->wrote_ms + STREAM_LIFE_MS;
    str_add(&stream->waiting, first, length);
    lock(hub);
    stream->ended = hub->closed;
    for (size_t i = 0; i < topic_count; i++)
        listen_to(stream, topics[i]);
    stream->next = hub->streams;
    stream->link = &hub->streams;
    if (hub->streams != NULL)
        hub->streams->link = &stream->next;
    hub->streams = stream;
    hub->count++;
    unlock(hub);
    return stream;
}

void
stream_destroy(struct stream **stream)
{
    struct stream *old = *stream;

    if (old == NULL)
        return;
    lock(old->hub);
    for (size_t i = 0; i < old->listen_count; i++) {
        struct listening *listening = &old->listens[i];

        *listening->link = listening->next;
        if (listening->next != NULL)
            listening->next->link = listening->link;
        free(listening->topic);
    }
    *old->link = old->next;
    if (old->next != NULL)
        old->next->link = old->link;
    old->hub->count--;
    unlock(old->hub);
    free(old->keepalive);
    str_free(&old->waiting);
    free(old);
    *stream = NULL;
}

// Under the lock.
static void
wake(struct stream *stream)
{
    if (!stream->resting)
        return;
    stream->resting = false;
    stream->wake(stream->self);
}

// Under the lock.
static void
end(struct stream *stream)
{
    stream->ended = true;
    wake(stream);
}

// Under the lock.  False: it has ended.
static bool
add(struct stream *stream, const void *data, size_t length)
{
    if (stream->ended)
        return false;
    if (stream->waiting.length - stream->written + length > STREAM_BACKLOG_MOST) {
        end(stream);
        return false;
    }
    str_add(&stream->waiting, data, length);
    stream->wrote_ms = clock_mono_ms();
    wake(stream);
    return true;
}

size_t
hub_publish(struct hub *hub, const char *topic, const void *data, size_t length)
{
    size_t count = 0;

    lock(hub);
    for (struct listening *i = *bucket(hub, topic); i != NULL; i = i->next)
        if (strcmp(i->topic, topic) == 0 && add(i->stream, data, length))
            count++;
    unlock(hub);
    return count;
}

void
hub_tick(void *self)
{
    struct hub *hub = self;
    int64_t now = clock_mono_ms();

    lock(hub);
    for (struct stream *stream = hub->streams; stream != NULL; stream = stream->next)
        if (now >= stream->ends_ms)
            end(stream);
        else if (now - stream->wrote_ms >= stream->keepalive_ms)
            (void)add(stream, stream->keepalive, strlen(stream->keepalive));
    unlock(hub);
}

size_t
hub_count(struct hub *hub)
{
    size_t count = 0;

    lock(hub);
    count = hub->count;
    unlock(hub);
    return count;
}

void
hub_end(struct hub *hub, const char *owner)
{
    lock(hub);
    hub->closed = hub->closed || owner[0] == '\0';
    for (struct stream *stream = hub->streams; stream != NULL; stream = stream->next)
        if (owner[0] == '\0' || strcmp(stream->owner, owner) == 0)
            end(stream);
    unlock(hub);
}

void
stream_own(struct stream *stream, const char *owner)
{
    lock(stream->hub);
    str_copy(stream->owner, sizeof(stream->owner), owner);
    unlock(stream->hub);
}

void
stream_connect(struct stream *stream, void (*rest)(void *self), void (*wake_up)(void *self), void *self)
{
    lock(stream->hub);
    stream->rest = rest;
    stream->wake = wake_up;
    stream->self = self;
    unlock(stream->hub);
}

long
stream_read(struct stream *stream, void *buffer, size_t room)
{
    size_t length = 0;
    long rc = 0;

    lock(stream->hub);
    length = stream->waiting.length - stream->written;
    if (length > room)
        length = room;
    if (length > 0) {
        memcpy(buffer, stream->waiting.data + stream->written, length);
        stream->written += length;
        rc = (long)length;
    } else if (stream->ended) {
        rc = -1;
    } else {
        stream->resting = true;
        stream->rest(stream->self);
    }
    // Thousands of streams are idle: what was written takes no memory.
    if (stream->written == stream->waiting.length) {
        str_free(&stream->waiting);
        stream->written = 0;
    }
    unlock(stream->hub);
    return rc;
}

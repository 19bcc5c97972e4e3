// pool.c - connections to PostgreSQL, lent to one request at a time.
#include "pool.h"

#include "clock.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t given;
    struct db **free; // the first free_count are nobody's
    size_t size, free_count;
    size_t failures; // in a row
    int64_t rests_until_ms;
};

struct pool *
pool_new(size_t size, const char *conninfo, const char *password)
{
    struct pool *pool = check_zalloc(1, sizeof(*pool));
    pthread_condattr_t monotonic;

    CHECK(pthread_mutex_init(&pool->lock, NULL) == 0);
    CHECK(pthread_condattr_init(&monotonic) == 0);
    CHECK(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    CHECK(pthread_cond_init(&pool->given, &monotonic) == 0);
    CHECK(pthread_condattr_destroy(&monotonic) == 0);
    pool->free = check_zalloc(size, sizeof(struct db *));
    pool->size = size;
    for (size_t i = 0; i < size; i++)
        pool->free[pool->free_count++] = db_new(conninfo, password, "kentongan portal");
    return pool;
}

void
pool_destroy(struct pool **pool)
{
    if (*pool == NULL)
        return;
    CHECK((*pool)->free_count == (*pool)->size);
    for (size_t i = 0; i < (*pool)->size; i++)
        db_destroy(&(*pool)->free[i]);
    pthread_cond_destroy(&(*pool)->given);
    pthread_mutex_destroy(&(*pool)->lock);
    free((*pool)->free);
    free(*pool);
    *pool = NULL;
}

static struct timespec
patience_ends(void)
{
    struct timespec end;

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += POOL_PATIENCE_MS / 1000;
    return end;
}

struct db *
pool_take(struct pool *pool)
{
    struct timespec end = patience_ends();
    struct db *db = NULL;
    bool late = false;

    CHECK(pthread_mutex_lock(&pool->lock) == 0);
    while (clock_mono_ms() >= pool->rests_until_ms && pool->free_count == 0 && !late)
        late = pthread_cond_timedwait(&pool->given, &pool->lock, &end) != 0;
    if (clock_mono_ms() >= pool->rests_until_ms && pool->free_count > 0)
        db = pool->free[--pool->free_count];
    CHECK(pthread_mutex_unlock(&pool->lock) == 0);
    return db;
}

void
pool_give(struct pool *pool, struct db *db, enum outcome ending)
{
    db_release(db);
    CHECK(pthread_mutex_lock(&pool->lock) == 0);
    CHECK(pool->free_count < pool->size);
    pool->free[pool->free_count++] = db;
    pool->failures = ending == RETRY ? pool->failures + 1 : 0;
    // One slow query is no reason; each connection's in a row is.
    if (pool->failures >= pool->size)
        pool->rests_until_ms = clock_mono_ms() + POOL_REST_MS;
    CHECK(pthread_cond_signal(&pool->given) == 0);
    CHECK(pthread_mutex_unlock(&pool->lock) == 0);
}

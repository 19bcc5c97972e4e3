// rates.c - how often somebody may ask.
#include "rates.h"

#include "clock.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAYS = 8, SETS = RATES_BUCKETS / WAYS, MINUTE_MS = 60000, KEY_MOST = 256 };

struct bucket {
    uint64_t hash;
    double taken; // of what a minute gives, at at_ms: 0 .. 1
    int64_t at_ms;
};

struct rates {
    pthread_mutex_t lock;
    uint8_t key[crypto_shorthash_KEYBYTES];
    struct bucket buckets[SETS][WAYS];
};

struct rates *
rates_new(void)
{
    struct rates *rates = check_zalloc(1, sizeof(*rates));

    CHECK(sodium_init() >= 0 && pthread_mutex_init(&rates->lock, NULL) == 0);
    crypto_shorthash_keygen(rates->key);
    return rates;
}

void
rates_destroy(struct rates **rates)
{
    if (*rates == NULL)
        return;
    CHECK(pthread_mutex_destroy(&(*rates)->lock) == 0);
    free(*rates);
    *rates = NULL;
}

// What of a bucket is taken now: it refills within a minute.
static double
taken(const struct bucket *bucket, int64_t now)
{
    double left = bucket->taken - (double)(now - bucket->at_ms) / MINUTE_MS;

    return left > 0 ? left : 0;
}

// The bucket of this key: its own, else the fullest of its set, filled up.
static struct bucket *
find(struct rates *rates, const char *group, const char *key, int64_t now)
{
    char text[KEY_MOST];
    uint8_t hash[crypto_shorthash_BYTES];
    uint64_t number = 0;
    struct bucket *set = NULL;
    struct bucket *best = NULL;
    int length = snprintf(text, sizeof(text), "%s %s", group, key);

    CHECK(length > 0);
    crypto_shorthash(hash, (const uint8_t *)text, strlen(text), rates->key);
    memcpy(&number, hash, sizeof(number));
    set = rates->buckets[number % SETS];
    best = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].hash == number)
            return &set[i];
        if (taken(&set[i], now) < taken(best, now))
            best = &set[i];
    }
    *best = (struct bucket){.hash = number, .taken = 0, .at_ms = now};
    return best;
}

int64_t
rates_take(struct rates *rates, const char *group, const char *key, int per_minute)
{
    int64_t now = clock_mono_ms();
    struct bucket *bucket = NULL;
    double wished = 0;
    int64_t wait = 0;

    CHECK(per_minute > 0 && pthread_mutex_lock(&rates->lock) == 0);
    bucket = find(rates, group, key, now);
    wished = taken(bucket, now) + 1.0 / per_minute;
    if (wished <= 1 + 1e-9) {
        bucket->taken = wished;
        bucket->at_ms = now;
    } else {
        wait = (int64_t)((wished - 1) * MINUTE_MS) + 1;
    }
    CHECK(pthread_mutex_unlock(&rates->lock) == 0);
    return wait;
}

void
rates_give(struct rates *rates, const char *group, const char *key, int per_minute)
{
    int64_t now = clock_mono_ms();
    struct bucket *bucket = NULL;

    CHECK(per_minute > 0 && pthread_mutex_lock(&rates->lock) == 0);
    bucket = find(rates, group, key, now);
    bucket->taken = taken(bucket, now) - 1.0 / per_minute;
    bucket->at_ms = now;
    if (bucket->taken < 0)
        bucket->taken = 0;
    CHECK(pthread_mutex_unlock(&rates->lock) == 0);
}

void
rates_address(const char *address, char key[RATES_ADDRESS_SIZE])
{
    struct in6_addr six;

    snprintf(key, RATES_ADDRESS_SIZE, "%s", address);
    if (inet_pton(AF_INET6, address, &six) != 1 || IN6_IS_ADDR_V4MAPPED(&six))
        return;
    memset(six.s6_addr + 8, 0, 8);
    CHECK(inet_ntop(AF_INET6, &six, key, RATES_ADDRESS_SIZE) != NULL);
}

// test_cache.c - the alarm clock against a real Redis that comes, goes, stands still and forgets.
#include "cache.h"
#include "child.h"
#include "clock.h"
#include "cmocka_all.h"
#include "redis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t now_ms = INT64_C(1763800000000);

static struct redis *redis;
static struct cache *cache;

static int
start(void **state)
{
    (void)state;
    redis = redis_new(NULL);
    redis_start(redis);
    cache = cache_new(redis_url(redis), NULL, "timers");
    return cache ? 0 : -1;
}

static int
stop(void **state)
{
    (void)state;
    clock_set(0);
    cache_destroy(&cache);
    redis_destroy(&redis);
    return 0;
}

static void
keeps_timers_in_order(void **state)
{
    (void)state;
    const struct timer timers[] = {
        {now_ms + 20, 7}, {now_ms + 10, INT64_C(1) << 40}, {now_ms + 30, 9}, {now_ms, 4}};
    struct timer due[8];
    assert_int_equal(cache_due(cache, now_ms + 99, due, 8), 0);
    assert_int_equal(cache_add(cache, timers, LENGTH(timers)), 0);
    assert_int_equal(cache_due(cache, now_ms - 1, due, 8), 0);
    assert_int_equal(cache_due(cache, now_ms + 20, due, 8), 3);
    assert_true(due[0].id == 4 && due[0].at_ms == now_ms);
    assert_true(due[1].id == INT64_C(1) << 40 && due[1].at_ms == now_ms + 10);
    assert_true(due[2].id == 7 && due[2].at_ms == now_ms + 20);

    // They stay until removed, and no more than asked for are given.
    assert_int_equal(cache_due(cache, now_ms + 99, due, 2), 2);
    assert_int_equal(cache_due(cache, now_ms + 99, due, 8), 4);
    assert_int_equal(cache_remove(cache, timers, 2), 0);
    assert_int_equal(cache_remove(cache, timers, 2), 0);
    assert_int_equal(cache_due(cache, now_ms + 99, due, 8), 2);
    assert_true(due[0].id == 4 && due[1].id == 9);
}

static void
moves_a_timer(void **state)
{
    (void)state;
    struct timer timer = {now_ms, 7}, due[2];
    assert_int_equal(cache_add(cache, &timer, 1), 0);
    timer.at_ms += 5000;
    assert_int_equal(cache_add(cache, &timer, 1), 0);
    assert_int_equal(cache_due(cache, now_ms, due, 2), 0);
    assert_int_equal(cache_due(cache, now_ms + 5000, due, 2), 1);
    assert_int_equal(due[0].at_ms, now_ms + 5000);
}

static void
takes_many_at_once(void **state)
{
    (void)state;
    enum { COUNT = 2500 };
    struct timer *timers = calloc(COUNT, sizeof(*timers));
    assert_non_null(timers);
    for (int i = 0; i < COUNT; i++)
        timers[i] = (struct timer){now_ms + i, i + 1};
    assert_int_equal(cache_add(cache, timers, COUNT), 0);
    memset(timers, 0, COUNT * sizeof(*timers));
    assert_int_equal(cache_due(cache, now_ms + COUNT, timers, COUNT), COUNT);
    for (int i = 0; i < COUNT; i++)
        assert_true(timers[i].id == i + 1 && timers[i].at_ms == now_ms + i);
    assert_int_equal(cache_remove(cache, timers, COUNT), 0);
    assert_int_equal(cache_due(cache, now_ms + COUNT, timers, COUNT), 0);
    assert_int_equal(cache_add(cache, NULL, 0), 0);
    free(timers);
}

static void
knows_whether_it_is_whole(void **state)
{
    (void)state;
    assert_int_equal(cache_is_whole(cache), 0);
    assert_int_equal(cache_mark_whole(cache), 0);
    assert_int_equal(cache_is_whole(cache), 1);

    struct cache *other = cache_new(redis_url(redis), NULL, "others");
    assert_int_equal(cache_is_whole(other), 0);
    cache_destroy(&other);

    // A Redis that starts again has forgotten everything, and says so.
    clock_set(now_ms);
    redis_stop(redis);
    assert_int_equal(cache_is_whole(cache), -1);
    redis_start(redis);
    clock_set(now_ms + 5000);
    assert_int_equal(cache_is_whole(cache), 0);
}

static void
backs_off(void **state)
{
    (void)state;
    struct timer timer = {now_ms, 7};
    clock_set(now_ms);
    redis_stop(redis);
    assert_int_equal(cache_add(cache, &timer, 1), -1);

    // Redis is back; nobody looks before the back-off is over.
    redis_start(redis);
    assert_int_equal(cache_add(cache, &timer, 1), -1);
    clock_set(now_ms + 99);
    assert_int_equal(cache_add(cache, &timer, 1), -1);
    clock_set(now_ms + 100);
    assert_int_equal(cache_add(cache, &timer, 1), 0);
}

// Each failure doubles the back-off, up to 5 s: after eight of them 5 s have to pass, and do suffice.
static void
backs_off_ever_longer(void **state)
{
    (void)state;
    struct timer due[1];
    int64_t at_ms = now_ms;
    redis_stop(redis);
    for (int i = 0; i < 8; i++) {
        clock_set(at_ms);
        assert_int_equal(cache_due(cache, at_ms, due, 1), -1);
        at_ms += 5000;
    }
    redis_start(redis);
    clock_set(at_ms - 1);
    assert_int_equal(cache_due(cache, at_ms, due, 1), -1);
    clock_set(at_ms);
    assert_int_equal(cache_due(cache, at_ms, due, 1), 0);
}

// A late answer must not be taken for the next call's.
static void
drops_a_connection_that_is_late(void **state)
{
    (void)state;
    struct timer timer = {now_ms, 7}, due[2];
    assert_int_equal(cache_add(cache, &timer, 1), 0);
    assert_int_equal(cache_mark_whole(cache), 0);
    clock_set(now_ms);
    int64_t before_us = clock_mono_us();
    redis_freeze(redis);
    assert_int_equal(cache_is_whole(cache), -1);
    assert_true(clock_mono_us() - before_us >= 250000);

    // Nobody waits for it again.  The shortest of many tells so: any of them may have had to wait for its
    // turn.
    int64_t least_us = INT64_MAX;
    for (int i = 0; i < 10; i++) {
        before_us = clock_mono_us();
        assert_int_equal(cache_due(cache, now_ms, due, 2), -1);
        int64_t took_us = clock_mono_us() - before_us;
        least_us = took_us < least_us ? took_us : least_us;
    }
    assert_true(least_us < 100000);
    redis_thaw(redis);
    clock_set(now_ms + 5000);
    assert_int_equal(cache_due(cache, now_ms, due, 2), 1);
    assert_int_equal(due[0].id, 7);
    assert_int_equal(cache_is_whole(cache), 1);
}

static void
fails_when_the_key_is_something_else(void **state)
{
    (void)state;
    struct timer timer = {now_ms, 7}, due[1];
    struct cache *other = cache_new(redis_url(redis), NULL, "timers:whole");
    assert_int_equal(cache_mark_whole(cache), 0);
    clock_set(now_ms);
    assert_int_equal(cache_add(other, &timer, 1), -1);
    clock_set(now_ms + 5000);
    assert_int_equal(cache_due(other, now_ms, due, 1), -1);
    assert_int_equal(cache_is_whole(cache), 1);
    cache_destroy(&other);
}

static void
shows_its_password(void **state)
{
    (void)state;
    struct redis *locked = redis_new("s3cret words");
    redis_start(locked);
    struct cache *none = cache_new(redis_url(locked), NULL, "timers");
    struct cache *wrong = cache_new(redis_url(locked), "guess", "timers");
    struct cache *right = cache_new(redis_url(locked), "s3cret words", "timers");
    assert_int_equal(cache_is_whole(none), -1);
    assert_int_equal(cache_is_whole(wrong), -1);
    assert_int_equal(cache_is_whole(right), 0);
    cache_destroy(&none);
    cache_destroy(&wrong);
    cache_destroy(&right);
    redis_destroy(&locked);
}

static void
come_and_go(const void *self)
{
    (void)self;
    int64_t at_ms = now_ms;
    redis_start(redis);
    for (int i = 0; i < 12; i++) {
        if (i == 3)
            redis_stop(redis);
        if (i == 8)
            redis_start(redis);
        clock_set(at_ms);
        (void)!cache_is_whole(cache);
        at_ms += 5000;
    }
    redis_stop(redis);
}

static void
logs_each_change_once(void **state)
{
    (void)state;
    // The server has to be the child's own, to be stopped and waited for there.
    redis_stop(redis);
    struct child child = child_run(come_and_go, NULL);
    assert_int_equal(child.code, 0);
    assert_int_equal(child_count(child.err, "CACHE_CONNECTED"), 2);
    assert_int_equal(child_count(child.err, "CACHE_AWAY"), 1);
}

static void
reads_addresses(void **state)
{
    (void)state;
    static const char *const good[] = {
        "redis://127.0.0.1:6379", "redis://redis", "redis://[::1]:6380", "unix:/run/redis"};
    static const char *const wrong[] = {"", "redis://", "redis://:6379", "redis://h:0", "redis://h:65536",
        "redis://h:", "redis://h:6379/0", "redis://user:word@h:6379", "redis://[::1", "rediss://h",
        "unix:run/redis", "h:6379"};
    for (size_t i = 0; i < LENGTH(good); i++) {
        struct cache *some = cache_new(good[i], NULL, "timers");
        assert_non_null(some);
        cache_destroy(&some);
        assert_null(some);
    }
    for (size_t i = 0; i < LENGTH(wrong); i++)
        if (cache_new(wrong[i], NULL, "timers"))
            fail_msg("\"%s\" was taken", wrong[i]);
    struct cache *nobody = cache_new("redis://127.0.0.1:1", NULL, "timers");
    assert_int_equal(cache_is_whole(nobody), -1);
    cache_destroy(&nobody);
    cache_destroy(&nobody);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_timers_in_order, start, stop),
        cmocka_unit_test_setup_teardown(moves_a_timer, start, stop),
        cmocka_unit_test_setup_teardown(takes_many_at_once, start, stop),
        cmocka_unit_test_setup_teardown(knows_whether_it_is_whole, start, stop),
        cmocka_unit_test_setup_teardown(backs_off, start, stop),
        cmocka_unit_test_setup_teardown(backs_off_ever_longer, start, stop),
        cmocka_unit_test_setup_teardown(drops_a_connection_that_is_late, start, stop),
        cmocka_unit_test_setup_teardown(fails_when_the_key_is_something_else, start, stop),
        cmocka_unit_test_setup_teardown(shows_its_password, start, stop),
        cmocka_unit_test_setup_teardown(logs_each_change_once, start, stop),
        cmocka_unit_test(reads_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_pool.c - connections lent to threads, with a real PostgreSQL and without one.
#include "check.h"
#include "clock.h"
#include "cmocka_all.h"
#include "pool.h"
#include "postgres.h"

#include <pthread.h>
#include <stdatomic.h>

enum { SIZE = 3, THREADS = 8, TURNS = 50, NOON = 1000000 };

static struct {
    struct pool *pool;
    atomic_int out, most, done;
} work;

static void *
ask_often(void *self)
{
    const struct db_query query = {"one", "SELECT 1", NULL};

    (void)self;
    for (int i = 0; i < TURNS; i++) {
        struct db *db = pool_take(work.pool);
        int out = 0;
        int most = 0;

        CHECK(db != NULL);
        out = atomic_fetch_add(&work.out, 1) + 1;
        most = atomic_load(&work.most);
        while (out > most && !atomic_compare_exchange_weak(&work.most, &most, out))
            ;
        enum outcome outcome = db_run(db, &query, 1, POOL_PATIENCE_MS);
        if (outcome == DONE && db_int(db, 0, 0, 0) == 1)
            atomic_fetch_add(&work.done, 1);
        atomic_fetch_sub(&work.out, 1);
        pool_give(work.pool, db, outcome);
    }
    return NULL;
}

static void
each_is_lent_to_one_at_a_time(void **state)
{
    struct postgres *postgres = postgres_new();
    pthread_t threads[THREADS];

    (void)state;
    work.pool = pool_new(SIZE, postgres_conninfo(postgres), NULL);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(work.done, THREADS * TURNS);
    assert_in_range(work.most, 1, SIZE);
    pool_destroy(&work.pool);
    postgres_destroy(&postgres);
}

static int
run_clock(void **state)
{
    (void)state;
    clock_set(0);
    return 0;
}

static void
nobody_waits_for_what_is_away(void **state)
{
    const struct db_query query = {"one", "SELECT 1", NULL};
    struct pool *pool = pool_new(2, "host=/nonexistent dbname=none", NULL);

    (void)state;
    clock_set(NOON);
    for (int i = 0; i < 2; i++) {
        struct db *db = pool_take(pool);
        enum outcome outcome = DONE;

        assert_non_null(db);
        outcome = db_run(db, &query, 1, POOL_PATIENCE_MS);
        assert_int_equal(outcome, RETRY);
        pool_give(pool, db, outcome);
    }
    clock_set(NOON + POOL_REST_MS - 1);
    assert_null(pool_take(pool));
    // After the rest somebody may try.
    clock_set(NOON + POOL_REST_MS);
    struct db *db = pool_take(pool);
    assert_non_null(db);
    pool_give(pool, db, DONE);
    pool_destroy(&pool);
}

static void
who_finds_none_waits_not_for_ever(void **state)
{
    struct pool *pool = pool_new(1, "host=/nonexistent dbname=none", NULL);
    struct db *only = pool_take(pool);
    int64_t start = clock_mono_ms();

    (void)state;
    assert_non_null(only);
    assert_null(pool_take(pool));
    assert_true(clock_mono_ms() - start >= POOL_PATIENCE_MS - 100);
    pool_give(pool, only, DONE);
    pool_destroy(&pool);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_lent_to_one_at_a_time),
        cmocka_unit_test_teardown(nobody_waits_for_what_is_away, run_clock),
        cmocka_unit_test(who_finds_none_waits_not_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

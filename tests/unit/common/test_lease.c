// test_lease.c - one holder at a time: who dies is replaced at once, who freezes when the lease is over.
#include "lease.h"

#include "check.h"
#include "clock.h"
#include "cmocka_all.h"
#include "postgres.h"

#include <stdlib.h>

enum { LASTS_MS = 5000 };

static const int64_t now = 1795323600000; // the clocks stand still, so that only a test moves them
static const char table_sql[] =
    "CREATE TABLE leases (name text PRIMARY KEY, holder uuid NOT NULL, until timestamptz NOT NULL)";
static const char over_sql[] = "UPDATE leases SET until = clock_timestamp() - interval '1 ms'";

// Two who compete, and one who looks on.
struct two {
    struct db *db, *other_db, *tester;
    struct lease *lease, *other;
};

static void
run(struct two *two, const char *statement)
{
    postgres_run(two->tester, &statement, 1);
}

static int
set_up(void **state)
{
    struct two *two = check_zalloc(1, sizeof(*two));

    clock_set(now);
    two->tester = db_new(postgres_conninfo(postgres_of_group), NULL, "tester");
    run(two, "DROP TABLE IF EXISTS leases");
    run(two, table_sql);
    two->db = db_new(postgres_conninfo(postgres_of_group), NULL, "first");
    two->other_db = db_new(postgres_conninfo(postgres_of_group), NULL, "second");
    two->lease = lease_new(two->db, "watcher", LASTS_MS);
    two->other = lease_new(two->other_db, "watcher", LASTS_MS);
    *state = two;
    return 0;
}

static int
tear_down(void **state)
{
    struct two *two = *state;

    lease_destroy(&two->lease);
    lease_destroy(&two->other);
    db_destroy(&two->db);
    db_destroy(&two->other_db);
    db_destroy(&two->tester);
    free(two);
    clock_set(0);
    return 0;
}

// The server sees a moment later that a connection was closed.
static void
await(struct lease *lease)
{
    int64_t until = clock_mono_us() + 10000000;

    while (!lease_hold(lease))
        assert_true(clock_mono_us() < until);
}

static bool
is_over(struct two *two)
{
    const struct db_query query = {"over", "SELECT until < clock_timestamp() FROM leases", NULL};
    bool over = false;

    CHECK(db_run(two->tester, &query, 1, 5000) == DONE);
    over = db_int(two->tester, 0, 0, 0) != 0;
    db_release(two->tester);
    return over;
}

// Until the server has ended that connection.
static void
await_gone(struct two *two, const char *name)
{
    int64_t until = clock_mono_us() + 10000000;
    struct db_params *params = db_params_new("t");
    const struct db_query query = {
        "gone", "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", params};
    bool gone = false;

    db_put_string(params, 0, name);
    while (!gone) {
        CHECK(db_run(two->tester, &query, 1, 5000) == DONE);
        gone = db_int(two->tester, 0, 0, 0) == 0;
        db_release(two->tester);
        assert_true(clock_mono_us() < until);
    }
    db_params_destroy(&params);
}

static void
test_one_holds_and_the_other_stands_by(void **state)
{
    struct two *two = *state;

    assert_true(lease_hold(two->lease));
    for (int i = 0; i < 3; i++) {
        clock_set(now + (int64_t)i * 1500);
        assert_true(lease_hold(two->lease));
        assert_false(lease_hold(two->other));
    }
}

static void
test_names_are_apart(void **state)
{
    struct two *two = *state;
    struct db *db = db_new(postgres_conninfo(postgres_of_group), NULL, "third");
    struct lease *third = lease_new(db, "notifier", LASTS_MS);

    assert_true(lease_hold(two->lease));
    assert_true(lease_hold(third));
    lease_destroy(&third);
    db_destroy(&db);
}

static void
test_a_dead_holder_is_replaced_at_once(void **state)
{
    struct two *two = *state;

    assert_true(lease_hold(two->lease));
    assert_false(lease_hold(two->other));
    lease_destroy(&two->lease);
    db_destroy(&two->db);
    await(two->other);
}

static void
test_a_frozen_holder_is_replaced_when_it_is_over(void **state)
{
    struct two *two = *state;

    assert_true(lease_hold(two->lease));
    run(two, over_sql);
    assert_true(lease_hold(two->other));
    await_gone(two, "first");

    // It thaws: its connection was ended, and PostgreSQL is asked before it acts.
    clock_set(now + 5100);
    assert_false(lease_hold(two->lease));
    clock_set(now + 8100); // the back-off is over
    assert_true(lease_hold(two->other));
    assert_false(lease_hold(two->lease));

    lease_destroy(&two->other);
    db_destroy(&two->other_db);
    await(two->lease);
}

static void
test_a_holder_that_froze_goes_on_when_nobody_took_it(void **state)
{
    struct two *two = *state;

    assert_true(lease_hold(two->lease));
    run(two, over_sql);
    clock_set(now + 3600000);
    assert_true(lease_hold(two->lease));
    assert_false(is_over(two));
    assert_false(lease_hold(two->other));
}

static void
test_who_cannot_renew_stops_before_it_is_over(void **state)
{
    struct two *two = *state;

    assert_true(lease_hold(two->lease));
    run(two, "ALTER TABLE leases RENAME TO hidden");
    clock_set(now + 3999);
    assert_true(lease_hold(two->lease));
    clock_set(now + 4000);
    assert_false(lease_hold(two->lease));
    run(two, "ALTER TABLE hidden RENAME TO leases");
    clock_set(now + 5100);
    assert_true(lease_hold(two->lease));
}

static void
test_a_lost_connection_is_a_lost_lease(void **state)
{
    struct two *two = *state;

    assert_true(lease_hold(two->lease));
    run(two, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'first'");
    await(two->other);
    clock_set(now + 3000); // the back-off is over
    assert_false(lease_hold(two->lease));
}

static void
test_a_long_walk_keeps_it(void **state)
{
    static const char *const step = "SELECT 1";
    struct two *two = *state;

    assert_true(lease_hold(two->lease));
    run(two, over_sql);
    clock_set(now + 999);
    postgres_run(two->db, &step, 1);
    assert_true(is_over(two));
    clock_set(now + 1000);
    postgres_run(two->db, &step, 1);
    assert_false(is_over(two));
}

// Lost during a walk and free again when it is over: it has to be told, since somebody else acted meanwhile.
static void
test_what_was_lost_in_between_is_said_once(void **state)
{
    static const char *const step = "SELECT 1";
    struct two *two = *state;

    assert_true(lease_hold(two->lease));
    run(two, "UPDATE leases SET holder = gen_random_uuid()");
    clock_set(now + 1000);
    postgres_run(two->db, &step, 1);
    run(two, over_sql);
    assert_false(lease_hold(two->lease));
    assert_true(lease_hold(two->lease));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_holds_and_the_other_stands_by, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_are_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_dead_holder_is_replaced_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_frozen_holder_is_replaced_when_it_is_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_a_holder_that_froze_goes_on_when_nobody_took_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_cannot_renew_stops_before_it_is_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_lost_connection_is_a_lost_lease, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_long_walk_keeps_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_lost_in_between_is_said_once, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, postgres_group_start, postgres_group_stop);
}

// test_plan.c - what has to be written of a ticket.
#include "cmocka_all.h"
#include "plan.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 3600 * 1000, RULES = 7 };
static const int64_t start = INT64_C(1795312800000);
static const int64_t now = INT64_C(1795312800000) + HOUR_MS;

// A ticket in the agency's hands since start, and its stored rows.
struct world {
    struct rules *rules;
    struct plan plan;
    struct deadline_case one;
    struct history_turn turns[2];
    struct act_row acts[2];
    struct deadline_row rows[4];
    struct deadline_known known[4];
};

static void
add_policy(struct rules *rules, const char *clock, int version, int hours)
{
    struct policy policy = {.version = version,
        .unit = UNIT_WALL,
        .amount_ms = hours * (int64_t)HOUR_MS,
        .starts = MOMENT_ROUTED,
        .stops = MOMENT_RESPONSE};

    strncpy(policy.clock, clock, sizeof(policy.clock) - 1);
    rules_add_policy(rules, &policy);
    assert_int_equal(
        rules_add_step(rules, clock, version, &(struct ladder_step){.percent = 50, .role = ROLE_OFFICER}), 0);
    assert_int_equal(
        rules_add_step(rules, clock, version, &(struct ladder_step){.percent = 100, .role = ROLE_HEAD}), 0);
}

static int
setup(void **state)
{
    struct world *world = check_zalloc(1, sizeof(*world));

    world->rules = rules_new();
    add_policy(world->rules, "b", 1, 24);
    world->turns[0] = (struct history_turn){.agency = "DISHUB", .from_ms = start, .until_ms = CALENDAR_NEVER};
    world->one = (struct deadline_case){.history = {.ticket_id = 1,
                                            .received_at_ms = start,
                                            .kind = "complaint",
                                            .topic = "road",
                                            .channel = "web",
                                            .turns = world->turns,
                                            .turn_count = 1,
                                            .acts = world->acts},
        .changes = 3,
        .has_clocks = true,
        .rows = world->rows,
        .known = world->known};
    *state = world;
    return 0;
}

static int
teardown(void **state)
{
    struct world *world = *state;

    rules_destroy(&world->rules);
    free(world);
    return 0;
}

static void
plan_it(struct world *world, bool walking)
{
    const struct plan_rules rules = {.rules = world->rules, .version = RULES, .walking = walking};

    plan_ticket(&world->plan, &rules, &world->one, now);
}

// Stores what was planned, as the store would.
static void
store_it(struct world *world)
{
    for (size_t i = 0; i < world->plan.count; i++) {
        const struct plan_row *row = &world->plan.rows[i];
        size_t at = row->old != NULL ? (size_t)(row->old - world->rows) : world->one.row_count++;

        world->rows[at] = row->row;
        world->known[at] = (struct deadline_known){
            .acts = (int)world->one.history.act_count, .changes = world->one.changes, .rules = RULES};
    }
}

static void
a_new_ticket_gets_its_clock(void **state)
{
    struct world *world = *state;

    plan_it(world, false);
    assert_int_equal(world->plan.count, 1);
    assert_int_equal(world->plan.new_count, 1);
    assert_null(world->plan.rows[0].old);
    assert_string_equal(world->plan.rows[0].row.clock, "b");
    assert_int_equal(world->plan.rows[0].row.due_at_ms, start + 24 * (int64_t)HOUR_MS);
    assert_int_equal(world->plan.next_at_ms, start + 12 * (int64_t)HOUR_MS);
}

static void
what_is_as_it_should_be_is_left_alone(void **state)
{
    struct world *world = *state;

    plan_it(world, false);
    store_it(world);
    plan_it(world, false);
    assert_int_equal(world->plan.count, 0);
    assert_int_equal(world->plan.next_at_ms, start + 12 * (int64_t)HOUR_MS);
}

static void
a_row_learns_of_an_act_that_changes_nothing(void **state)
{
    struct world *world = *state;

    plan_it(world, false);
    store_it(world);
    world->acts[0] =
        (struct act_row){.id = 1, .at_ms = start + 1, .act = ACT_ACKNOWLEDGE, .actor = ACTOR_OFFICER};
    world->one.history.act_count = 1;
    plan_it(world, false);
    assert_int_equal(world->plan.count, 1);
    assert_int_equal(world->plan.new_count, 0);
    assert_false(world->plan.rows[0].is_changed);
    assert_null(world->plan.rows[0].because);
    assert_ptr_equal(world->plan.rows[0].old, &world->rows[0]);
    assert_ptr_equal(world->plan.rows[0].old_known, &world->known[0]);
}

static void
a_row_learns_of_a_change_of_its_ticket(void **state)
{
    struct world *world = *state;

    plan_it(world, false);
    store_it(world);
    world->one.changes++;
    plan_it(world, true);
    assert_int_equal(world->plan.count, 1);
}

static void
a_walk_writes_only_what_the_rules_change(void **state)
{
    struct world *world = *state;

    plan_it(world, false);
    store_it(world);
    world->known[0].rules--;
    plan_it(world, true);
    assert_int_equal(world->plan.count, 0);
    plan_it(world, false);
    assert_int_equal(world->plan.count, 1);
    assert_false(world->plan.rows[0].is_changed);
}

static void
a_new_policy_moves_a_deadline_and_says_so(void **state)
{
    struct world *world = *state;

    plan_it(world, false);
    store_it(world);
    add_policy(world->rules, "b", 2, 10);
    plan_it(world, true);
    assert_int_equal(world->plan.count, 1);
    assert_true(world->plan.rows[0].is_changed);
    assert_string_equal(world->plan.rows[0].because, "policy");
    assert_int_equal(world->plan.rows[0].old->version, 1);
    assert_int_equal(world->plan.rows[0].row.version, 2);
    assert_int_equal(world->plan.next_at_ms, start + 5 * (int64_t)HOUR_MS);
}

static void
a_clock_among_others_that_is_new_is_found(void **state)
{
    struct world *world = *state;

    add_policy(world->rules, "d", 1, 48);
    plan_it(world, false);
    store_it(world);
    assert_int_equal(world->one.row_count, 2);
    add_policy(world->rules, "a", 1, 2);
    add_policy(world->rules, "c", 1, 3);
    add_policy(world->rules, "e", 1, 4);
    plan_it(world, true);
    assert_int_equal(world->plan.count, 3);
    assert_int_equal(world->plan.new_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(world->plan.rows[i].row.clock[0], "ace"[i]);
    assert_int_equal(world->plan.next_at_ms, start + HOUR_MS);
}

static void
a_clock_that_no_policy_gives_any_more_is_void(void **state)
{
    struct world *world = *state;

    plan_it(world, false);
    store_it(world);
    rules_destroy(&world->rules);
    world->rules = rules_new();
    plan_it(world, true);
    assert_int_equal(world->plan.count, 1);
    assert_int_equal(world->plan.rows[0].row.stop, STOP_VOID);
    assert_int_equal(world->plan.rows[0].row.stopped_at_ms, now);
    assert_string_equal(world->plan.rows[0].because, "no policy gives it any more");
    assert_int_equal(world->plan.next_at_ms, 0);
}

static void
a_ticket_without_a_clock_says_so_once(void **state)
{
    struct world *world = *state;

    rules_destroy(&world->rules);
    world->rules = rules_new();
    plan_it(world, false);
    assert_int_equal(world->plan.count, 1);
    assert_int_equal(world->plan.new_count, 0);
    assert_string_equal(world->plan.rows[0].row.clock, "");
    assert_string_equal(world->plan.rows[0].row.agency, "DISHUB");
    assert_int_equal(world->plan.rows[0].row.stop, STOP_VOID);
    assert_int_equal(world->plan.rows[0].row.due_at_ms, CALENDAR_NEVER);
    store_it(world);
    plan_it(world, false);
    assert_int_equal(world->plan.count, 0);
    world->one.changes++;
    plan_it(world, false);
    assert_int_equal(world->plan.count, 1);
    assert_false(world->plan.rows[0].is_changed);
}

static void
what_went_to_the_shelf_at_once_has_no_row(void **state)
{
    struct world *world = *state;

    strncpy(world->turns[0].agency, HISTORY_SHELF, sizeof(world->turns[0].agency) - 1);
    world->one.has_clocks = false;
    plan_it(world, false);
    assert_int_equal(world->plan.count, 0);
    assert_int_equal(world->plan.next_at_ms, 0);
}

static void
what_goes_to_the_shelf_later_runs_no_more(void **state)
{
    struct world *world = *state;

    plan_it(world, false);
    store_it(world);
    world->turns[0].until_ms = start + 2 * (int64_t)HOUR_MS;
    world->turns[1] = (struct history_turn){.turn = 1,
        .agency = HISTORY_SHELF,
        .from_ms = start + 2 * (int64_t)HOUR_MS,
        .until_ms = CALENDAR_NEVER};
    world->one.history.turn_count = 2;
    world->one.has_clocks = false;
    world->one.changes++;
    plan_it(world, false);
    assert_int_equal(world->plan.count, 1);
    assert_int_not_equal(world->plan.rows[0].row.stop, STOP_NONE);
    assert_null(world->plan.rows[0].because);
    assert_int_equal(world->plan.next_at_ms, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_ticket_gets_its_clock, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_as_it_should_be_is_left_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(a_row_learns_of_an_act_that_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_row_learns_of_a_change_of_its_ticket, setup, teardown),
        cmocka_unit_test_setup_teardown(a_walk_writes_only_what_the_rules_change, setup, teardown),
        cmocka_unit_test_setup_teardown(a_new_policy_moves_a_deadline_and_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_among_others_that_is_new_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_that_no_policy_gives_any_more_is_void, setup, teardown),
        cmocka_unit_test_setup_teardown(a_ticket_without_a_clock_says_so_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_went_to_the_shelf_at_once_has_no_row, setup, teardown),
        cmocka_unit_test_setup_teardown(what_goes_to_the_shelf_later_runs_no_more, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_replay.c - who enters and who leaves the list of negligence when the rules change.
#include "cmocka_all.h"
#include "replay.h"

#include <string.h>

#define HOUR INT64_C(3600000)
#define BEGINS INT64_C(1782838800000) // 2026-07-01 00:00 in Asia/Jakarta
#define ENDS INT64_C(1790787600000)   // 2026-10-01

// One ticket of one agency, or of two.
struct story {
    int64_t routed_ms;             // and received
    int64_t answered_ms, moved_ms; // 0: never
    int64_t kept_due_ms;           // 0: nothing is stored; else the breach was fired for this due time
};

static struct rules *
with_hours(int64_t hours)
{
    struct rules *rules = rules_new();
    struct policy policy = {.clock = "first_response",
        .version = 1,
        .amount_ms = hours * HOUR,
        .starts = MOMENT_ROUTED,
        .stops = MOMENT_RESPONSE};

    assert_null(policy_parse_ladder("100% head", &policy.ladder));
    rules_add_policy(rules, &policy);
    return rules;
}

static void
add_story(struct replay *replay, const struct story *story)
{
    struct history_turn turns[2] = {{.turn = 0, .agency = "PLN", .from_ms = story->routed_ms},
        {.turn = 1, .agency = "DISHUB", .from_ms = story->moved_ms, .until_ms = CALENDAR_NEVER}};
    struct act_row act = {
        .id = 1, .at_ms = story->answered_ms, .act = ACT_VERIFYING, .actor = ACTOR_OFFICER, .agency = "PLN"};
    struct deadline_row row = {.clock = "first_response",
        .version = 1,
        .agency = "PLN",
        .started_at_ms = story->routed_ms,
        .due_at_ms = story->kept_due_ms,
        .step_count = 1,
        .steps = {story->kept_due_ms},
        .next_step = 1};
    struct deadline_case ticket = {.history = {.ticket_id = 7,
                                       .received_at_ms = story->routed_ms,
                                       .kind = "complaint",
                                       .turns = turns,
                                       .turn_count = story->moved_ms != 0 ? 2 : 1,
                                       .acts = &act,
                                       .act_count = story->answered_ms != 0},
        .has_clocks = true,
        .rows = &row,
        .row_count = story->kept_due_ms != 0};

    turns[0].until_ms = story->moved_ms != 0 ? story->moved_ms : CALENDAR_NEVER;
    replay_add(replay, &ticket);
}

// What becomes of one ticket when the hours change: negligent before, after; fell due before, after.
static void
assert_replay(const struct story *story, int64_t before, int64_t after, const int wanted[4])
{
    struct rules *rules = with_hours(before);
    struct rules *others = with_hours(after);
    struct replay replay = {.before = rules,
        .after = others,
        .begins_ms = BEGINS,
        .ends_ms = ENDS,
        .as_of_ms = ENDS + INT64_C(90) * 24 * HOUR,
        .agencies = json_object(),
        .negligent = json_array(),
        .enter = json_array(),
        .leave = json_array()};

    add_story(&replay, story);
    assert_int_equal(replay.negligent_before, wanted[0]);
    assert_int_equal(replay.negligent_after, wanted[1]);
    assert_int_equal(replay.fell_before, wanted[2]);
    assert_int_equal(replay.fell_after, wanted[3]);
    assert_int_equal(json_array_size(replay.negligent), wanted[0]);
    assert_int_equal(
        (int)json_array_size(replay.enter) - (int)json_array_size(replay.leave), wanted[1] - wanted[0]);
    json_decref(replay.agencies);
    json_decref(replay.negligent);
    json_decref(replay.enter);
    json_decref(replay.leave);
    rules_destroy(&rules);
    rules_destroy(&others);
}

static void
an_answer_counts_by_the_hours_that_it_had(void **state)
{
    const struct story after_18 = {.routed_ms = BEGINS + HOUR, .answered_ms = BEGINS + 19 * HOUR};
    const struct story never = {.routed_ms = BEGINS + HOUR};
    const struct story just = {.routed_ms = BEGINS, .answered_ms = BEGINS + 24 * HOUR};
    (void)state;

    assert_replay(&after_18, 24, 12, (int[]){0, 1, 1, 1});
    assert_replay(&after_18, 12, 24, (int[]){1, 0, 1, 1});
    assert_replay(&after_18, 24, 18, (int[]){0, 0, 1, 1});
    assert_replay(&never, 24, 12, (int[]){1, 1, 1, 1});
    // To the millisecond it is in time; a millisecond less is not.
    assert_replay(&just, 24, 23, (int[]){0, 1, 1, 1});
}

static void
the_due_time_says_which_quarter(void **state)
{
    const struct story last = {.routed_ms = ENDS - 24 * HOUR};
    const struct story first = {.routed_ms = BEGINS - 24 * HOUR};
    (void)state;

    // Due at the very end: it is the next quarter's.
    assert_replay(&last, 24, 23, (int[]){0, 1, 0, 1});
    assert_replay(&first, 24, 23, (int[]){1, 0, 1, 0});
}

static void
who_hands_it_on_in_time_is_not_negligent(void **state)
{
    // Both are in the quarter: PLN's deadline by the transfer, DISHUB's by nothing.
    const struct story in_time = {.routed_ms = BEGINS, .moved_ms = BEGINS + 20 * HOUR};
    (void)state;

    assert_replay(&in_time, 24, 12, (int[]){1, 2, 2, 2});
}

static void
the_record_stands_where_nothing_changes(void **state)
{
    // Stored with six hours, of a policy that is no more; it had run out and was answered after ten.
    const struct story kept = {
        .routed_ms = BEGINS, .answered_ms = BEGINS + 10 * HOUR, .kept_due_ms = BEGINS + 6 * HOUR};
    (void)state;

    assert_replay(&kept, 24, 24, (int[]){1, 1, 1, 1});
    // Where the rules to try say otherwise of it, they are followed.
    assert_replay(&kept, 24, 48, (int[]){1, 0, 1, 1});
}

static void
what_came_after_is_not_known(void **state)
{
    struct rules *rules = with_hours(24);
    struct rules *others = with_hours(12);
    struct replay replay = {.before = rules,
        .after = others,
        .begins_ms = BEGINS,
        .ends_ms = ENDS,
        .as_of_ms = BEGINS + 18 * HOUR,
        .agencies = json_object(),
        .negligent = json_array(),
        .enter = json_array(),
        .leave = json_array()};
    const json_t *row = NULL;
    (void)state;

    // Due after 12 hours, or after 24, which have not gone by; the answer comes later.
    add_story(&replay, &(struct story){.routed_ms = BEGINS, .answered_ms = BEGINS + 20 * HOUR});
    assert_int_equal(replay.negligent_before, 0);
    assert_int_equal(replay.negligent_after, 1);
    row = json_array_get(replay.enter, 0);
    assert_true(json_is_null(json_object_get(row, "stopped_at_ms")));
    assert_int_equal(json_integer_value(json_object_get(row, "due_before_ms")), BEGINS + 24 * HOUR);
    assert_int_equal(json_integer_value(json_object_get(row, "due_after_ms")), BEGINS + 12 * HOUR);
    row = json_object_get(replay.agencies, "PLN");
    assert_int_equal(json_integer_value(json_object_get(row, "before")), 0);
    assert_int_equal(json_integer_value(json_object_get(row, "after")), 1);
    assert_int_equal(json_integer_value(json_object_get(row, "enter")), 1);
    assert_int_equal(json_integer_value(json_object_get(row, "leave")), 0);
    json_decref(replay.agencies);
    json_decref(replay.negligent);
    json_decref(replay.enter);
    json_decref(replay.leave);
    rules_destroy(&rules);
    rules_destroy(&others);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_counts_by_the_hours_that_it_had),
        cmocka_unit_test(the_due_time_says_which_quarter),
        cmocka_unit_test(who_hands_it_on_in_time_is_not_negligent),
        cmocka_unit_test(the_record_stands_where_nothing_changes),
        cmocka_unit_test(what_came_after_is_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

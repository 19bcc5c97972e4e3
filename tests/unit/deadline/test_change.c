// test_change.c - change.h: what is written over what is stored, when a step fires, when it does not.
#include "change.h"

#include "check.h"
#include "cmocka_all.h"
#include "local.h"
#include "story.h"

#include <stdio.h>
#include <string.h>

#define COMPLAINT "complaint pothole web"
#define OPENED "2026-11-02 09:00 -> DISHUB"
#define HOUR_MS INT64_C(3600000)

static struct story story; // too large for the stack
static struct deadline deadlines[DERIVE_MOST];
static struct rules *rules;

static int
setup(void **state)
{
    (void)state;
    rules = story_rules("");
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    rules_destroy(&rules);
    return 0;
}

static const struct deadline *
derived(const char *text, const char *clock)
{
    story_read(&story, COMPLAINT, text);
    size_t count = derive(rules, &story.history, CALENDAR_NEVER, deadlines, DERIVE_MOST);
    return story_find(deadlines, count, clock, 0);
}

// The row that is stored for this story, when it is the first one.
static struct deadline_row
stored(const char *text, const char *clock)
{
    struct change change;

    change_plan(rules, NULL, derived(text, clock), 0, &change);
    assert_int_equal(change.kind, CHANGE_INSERT);
    assert_false(change.is_moved);
    return change.row;
}

static struct deadline_row
fired(struct deadline_row row, int times)
{
    for (int i = 0; i < times; i++)
        change_fired(rules, &row);
    return row;
}

static struct change
plan(const struct deadline_row *row, const char *text)
{
    struct change change;

    change_plan(rules, row, derived(text, row->clock), 0, &change);
    return change;
}

static void
a_new_row_waits_for_its_first_step(void **state)
{
    (void)state;
    struct deadline_row row = stored(OPENED, "first_response");
    assert_string_equal(row.clock, "first_response");
    assert_string_equal(row.agency, "DISHUB");
    assert_int_equal(row.turn, 0);
    assert_int_equal(row.version, 1);
    assert_int_equal(row.started_at_ms, local_time("2026-11-02 09:00"));
    assert_int_equal(row.due_at_ms, local_time("2026-11-03 09:00"));
    assert_int_equal(row.stopped_at_ms, 0);
    assert_int_equal(row.stop, STOP_NONE);
    assert_int_equal(row.step_count, 5);
    assert_int_equal(row.next_step, 0);
    assert_int_equal(row.next_at_ms, row.steps[0]);
}

static void
without_a_ladder_nothing_fires(void **state)
{
    (void)state;
    struct deadline_row row = stored(OPENED, "citizen_first_response");
    assert_int_equal(row.step_count, 0);
    assert_int_equal(row.next_at_ms, 0);
    row = stored(OPENED ";2026-11-05 09:00 officer verifying", "citizen_first_response");
    assert_int_equal(row.stop, STOP_MET);
    assert_int_equal(row.next_at_ms, 0);
}

static void
each_step_fires_once_in_order(void **state)
{
    (void)state;
    struct deadline_row row = stored(OPENED, "first_response");
    for (int i = 0; i < 5; i++) {
        assert_int_equal(row.next_step, i);
        assert_int_equal(row.next_at_ms, row.steps[i]);
        change_fired(rules, &row);
    }
    assert_int_equal(row.next_step, 5);
    assert_int_equal(row.next_at_ms, 0);
    assert_int_equal(plan(&row, OPENED).kind, CHANGE_NONE);
}

static void
nothing_is_written_when_nothing_changed(void **state)
{
    (void)state;
    for (int i = 0; i <= 5; i++) {
        struct deadline_row row = fired(stored(OPENED, "first_response"), i);
        struct change change = plan(&row, OPENED);
        assert_int_equal(change.kind, CHANGE_NONE);
        assert_false(change.is_moved);
        assert_int_equal(change.row.next_step, i);
    }
}

static void
a_clock_that_stops_in_time_fires_nothing_more(void **state)
{
    (void)state;
    for (int i = 0; i <= 2; i++) {
        struct deadline_row row = fired(stored(OPENED, "first_response"), i);
        struct change change = plan(&row, OPENED ";2026-11-03 09:00 officer verifying");
        assert_int_equal(change.kind, CHANGE_UPDATE);
        assert_false(change.is_moved);
        assert_int_equal(change.row.stop, STOP_MET);
        assert_int_equal(change.row.stopped_at_ms, local_time("2026-11-03 09:00"));
        assert_int_equal(change.row.next_step, i);
        assert_int_equal(change.row.next_at_ms, 0);
    }
}

static void
a_clock_that_stops_too_late_still_fires_its_breach_and_nothing_else(void **state)
{
    const char *const late = OPENED ";2026-11-03 09:00:00.001 officer verifying";

    (void)state;
    for (int i = 0; i <= 2; i++) {
        struct deadline_row row = fired(stored(OPENED, "first_response"), i);
        struct change change = plan(&row, late);
        assert_int_equal(change.kind, CHANGE_UPDATE);
        assert_int_equal(change.row.next_step, 2);
        assert_int_equal(change.row.next_at_ms, local_time("2026-11-03 09:00"));
        change_fired(rules, &change.row);
        assert_int_equal(change.row.next_step, 3);
        assert_int_equal(change.row.next_at_ms, 0);
        assert_int_equal(plan(&change.row, late).kind, CHANGE_NONE);
    }
    // The same when it is stored for the first time, and by a transfer or the end of the ticket.
    struct deadline_row row = stored(late, "first_response");
    assert_int_equal(row.next_step, 2);
    assert_int_equal(row.next_at_ms, local_time("2026-11-03 09:00"));
    row = stored(OPENED ";2026-11-03 09:00:00.001 -> PUPR", "first_response");
    assert_int_equal(row.stop, STOP_TRANSFER);
    assert_int_equal(row.next_at_ms, local_time("2026-11-03 09:00"));
    row = stored(OPENED ";2026-11-03 09:00:00.001 system done", "first_response");
    assert_int_equal(row.stop, STOP_ENDED);
    assert_int_equal(row.next_at_ms, local_time("2026-11-03 09:00"));
}

static void
a_breach_that_was_fired_is_not_fired_again_by_a_late_stop(void **state)
{
    (void)state;
    for (int i = 3; i <= 5; i++) {
        struct deadline_row row = fired(stored(OPENED, "first_response"), i);
        struct change change = plan(&row, OPENED ";2026-11-08 09:00 officer verifying");
        assert_int_equal(change.row.stop, STOP_MET);
        assert_int_equal(change.row.next_step, i);
        assert_int_equal(change.row.next_at_ms, 0);
    }
}

static void
a_breach_that_is_a_wait_needs_the_wait(void **state)
{
    (void)state;
    story_add_policy(
        rules, "wait\t1\twall\t10h\treceived\tresponse\t\t\t\t\t2020-01-01 00:00\t50% desk, +6h head");
    struct deadline_row row = stored(OPENED ";2026-11-02 22:00 officer verifying", "wait");
    assert_int_equal(row.next_at_ms, 0);
    row = stored(OPENED ";2026-11-03 02:00 officer verifying", "wait");
    assert_int_equal(row.next_step, 1);
    assert_int_equal(row.next_at_ms, local_time("2026-11-03 01:00"));
}

static void
what_runs_follows_a_new_policy(void **state)
{
    (void)state;
    struct deadline_row row = fired(stored(OPENED, "first_response"), 1);
    story_add_policy(rules, "first_response\t9\twall\t48h\trouted\tresponse\t\t\t\t\t2026-11-01 00:00"
                            "\t50% officer, 80% officer, 100% head");
    struct change change = plan(&row, OPENED);
    assert_int_equal(change.kind, CHANGE_UPDATE);
    assert_true(change.is_moved);
    assert_int_equal(change.old_version, 1);
    assert_int_equal(change.old_due_at_ms, local_time("2026-11-03 09:00"));
    assert_int_equal(change.row.version, 9);
    assert_int_equal(change.row.due_at_ms, local_time("2026-11-04 09:00"));
    assert_int_equal(change.row.step_count, 3);
    // Half of the time was told of already, and is not told of again.
    assert_int_equal(change.row.next_step, 1);
    assert_int_equal(change.row.next_at_ms, change.row.steps[1]);
}

static void
a_change_of_the_calendar_moves_what_runs(void **state)
{
    // Of other systems: zammad#534.
    (void)state;
    struct deadline_row row = fired(stored(OPENED, "resolution"), 1);
    local_add_holidays(rules_calendar(rules), "2026-11-19");
    struct change change = plan(&row, OPENED);
    assert_true(change.is_moved);
    assert_int_equal(change.old_version, change.row.version);
    assert_int_equal(change.row.due_at_ms - change.old_due_at_ms, (24 + 48) * HOUR_MS);
    assert_int_equal(change.row.next_step, 1);
    assert_int_equal(change.row.next_at_ms, change.row.due_at_ms);
}

static void
a_breach_is_on_the_record(void **state)
{
    (void)state;
    const struct deadline_row row = fired(stored(OPENED, "first_response"), 3);
    story_add_policy(rules, "first_response\t9\twall\t48h\trouted\tresponse\t\t\t\t\t2026-11-01 00:00"
                            "\t100% head");
    struct change change = plan(&row, OPENED);
    assert_int_equal(change.kind, CHANGE_NONE);
    assert_false(change.is_moved);
    assert_int_equal(change.row.next_at_ms, row.steps[3]);
    change = plan(&row, OPENED ";2026-11-03 11:00 officer verifying");
    assert_int_equal(change.kind, CHANGE_UPDATE);
    assert_int_equal(change.row.version, 1);
    assert_int_equal(change.row.due_at_ms, row.due_at_ms);
    assert_int_equal(change.row.stop, STOP_MET);
    assert_int_equal(change.row.next_at_ms, 0);
}

static void
a_breached_clock_goes_on_with_who_has_it(void **state)
{
    (void)state;
    struct deadline_row row = fired(stored(OPENED, "resolution"), 2);
    struct change change = plan(&row, OPENED ";2026-11-30 09:00 -> PUPR");
    assert_int_equal(change.kind, CHANGE_UPDATE);
    assert_false(change.is_moved);
    assert_string_equal(change.row.agency, "PUPR");
}

static void
what_stopped_keeps_what_it_stood_for(void **state)
{
    const char *const answered = OPENED ";2026-11-03 08:00 officer verifying";

    (void)state;
    struct deadline_row row = stored(answered, "first_response");
    story_add_policy(rules, "first_response\t9\twall\t1h\trouted\tresponse\t\t\t\t\t2026-11-01 00:00"
                            "\t100% head");
    struct change change = plan(&row, answered);
    assert_int_equal(change.kind, CHANGE_NONE);
    assert_int_equal(change.row.version, 1);
    assert_int_equal(change.row.next_at_ms, 0);
}

static void
a_stop_may_turn_out_to_be_another_or_none(void **state)
{
    const char *const answered =
        OPENED ";2026-11-02 12:00 officer verifying;2026-11-04 09:00 officer verifying";

    (void)state;
    struct deadline_row row = stored(answered, "first_response");
    struct change change =
        plan(&row, OPENED ";2026-11-02 12:00 officer verifying;2026-11-04 09:00 officer verifying;"
                          "2026-11-05 09:00 officer judge =1~pasted");
    assert_int_equal(change.kind, CHANGE_UPDATE);
    assert_int_equal(change.row.stopped_at_ms, local_time("2026-11-04 09:00"));
    // It was too late, then, and has to be told.
    assert_int_equal(change.row.next_step, 2);
    assert_int_equal(change.row.next_at_ms, local_time("2026-11-03 09:00"));

    change =
        plan(&row, OPENED ";2026-11-02 12:00 officer verifying;2026-11-05 09:00 officer judge =1~pasted");
    assert_int_equal(change.kind, CHANGE_UPDATE);
    assert_int_equal(change.row.stop, STOP_NONE);
    assert_int_equal(change.row.stopped_at_ms, 0);
    // It runs on from where it was: the warnings that were due meanwhile come at once, each once.
    assert_int_equal(change.row.next_step, 0);
    assert_int_equal(change.row.next_at_ms, row.steps[0]);
}

static void
a_judgement_gives_a_breached_clock_its_stop(void **state)
{
    (void)state;
    struct deadline_row row = fired(stored(OPENED ";12:00 officer verifying *5", "first_response"), 4);
    struct change change =
        plan(&row, OPENED ";12:00 officer verifying *5;2026-11-04 09:00 officer judge =1~counts");
    assert_int_equal(change.row.stopped_at_ms, local_time("2026-11-02 12:00"));
    assert_int_equal(change.row.next_step, 4);
    assert_int_equal(change.row.next_at_ms, 0);
}

static void
what_no_policy_gives_any_more_is_void(void **state)
{
    const int64_t now = local_time("2026-11-05 09:00");
    struct change change;

    (void)state;
    // Even when it has run out by now: nothing says any more that it should have been kept.
    struct deadline_row row = stored(OPENED, "first_response");
    change_plan(rules, &row, NULL, now, &change);
    assert_int_equal(change.kind, CHANGE_UPDATE);
    assert_int_equal(change.row.stop, STOP_VOID);
    assert_int_equal(change.row.stopped_at_ms, now);
    assert_int_equal(change.row.next_at_ms, 0);
    assert_int_equal(change.row.due_at_ms, row.due_at_ms);
    assert_false(change.is_moved);

    row = change.row;
    change_plan(rules, &row, NULL, now + 1, &change);
    assert_int_equal(change.kind, CHANGE_NONE);
    // A mistake that is put right.
    change = plan(&row, OPENED);
    assert_int_equal(change.kind, CHANGE_UPDATE);
    assert_int_equal(change.row.stop, STOP_NONE);
    assert_int_equal(change.row.next_at_ms, change.row.steps[0]);

    row = stored(OPENED ";10:00 officer verifying", "first_response");
    change_plan(rules, &row, NULL, now, &change);
    assert_int_equal(change.kind, CHANGE_NONE);
    assert_int_equal(change.row.stop, STOP_MET);

    // The row that says that there is no clock.
    row = (struct deadline_row){.due_at_ms = CALENDAR_NEVER};
    change_plan(rules, &row, NULL, now, &change);
    assert_int_equal(change.kind, CHANGE_NONE);
}

static void
what_waits_for_the_reporter_fires_nothing_until_it_is_known_when(void **state)
{
    const char *const asked = OPENED ";2026-11-03 09:00 officer ask";

    (void)state;
    struct deadline_row row = stored(OPENED, "resolution");
    struct change change = plan(&row, asked);
    assert_true(change.is_moved);
    assert_int_equal(change.row.due_at_ms, CALENDAR_NEVER);
    assert_int_equal(change.row.next_at_ms, 0);
    row = change.row;
    change = plan(&row, OPENED ";2026-11-03 09:00 officer ask;2026-11-04 09:00 reporter answer");
    assert_true(change.is_moved);
    assert_int_equal(change.old_due_at_ms, CALENDAR_NEVER);
    assert_int_equal(change.row.due_at_ms, local_time("2026-11-23 09:00"));
    assert_int_equal(change.row.next_at_ms, change.row.steps[0]);
}

// next_step after a change from one ladder to another, when so many steps had fired.
static int
next_after(const char *was, int times, const char *ladder)
{
    char line[200];

    teardown(NULL);
    setup(NULL);
    (void)snprintf(
        line, sizeof(line), "changing\t1\twall\t10h\treceived\tresponse\t\t\t\t\t2020-01-01 00:00\t%s", was);
    story_add_policy(rules, line);
    struct deadline_row row = fired(stored(OPENED, "changing"), times);
    (void)snprintf(line, sizeof(line),
        "changing\t2\twall\t20h\treceived\tresponse\t\t\t\t\t2020-01-02 00:00\t%s", ladder);
    story_add_policy(rules, line);
    return plan(&row, OPENED).row.next_step;
}

static void
another_ladder_repeats_no_step_and_skips_no_breach(void **state)
{
    const char *const usual = "50% officer, 80% officer, 100% head, +6h sekda";

    (void)state;
    for (int i = 0; i <= 4; i++)
        assert_int_equal(next_after(usual, i, usual), i);
    // More warnings: those that mean less than what was told are passed over.
    assert_int_equal(
        next_after("50% officer, 100% head", 0, "20% officer, 50% officer, 80% officer, 100% head"), 0);
    assert_int_equal(
        next_after("50% officer, 100% head", 1, "20% officer, 50% officer, 80% officer, 100% head"), 2);
    // Fewer: the breach stays.
    assert_int_equal(next_after("20% officer, 50% officer, 80% officer, 100% head", 3, "100% head"), 0);
    assert_int_equal(next_after("20% officer, 50% officer, 80% officer, 100% head", 3,
                         "80% officer, 100% head, +6h sekda"),
        1);
    // None: it has nothing more to tell.
    assert_int_equal(next_after("50% officer, 100% head", 1, ""), 1);
    // The breach was told: it is on the record, ladder and all.
    assert_int_equal(next_after(usual, 3, "100% head"), 3);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_new_row_waits_for_its_first_step),
        TEST(without_a_ladder_nothing_fires),
        TEST(each_step_fires_once_in_order),
        TEST(nothing_is_written_when_nothing_changed),
        TEST(a_clock_that_stops_in_time_fires_nothing_more),
        TEST(a_clock_that_stops_too_late_still_fires_its_breach_and_nothing_else),
        TEST(a_breach_that_was_fired_is_not_fired_again_by_a_late_stop),
        TEST(a_breach_that_is_a_wait_needs_the_wait),
        TEST(what_runs_follows_a_new_policy),
        TEST(a_change_of_the_calendar_moves_what_runs),
        TEST(a_breach_is_on_the_record),
        TEST(a_breached_clock_goes_on_with_who_has_it),
        TEST(what_stopped_keeps_what_it_stood_for),
        TEST(a_stop_may_turn_out_to_be_another_or_none),
        TEST(a_judgement_gives_a_breached_clock_its_stop),
        TEST(what_no_policy_gives_any_more_is_void),
        TEST(what_waits_for_the_reporter_fires_nothing_until_it_is_known_when),
        TEST(another_ladder_repeats_no_step_and_skips_no_breach),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_derive.c - derive.h: row by row of tests/data/deadlines/derive.tsv, and of bugs.tsv, which are the
// bugs of other systems; what a table cannot tell stands here.
#include "check.h"
#include "cmocka_all.h"
#include "local.h"
#include "story.h"
#include "tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define COLUMNS "why\toffices\tticket\tstory\tuntil\tshow\tderived"
#define COMPLAINT "complaint pothole web"

enum { WHY, OFFICES, TICKET, STORY, UNTIL, SHOW, DERIVED };

static struct story story; // too large for the stack
static struct deadline deadlines[DERIVE_MOST];

static size_t
derive_story(const struct rules *rules, const char *ticket, const char *text, int64_t until_ms)
{
    story_read(&story, ticket, text);
    return derive(rules, &story.history, until_ms, deadlines, DERIVE_MOST);
}

static int64_t
due_of(const struct rules *rules, const char *text, const char *clock, int turn)
{
    size_t count = derive_story(rules, COMPLAINT, text, CALENDAR_NEVER);

    return story_find(deadlines, count, clock, turn)->due_at_ms;
}

static void
follow_table(const char *path)
{
    struct tsv *table = tsv_open(path, COLUMNS);
    int wrong = 0;

    while (tsv_next(table)) {
        struct rules *rules = story_rules(tsv_field(table, OFFICES));
        struct str out = {0};
        size_t count = derive_story(
            rules, tsv_field(table, TICKET), tsv_field(table, STORY), local_time(tsv_field(table, UNTIL)));
        story_write(deadlines, count, tsv_field(table, SHOW), &out);
        if (strcmp(out.data, tsv_field(table, DERIVED)) != 0) {
            print_error("%s:%d: %s: %s\n", path, tsv_line(table), tsv_field(table, WHY), out.data);
            wrong++;
        }
        str_free(&out);
        rules_destroy(&rules);
    }
    tsv_close(&table);
    assert_int_equal(wrong, 0);
}

static void
follows_the_table(void **state)
{
    (void)state;
    follow_table("tests/data/deadlines/derive.tsv");
}

static void
has_none_of_the_bugs_of_other_systems(void **state)
{
    (void)state;
    follow_table("tests/data/deadlines/bugs.tsv");
}

// The history as somebody would have read it then.
static void
forget_after(int64_t at_ms)
{
    struct history *history = &story.history;

    while (history->act_count > 0 && history->acts[history->act_count - 1].at_ms > at_ms)
        history->act_count--;
    while (history->turn_count > 1 && history->turns[history->turn_count - 1].from_ms > at_ms)
        history->turn_count--;
    history->turns[history->turn_count - 1].until_ms = CALENDAR_NEVER;
}

static void
check_until(const struct rules *rules, const struct tsv *table, int64_t at_ms)
{
    struct str with_all = {0}, with_then = {0};

    size_t count = derive_story(rules, tsv_field(table, TICKET), tsv_field(table, STORY), at_ms);
    story_write(deadlines, count, "all steps", &with_all);
    forget_after(at_ms);
    count = derive(rules, &story.history, CALENDAR_NEVER, deadlines, DERIVE_MOST);
    story_write(deadlines, count, "all steps", &with_then);
    assert_string_equal(with_all.data, with_then.data);
    str_free(&with_all);
    str_free(&with_then);
}

// Negligence is told of a quarter long past: nothing that came later may change it.
static void
what_comes_later_changes_nothing_of_what_was_known(void **state)
{
    struct tsv *table = tsv_open("tests/data/deadlines/derive.tsv", COLUMNS);
    static struct story all;

    (void)state;
    while (tsv_next(table)) {
        struct rules *rules = story_rules(tsv_field(table, OFFICES));
        story_read(&all, tsv_field(table, TICKET), tsv_field(table, STORY));
        for (size_t i = 0; i < all.history.act_count; i++)
            check_until(rules, table, all.acts[i].at_ms);
        for (size_t i = 0; i < all.history.turn_count; i++)
            check_until(rules, table, all.turns[i].from_ms);
        rules_destroy(&rules);
    }
    tsv_close(&table);
}

static void
bug_a_pause_is_lost_when_the_policy_changes(void **state)
{
    // glpi#6902.
    const char *const text =
        "2026-11-02 09:00 -> DISHUB;2026-11-03 09:00 officer ask @DISHUB;2026-11-05 09:00 reporter answer";
    struct rules *rules = story_rules("");

    (void)state;
    assert_int_equal(due_of(rules, text, "resolution", 0), local_time("2026-11-24 09:00"));
    story_add_policy(rules,
        "resolution\t9\tworking_days\t7d\treceived,reopened\tdone\t\t\t\t\t2026-10-01 00:00"
        "\t100% head");
    assert_int_equal(due_of(rules, text, "resolution", 0), local_time("2026-11-13 09:00"));
    rules_destroy(&rules);
}

static void
bug_a_change_of_the_calendar_moves_nothing(void **state)
{
    // zammad#534.
    const char *const text = "2026-11-02 09:00 -> DISHUB";
    struct rules *rules = story_rules("");

    (void)state;
    assert_int_equal(due_of(rules, text, "resolution", 0), local_time("2026-11-20 09:00"));
    local_add_holidays(rules_calendar(rules), "2026-11-11");
    assert_int_equal(due_of(rules, text, "resolution", 0), local_time("2026-11-23 09:00"));
    assert_int_equal(due_of(rules, text, "first_response", 0), local_time("2026-11-03 09:00"));
    local_add_office(rules_calendar(rules), "DISHUB", "1 08:00-16:00");
    assert_int_equal(due_of(rules, text, "resolution", 0), local_time("2027-02-08 09:00"));
    rules_destroy(&rules);
}

static void
a_back_dated_policy_counts_from_its_date(void **state)
{
    const char *const text = "2026-11-02 09:00 -> DISHUB;2026-11-04 09:00 -> PUPR";
    struct rules *rules = story_rules("");

    (void)state;
    story_add_policy(rules, "first_response\t9\twall\t6h\trouted\tresponse\t\t\t\t\t2026-11-03 00:00\t");
    assert_int_equal(due_of(rules, text, "first_response", 0), local_time("2026-11-03 09:00"));
    assert_int_equal(due_of(rules, text, "first_response", 1), local_time("2026-11-04 15:00"));
    rules_destroy(&rules);
}

static void
a_policy_of_nothing_ends_a_clock_for_those_it_fits(void **state)
{
    struct rules *rules = story_rules("");
    struct str out = {0};

    (void)state;
    story_add_policy(
        rules, "first_response\t9\twall\t0\trouted\tresponse\tcriticism\t\t\t\t2020-01-01 00:00\t");
    size_t count = derive_story(rules, "criticism service web", "2026-11-02 09:00 -> DISHUB", CALENDAR_NEVER);
    story_write(deadlines, count, "first_response", &out);
    assert_string_equal(out.data, "none");
    assert_int_equal(
        due_of(rules, "2026-11-02 09:00 -> DISHUB", "first_response", 0), local_time("2026-11-03 09:00"));
    str_free(&out);
    rules_destroy(&rules);
}

static void
a_step_is_never_before_the_one_before_it(void **state)
{
    // The officer is let sleep until five; the head is told after him.
    struct rules *rules = story_rules("");

    (void)state;
    story_add_policy(rules, "night\t1\twall\t10h\treceived\tresponse\t\t\t\t\t2020-01-01 00:00"
                            "\t20% officer, 30% head, 90% head, 100% sekda");
    size_t count = derive_story(rules, COMPLAINT, "2026-11-02 20:00 -> DISHUB", CALENDAR_NEVER);
    const struct deadline *deadline = story_find(deadlines, count, "night", 0);
    assert_int_equal(deadline->steps[0], local_time("2026-11-03 05:00"));
    assert_int_equal(deadline->steps[1], local_time("2026-11-03 05:00"));
    assert_int_equal(deadline->steps[2], local_time("2026-11-03 05:00"));
    assert_int_equal(deadline->steps[3], local_time("2026-11-03 06:00"));
    rules_destroy(&rules);
}

static void
without_working_time_nothing_is_ever_due(void **state)
{
    struct rules *rules = story_rules("");

    (void)state;
    local_add_holidays(rules_calendar(rules), "all");
    size_t count = derive_story(rules, COMPLAINT, "2026-11-02 09:00 -> DISHUB", CALENDAR_NEVER);
    const struct deadline *deadline = story_find(deadlines, count, "resolution", 0);
    assert_int_equal(deadline->due_at_ms, CALENDAR_NEVER);
    assert_int_equal(deadline->step_count, 2);
    assert_int_equal(deadline->steps[0], CALENDAR_NEVER);
    assert_int_equal(deadline->steps[1], CALENDAR_NEVER);
    rules_destroy(&rules);
}

static void
an_amount_beyond_all_time_is_never(void **state)
{
    struct rules *rules = story_rules("");
    struct policy policy = {
        .clock = "long", .version = 1, .amount_ms = INT64_MAX - 1, .starts = MOMENT_RECEIVED};

    (void)state;
    assert_null(policy_parse_ladder("50% officer, 100% head, +1h sekda", &policy.ladder));
    rules_add_policy(rules, &policy);
    size_t count = derive_story(rules, COMPLAINT, "2026-11-02 09:00 -> DISHUB", CALENDAR_NEVER);
    const struct deadline *deadline = story_find(deadlines, count, "long", 0);
    assert_int_equal(deadline->due_at_ms, CALENDAR_NEVER);
    assert_true(deadline->steps[0] > story.turns[0].from_ms && deadline->steps[0] < CALENDAR_NEVER);
    assert_int_equal(deadline->steps[1], CALENDAR_NEVER);
    assert_int_equal(deadline->steps[2], CALENDAR_NEVER);
    rules_destroy(&rules);
}

// An agency that shows progress each hour, and asks and is answered in between.
static void
tell_long_story(size_t rounds)
{
    story_read(&story, COMPLAINT, "2026-11-02 00:00 -> DISHUB");
    for (size_t i = 0; i < 3 * rounds; i++)
        story.acts[i] = (struct act_row){
            .id = (int64_t)i + 1,
            .at_ms = story.turns[0].from_ms + HOUR_MS * (int64_t)(i + 1),
            .act = i % 3 == 0   ? ACT_IN_PROGRESS
                   : i % 3 == 1 ? ACT_ASK
                                : ACT_ANSWER,
        };
    story.history.act_count = 3 * rounds;
}

static void
a_ticket_of_many_acts_is_derived_all_the_same(void **state)
{
    struct rules *rules = story_rules("");

    (void)state;
    tell_long_story(50); // more moments and pauses than lie on the stack
    size_t count = derive(rules, &story.history, CALENDAR_NEVER, deadlines, DERIVE_MOST);
    assert_int_equal(count, 50 + 3);
    for (size_t i = 0; i < 50; i++)
        assert_int_equal(
            story_find(deadlines, count, "progress", (int)i)->started_at_ms, story.acts[3 * i].at_ms);
    // Of each three hours one was a pause: 14 days take 21, and they begin with the first hour.
    const struct deadline *deadline = story_find(deadlines, count, "resolution", 0);
    int64_t paused = 0;
    struct span spans[DERIVE_SPANS_MOST];
    size_t span_count = derive_spans(rules, &story.history, deadline, CALENDAR_NEVER, spans);
    assert_int_equal(span_count, DERIVE_SPANS_MOST);
    int64_t amount = 0;
    for (size_t i = 0; i < span_count; i++) {
        amount += spans[i].amount;
        paused += spans[i].kind == SPAN_PAUSED ? spans[i].until_ms - spans[i].from_ms : 0;
    }
    assert_int_equal(amount, deadline->policy->amount_ms);
    assert_true(paused > 30 * HOUR_MS);
    assert_int_equal(spans[span_count - 1].until_ms, deadline->due_at_ms);
    rules_destroy(&rules);
}

static void
of_too_many_deadlines_those_that_are_over_go_first(void **state)
{
    struct rules *rules = story_rules("");
    struct deadline few[8];

    (void)state;
    tell_long_story(600);
    size_t count = derive(rules, &story.history, CALENDAR_NEVER, deadlines, DERIVE_MOST);
    assert_int_equal(count, DERIVE_MOST);
    assert_int_equal(story_find(deadlines, count, "resolution", 0)->stopped_at_ms, 0);
    assert_int_equal(story_find(deadlines, count, "progress", 599)->stopped_at_ms, 0);
    assert_int_equal(story_find(deadlines, count, "progress", 598)->stop, STOP_MET);

    count = derive(rules, &story.history, CALENDAR_NEVER, few, LENGTH(few));
    assert_int_equal(count, LENGTH(few));
    assert_int_equal(story_find(few, count, "resolution", 0)->stopped_at_ms, 0);
    assert_int_equal(story_find(few, count, "progress", 599)->stopped_at_ms, 0);
    assert_int_equal(derive(rules, &story.history, CALENDAR_NEVER, few, 0), 0);
    rules_destroy(&rules);
}

static void
numbers_stay_single_when_a_clock_changes_its_kind(void **state)
{
    // Under the first policy it starts with each turn, under the second with each sign of progress.
    struct rules *rules = rules_new();
    struct str out = {0};

    (void)state;
    story_add_policy(rules, "mixed\t1\twall\t9d\trouted\tdone\t\t\t\t\t2020-01-01 00:00\t");
    story_add_policy(rules, "mixed\t2\twall\t9d\tprogress\tprogress\t\t\t\t\t2026-11-03 00:00\t");
    story_add_policy(rules, "mixed\t3\twall\t9d\trouted\tdone\t\t\t\t\t2026-11-05 00:00\t");
    size_t count = derive_story(rules, COMPLAINT,
        "2026-11-02 09:00 -> DISHUB;2026-11-03 08:00 -> PUPR;2026-11-03 09:00 officer verifying;2026-11-03 "
        "10:00 "
        "officer verifying;2026-11-05 10:00 officer verifying;2026-11-05 11:00 -> DISHUB",
        CALENDAR_NEVER);
    story_write(deadlines, count, "all", &out);
    assert_string_equal(out.data,
        "mixed/0 v1 DISHUB 2026-11-02 09:00 due 2026-11-11 09:00 transfer 2026-11-03 08:00; "
        "mixed/1 v2 PUPR 2026-11-03 09:00 due 2026-11-12 09:00 met 2026-11-03 10:00 by 2; "
        "mixed/2 v2 PUPR 2026-11-03 10:00 due 2026-11-12 10:00 met 2026-11-05 10:00 by 3; "
        "mixed/3 v3 DISHUB 2026-11-05 11:00 due 2026-11-14 11:00 runs");
    str_free(&out);
    rules_destroy(&rules);
}

static void
an_act_of_done_starts_and_ends_by_its_own_rules(void **state)
{
    // A clock that starts with the response does not outlive the done that is one.
    struct rules *rules = rules_new();
    struct str out = {0};

    (void)state;
    story_add_policy(rules, "after\t1\twall\t9d\tresponse\tprogress\t\t\t\t\t2020-01-01 00:00\t");
    story_add_policy(rules, "window\t1\twall\t9d\tdone\treopened\t\t\t\t\t2020-01-01 00:00\t");
    size_t count = derive_story(
        rules, COMPLAINT, "2026-11-02 09:00 -> DISHUB;2026-11-03 09:00 officer done", CALENDAR_NEVER);
    story_write(deadlines, count, "all", &out);
    assert_string_equal(out.data, "window/0 v1 DISHUB 2026-11-03 09:00 due 2026-11-12 09:00 runs");

    // And one that starts with done does not end with the next one.
    story_add_policy(rules, "window\t2\twall\t9d\tdone\tprogress\t\t\t\t\t2026-11-01 00:00\t");
    str_clear(&out);
    count = derive_story(rules, COMPLAINT,
        "2026-11-02 09:00 -> DISHUB;2026-11-03 09:00 officer done;2026-11-04 09:00 reporter reopened;"
        "2026-11-04 09:00 -> DISHUB;2026-11-05 09:00 system done",
        CALENDAR_NEVER);
    story_write(deadlines, count, "window", &out);
    assert_string_equal(out.data, "window/0 v2 DISHUB 2026-11-03 09:00 due 2026-11-12 09:00 runs");
    str_free(&out);
    rules_destroy(&rules);
}

static void
check_span(const struct span *span, enum span_kind kind, const char *from, const char *until,
    const char *agency, const char *amount)
{
    assert_int_equal(span->kind, kind);
    assert_int_equal(span->from_ms, local_time(from));
    assert_int_equal(span->until_ms, local_time(until));
    assert_string_equal(span->agency, agency);
    assert_int_equal(span->amount, local_amount(amount));
}

static void
spans_are_split_by_transfers_and_pauses(void **state)
{
    struct rules *rules = story_rules("DISHUB=12345 08:00-16:00");
    struct span spans[DERIVE_SPANS_MOST];

    (void)state;
    size_t count = derive_story(rules, "aspiration pothole web",
        "2026-11-02 08:00 -> DISHUB;2026-11-03 12:00 officer ask @DISHUB;2026-11-04 00:00 -> PUPR;"
        "2026-11-05 00:00 reporter answer",
        CALENDAR_NEVER);
    const struct deadline *deadline = story_find(deadlines, count, "resolution", 0);
    assert_int_equal(deadline->due_at_ms, local_time("2026-11-10 12:00"));
    assert_int_equal(derive_spans(rules, &story.history, deadline, CALENDAR_NEVER, spans), 4);
    check_span(&spans[0], SPAN_RUNS, "2026-11-02 08:00", "2026-11-03 12:00", "DISHUB", "1d 12h");
    check_span(&spans[1], SPAN_PAUSED, "2026-11-03 12:00", "2026-11-04 00:00", "DISHUB", "0");
    check_span(&spans[2], SPAN_PAUSED, "2026-11-04 00:00", "2026-11-05 00:00", "PUPR", "0");
    check_span(&spans[3], SPAN_RUNS, "2026-11-05 00:00", "2026-11-10 12:00", "PUPR", "3d 12h");

    // The wall clock knows no pause, and a clock of a turn no other agency.
    deadline = story_find(deadlines, count, "citizen_first_response", 0);
    assert_int_equal(derive_spans(rules, &story.history, deadline, local_time("2026-11-05 08:00"), spans), 2);
    check_span(&spans[0], SPAN_RUNS, "2026-11-02 08:00", "2026-11-04 00:00", "DISHUB", "1d 16h");
    check_span(&spans[1], SPAN_RUNS, "2026-11-04 00:00", "2026-11-05 08:00", "PUPR", "1d 8h");
    deadline = story_find(deadlines, count, "first_response", 0);
    assert_int_equal(derive_spans(rules, &story.history, deadline, local_time("2026-12-24 08:00"), spans), 1);
    check_span(&spans[0], SPAN_RUNS, "2026-11-02 08:00", "2026-11-04 00:00", "DISHUB", "1d 16h");
    rules_destroy(&rules);
}

static void
the_last_span_of_an_open_pause_has_no_end(void **state)
{
    struct rules *rules = story_rules("");
    struct span spans[DERIVE_SPANS_MOST];

    (void)state;
    size_t count = derive_story(
        rules, COMPLAINT, "2026-11-02 09:00 -> DISHUB;2026-11-03 09:00 officer ask @DISHUB", CALENDAR_NEVER);
    const struct deadline *deadline = story_find(deadlines, count, "resolution", 0);
    assert_int_equal(derive_spans(rules, &story.history, deadline, CALENDAR_NEVER, spans), 2);
    check_span(&spans[0], SPAN_RUNS, "2026-11-02 09:00", "2026-11-03 09:00", "DISHUB", "1d");
    check_span(&spans[1], SPAN_PAUSED, "2026-11-03 09:00", "never", "DISHUB", "0");
    assert_int_equal(derive_spans(rules, &story.history, deadline, local_time("2026-11-04 09:00"), spans), 2);
    check_span(&spans[1], SPAN_PAUSED, "2026-11-03 09:00", "2026-11-04 09:00", "DISHUB", "0");
    assert_int_equal(derive_time(rules, &story.history, deadline, CALENDAR_NEVER, DAY_MS / 2),
        local_time("2026-11-02 21:00"));
    assert_int_equal(
        derive_time(rules, &story.history, deadline, CALENDAR_NEVER, 2 * DAY_MS), CALENDAR_NEVER);
    rules_destroy(&rules);
}

static void
the_breach_is_the_first_of_the_full_time_or_later(void **state)
{
    struct policy policy = {.amount_ms = 1};

    (void)state;
    assert_int_equal(derive_breach_step(&policy), -1);
    assert_null(policy_parse_ladder("50% officer, 80% officer", &policy.ladder));
    assert_int_equal(derive_breach_step(&policy), -1);
    assert_null(policy_parse_ladder("50% officer, 80% officer, +6h sekda", &policy.ladder));
    assert_int_equal(derive_breach_step(&policy), 2);
    assert_null(policy_parse_ladder("99% officer, 100% head, +6h sekda", &policy.ladder));
    assert_int_equal(derive_breach_step(&policy), 1);
}

static void
stops_have_the_names_of_the_table(void **state)
{
    (void)state;
    assert_string_equal(stop_name(STOP_NONE), "");
    assert_string_equal(stop_name(STOP_MET), "met");
    assert_string_equal(stop_name(STOP_TRANSFER), "transfer");
    assert_string_equal(stop_name(STOP_ENDED), "ended");
    assert_string_equal(stop_name(STOP_VOID), "void");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_table),
        cmocka_unit_test(has_none_of_the_bugs_of_other_systems),
        cmocka_unit_test(what_comes_later_changes_nothing_of_what_was_known),
        cmocka_unit_test(bug_a_pause_is_lost_when_the_policy_changes),
        cmocka_unit_test(bug_a_change_of_the_calendar_moves_nothing),
        cmocka_unit_test(a_back_dated_policy_counts_from_its_date),
        cmocka_unit_test(a_policy_of_nothing_ends_a_clock_for_those_it_fits),
        cmocka_unit_test(a_step_is_never_before_the_one_before_it),
        cmocka_unit_test(without_working_time_nothing_is_ever_due),
        cmocka_unit_test(an_amount_beyond_all_time_is_never),
        cmocka_unit_test(a_ticket_of_many_acts_is_derived_all_the_same),
        cmocka_unit_test(of_too_many_deadlines_those_that_are_over_go_first),
        cmocka_unit_test(numbers_stay_single_when_a_clock_changes_its_kind),
        cmocka_unit_test(an_act_of_done_starts_and_ends_by_its_own_rules),
        cmocka_unit_test(spans_are_split_by_transfers_and_pauses),
        cmocka_unit_test(the_last_span_of_an_open_pause_has_no_end),
        cmocka_unit_test(the_breach_is_the_first_of_the_full_time_or_later),
        cmocka_unit_test(stops_have_the_names_of_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

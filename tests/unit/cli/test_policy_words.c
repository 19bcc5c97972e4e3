// test_policy_words.c - what a person says of a policy: what is taken over, what is refused and how it is
// named.
#include "cmocka_all.h"
#include "policy_words.h"

#include <stdio.h>
#include <string.h>

static const int64_t HOUR = 3600000, DAY = 86400000;

static void
add(struct rules *rules, const struct policy *policy, const char *ladder)
{
    struct policy made = *policy;

    assert_null(policy_parse_ladder(ladder, &made.ladder));
    rules_add_policy(rules, &made);
}

static struct rules *
usual(void)
{
    struct rules *rules = rules_new();

    add(rules,
        &(struct policy){.clock = "first_response",
            .version = 1,
            .amount_ms = 24 * HOUR,
            .starts = MOMENT_ROUTED,
            .stops = MOMENT_RESPONSE,
            .effective_from_ms = 1000},
        "50% officer, 100% head, +6h sekda");
    add(rules,
        &(struct policy){.clock = "resolution",
            .version = 1,
            .unit = UNIT_WORKING_DAYS,
            .amount_ms = 5 * DAY,
            .starts = MOMENT_RECEIVED,
            .stops = MOMENT_DONE,
            .kinds = "information_request,aspiration"},
        "80% officer");
    add(rules,
        &(struct policy){.clock = "resolution",
            .version = 2,
            .unit = UNIT_WORKING_DAYS,
            .amount_ms = INT64_C(14) * DAY,
            .starts = MOMENT_RECEIVED,
            .stops = MOMENT_DONE},
        "80% officer, 100% head");
    return rules;
}

static struct policy
read(const struct policy_words *words)
{
    struct rules *rules = usual();
    struct policy policy = {.version = 0};
    struct str wrong = {0};

    if (policy_words_read(rules, words, &policy, &wrong) < 0)
        fail_msg("%s", wrong.data);
    rules_destroy(&rules);
    return policy;
}

static void
assert_ladder(const struct policy *policy, const char *wanted)
{
    char text[200];

    assert_string_equal(policy_format_ladder(&policy->ladder, text, sizeof(text)), wanted);
}

static void
what_is_not_said_is_taken_over(void **state)
{
    struct policy policy = read(&(struct policy_words){.clock = "first_response", .seconds = 20});
    (void)state;

    assert_int_equal(policy.version, 2);
    assert_int_equal(policy.amount_ms, 20000);
    assert_int_equal(policy.unit, UNIT_WALL);
    assert_int_equal(policy.starts, MOMENT_ROUTED);
    assert_int_equal(policy.stops, MOMENT_RESPONSE);
    assert_ladder(&policy, "50% officer, 100% head, +6h sekda");

    policy = read(&(struct policy_words){.clock = "first_response", .ladder = ""});
    assert_int_equal(policy.amount_ms, 24 * HOUR);
    assert_int_equal(policy.ladder.count, 0);

    policy = read(&(struct policy_words){.clock = "first_response", .off = true, .stops = "done"});
    assert_int_equal(policy.amount_ms, 0);
    assert_int_equal(policy.stops, MOMENT_DONE);
}

static void
the_version_with_the_same_conditions_is_replaced(void **state)
{
    // The same list in another order, with blanks.
    struct policy policy = read(
        &(struct policy_words){.clock = "resolution", .days = 3, .kinds = "aspiration, information_request"});
    (void)state;

    assert_int_equal(policy.version, 3);
    assert_string_equal(policy.kinds, "aspiration,information_request");
    assert_int_equal(policy.amount_ms, INT64_C(3) * DAY);
    assert_ladder(&policy, "80% officer");
    // Where there is none, the one without conditions.
    policy = read(&(struct policy_words){.clock = "resolution", .days = 3, .kinds = "aspiration"});
    assert_ladder(&policy, "80% officer, 100% head");
    // The one that came into force last, not the one that was written last.
    struct rules *rules = usual();
    struct str wrong = {0};
    add(rules,
        &(struct policy){.clock = "first_response",
            .version = 2,
            .amount_ms = HOUR,
            .starts = MOMENT_ROUTED,
            .stops = MOMENT_RESPONSE,
            .effective_from_ms = 999},
        "100% governor");
    assert_int_equal(policy_words_read(rules, &(struct policy_words){.clock = "first_response", .hours = 2},
                         &policy, &wrong),
        0);
    assert_int_equal(policy.version, 3);
    assert_ladder(&policy, "50% officer, 100% head, +6h sekda");
    rules_destroy(&rules);
}

static void
days_are_working_days_unless_said(void **state)
{
    struct policy policy = read(&(struct policy_words){.clock = "first_response", .days = 2});
    (void)state;

    assert_int_equal(policy.unit, UNIT_WORKING_DAYS);
    policy = read(&(struct policy_words){.clock = "resolution", .days = 2, .unit = "wall"});
    assert_int_equal(policy.unit, UNIT_WALL);
    assert_int_equal(policy.amount_ms, 2 * DAY);
    policy = read(&(struct policy_words){.clock = "resolution", .hours = 9, .unit = "working_hours"});
    assert_int_equal(policy.unit, UNIT_WORKING_HOURS);
}

static void
a_new_clock_says_all(void **state)
{
    struct policy policy = read(&(struct policy_words){.clock = "callback",
        .hours = 1,
        .starts = "received",
        .stops = "reply,done",
        .topics = "bridge",
        .levels = "province",
        .channels = "sms,sp4n"});
    (void)state;

    assert_int_equal(policy.version, 1);
    assert_int_equal(policy.starts, MOMENT_RECEIVED);
    assert_int_equal(policy.stops, MOMENT_REPLY | MOMENT_DONE);
    assert_string_equal(policy.channels, "sms,sp4n");
    assert_int_equal(policy.ladder.count, 0);
}

static void
what_makes_no_sense_is_named(void **state)
{
    static const struct {
        struct policy_words words;
        const char *wrong;
    } cases[] = {
        {{.clock = "callback", .hours = 1}, "--starts: is missing"},
        {{.clock = "callback", .hours = 1, .starts = "received"}, "--stops: is missing"},
        {{.clock = "callback", .starts = "received", .stops = "done"}, "--hours, --seconds, --days, --off"},
        {{.clock = "First Response", .hours = 1}, "clock: "},
        {{.clock = "first_response", .hours = 1, .days = 1},
            "--hours, --seconds, --days, --off: give only one"},
        {{.clock = "first_response", .hours = 1, .off = true},
            "--hours, --seconds, --days, --off: give only one"},
        {{.clock = "first_response", .unit = "working_days"}, "--hours, --seconds, --days, --off"},
        {{.clock = "first_response", .hours = 1, .unit = "days"}, "--unit days: "},
        {{.clock = "first_response", .days = 1, .unit = "working_hours"}, "--days: "},
        {{.clock = "resolution", .hours = 1}, "--hours: "},
        {{.clock = "resolution", .seconds = 1}, "--seconds: "},
        {{.clock = "first_response", .hours = 1, .starts = "arrived"}, "--starts arrived: "},
        {{.clock = "first_response", .hours = 1, .stops = ""}, "--stops: is missing"},
        {{.clock = "first_response", .hours = 1, .kinds = "greeting"}, "--kinds greeting: "},
        {{.clock = "first_response", .hours = 1, .kinds = "not_report"}, "--kinds not_report: "},
        {{.clock = "first_response", .hours = 1, .kinds = "complaint,,criticism"},
            "--kinds (an empty word): "},
        {{.clock = "first_response", .hours = 1, .channels = "pigeon"}, "--channels pigeon: "},
        {{.clock = "first_response", .hours = 1, .ladder = "50% mayor"}, "--ladder: "},
        {{.clock = "first_response", .hours = 1, .ladder = "150% head"}, "--ladder: "},
    };
    struct rules *rules = usual();
    (void)state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct policy policy = {.version = 7};
        struct str wrong = {0};

        assert_int_equal(policy_words_read(rules, &cases[i].words, &policy, &wrong), -1);
        assert_int_equal(policy.version, 7);
        if (strncmp(wrong.data, cases[i].wrong, strlen(cases[i].wrong)) != 0)
            fail_msg("case %zu says %s", i, wrong.data);
        str_free(&wrong);
    }
    rules_destroy(&rules);
}

static void
amounts_are_in_the_unit_of_the_rule(void **state)
{
    static const struct {
        enum time_unit unit;
        int64_t ms;
        const char *text;
    } cases[] = {{UNIT_WALL, 24 * HOUR, "24 hours"}, {UNIT_WALL, HOUR, "1 hour"},
        {UNIT_WALL, 20000, "20 seconds"}, {UNIT_WALL, 90 * INT64_C(60000), "90 minutes"},
        {UNIT_WALL, 0, "off"}, {UNIT_WORKING_DAYS, 0, "off"}, {UNIT_WORKING_DAYS, DAY, "1 working day"},
        {UNIT_WORKING_DAYS, INT64_C(60) * DAY, "60 working days"},
        {UNIT_WORKING_DAYS, DAY / 2, "0.5 working days"},
        {UNIT_WORKING_HOURS, 40 * HOUR, "40 working hours"}};
    (void)state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct policy policy = {.unit = cases[i].unit, .amount_ms = cases[i].ms};
        struct str text = {0};

        policy_words_amount(&policy, &text);
        assert_string_equal(text.data, cases[i].text);
        str_free(&text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_is_taken_over),
        cmocka_unit_test(the_version_with_the_same_conditions_is_replaced),
        cmocka_unit_test(days_are_working_days_unless_said),
        cmocka_unit_test(a_new_clock_says_all),
        cmocka_unit_test(what_makes_no_sense_is_named),
        cmocka_unit_test(amounts_are_in_the_unit_of_the_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

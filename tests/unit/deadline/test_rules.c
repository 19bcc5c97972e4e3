// test_rules.c - what rules hold, quiet hours row by row of tests/data/deadlines/quiet.tsv, and which of the
// policies that come with Kentongan a ticket gets, row by row of default_policies.tsv.
#include "check.h"
#include "cmocka_all.h"
#include "local.h"
#include "rules.h"
#include "str.h"
#include "tsv.h"

#include <stdio.h>
#include <string.h>

static void
add_policy(struct rules *rules, const char *clock, int version)
{
    struct policy policy = {.version = version, .amount_ms = INT64_C(1000) * version};

    str_copy(policy.clock, sizeof(policy.clock), clock);
    rules_add_policy(rules, &policy);
}

static void
new_rules_are_empty(void **state)
{
    struct rules *rules = rules_new();

    (void)state;
    assert_int_equal(rules_clock_count(rules), 0);
    assert_null(rules_policy(rules, "triage", 1));
    assert_string_equal(rules_level(rules, "DISHUB"), "");
    assert_string_equal(rules_sektor(rules, "road"), "");
    assert_ptr_equal(rules_calendar(rules), rules_look_at_calendar(rules));
    assert_false(calendar_is_holiday(rules_look_at_calendar(rules), 20780));
    rules_destroy(&rules);
    assert_null(rules);
    rules_destroy(&rules);
}

static void
policies_lie_by_clock_and_version(void **state)
{
    static const struct {
        const char *clock;
        int versions;
    } expected[] = {{"decision", 1}, {"resolution", 12}, {"triage", 2}};
    struct rules *rules = rules_new();
    size_t count = 0;

    (void)state;
    add_policy(rules, "triage", 2);
    // Not in the order of digits.
    for (int version = 12; version > 0; version--)
        add_policy(rules, "resolution", version);
    add_policy(rules, "decision", 1);
    add_policy(rules, "triage", 1);

    assert_int_equal(rules_clock_count(rules), LENGTH(expected));
    for (size_t i = 0; i < LENGTH(expected); i++) {
        const struct policy *policies = rules_clock(rules, i, &count);

        assert_int_equal(count, expected[i].versions);
        for (size_t k = 0; k < count; k++) {
            assert_string_equal(policies[k].clock, expected[i].clock);
            assert_int_equal(policies[k].version, k + 1);
            assert_int_equal(policies[k].amount_ms, 1000 * (k + 1));
            assert_ptr_equal(rules_policy(rules, expected[i].clock, (int)k + 1), &policies[k]);
        }
    }
    assert_null(rules_policy(rules, "resolution", 0));
    assert_null(rules_policy(rules, "resolution", 13));
    assert_null(rules_policy(rules, "progress", 1));
    rules_destroy(&rules);
}

static void
a_policy_takes_the_place_of_its_like(void **state)
{
    struct rules *rules = rules_new();
    struct policy policy = {.clock = "triage", .version = 1, .amount_ms = 7};
    size_t count = 0;

    (void)state;
    add_policy(rules, "triage", 1);
    add_policy(rules, "triage", 2);
    rules_add_policy(rules, &policy);
    policy.amount_ms = 8; // a copy was taken
    assert_int_equal(rules_clock_count(rules), 1);
    assert_int_equal(rules_clock(rules, 0, &count)->amount_ms, 7);
    assert_int_equal(count, 2);
    rules_destroy(&rules);
}

static void
a_ladder_follows_step_by_step(void **state)
{
    static const struct ladder_step head = {100, 0, ROLE_HEAD}, officer = {50, 0, ROLE_OFFICER};
    struct rules *rules = rules_new();
    char text[200];

    (void)state;
    add_policy(rules, "triage", 1);
    add_policy(rules, "triage", 2);
    assert_int_equal(rules_add_step(rules, "triage", 2, &head), 0);
    assert_int_equal(rules_add_step(rules, "triage", 2, &officer), 0);
    assert_int_equal(rules_add_step(rules, "triage", 3, &head), -1);
    assert_int_equal(rules_add_step(rules, "decision", 1, &head), -1);
    assert_int_equal(rules_policy(rules, "triage", 1)->ladder.count, 0);
    assert_string_equal(policy_format_ladder(&rules_policy(rules, "triage", 2)->ladder, text, sizeof(text)),
        "50% officer, 100% head");
    for (int i = 2; i < LADDER_STEPS_MOST; i++)
        assert_int_equal(rules_add_step(rules, "triage", 2, &(struct ladder_step){60 + i, 0, ROLE_DESK}), 0);
    assert_int_equal(rules_add_step(rules, "triage", 2, &(struct ladder_step){90, 0, ROLE_DESK}), -1);
    rules_destroy(&rules);
}

static void
agencies_have_a_level_and_topics_a_sektor(void **state)
{
    enum { AGENCIES = 500 };
    struct rules *rules = rules_new();
    char agency[16], level[16];

    (void)state;
    for (int i = 0; i < AGENCIES; i++) {
        // 7 is coprime to 500: each once, in no order.
        (void)snprintf(agency, sizeof(agency), "A%d", i * 7 % AGENCIES);
        (void)snprintf(level, sizeof(level), "level %d", i * 7 % AGENCIES);
        rules_add_agency(rules, agency, level);
    }
    rules_add_topic(rules, "A1", "infrastruktur");
    rules_add_agency(rules, "A3", "moved");
    for (int i = 0; i < AGENCIES; i++) {
        (void)snprintf(agency, sizeof(agency), "A%d", i);
        (void)snprintf(level, sizeof(level), "level %d", i);
        assert_string_equal(rules_level(rules, agency), i == 3 ? "moved" : level);
    }
    assert_string_equal(rules_level(rules, "A500"), "");
    assert_string_equal(rules_level(rules, "A"), "");
    assert_string_equal(rules_sektor(rules, "A1"), "infrastruktur");
    assert_string_equal(rules_sektor(rules, "A2"), "");
    rules_destroy(&rules);
}

static void
steps_wait_for_the_end_of_quiet_hours(void **state)
{
    enum { WHY, ROLE, QUIET, AT, DUE, FIRES };
    struct tsv *tsv = tsv_open("tests/data/deadlines/quiet.tsv", "why\trole\tquiet\tat\tdue\tfires");
    const char *rest;
    char text[48];
    int rows = 0;

    (void)state;
    for (; tsv_next(tsv); rows++) {
        struct rules *rules = rules_new();
        enum role role = ROLES;

        assert_true(role_parse(tsv_field(tsv, ROLE), &role));
        if (tsv_field(tsv, QUIET)[0] != '\0') {
            int begins = local_minutes(tsv_field(tsv, QUIET), &rest);

            rules_set_quiet(rules, role, begins, local_minutes(rest + 1, &rest));
        }
        int64_t at_ms = local_time(tsv_field(tsv, AT)), due_at_ms = local_time(tsv_field(tsv, DUE));
        int64_t got = rules_after_quiet(rules, role, at_ms, due_at_ms);

        if (got != local_time(tsv_field(tsv, FIRES)))
            fail_msg(
                "quiet.tsv:%d %s: got %s", tsv_line(tsv), tsv_field(tsv, WHY), local_time_text(got, text));
        // Nobody else's sleep is minded.
        for (enum role other = ROLE_OFFICER; other < ROLES; other++)
            if (other != role)
                assert_int_equal(rules_after_quiet(rules, other, at_ms, due_at_ms), at_ms);
        rules_destroy(&rules);
    }
    assert_true(rows > 20);
    tsv_close(&tsv);
}

static void
load_policies(struct rules *rules)
{
    struct tsv *tsv =
        tsv_open("deploy/data/policies.tsv", "clock\tversion\tduration\tunit\tstarts\tstops\tkinds\ttopics\tl"
                                             "evels\tchannels\teffective_from\tsource");

    while (tsv_next(tsv)) {
        struct policy policy = {.version = (int)local_number(tsv_field(tsv, 1), NULL), .amount_ms = 1};

        str_copy(policy.clock, sizeof(policy.clock), tsv_field(tsv, 0));
        assert_true(time_unit_parse(tsv_field(tsv, 3), &policy.unit));
        assert_int_equal(policy_parse_moments(tsv_field(tsv, 4), &policy.starts), 0);
        assert_int_equal(policy_parse_moments(tsv_field(tsv, 5), &policy.stops), 0);
        assert_true(policy.starts != 0 && policy.stops != 0);
        str_copy(policy.kinds, sizeof(policy.kinds), tsv_field(tsv, 6));
        str_copy(policy.topics, sizeof(policy.topics), tsv_field(tsv, 7));
        str_copy(policy.levels, sizeof(policy.levels), tsv_field(tsv, 8));
        str_copy(policy.channels, sizeof(policy.channels), tsv_field(tsv, 9));
        rules_add_policy(rules, &policy);
    }
    tsv_close(&tsv);

    tsv = tsv_open("deploy/data/topics.tsv", "code\tname\tsektor");
    while (tsv_next(tsv))
        rules_add_topic(rules, tsv_field(tsv, 0), tsv_field(tsv, 2));
    tsv_close(&tsv);
}

static const struct policy *
choose(const struct rules *rules, const char *clock, const struct policy_subject *subject)
{
    for (size_t i = 0; i < rules_clock_count(rules); i++) {
        size_t count;
        const struct policy *policies = rules_clock(rules, i, &count);

        if (strcmp(policies[0].clock, clock) == 0)
            return policy_choose(policies, count, subject, INT64_MAX);
    }
    fail_msg("there is no clock %s", clock);
    return NULL;
}

static void
tickets_get_the_policies_of_the_law(void **state)
{
    enum { WHY, CLOCK, KIND, TOPIC, CHANNEL, VERSION };
    struct rules *rules = rules_new();
    struct tsv *tsv = NULL;
    char kind[32];

    (void)state;
    load_policies(rules);
    tsv = tsv_open("tests/data/deadlines/default_policies.tsv", "why\tclock\tkind\ttopic\tchannel\tversion");
    while (tsv_next(tsv)) {
        str_copy(kind, sizeof(kind), tsv_field(tsv, KIND));
        struct policy_subject subject = {.kind = kind,
            .urgent = kind[strlen(kind) - 1] == '!',
            .topic = tsv_field(tsv, TOPIC),
            .sektor = rules_sektor(rules, tsv_field(tsv, TOPIC)),
            .level = "province",
            .channel = tsv_field(tsv, CHANNEL)};

        kind[strcspn(kind, "!")] = '\0';
        // A topic that is misspelt here would prove nothing.
        assert_true(subject.topic[0] == '\0' || subject.sektor[0] != '\0');
        const struct policy *got = choose(rules, tsv_field(tsv, CLOCK), &subject);

        const char *version = tsv_field(tsv, VERSION);

        if ((got != NULL ? got->version : 0) !=
            (strcmp(version, "none") == 0 ? 0 : local_number(version, NULL)))
            fail_msg("default_policies.tsv:%d %s: got %d", tsv_line(tsv), tsv_field(tsv, WHY),
                got != NULL ? got->version : 0);
    }
    tsv_close(&tsv);
    rules_destroy(&rules);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_rules_are_empty),
        cmocka_unit_test(policies_lie_by_clock_and_version),
        cmocka_unit_test(a_policy_takes_the_place_of_its_like),
        cmocka_unit_test(a_ladder_follows_step_by_step),
        cmocka_unit_test(agencies_have_a_level_and_topics_a_sektor),
        cmocka_unit_test(steps_wait_for_the_end_of_quiet_hours),
        cmocka_unit_test(tickets_get_the_policies_of_the_law),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_policy_file.c - the file of kentongan policy try: what it changes, and what it says of a mistake.
#include "cmocka_all.h"
#include "deadline/rules.h"
#include "policy_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t hour_ms = 3600000;

static struct rules *
usual(void)
{
    struct rules *rules = rules_new();
    struct policy policy = {.clock = "first_response",
        .amount_ms = 24 * hour_ms,
        .starts = MOMENT_ROUTED,
        .stops = MOMENT_RESPONSE};
    int32_t day = 0;

    policy.version = 1;
    policy.effective_from_ms = 1000;
    rules_add_policy(rules, &policy);
    policy.version = 2;
    policy.effective_from_ms = 5000;
    rules_add_policy(rules, &policy);
    str_copy(policy.levels, sizeof(policy.levels), "vertical");
    policy.version = 3;
    rules_add_policy(rules, &policy);
    rules_add_agency(rules, "DISHUB", "province");
    rules_add_agency(rules, "PLN", "vertical");
    assert_int_equal(calendar_parse_day("2026-08-17", &day), 0);
    calendar_add_holiday(rules_calendar(rules), day);
    assert_int_equal(calendar_add_block(rules_calendar(rules), "PLN", 1, 480, 960, false), 0);
    return rules;
}

// Applies a file with this text.  NULL: wrong says why.
static json_t *
apply(const char *text, struct rules *rules, struct str *wrong)
{
    char path[] = "/tmp/kentongan-policy-XXXXXX";
    int fd = mkstemp(path);
    json_t *added = NULL;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    added = policy_file_apply(path, rules, wrong);
    unlink(path);
    return added;
}

static const struct policy *
in_force(const struct rules *rules, const char *level, int64_t at_ms)
{
    size_t count = 0;
    const struct policy *all = rules_clock(rules, 0, &count);
    const struct policy_subject subject = {
        .kind = "complaint", .topic = "", .sektor = "", .level = level, .channel = ""};

    return policy_choose(all, count, &subject, at_ms);
}

static void
a_policy_without_from_was_always_in_force(void **state)
{
    static const int64_t times[] = {1, 1000, 3000, 5000, INT64_C(1790000000000)};
    struct rules *rules = usual();
    struct str wrong = {0};
    json_t *added = apply("{\"policies\": [{\"clock\": \"first_response\", \"hours\": 12}]}", rules, &wrong);
    (void)state;

    assert_int_equal(json_array_size(added), 1);
    for (size_t i = 0; i < LENGTH(times); i++)
        assert_int_equal(in_force(rules, "province", times[i])->amount_ms, 12 * hour_ms);
    // What has other conditions stays.
    assert_int_equal(in_force(rules, "vertical", 5000)->amount_ms, 24 * hour_ms);
    json_decref(added);
    rules_destroy(&rules);
}

static void
a_policy_with_from_begins_then(void **state)
{
    // 2026-08-01 00:00 in Asia/Jakarta.
    static const int64_t from_ms = INT64_C(1785517200000);
    struct rules *rules = usual();
    struct str wrong = {0};
    json_t *added =
        apply("{\"policies\": [{\"clock\": \"first_response\", \"hours\": 12, \"from\": \"2026-08-01\"}]}",
            rules, &wrong);
    (void)state;

    assert_non_null(added);
    assert_int_equal(in_force(rules, "province", from_ms - 1)->amount_ms, 24 * hour_ms);
    assert_int_equal(in_force(rules, "province", from_ms)->amount_ms, 12 * hour_ms);
    json_decref(added);
    rules_destroy(&rules);
}

static void
the_calendar_is_changed(void **state)
{
    struct rules *rules = usual();
    const struct calendar *calendar = rules_look_at_calendar(rules);
    struct str wrong = {0};
    json_t *added =
        apply("{\"holidays\": {\"add\": [\"2026-08-18\"], \"remove\": [\"2026-08-17\"]},"
              " \"office\": {\"DISHUB\": {\"hours\": \"mon-sun 00:00-24:00\", \"on_holidays\": true},"
              " \"PLN\": null}}",
            rules, &wrong);
    int32_t monday = 0;
    (void)state;

    assert_non_null(added);
    assert_int_equal(json_array_size(added), 0);
    assert_int_equal(calendar_parse_day("2026-08-17", &monday), 0);
    assert_false(calendar_is_holiday(calendar, monday));
    assert_true(calendar_is_holiday(calendar, monday + 1));
    // Around the clock, and the usual days again: of Monday and the new holiday.
    assert_int_equal(calendar_between(calendar, calendar_office(calendar, "DISHUB"), UNIT_WORKING_HOURS,
                         calendar_day_begins(monday), calendar_day_begins(monday + 2)),
        48 * hour_ms);
    assert_int_equal(calendar_between(calendar, calendar_office(calendar, "PLN"), UNIT_WORKING_HOURS,
                         calendar_day_begins(monday), calendar_day_begins(monday + 2)),
        24 * hour_ms);
    json_decref(added);
    rules_destroy(&rules);
}

static void
a_mistake_is_named(void **state)
{
    static const struct {
        const char *text, *wrong;
    } cases[] = {{"", "line 1: is no JSON"}, {"[]", "is no JSON object"},
        {"{\"policy\": []}", "policy: is no key"}, {"{\"policies\": {}}", "policies: is no list"},
        {"{\"policies\": [1]}", "policies[0]: is no object"},
        {"{\"policies\": [{\"clock\": \"first_response\", \"hour\": 1}]}", "policies[0].hour: is no key"},
        {"{\"policies\": [{\"clock\": \"first_response\", \"hours\": \"1\"}]}",
            "policies[0].hours: is no whole number"},
        {"{\"policies\": [{\"clock\": \"first_response\", \"hours\": -1}]}",
            "policies[0]: hours, days or seconds"},
        {"{\"policies\": [{\"clock\": \"first_response\", \"hours\": 1}, {\"clock\": \"x\", \"hours\": 1}]}",
            "policies[1]: --starts"},
        {"{\"policies\": [{\"clock\": \"first_response\", \"hours\": 1, \"from\": \"2026-13-01\"}]}",
            "policies[0].from: "},
        {"{\"holidays\": {\"add\": [\"2026-02-29\"]}}", "holidays.add[0]: is no day"},
        {"{\"holidays\": {\"remove\": [20260817]}}", "holidays.remove[0]: is no day"},
        {"{\"office\": {\"NOBODY\": null}}", "office.NOBODY: "},
        {"{\"office\": {\"PLN\": \"monday\"}}", "office.PLN: monday: "},
        {"{\"office\": {\"PLN\": 8}}", "office.PLN: "},
        {"{\"office\": {\"PLN\": {\"on_holidays\": true}}}", "office.PLN: "},
        {"{\"office\": {}, \"office\": {}}", "line 1: is no JSON"}};
    (void)state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct rules *rules = usual();
        struct str wrong = {0};

        assert_null(apply(cases[i].text, rules, &wrong));
        if (strncmp(wrong.data, cases[i].wrong, strlen(cases[i].wrong)) != 0)
            fail_msg("%s: says %s", cases[i].text, wrong.data);
        str_free(&wrong);
        rules_destroy(&rules);
    }
}

static void
a_file_that_is_not_there_is_named(void **state)
{
    struct rules *rules = usual();
    struct str wrong = {0};
    (void)state;

    assert_null(policy_file_apply("/nonexistent/file", rules, &wrong));
    assert_string_equal(wrong.data, "cannot be read: No such file or directory");
    str_free(&wrong);
    rules_destroy(&rules);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_without_from_was_always_in_force),
        cmocka_unit_test(a_policy_with_from_begins_then),
        cmocka_unit_test(the_calendar_is_changed),
        cmocka_unit_test(a_mistake_is_named),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

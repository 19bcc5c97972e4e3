// test_policy.c - which policy a ticket gets and what the words of one mean, row by row of
// tests/data/deadlines/policy_choice.tsv, ladders.tsv and moments.tsv.
#include "calendar.h"
#include "check.h"
#include "cmocka_all.h"
#include "ingest.pb-c.h"
#include "local.h"
#include "policy.h"
#include "str.h"
#include "tsv.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { POLICIES_MOST = 4 };

static int64_t
day_begins(const char *text)
{
    int32_t day;

    if (calendar_parse_day(text, &day) != 0)
        fail_msg("'%s' is no day", text);
    return calendar_day_begins(day);
}

// "kinds=a,b"; _ is a blank.
static void
read_condition(char *text, struct policy *policy)
{
    char *list = strchr(text, '=');

    assert_non_null(list);
    *list++ = '\0';
    for (char *at = list; (at = strchr(at, '_')) != NULL;)
        *at = ' ';
    char *field = strcmp(text, "kinds") == 0      ? policy->kinds
                  : strcmp(text, "topics") == 0   ? policy->topics
                  : strcmp(text, "levels") == 0   ? policy->levels
                  : strcmp(text, "channels") == 0 ? policy->channels
                                                  : NULL;

    assert_non_null(field);
    str_copy(field, POLICY_LIST_SIZE, list);
}

// "2 2026-03-01! kinds=a,b topics=c": version, in force from, ! does not run, conditions.
static struct policy
read_policy(char *text)
{
    struct policy policy = {.clock = "resolution", .amount_ms = 5000};
    char *rest = text, *version, *from, *condition;

    while (*rest == ' ')
        rest++;
    version = strsep(&rest, " ");
    from = strsep(&rest, " ");
    assert_non_null(from);
    policy.version = (int)local_number(version, NULL);
    if (from[strlen(from) - 1] == '!') {
        policy.amount_ms = 0;
        from[strlen(from) - 1] = '\0';
    }
    policy.effective_from_ms = day_begins(from);
    while ((condition = strsep(&rest, " ")) != NULL)
        read_condition(condition, &policy);
    return policy;
}

static size_t
read_policies(const char *text, struct policy policies[POLICIES_MOST])
{
    char *copy = strdup(text), *rest = copy, *one;
    size_t count = 0;

    assert_non_null(copy);
    while ((one = strsep(&rest, ";")) != NULL && one[0] != '\0') {
        assert_true(count < POLICIES_MOST);
        policies[count++] = read_policy(one);
    }
    free(copy);
    return count;
}

// 0 for none.
static int
expected_version(const char *text)
{
    return strcmp(text, "none") == 0 ? 0 : (int)local_number(text, NULL);
}

static void
chooses_a_policy(void **state)
{
    enum { WHY, POLICIES, KIND, TOPIC, LEVEL, CHANNEL, STARTED, VERSION };
    struct tsv *tsv = tsv_open("tests/data/deadlines/policy_choice.tsv",
        "why\tpolicies\tkind\ttopic\tlevel\tchannel\tstarted\tversion");
    struct policy policies[POLICIES_MOST];
    char kind[32], topic[32];
    int rows = 0;

    (void)state;
    for (; tsv_next(tsv); rows++) {
        size_t count = read_policies(tsv_field(tsv, POLICIES), policies);
        struct policy_subject subject = {
            .kind = kind, .topic = topic, .level = tsv_field(tsv, LEVEL), .channel = tsv_field(tsv, CHANNEL)};

        str_copy(kind, sizeof(kind), tsv_field(tsv, KIND));
        subject.urgent = kind[strlen(kind) - 1] == '!';
        kind[strcspn(kind, "!")] = '\0';
        str_copy(topic, sizeof(topic), tsv_field(tsv, TOPIC));
        char *slash = strchr(topic, '/');

        assert_non_null(slash);
        *slash = '\0';
        subject.sektor = slash + 1;

        const struct policy *got =
            policy_choose(policies, count, &subject, day_begins(tsv_field(tsv, STARTED)));
        int version = got != NULL ? got->version : 0;

        if (version != expected_version(tsv_field(tsv, VERSION)))
            fail_msg("policy_choice.tsv:%d %s: got %d", tsv_line(tsv), tsv_field(tsv, WHY), version);
        if (got != NULL)
            assert_int_equal(got->amount_ms == 0, strncmp(tsv_field(tsv, WHY), "ends: the", 9) == 0);
    }
    assert_true(rows > 35);
    tsv_close(&tsv);
}

static void
reads_and_writes_ladders(void **state)
{
    enum { WHY, TEXT, LADDER, WRONG };
    static const struct ladder untouched = {.steps = {{.percent = 7, .role = ROLE_DESK}}, .count = 1};
    struct tsv *tsv = tsv_open("tests/data/deadlines/ladders.tsv", "why\ttext\tladder\twrong");
    char text[400];
    int rows = 0;

    (void)state;
    for (; tsv_next(tsv); rows++) {
        struct ladder ladder = untouched, again;
        const char *wrong = policy_parse_ladder(tsv_field(tsv, TEXT), &ladder);
        const char *expected = tsv_field(tsv, LADDER);

        if (strcmp(wrong != NULL ? wrong : "", tsv_field(tsv, WRONG)) != 0)
            fail_msg("ladders.tsv:%d %s: got '%s'", tsv_line(tsv), tsv_field(tsv, WHY),
                wrong != NULL ? wrong : "nothing wrong");
        if (wrong != NULL) {
            assert_memory_equal(&ladder, &untouched, sizeof(ladder));
            continue;
        }
        policy_format_ladder(&ladder, text, sizeof(text));
        if (strcmp(text, strcmp(expected, "none") == 0 ? "" : expected) != 0)
            fail_msg("ladders.tsv:%d %s: got %s", tsv_line(tsv), tsv_field(tsv, WHY), text);
        assert_null(policy_parse_ladder(text, &again));
        assert_int_equal(again.count, ladder.count);
        for (size_t i = 0; i < ladder.count; i++) {
            assert_int_equal(again.steps[i].percent, ladder.steps[i].percent);
            assert_int_equal(again.steps[i].wait_ms, ladder.steps[i].wait_ms);
            assert_int_equal(again.steps[i].role, ladder.steps[i].role);
        }
    }
    assert_true(rows > 35);
    tsv_close(&tsv);
}

static void
a_step_says_when_and_whom(void **state)
{
    struct ladder ladder;

    (void)state;
    assert_null(policy_parse_ladder("+90m sekda, 80% officer, +2d governor", &ladder));
    assert_int_equal(ladder.count, 3);
    assert_int_equal(ladder.steps[0].percent, 80);
    assert_int_equal(ladder.steps[0].wait_ms, 0);
    assert_int_equal(ladder.steps[0].role, ROLE_OFFICER);
    assert_int_equal(ladder.steps[1].percent, 0);
    assert_int_equal(ladder.steps[1].wait_ms, 5400000);
    assert_int_equal(ladder.steps[1].role, ROLE_SEKDA);
    assert_int_equal(ladder.steps[2].wait_ms, 172800000);
    assert_int_equal(ladder.steps[2].role, ROLE_GOVERNOR);
}

static void
steps_are_added_in_any_order(void **state)
{
    static const struct ladder_step steps[LADDER_STEPS_MOST] = {{0, 86400000, ROLE_GOVERNOR},
        {100, 0, ROLE_HEAD}, {50, 0, ROLE_OFFICER}, {0, 21600000, ROLE_SEKDA}, {80, 0, ROLE_DESK},
        {80, 0, ROLE_OFFICER}, {1, 0, ROLE_OFFICER}, {0, 1000, ROLE_CLOSE}};
    struct ladder ladder = {.count = 0};
    char text[400];

    (void)state;
    for (size_t i = 0; i < LENGTH(steps); i++)
        assert_int_equal(policy_add_step(&ladder, &steps[i]), 0);
    assert_int_equal(policy_add_step(&ladder, &steps[0]), -1);
    assert_string_equal(policy_format_ladder(&ladder, text, sizeof(text)),
        "1% officer, 50% officer, 80% officer, 80% desk, 100% head, +1s close, +6h sekda, +24h governor");
    // What does not fit is cut.
    assert_string_equal(policy_format_ladder(&ladder, text, 11), "1% officer");
}

static void
reads_and_writes_moments(void **state)
{
    struct tsv *tsv = tsv_open("tests/data/deadlines/moments.tsv", "text\tmoments");
    char text[200];
    int rows = 0;

    (void)state;
    for (; tsv_next(tsv); rows++) {
        bool is_right = strcmp(tsv_field(tsv, 1), "none") != 0;
        unsigned moments = 1 << 20, again = 0;

        if (policy_parse_moments(tsv_field(tsv, 0), &moments) != (is_right ? 0 : -1))
            fail_msg("moments.tsv:%d '%s'", tsv_line(tsv), tsv_field(tsv, 0));
        assert_int_equal(moments, is_right ? local_number(tsv_field(tsv, 1), NULL) : 1 << 20);
        if (is_right) {
            assert_int_equal(
                policy_parse_moments(policy_format_moments(moments, text, sizeof(text)), &again), 0);
            assert_int_equal(again, moments);
        }
    }
    assert_true(rows > 20);
    assert_string_equal(
        policy_format_moments(MOMENT_DONE | MOMENT_REPLY | MOMENT_RECEIVED, text, sizeof(text)),
        "received,reply,done");
    assert_string_equal(policy_format_moments(0, text, sizeof(text)), "");
    tsv_close(&tsv);
}

static void
roles_have_names(void **state)
{
    static const char *const names[ROLES] = {"officer", "head", "desk", "sekda", "governor", "close"};

    (void)state;
    for (enum role role = ROLE_OFFICER; role < ROLES; role++) {
        enum role parsed = ROLES;

        assert_string_equal(role_name(role), names[role]);
        assert_true(role_parse(names[role], &parsed));
        assert_int_equal(parsed, role);
    }
    enum role parsed = ROLES;

    assert_false(role_parse("", &parsed));
    assert_false(role_parse("HEAD", &parsed));
    assert_false(role_parse("headmaster", &parsed));
    assert_int_equal(parsed, ROLES);
}

// The words are those of the public contract, whatever is added to it.
static void
channels_are_named_as_in_the_contract(void **state)
{
    const ProtobufCEnumDescriptor *channels = &kentongan__v1__channel__descriptor;
    static const char prefix[] = "CHANNEL_";
    char name[40];

    (void)state;
    for (unsigned i = 0; i < channels->n_values; i++) {
        str_copy(name, sizeof(name), channels->values[i].name + strlen(prefix));
        for (char *at = name; *at != '\0'; at++)
            *at = (char)tolower((unsigned char)*at);
        assert_string_equal(
            policy_channel_name(channels->values[i].value), channels->values[i].value == 0 ? "" : name);
    }
    assert_string_equal(policy_channel_name(-1), "");
    assert_string_equal(policy_channel_name((int)channels->n_values), "");
    assert_string_equal(policy_channel_name(INT32_MAX), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_a_policy),
        cmocka_unit_test(reads_and_writes_ladders),
        cmocka_unit_test(a_step_says_when_and_whom),
        cmocka_unit_test(steps_are_added_in_any_order),
        cmocka_unit_test(reads_and_writes_moments),
        cmocka_unit_test(roles_have_names),
        cmocka_unit_test(channels_are_named_as_in_the_contract),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_step.c - the step of a deadline's ladder: words, roles, and who was told before.
#include "step.h"

#include "cmocka_all.h"

#include <string.h>

static void
test_roles_there_and_back(void **state)
{
    static const char *const codes[] = {"officer", "head", "desk", "sekda", "governor"};

    (void)state;
    for (size_t i = 0; i < LENGTH(codes); i++) {
        assert_string_equal(step_role_code(step_role(codes[i])), codes[i]);
        assert_string_not_equal(step_role_words(step_role(codes[i])), "");
    }
    assert_int_equal(step_role("close"), STEP_ROLE_NONE);
    assert_int_equal(step_role(""), STEP_ROLE_NONE);
    assert_string_equal(step_role_code(STEP_ROLE_NONE), "");
}

// deploy/data/policies.tsv has these.
static void
test_each_clock_has_words(void **state)
{
    static const char *const clocks[] = {"triage", "first_response", "citizen_first_response", "decision",
        "progress", "resolution", "sp4n_verify", "sp4n_follow_up", "close_on_silence", "reopen_window"};

    (void)state;
    for (size_t i = 0; i < LENGTH(clocks); i++)
        assert_null(strchr(step_clock_words(clocks[i]), '_'));
    assert_string_equal(step_clock_words("another_one"), "another_one");
}

static void
test_who_was_told(void **state)
{
    struct step step = {0};

    (void)state;
    assert_int_equal(step_tell_all(&step, ""), 0);
    assert_int_equal(step.told_count, 0);
    assert_int_equal(step_tell_all(&step, "officer 1795323600000,head 1795366800000"), 0);
    assert_int_equal(step.told_count, 2);
    assert_int_equal(step.told_roles[0], STEP_ROLE_OFFICER);
    assert_int_equal(step.told_at_ms[0], 1795323600000);
    assert_int_equal(step.told_roles[1], STEP_ROLE_HEAD);
    assert_int_equal(step.told_at_ms[1], 1795366800000);
    for (int i = 0; i < 10; i++)
        step_tell(&step, STEP_ROLE_SEKDA, 1);
    assert_int_equal(step.told_count, STEP_TOLD_MOST);
    assert_int_equal(step.told_roles[0], STEP_ROLE_OFFICER);
}

static void
test_what_is_not_of_that_form(void **state)
{
    static const char *const wrong[] = {"officer", "officer ", "officer x", "nobody 1", " 1",
        "officer 1;head 2", "officer 99999999999999999999", "a_role_that_is_much_too_long 1"};
    struct step step = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        assert_int_equal(step_tell_all(&step, wrong[i]), -1);
        assert_int_equal(step.told_count, 0);
    }
    assert_int_equal(step_tell_all(&step, "officer 5,nobody 6,head 7"), -1);
    assert_int_equal(step.told_count, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles_there_and_back),
        cmocka_unit_test(test_each_clock_has_words),
        cmocka_unit_test(test_who_was_told),
        cmocka_unit_test(test_what_is_not_of_that_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

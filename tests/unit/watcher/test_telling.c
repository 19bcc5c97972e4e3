// test_telling.c - whom the steps of a ladder tell.
#include "cmocka_all.h"
#include "stages.pb-c.h"
#include "telling.h"

#include <string.h>

static const struct ladder_step officer = {.percent = 50, .role = ROLE_OFFICER};
static const struct ladder_step late = {.percent = 80, .role = ROLE_OFFICER};
static const struct ladder_step head = {.percent = 100, .role = ROLE_HEAD};
static const struct ladder_step sekda = {.wait_ms = 3600000, .role = ROLE_SEKDA};

static void
each_step_has_its_kind_of_notice(void **state)
{
    const struct ladder_step early = {.percent = 79, .role = ROLE_DESK};
    const struct ladder_step last = {.percent = 99, .role = ROLE_OFFICER};

    (void)state;
    assert_int_equal(telling_kind(&officer), KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_50);
    assert_int_equal(telling_kind(&early), KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_50);
    assert_int_equal(telling_kind(&late), KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_80);
    assert_int_equal(telling_kind(&last), KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_WARNING_80);
    assert_int_equal(telling_kind(&head), KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_BREACH);
    assert_int_equal(telling_kind(&sekda), KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_ESCALATION);
}

static void
each_role_has_its_agency(void **state)
{
    const struct ladder_step desk = {.percent = 50, .role = ROLE_DESK};
    const struct ladder_step governor = {.wait_ms = 1, .role = ROLE_GOVERNOR};

    (void)state;
    assert_string_equal(telling_agency(&officer, "DISHUB"), "DISHUB");
    assert_string_equal(telling_agency(&head, "DISHUB"), "DISHUB");
    assert_string_equal(telling_agency(&desk, "DISHUB"), "TRIAGE");
    assert_string_equal(telling_agency(&sekda, "DISHUB"), "SEKDA");
    assert_string_equal(telling_agency(&governor, "DISHUB"), "GUBERNUR");
}

static void
the_step_is_that_of_the_version_which_made_the_deadline(void **state)
{
    struct rules *rules = rules_new();
    struct policy policy = {.clock = "progress", .version = 1, .ladder = {.steps = {{0}}, .count = 0}};
    struct deadline_row row = {.clock = "progress", .version = 1};

    (void)state;
    rules_add_policy(rules, &policy);
    assert_int_equal(rules_add_step(rules, "progress", 1, &head), 0);
    assert_int_equal(rules_add_step(rules, "progress", 1, &officer), 0);
    assert_int_equal(telling_step(rules, &row)->percent, 50);
    row.next_step = 1;
    assert_int_equal(telling_step(rules, &row)->percent, 100);
    row.next_step = 2;
    assert_null(telling_step(rules, &row));
    row = (struct deadline_row){.clock = "progress", .version = 2};
    assert_null(telling_step(rules, &row));
    rules_destroy(&rules);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_has_its_kind_of_notice),
        cmocka_unit_test(each_role_has_its_agency),
        cmocka_unit_test(the_step_is_that_of_the_version_which_made_the_deadline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

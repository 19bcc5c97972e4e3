// test_explain.c - explain.h: whole explanations, and how times and amounts are told.
#include "explain.h"

#include "check.h"
#include "cmocka_all.h"
#include "local.h"
#include "story.h"

#include <string.h>

static struct story story; // too large for the stack
static struct deadline deadlines[DERIVE_MOST];

// The explanation of which, a clock and one digit of its turn, at that time.  Returns new.
static struct str
explained(const char *offices, const char *ticket, const char *text, const char *which, const char *now)
{
    struct rules *rules = story_rules(offices);
    const int64_t now_ms = local_time(now);
    const size_t length = strlen(which) - 2;
    char clock[POLICY_CLOCK_SIZE];
    struct str out = {0};

    str_copy(clock, length + 1, which);
    story_read(&story, ticket, text);
    size_t count = derive(rules, &story.history, now_ms, deadlines, DERIVE_MOST);
    explain(
        rules, &story.history, story_find(deadlines, count, clock, which[length + 1] - '0'), now_ms, &out);
    rules_destroy(&rules);
    return out;
}

static void
tells_of_1_x_24_hours(void **state)
{
    (void)state;
    struct str out = explained("", "complaint pothole web",
        "2026-11-02 15:00 received;15:05 -> DISHUB;16:00 bot verifying @DISHUB;16:30 system in_progress;"
        "17:00 officer verifying @DISHUB *5;18:00 officer verifying @PUPR;"
        "2026-11-03 16:05 officer in_progress @DISHUB",
        "first_response/0", "2026-11-10 09:00");
    assert_string_equal(out.data,
        "  policy      first_response version 1: 1 d 00:00:00 by the wall clock\n"
        "              from routed until response; in force since 2020-01-01 00:00:00 WIB\n"
        "  started     2026-11-02 15:05:00 WIB  routed, turn 0, DISHUB\n"
        "  counts      2026-11-02 15:05:00 WIB .. 2026-11-03 15:05:00 WIB  1 d 00:00:00, sum 1 d 00:00:00\n"
        "  late        2026-11-03 15:05:00 WIB .. 2026-11-03 16:05:00 WIB  01:00:00, sum 1 d 01:00:00\n"
        "  due         2026-11-03 15:05:00 WIB\n"
        "  step        2026-11-03 05:00:00 WIB  officer: 50%, 12:00:00; moved for quiet hours, or after the "
        "step before, from 2026-11-03 03:05:00 WIB\n"
        "  step        2026-11-03 10:17:00 WIB  officer: 80%, 19:12:00\n"
        "  step        2026-11-03 15:05:00 WIB  head: 100%, 1 d 00:00:00\n"
        "  step        2026-11-03 21:05:00 WIB  sekda: 06:00:00 by the wall clock after it was due; the "
        "clock had stopped\n"
        "  step        2026-11-04 15:05:00 WIB  governor: 1 d 00:00:00 by the wall clock after it was due; "
        "the clock had stopped\n"
        "  not counted 2026-11-02 16:00:00 WIB  act 1: verifying, bot for DISHUB; a bot did it\n"
        "  not counted 2026-11-02 16:30:00 WIB  act 2: in_progress, system; no person did it\n"
        "  not counted 2026-11-02 17:00:00 WIB  act 3: verifying, officer for DISHUB; its words stand on "
        "many tickets, and nobody judged that they count\n"
        "  not counted 2026-11-02 18:00:00 WIB  act 4: verifying, officer for PUPR; another agency had the "
        "ticket\n"
        "  stopped     2026-11-03 16:05:00 WIB  met by act 5: in_progress, officer for DISHUB; 01:00:00 "
        "after it was due\n");
    str_free(&out);
}

static void
tells_of_office_hours_a_pause_and_a_transfer(void **state)
{
    (void)state;
    struct str out = explained("DISHUB=12345 08:00-12:00;12345 13:00-16:00", "aspiration pothole web",
        "2026-12-21 10:00 -> DISHUB;2026-12-22 12:00 officer ask @DISHUB;2026-12-23 09:00 reporter answer;"
        "2026-12-28 00:00 -> PUPR",
        "resolution/0", "2026-12-29 12:00");
    assert_string_equal(out.data,
        "  policy      resolution version 1: 5 d 00:00:00 of working days (a day of the office counts 1 d, "
        "however long it is open)\n"
        "              from received,reopened until done; in force since 2020-01-01 00:00:00 WIB\n"
        "  for         kinds information_request,aspiration\n"
        "  started     2026-12-21 10:00:00 WIB  received, turn 0, DISHUB\n"
        "  holidays    2026-12-24, 2026-12-25\n"
        "  counts      2026-12-21 10:00:00 WIB .. 2026-12-21 12:00:00 WIB  06:51:25, sum 06:51:25 (02:00:00 "
        "of the 07:00:00 that day)\n"
        "  counts      2026-12-21 13:00:00 WIB .. 2026-12-21 16:00:00 WIB  10:17:08, sum 17:08:34 (03:00:00 "
        "of the 07:00:00 that day)\n"
        "  counts      2026-12-22 08:00:00 WIB .. 2026-12-22 12:00:00 WIB  13:42:51, sum 1 d 06:51:25 "
        "(04:00:00 of the 07:00:00 that day)\n"
        "  pause       2026-12-22 12:00:00 WIB .. 2026-12-23 09:00:00 WIB  waits for the reporter\n"
        "  counts      2026-12-23 09:00:00 WIB .. 2026-12-23 12:00:00 WIB  10:17:08, sum 1 d 17:08:34 "
        "(03:00:00 of the 07:00:00 that day)\n"
        "  counts      2026-12-23 13:00:00 WIB .. 2026-12-23 16:00:00 WIB  10:17:08, sum 2 d 03:25:42 "
        "(03:00:00 of the 07:00:00 that day)\n"
        "  transfer    2026-12-28 00:00:00 WIB  DISHUB -> PUPR\n"
        "  counts      2026-12-28 00:00:00 WIB .. 2026-12-29 12:00:00 WIB  1 d 12:00:00, sum 3 d 15:25:42\n"
        "  ahead       2026-12-29 12:00:00 WIB .. 2026-12-30 20:34:17 WIB  1 d 08:34:17, sum 5 d 00:00:00\n"
        "  due         2026-12-30 20:34:17 WIB\n"
        "  step        2026-12-29 20:34:17 WIB  officer: 80%, 4 d 00:00:00\n"
        "  step        2026-12-30 20:34:17 WIB  head: 100%, 5 d 00:00:00\n"
        "  runs        2026-12-29 12:00:00 WIB; 1 d 08:34:17 left by the wall clock\n");
    str_free(&out);
}

static void
tells_of_an_open_pause(void **state)
{
    (void)state;
    struct str out = explained("", "complaint corruption web",
        "2026-11-02 09:00 -> DISHUB;2026-11-03 09:00 officer ask @DISHUB", "resolution/0",
        "2026-11-10 09:00");
    assert_string_equal(out.data,
        "  policy      resolution version 3: 60 d 00:00:00 of working days (a day of the office counts 1 d, "
        "however long it is open)\n"
        "              from received,reopened until done; in force since 2020-01-01 00:00:00 WIB\n"
        "  for         kinds complaint\n"
        "  for         topics corruption,extortion\n"
        "  started     2026-11-02 09:00:00 WIB  received, turn 0, DISHUB\n"
        "  counts      2026-11-02 09:00:00 WIB .. 2026-11-03 09:00:00 WIB  1 d 00:00:00, sum 1 d 00:00:00\n"
        "  pause       2026-11-03 09:00:00 WIB .. 2026-11-10 09:00:00 WIB  waits for the reporter\n"
        "  due         not known: it waits for the reporter, or no working time is left\n"
        "  step        never  officer: 80%, 48 d 00:00:00\n"
        "  step        never  head: 100%, 60 d 00:00:00\n"
        "  runs        2026-11-10 09:00:00 WIB\n");
    str_free(&out);
}

static void
tells_of_ping_pong_and_a_late_answer(void **state)
{
    (void)state;
    struct str out = explained("", "complaint pothole web",
        "2026-11-02 09:00 -> DISHUB;10:00 officer not_ours @DISHUB =PUPR;10:00 -> PUPR;12:00 officer "
        "not_ours "
        "@PUPR;12:00 -> TRIAGE;14:00 officer assign @TRIAGE =DISHUB;14:00 -> DISHUB;2026-11-03 14:00 officer "
        "done "
        "@DISHUB",
        "citizen_first_response/0", "2026-11-10 09:00");
    assert_string_equal(out.data,
        "  policy      citizen_first_response version 1: 1 d 00:00:00 by the wall clock\n"
        "              from received until response; in force since 2020-01-01 00:00:00 WIB\n"
        "  started     2026-11-02 09:00:00 WIB  received, turn 0, DISHUB\n"
        "  counts      2026-11-02 09:00:00 WIB .. 2026-11-02 10:00:00 WIB  01:00:00, sum 01:00:00\n"
        "  transfer    2026-11-02 10:00:00 WIB  DISHUB -> PUPR\n"
        "  counts      2026-11-02 10:00:00 WIB .. 2026-11-02 12:00:00 WIB  02:00:00, sum 03:00:00\n"
        "  transfer    2026-11-02 12:00:00 WIB  PUPR -> TRIAGE\n"
        "  counts      2026-11-02 12:00:00 WIB .. 2026-11-02 14:00:00 WIB  02:00:00, sum 05:00:00\n"
        "  transfer    2026-11-02 14:00:00 WIB  TRIAGE -> DISHUB\n"
        "  counts      2026-11-02 14:00:00 WIB .. 2026-11-03 09:00:00 WIB  19:00:00, sum 1 d 00:00:00\n"
        "  late        2026-11-03 09:00:00 WIB .. 2026-11-03 14:00:00 WIB  05:00:00, sum 1 d 05:00:00\n"
        "  due         2026-11-03 09:00:00 WIB\n"
        "  stopped     2026-11-03 14:00:00 WIB  met by act 4: done, officer for DISHUB; 05:00:00 after it "
        "was due\n");
    str_free(&out);
}

static void
tells_of_the_decision_of_the_desk(void **state)
{
    (void)state;
    struct str out = explained("", "complaint pothole web",
        "2026-11-02 09:00 -> DISHUB;10:00 officer not_ours @DISHUB =PUPR;10:00 -> PUPR;12:00 officer "
        "not_ours "
        "@PUPR;12:00 -> TRIAGE;14:00 officer assign @TRIAGE =DISHUB;14:00 -> DISHUB",
        "decision/2", "2026-11-10 09:00");
    assert_string_equal(out.data,
        "  policy      decision version 1: 03:00:00 by the wall clock\n"
        "              from returned until forwarded; in force since 2020-01-01 00:00:00 WIB\n"
        "  started     2026-11-02 12:00:00 WIB  returned, turn 2, TRIAGE; act 2: not_ours, officer for PUPR\n"
        "  counts      2026-11-02 12:00:00 WIB .. 2026-11-02 14:00:00 WIB  02:00:00, sum 02:00:00\n"
        "  ahead       2026-11-02 14:00:00 WIB .. 2026-11-02 15:00:00 WIB  01:00:00, sum 03:00:00\n"
        "  due         2026-11-02 15:00:00 WIB\n"
        "  step        2026-11-02 13:30:00 WIB  desk: 50%, 01:30:00\n"
        "  step        2026-11-02 15:00:00 WIB  sekda: 100%, 03:00:00; the clock had stopped\n"
        "  stopped     2026-11-02 14:00:00 WIB  met by act 3: assign (DISHUB), officer for TRIAGE; 01:00:00 "
        "before it was due\n");
    str_free(&out);
}

// Sixty working days in two blocks each would be more than a screen.
static void
tells_a_long_time_in_few_lines_whose_sums_are_right(void **state)
{
    (void)state;
    struct str out = explained("DISHUB=12345 08:00-12:00;12345 13:00-16:00", "complaint corruption web",
        "2026-11-02 09:00 -> DISHUB", "resolution/0", "2026-11-10 09:00");
    size_t lines = 0;

    for (const char *at = out.data; *at != '\0'; at = strchr(at, '\n') + 1) {
        assert_int_equal(strncmp(at, "  ", 2), 0);
        lines++;
    }
    assert_true(lines < 60);
    assert_non_null(strstr(out.data, "ahead       2026-11-27 13:00:00 WIB .. 2027-01-29 09:00:00 WIB  40 d "
                                     "13:42:51, sum 60 d 00:00:00 (82 spans of office time)\n"));
    assert_non_null(strstr(out.data, "  due         2027-01-29 09:00:00 WIB\n"));
    assert_non_null(strstr(out.data, "  holidays    2026-12-24, 2026-12-25, 2027-01-01, 2027-01-05\n"));
    str_free(&out);
}

static void
check_amount(enum time_unit unit, const char *amount, const char *expected)
{
    struct str out = {0};

    explain_amount(unit, local_amount(amount), &out);
    assert_string_equal(out.data, expected);
    str_free(&out);
}

static void
amounts_are_days_hours_minutes_and_seconds(void **state)
{
    (void)state;
    check_amount(UNIT_WALL, "0", "00:00:00");
    check_amount(UNIT_WALL, "3h 4m 5s", "03:04:05");
    check_amount(UNIT_WALL, "59s 999ms", "00:00:59");
    check_amount(UNIT_WALL, "1d", "1 d 00:00:00");
    check_amount(UNIT_WORKING_DAYS, "2d 3h 4m 5s", "2 d 03:04:05");
    check_amount(UNIT_WORKING_HOURS, "2d 3h 4m 5s", "51:04:05");
    check_amount(UNIT_WALL, "-26h", "-1 d 02:00:00");
}

static void
check_time(const char *at, const char *expected)
{
    struct str out = {0};

    explain_time(local_time(at), &out);
    assert_string_equal(out.data, expected);
    str_free(&out);
}

static void
times_are_local(void **state)
{
    (void)state;
    check_time("2026-11-22 14:35:07", "2026-11-22 14:35:07 WIB");
    check_time("2026-11-22 00:00", "2026-11-22 00:00:00 WIB");
    check_time("2026-12-31 23:59:59.999", "2026-12-31 23:59:59 WIB");
    check_time("never", "never");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_of_1_x_24_hours),
        cmocka_unit_test(tells_of_office_hours_a_pause_and_a_transfer),
        cmocka_unit_test(tells_of_an_open_pause),
        cmocka_unit_test(tells_of_ping_pong_and_a_late_answer),
        cmocka_unit_test(tells_of_the_decision_of_the_desk),
        cmocka_unit_test(tells_a_long_time_in_few_lines_whose_sums_are_right),
        cmocka_unit_test(amounts_are_days_hours_minutes_and_seconds),
        cmocka_unit_test(times_are_local),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_history.c - history.h: moments, responses and pauses of one ticket.  What clocks make of them is
// test_derive.c's.
#include "history.h"

#include "check.h"
#include "cmocka_all.h"
#include "local.h"
#include "story.h"

#include <string.h>

#define COMPLAINT "complaint pothole web"
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)

static struct story story; // too large for the stack
static struct history_moment moments[200];

static size_t
tell(const char *text)
{
    story_read(&story, COMPLAINT, text);
    return history_moments(&story.history, CALENDAR_NEVER, moments, LENGTH(moments));
}

static void
check_moment(size_t i, unsigned moment, const char *at, int64_t act_id, int turn, int ordinal)
{
    assert_int_equal(moments[i].moment, moment);
    assert_int_equal(moments[i].at_ms, local_time(at));
    assert_int_equal(moments[i].act_id, act_id);
    assert_int_equal(moments[i].turn, turn);
    assert_int_equal(moments[i].ordinal, ordinal);
}

static void
moments_come_in_the_order_of_their_times(void **state)
{
    (void)state;
    size_t count =
        tell("2026-11-02 09:00 received;2026-11-02 09:05 -> TRIAGE;10:00 officer assign @TRIAGE =DISHUB;"
             "10:00 -> DISHUB;11:00 officer awaiting_validation @DISHUB;12:00 reporter answer;"
             "13:00 officer done @DISHUB;14:00 reporter reopened;14:00 -> DISHUB");
    assert_int_equal(count, 14);
    check_moment(0, MOMENT_RECEIVED, "2026-11-02 09:00", 0, 0, 0);
    check_moment(1, MOMENT_ROUTED, "2026-11-02 09:05", 0, 0, 0);
    check_moment(2, MOMENT_DESK, "2026-11-02 09:05", 0, 0, 0);
    check_moment(3, MOMENT_ROUTED, "2026-11-02 10:00", 1, 1, 1);
    check_moment(4, MOMENT_FORWARDED, "2026-11-02 10:00", 1, 1, 0);
    check_moment(5, MOMENT_RESPONSE, "2026-11-02 11:00", 2, 1, 0);
    check_moment(6, MOMENT_PROGRESS, "2026-11-02 11:00", 2, 1, 0);
    check_moment(7, MOMENT_FOLLOW_UP, "2026-11-02 11:00", 2, 1, 0);
    check_moment(8, MOMENT_REPLY, "2026-11-02 12:00", 3, 1, 0);
    check_moment(9, MOMENT_RESPONSE, "2026-11-02 13:00", 4, 1, 1);
    check_moment(10, MOMENT_DONE, "2026-11-02 13:00", 4, 1, 0);
    check_moment(11, MOMENT_ROUTED, "2026-11-02 14:00", 5, 2, 2);
    check_moment(12, MOMENT_FORWARDED, "2026-11-02 14:00", 5, 2, 1);
    check_moment(13, MOMENT_REOPENED, "2026-11-02 14:00", 5, 2, 0);
}

static void
no_more_are_written_than_there_is_room_for(void **state)
{
    (void)state;
    tell("2026-11-02 09:00 -> DISHUB;11:00 officer awaiting_validation @DISHUB");
    memset(moments, 0xff, sizeof(moments));
    assert_int_equal(history_moments(&story.history, CALENDAR_NEVER, moments, 4), 6);
    check_moment(3, MOMENT_RESPONSE, "2026-11-02 11:00", 1, 0, 0);
    assert_int_equal(moments[4].moment, 0xffffffffu);
    assert_int_equal(history_moments(&story.history, CALENDAR_NEVER, NULL, 0), 6);
}

static void
only_what_was_known_by_then(void **state)
{
    (void)state;
    tell("2026-11-02 09:00 received;2026-11-02 09:05 -> DISHUB;11:00 officer verifying @DISHUB");
    const int64_t received = story.history.received_at_ms;
    assert_int_equal(history_moments(&story.history, received - 1, moments, LENGTH(moments)), 0);
    assert_int_equal(history_moments(&story.history, received, moments, LENGTH(moments)), 1);
    assert_int_equal(history_moments(&story.history, received + 5 * MINUTE_MS, moments, LENGTH(moments)), 3);
    assert_int_equal(
        history_moments(&story.history, received + 2 * HOUR_MS - 1, moments, LENGTH(moments)), 3);
    assert_int_equal(history_moments(&story.history, received + 2 * HOUR_MS, moments, LENGTH(moments)), 5);
}

static void
being_taken_from_all_is_a_moment_without_a_bit(void **state)
{
    (void)state;
    size_t count = tell("2026-11-02 09:00 -> DISHUB;10:00 -> SHELF;11:00 -> PUPR;12:00 -> -");
    assert_int_equal(count, 7);
    check_moment(3, 0, "2026-11-02 10:00", 0, 1, 0);
    check_moment(4, MOMENT_ROUTED, "2026-11-02 11:00", 0, 2, 1);
    check_moment(6, 0, "2026-11-02 12:00", 0, 3, 0);
}

static unsigned
bits_of(const char *text)
{
    size_t count = tell(text);
    unsigned bits = 0;

    for (size_t i = 0; i < count; i++)
        bits |= moments[i].moment;
    return bits;
}

static void
acts_bring_moments_only_when_they_take_effect(void **state)
{
    const unsigned opened = MOMENT_RECEIVED | MOMENT_ROUTED | MOMENT_FORWARDED;

    (void)state;
#define WITH(act) bits_of("2026-11-02 09:00 -> DISHUB;10:00 " act)
    assert_int_equal(WITH("officer acknowledge @DISHUB"), opened);
    assert_int_equal(WITH("officer reply @DISHUB"), opened);
    assert_int_equal(WITH("officer verifying @DISHUB"), opened | MOMENT_RESPONSE | MOMENT_PROGRESS);
    assert_int_equal(WITH("officer verifying @PUPR"), opened);
    assert_int_equal(WITH("officer verifying @TRIAGE"), opened | MOMENT_PROGRESS);
    assert_int_equal(WITH("officer verifying *2"), opened);
    assert_int_equal(WITH("bot verifying"), opened);
    assert_int_equal(WITH("system verifying"), opened);
    assert_int_equal(WITH("system awaiting_validation"), opened | MOMENT_FOLLOW_UP);
    assert_int_equal(WITH("system done"), opened | MOMENT_DONE);
    assert_int_equal(WITH("bot done"), opened);
    assert_int_equal(WITH("reporter done"), opened);
    assert_int_equal(WITH("reporter rejected =spam"), opened);
    assert_int_equal(WITH("reporter rejected =withdrawn"), opened | MOMENT_DONE);
    assert_int_equal(WITH("officer rejected =spam"), opened | MOMENT_DONE | MOMENT_RESPONSE);
    assert_int_equal(WITH("reporter reopened"), opened);
    assert_int_equal(WITH("reporter answer"), opened | MOMENT_REPLY);
    assert_int_equal(WITH("officer answer @PUPR"), opened | MOMENT_REPLY);
    assert_int_equal(WITH("bot answer"), opened);
#undef WITH
}

static bool
first_act_responds(const char *text)
{
    story_read(&story, COMPLAINT, text);
    return history_is_response(&story.history, &story.acts[0], CALENDAR_NEVER);
}

static void
a_response_is_for_the_agency_that_has_it(void **state)
{
    (void)state;
    assert_true(first_act_responds("2026-11-02 09:00 -> DISHUB;10:00 officer verifying @DISHUB"));
    assert_true(first_act_responds("2026-11-02 09:00 -> DISHUB;10:00 officer verifying"));
    assert_false(first_act_responds("2026-11-02 09:00 -> DISHUB;10:00 officer verifying @PUPR"));
    assert_false(
        first_act_responds("2026-11-02 09:00 -> DISHUB;10:00 -> PUPR;10:00 officer verifying @DISHUB"));
    assert_true(first_act_responds("2026-11-02 09:00 -> DISHUB;10:00 -> PUPR;10:00 officer verifying @PUPR"));
    assert_false(first_act_responds("2026-11-02 09:00 -> SHELF;10:00 officer verifying @SHELF"));
    assert_false(first_act_responds("2026-11-02 09:00 -> -;10:00 officer verifying"));
    assert_false(first_act_responds("2026-11-02 09:00 -> DISHUB;10:00 bot verifying @DISHUB"));
    assert_false(first_act_responds("2026-11-02 09:00 -> DISHUB;10:00 officer ask @DISHUB"));
}

static void
a_response_is_judged_by_what_was_said_by_then(void **state)
{
    (void)state;
    tell("2026-11-02 09:00 -> DISHUB;10:00 officer verifying @DISHUB *5;11:00 officer judge =1~counts;"
         "12:00 officer judge =1~pasted;12:30 officer done;12:40 officer verifying @DISHUB;13:00 officer "
         "judge "
         "=1~counts");
    const struct act_row *act = &story.acts[0];
    assert_false(history_is_response(&story.history, act, local_time("2026-11-02 10:00")));
    assert_false(history_is_response(&story.history, act, local_time("2026-11-02 10:59")));
    assert_true(history_is_response(&story.history, act, local_time("2026-11-02 11:00")));
    assert_false(history_is_response(&story.history, act, local_time("2026-11-02 12:00")));
    assert_true(history_is_response(&story.history, act, CALENDAR_NEVER));
    // Before it happened, and after the ticket was closed.
    assert_false(history_is_response(&story.history, act, local_time("2026-11-02 09:59")));
    assert_false(history_is_response(&story.history, &story.acts[4], CALENDAR_NEVER));
}

static void
pauses_begin_with_a_question_and_end_with_an_answer_a_stage_or_the_end(void **state)
{
    struct history_pause pauses[8];

    (void)state;
    tell("2026-11-02 09:00 -> DISHUB;10:00 officer ask @DISHUB;11:00 bot answer;12:00 reporter answer;"
         "13:00 officer ask;14:00 system in_progress;15:00 officer acknowledge;16:00 officer verifying "
         "@DISHUB;"
         "17:00 reporter ask;18:00 bot ask;19:00 officer ask @TRIAGE;20:00 system done;21:00 officer ask;"
         "22:00 reporter reopened;23:00 officer ask @DISHUB");
    assert_int_equal(history_pauses(&story.history, CALENDAR_NEVER, pauses, LENGTH(pauses)), 4);
    assert_int_equal(pauses[0].from_ms, local_time("2026-11-02 10:00"));
    assert_int_equal(pauses[0].until_ms, local_time("2026-11-02 12:00"));
    assert_int_equal(pauses[0].ask_id, 1);
    assert_int_equal(pauses[0].end_id, 3);
    assert_int_equal(pauses[1].from_ms, local_time("2026-11-02 13:00"));
    assert_int_equal(pauses[1].until_ms, local_time("2026-11-02 16:00"));
    assert_int_equal(pauses[2].from_ms, local_time("2026-11-02 19:00"));
    assert_int_equal(pauses[2].until_ms, local_time("2026-11-02 20:00"));
    assert_int_equal(pauses[3].from_ms, local_time("2026-11-02 23:00"));
    assert_int_equal(pauses[3].until_ms, CALENDAR_NEVER);
    assert_int_equal(pauses[3].end_id, 0);

    memset(pauses, 0, sizeof(pauses));
    assert_int_equal(history_pauses(&story.history, CALENDAR_NEVER, pauses, 1), 4);
    assert_int_equal(pauses[0].until_ms, local_time("2026-11-02 12:00"));
    assert_int_equal(pauses[1].from_ms, 0);
    assert_int_equal(history_pauses(&story.history, local_time("2026-11-02 11:59"), pauses, 8), 1);
    assert_int_equal(pauses[0].until_ms, CALENDAR_NEVER);
}

static void
the_turn_of_a_moment_is_the_last_that_had_begun(void **state)
{
    (void)state;
    tell("2026-11-02 08:00 received;2026-11-02 09:00 -> DISHUB;10:00 -> PUPR;10:00 -> TRIAGE");
    const struct history *history = &story.history;
    assert_string_equal(history_turn_at(history, local_time("2026-11-02 08:00"))->agency, "DISHUB");
    assert_string_equal(history_turn_at(history, local_time("2026-11-02 09:00"))->agency, "DISHUB");
    assert_string_equal(history_turn_at(history, local_time("2026-11-02 10:00") - 1)->agency, "DISHUB");
    assert_string_equal(history_turn_at(history, local_time("2026-11-02 10:00"))->agency, "TRIAGE");
    assert_string_equal(history_turn_at(history, CALENDAR_NEVER)->agency, "TRIAGE");
}

static void
time_is_metered_for_each_agency_over_all_its_turns(void **state)
{
    (void)state;
    tell("2026-11-02 09:00 -> DISHUB;10:00 -> PUPR;12:00 -> DISHUB;15:00 -> TRIAGE");
    const struct history *history = &story.history;
    const int64_t now = local_time("2026-11-02 20:00");
    assert_int_equal(history_held_ms(history, "DISHUB", now), 4 * HOUR_MS);
    assert_int_equal(history_held_ms(history, "PUPR", now), 2 * HOUR_MS);
    assert_int_equal(history_held_ms(history, "TRIAGE", now), 5 * HOUR_MS);
    assert_int_equal(history_held_ms(history, "PLN", now), 0);
    assert_int_equal(history_held_ms(history, "DISHUB", local_time("2026-11-02 13:00")), 2 * HOUR_MS);
    assert_int_equal(history_held_ms(history, "DISHUB", local_time("2026-11-02 08:00")), 0);
    assert_int_equal(history_held_ms(history, "DISHUB", CALENDAR_NEVER), 4 * HOUR_MS);
    assert_int_equal(history_held_ms(history, "TRIAGE", CALENDAR_NEVER), 0);
    // Of all the time since it was routed each moment is somebody's, and one's alone.
    assert_int_equal(history_held_ms(history, "DISHUB", now) + history_held_ms(history, "PUPR", now) +
                         history_held_ms(history, "TRIAGE", now),
        now - story.turns[0].from_ms);
}

static bool
is_open(const char *text)
{
    story_read(&story, COMPLAINT, text);
    return history_is_open(&story.history);
}

static void
a_ticket_is_open_until_it_is_closed_joined_or_shelved(void **state)
{
    (void)state;
    assert_true(is_open("2026-11-02 09:00 -> DISHUB"));
    assert_true(is_open("2026-11-02 09:00 -> TRIAGE;10:00 officer verifying @TRIAGE"));
    assert_false(is_open("2026-11-02 09:00 -> DISHUB;10:00 officer done @DISHUB"));
    assert_false(is_open("2026-11-02 09:00 -> DISHUB;10:00 officer done @DISHUB;11:00 officer verifying"));
    assert_true(is_open("2026-11-02 09:00 -> DISHUB;10:00 bot done @DISHUB"));
    assert_false(is_open("2026-11-02 09:00 -> DISHUB;10:00 officer rejected @DISHUB =spam"));
    assert_true(is_open("2026-11-02 09:00 -> DISHUB;10:00 officer done;11:00 reporter reopened"));
    assert_false(is_open("2026-11-02 09:00 -> DISHUB;10:00 -> -"));
    assert_false(is_open("2026-11-02 09:00 -> DISHUB;10:00 -> SHELF"));
    assert_true(is_open("2026-11-02 09:00 -> SHELF;10:00 -> DISHUB"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_come_in_the_order_of_their_times),
        cmocka_unit_test(no_more_are_written_than_there_is_room_for),
        cmocka_unit_test(only_what_was_known_by_then),
        cmocka_unit_test(being_taken_from_all_is_a_moment_without_a_bit),
        cmocka_unit_test(acts_bring_moments_only_when_they_take_effect),
        cmocka_unit_test(a_response_is_for_the_agency_that_has_it),
        cmocka_unit_test(a_response_is_judged_by_what_was_said_by_then),
        cmocka_unit_test(pauses_begin_with_a_question_and_end_with_an_answer_a_stage_or_the_end),
        cmocka_unit_test(the_turn_of_a_moment_is_the_last_that_had_begun),
        cmocka_unit_test(time_is_metered_for_each_agency_over_all_its_turns),
        cmocka_unit_test(a_ticket_is_open_until_it_is_closed_joined_or_shelved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

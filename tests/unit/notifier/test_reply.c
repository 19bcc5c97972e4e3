// test_reply.c - what reporters are told, by which way, and when.
#include "reply.h"

#include "cmocka_all.h"
#include "ingest.pb-c.h"

#include <string.h>

enum {
    WEB = KENTONGAN__V1__CHANNEL__CHANNEL_WEB,
    SMS = KENTONGAN__V1__CHANNEL__CHANNEL_SMS,
    WHATSAPP = KENTONGAN__V1__CHANNEL__CHANNEL_WHATSAPP,
    EMAIL = KENTONGAN__V1__CHANNEL__CHANNEL_EMAIL,
    RELAY = KENTONGAN__V1__CHANNEL__CHANNEL_RELAY,
};
#define HOURS INT64_C(3600000)

static void
events_of_acts(void **state)
{
    static const struct {
        const char *act, *kind, *done;
        bool words;
        const char *event;
    } rows[] = {
        {"verifying", "officer", "received -> verifying", false, "stage_verifying"},
        {"verifying", "officer", "stays verifying", false, ""},
        {"verifying", "officer", "stays verifying", true, "answer"},
        {"verifying", "bot", "nothing: a bot did it", true, ""},
        {"verifying", "officer", "nothing: another agency has it", true, ""},
        {"field_check", "officer", "verifying -> field_check", true, "stage_field_check"},
        {"in_progress", "officer", "field_check -> in_progress", true, "stage_in_progress"},
        {"awaiting_validation", "officer", "in_progress -> awaiting_validation", true,
            "stage_awaiting_validation"},
        {"done", "officer", "awaiting_validation -> done", true, "stage_done"},
        {"done", "system", "awaiting_validation -> done", true, "stage_done"},
        {"rejected", "officer", "received -> rejected: spam", true, "stage_rejected"},
        {"rejected", "reporter", "received -> rejected: withdrawn", true, "stage_rejected"},
        {"reopened", "reporter", "done -> reopened", true, "stage_reopened"},
        {"reopened", "reporter", "nothing: it is open", true, ""},
        {"ask", "officer", "noted", true, "question"},
        {"ask", "officer", "noted", false, ""},
        {"ask", "bot", "noted", true, ""},
        {"reply", "officer", "noted", true, "answer"},
        {"reply", "system", "noted", true, "answer"},
        {"reply", "bot", "noted", true, ""},
        {"reply", "reporter", "noted", true, ""},
        {"answer", "reporter", "noted", true, ""},
        {"note", "officer", "noted", true, ""},
        {"acknowledge", "officer", "noted", false, ""},
        {"not_ours", "officer", "not theirs: PLN -> DLHK", true, ""},
        {"assign", "officer", "assigned: TRIAGE -> PLN", true, ""},
        {"judge", "officer", "noted", false, ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct reply_act act = {rows[i].act, rows[i].kind, rows[i].done, rows[i].words};
        char event[REPLY_EVENT_SIZE];

        reply_event(&act, event);
        assert_string_equal(event, rows[i].event);
    }
    assert_true(reply_tells_words("officer") && reply_tells_words("system"));
    assert_false(reply_tells_words("reporter") || reply_tells_words("bot"));
}

// Ways, best first, as each is taken away: s sms, w whatsapp, t its template, e e-mail, p page.
static void
ways_in_their_order(void **state)
{
    static const struct {
        int channel;
        bool only_here, phone, handle, email, template;
        int64_t since_ms;
        const char *ways;
    } rows[] = {
        {SMS, false, true, false, false, true, 0, "sp"},
        {SMS, true, true, false, false, true, 0, "sp"},
        {SMS, false, false, false, true, true, 0, "p"},
        {WHATSAPP, false, true, false, false, true, 0, "wtsp"},
        {WHATSAPP, false, true, false, false, true, 23 * HOURS, "wtsp"},
        {WHATSAPP, false, true, false, false, true, 24 * HOURS, "tsp"},
        {WHATSAPP, false, true, false, false, true, 24 * HOURS - 1, "tsp"},
        {WHATSAPP, false, true, false, false, false, 25 * HOURS, "sp"},
        {WHATSAPP, true, true, false, true, true, 0, "wtp"},
        {WHATSAPP, false, false, true, false, true, 0, "wtp"},
        {WHATSAPP, false, false, false, false, true, 0, "p"},
        {EMAIL, false, true, false, true, true, 0, "esp"},
        {EMAIL, true, true, false, true, true, 0, "ep"},
        {WEB, false, true, false, true, true, 0, "sep"},
        {WEB, false, false, true, true, true, 0, "ep"},
        {WEB, true, true, false, true, true, 0, "p"},
        {RELAY, false, true, false, false, true, 0, "sp"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct reply_case one = {.channel = rows[i].channel,
            .only_here = rows[i].only_here,
            .has_phone = rows[i].phone,
            .has_handle = rows[i].handle,
            .has_email = rows[i].email,
            .has_template = rows[i].template,
            .since_ms = rows[i].since_ms};
        char ways[8] = "";

        for (enum leg leg = 0; leg < LEGS; leg++)
            one.states[leg] = LEG_UP;
        for (size_t k = 0; k < 5 && strchr(ways, 'p') == NULL; k++) {
            enum reply_way way = reply_way(&one);

            ways[k] = "swtep"[way];
            if (way == REPLY_WHATSAPP && one.has_template)
                one.shut = true;
            else if (way != REPLY_PAGE)
                one.failed[reply_way_leg(way)] = true;
        }
        assert_string_equal(ways, rows[i].ways);
    }
}

static void
legs_that_are_off_or_dead(void **state)
{
    struct reply_case one = {.channel = WHATSAPP, .has_phone = true, .has_template = true};

    (void)state;
    assert_int_equal(reply_way(&one), REPLY_PAGE); // all are off
    one.states[LEG_WHATSAPP] = LEG_DEAD;
    assert_int_equal(reply_way(&one), REPLY_WHATSAPP); // it may be back before the reply is too old
    one.states[LEG_SMS] = LEG_DEAD;
    assert_int_equal(reply_way(&one), REPLY_WHATSAPP);
    one.states[LEG_SMS] = LEG_UP;
    assert_int_equal(reply_way(&one), REPLY_SMS);
    one.states[LEG_WHATSAPP] = LEG_UP;
    assert_int_equal(reply_way(&one), REPLY_WHATSAPP);
    assert_string_equal(reply_way_name(REPLY_WHATSAPP_TEMPLATE), "whatsapp");
    assert_string_equal(reply_way_name(REPLY_SMS), "sms");
    assert_string_equal(reply_way_name(REPLY_EMAIL), "email");
    assert_string_equal(reply_way_name(REPLY_PAGE), "page");
}

// Times of a day in western Indonesia, in minutes; and how many minutes a reply waits.
static void
nobody_is_woken_up(void **state)
{
    static const struct {
        int64_t at_min, wait_min;
    } rows[] = {{0, 360}, {359, 1}, {360, 0}, {720, 0}, {1259, 0}, {1260, 540}, {1439, 361}};
    const int64_t midnight_ms = INT64_C(1763830800000); // 2025-11-23 00:00 WIB, 17:00 UTC of the day before

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t now_ms = midnight_ms + rows[i].at_min * 60000;

        assert_int_equal(reply_wait_ms(now_ms, now_ms - HOURS, false), rows[i].wait_min * 60000);
        assert_int_equal(reply_wait_ms(now_ms, now_ms - HOURS + 1, false), 0);
        assert_int_equal(reply_wait_ms(now_ms, now_ms - 48 * HOURS, true), 0);
    }
}

static void
languages(void **state)
{
    (void)state;
    assert_string_equal(reply_language("javanese"), "jv");
    assert_string_equal(reply_language("mixed"), "jv");
    assert_string_equal(reply_language("indonesian"), "id");
    assert_string_equal(reply_language("other"), "id");
    assert_string_equal(reply_language(""), "id");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_of_acts),
        cmocka_unit_test(ways_in_their_order),
        cmocka_unit_test(legs_that_are_off_or_dead),
        cmocka_unit_test(nobody_is_woken_up),
        cmocka_unit_test(languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

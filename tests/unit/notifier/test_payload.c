// test_payload.c - the JSON that a phone gets: what README.md promises, and never too long.
#include "payload.h"

#include "cmocka_all.h"
#include "webpush.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "AAAAAAAAACoAAAAAAAAAB2fJcG1vhq4uGZ8oQpDXkhU"
#define ANSWER(ticket) ",\"a\":\"" TOKEN "\",\"step\":0,\"sev\":\"biasa\",\"u\":\"/#/tiket/" ticket "\""

static const int64_t noon = 1795323600000; // 2026-11-22T05:00:00Z

static struct names *
make_names(void)
{
    struct names *names = names_new();

    names_add_topic(names, "jalan_rusak", "Jalan rusak");
    names_add_topic(names, "quoted", "Papan \"awas\" \\ rambu");
    names_add_region(names, &(struct region){"33.74", "kota", "Kota Semarang", "33"});
    names_add_region(names, &(struct region){"33.74.10", "kecamatan", "Tembalang", "33.74"});
    names_ready(names);
    return names;
}

static struct notice
make_notice(int64_t id, enum notice_kind kind)
{
    struct notice notice = {.id = id, .kind = kind, .due_at_ms = noon + 86400000, .created_at_ms = noon};

    snprintf(notice.ticket, sizeof(notice.ticket), "JT-%04u-ABCD-X", (unsigned)((uint64_t)id % 10000));
    snprintf(notice.agency, sizeof(notice.agency), "DPUBMCK");
    snprintf(notice.topic, sizeof(notice.topic), "jalan_rusak");
    snprintf(notice.region, sizeof(notice.region), "33.74.10");
    return notice;
}

static json_t *
parse(struct payload *payload)
{
    const struct str *json = payload_json(payload);
    json_t *root = NULL;

    assert_true(json->length <= WEBPUSH_PLAIN_MOST);
    root = json_loadb(json->data, json->length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    return root;
}

static void
test_one_notice_word_for_word(void **state)
{
    struct names *names = make_names();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice notice = make_notice(42, NOTICE_TICKET_OPENED);

    (void)state;
    assert_true(payload_add(payload, &notice, names, TOKEN));
    assert_string_equal(payload_json(payload)->data,
        "{\"v\":1,\"title\":\"Tiket baru: JT-0042-ABCD-X\","
        "\"body\":\"Jalan rusak, Kec. Tembalang, Kota Semarang. Tenggat 23 Nov 12.00 WIB\",\"notices\":["
        "{\"id\":42,\"ticket\":\"JT-0042-ABCD-X\",\"kind\":\"ticket_opened\",\"topic\":\"Jalan rusak\","
        "\"place\":\"Kec. Tembalang, Kota Semarang\",\"since\":\"2026-11-22T05:00:00Z\","
        "\"due\":\"2026-11-23T05:00:00Z\"" ANSWER("JT-0042-ABCD-X") "}]}");
    payload_clear(payload);
    notice.due_at_ms = 0;
    notice.topic[0] = notice.region[0] = '\0';
    notice.kind = NOTICE_BREACH;
    assert_true(payload_add(payload, &notice, names, TOKEN));
    assert_string_equal(payload_json(payload)->data,
        "{\"v\":1,\"title\":\"Lewat tenggat: JT-0042-ABCD-X\","
        "\"body\":\"Belum terklasifikasi, Lokasi belum diketahui\",\"notices\":["
        "{\"id\":42,\"ticket\":\"JT-0042-ABCD-X\",\"kind\":\"breach\",\"topic\":\"Belum terklasifikasi\","
        "\"place\":\"Lokasi belum diketahui\",\"since\":\"2026-11-22T05:00:00Z\"" ANSWER(
            "JT-0042-ABCD-X") "}]}");
    payload_destroy(&payload);
    names_destroy(&names);
}

static void
test_several_speak_of_the_most_pressing(void **state)
{
    struct names *names = make_names();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice notices[] = {make_notice(1, NOTICE_WARNING_80), make_notice(2, NOTICE_BREACH),
        make_notice(3, NOTICE_BREACH), make_notice(4, NOTICE_TICKET_OPENED),
        make_notice(5, NOTICE_WARNING_50)};
    json_t *root = NULL;

    (void)state;
    notices[2].due_at_ms -= 60000; // passed a minute before the other
    for (size_t i = 0; i < LENGTH(notices); i++)
        assert_true(payload_add(payload, &notices[i], names, TOKEN));
    root = parse(payload);
    assert_string_equal(json_string_value(json_object_get(root, "title")), "5 pemberitahuan");
    assert_string_equal(json_string_value(json_object_get(root, "body")),
        "2 lewat tenggat, 1 tenggat dekat, 1 pengingat tenggat, 1 tiket baru. Paling mendesak: "
        "JT-0003-ABCD-X, "
        "Jalan rusak, Kec. Tembalang, Kota Semarang. Tenggat 23 Nov 11.59 WIB");
    json_decref(root);
    payload_destroy(&payload);
    names_destroy(&names);
}

// Fills payload after payload; each notice is in exactly one, in order, and each payload is as full as it can
// be.
static void
test_a_flood_loses_nothing(void **state)
{
    enum { FLOOD = 1000 };
    static const enum notice_kind kinds[] = {NOTICE_TICKET_OPENED, NOTICE_WARNING_50, NOTICE_WARNING_80,
        NOTICE_BREACH, NOTICE_ESCALATION, NOTICE_INCIDENT, NOTICE_URGENT};
    struct names *names = make_names();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    int64_t next = 1;

    (void)state;
    while (next <= FLOOD) {
        json_t *root = NULL;
        json_t *list = NULL;
        int64_t first = next;

        payload_clear(payload);
        for (; next <= FLOOD; next++) {
            struct notice notice = make_notice(next, kinds[next % (int64_t)LENGTH(kinds)]);

            if (!payload_add(payload, &notice, names, TOKEN))
                break;
        }
        root = parse(payload);
        list = json_object_get(root, "notices");
        assert_int_equal(json_array_size(list), next - first);
        assert_true(next > FLOOD || next - first >= 9);
        for (size_t i = 0; i < json_array_size(list); i++)
            assert_int_equal(
                json_integer_value(json_object_get(json_array_get(list, i), "id")), first + (int64_t)i);
        json_decref(root);
    }
    payload_destroy(&payload);
    names_destroy(&names);
}

// Names of any length and any characters: valid JSON that fits, cut between characters.
static void
test_names_of_any_kind_fit(void **state)
{
    char wide[600];
    struct names *names = make_names();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice notice = make_notice(INT64_MAX, NOTICE_BREACH);
    json_t *root = NULL;
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(wide) - 1; i += 3)
        memcpy(wide + i, "\xe2\x82\xac", 3); // a character of three bytes
    wide[sizeof(wide) - 4] = '\0';
    names_add_topic(names, "wide", wide);
    memset(wide, '"', sizeof(wide) - 1);
    wide[sizeof(wide) - 1] = '\0';
    names_add_region(names, &(struct region){"1", "desa", wide, ""});
    names_ready(names);
    memset(notice.ticket, '"', sizeof(notice.ticket) - 1);
    snprintf(notice.topic, sizeof(notice.topic), "wide");
    snprintf(notice.region, sizeof(notice.region), "1");
    while (payload_add(payload, &notice, names, TOKEN))
        count++;
    assert_true(count >= 4);
    root = parse(payload);
    assert_int_equal(json_array_size(json_object_get(root, "notices")), count);
    json_decref(root);

    payload_clear(payload);
    snprintf(notice.topic, sizeof(notice.topic), "quoted");
    assert_true(payload_add(payload, &notice, names, TOKEN));
    root = parse(payload);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(json_object_get(root, "notices"), 0), "topic")),
        "Papan \"awas\" \\ rambu");
    json_decref(root);
    payload_destroy(&payload);
    names_destroy(&names);
}

static void
test_the_urgent_one_is_the_most_pressing(void **state)
{
    struct names *names = make_names();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice breach = make_notice(1, NOTICE_BREACH);
    struct notice urgent = make_notice(2, NOTICE_TICKET_OPENED);
    json_t *root = NULL;
    json_t *notices = NULL;

    (void)state;
    urgent.urgent = true;
    assert_true(payload_add(payload, &urgent, names, TOKEN));
    assert_true(payload_add(payload, &breach, names, TOKEN));
    root = parse(payload);
    notices = json_object_get(root, "notices");
    assert_string_equal(json_string_value(json_object_get(root, "title")), "DARURAT - 2 pemberitahuan");
    assert_non_null(
        strstr(json_string_value(json_object_get(root, "body")), "Paling mendesak: JT-0002-ABCD-X"));
    assert_true(json_is_true(json_object_get(json_array_get(notices, 0), "urgent")));
    assert_null(json_object_get(json_array_get(notices, 1), "urgent"));
    json_decref(root);

    payload_clear(payload);
    assert_true(payload_add(payload, &breach, names, TOKEN));
    root = parse(payload);
    assert_string_equal(json_string_value(json_object_get(root, "title")), "Lewat tenggat: JT-0001-ABCD-X");
    json_decref(root);
    payload_destroy(&payload);
    names_destroy(&names);
}

// What is due, since when, until when, and who was told before: in words for the lock screen, and as fields.
static void
test_a_step_says_which_clock_and_who_was_told(void **state)
{
    struct names *names = make_names();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice notice = make_notice(42, NOTICE_ESCALATION);

    (void)state;
    snprintf(notice.agency, sizeof(notice.agency), "SEKDA");
    snprintf(notice.step.clock, sizeof(notice.step.clock), "first_response");
    notice.step.role = STEP_ROLE_SEKDA;
    notice.step.since_ms = noon;
    notice.created_at_ms = noon + 30 * INT64_C(3600000);
    step_tell(&notice.step, STEP_ROLE_OFFICER, noon + 12 * INT64_C(3600000));
    step_tell(&notice.step, STEP_ROLE_OFFICER, noon + 69120000);
    step_tell(&notice.step, STEP_ROLE_HEAD, noon + 86400000);
    assert_true(payload_add(payload, &notice, names, TOKEN));
    assert_string_equal(payload_json(payload)->data,
        "{\"v\":1,\"title\":\"Eskalasi: JT-0042-ABCD-X\","
        "\"body\":\"Jalan rusak, Kec. Tembalang, Kota Semarang. Tanggapan pertama sejak 22 Nov 12.00 WIB, "
        "tenggat 23 Nov 12.00 WIB. Sudah diberi tahu: petugas, kepala instansi\",\"notices\":["
        "{\"id\":42,\"ticket\":\"JT-0042-ABCD-X\",\"kind\":\"escalation\",\"topic\":\"Jalan rusak\","
        "\"place\":\"Kec. Tembalang, Kota Semarang\",\"since\":\"2026-11-23T11:00:00Z\","
        "\"due\":\"2026-11-23T05:00:00Z\",\"clock\":\"first_response\",\"role\":\"sekda\","
        "\"started\":\"2026-11-22T05:00:00Z\",\"told\":[{\"role\":\"officer\",\"at\":\"2026-11-22T17:00:"
        "00Z\"},"
        "{\"role\":\"officer\",\"at\":\"2026-11-23T00:12:00Z\"},"
        "{\"role\":\"head\",\"at\":\"2026-11-23T05:00:00Z\"}]" ANSWER("JT-0042-ABCD-X") "}]}");

    payload_clear(payload);
    notice = make_notice(43, NOTICE_WARNING_80);
    snprintf(notice.step.clock, sizeof(notice.step.clock), "a_clock_of_tomorrow");
    assert_true(payload_add(payload, &notice, names, TOKEN));
    assert_non_null(strstr(payload_json(payload)->data,
        "Kota Semarang. a_clock_of_tomorrow, tenggat 23 Nov 12.00 WIB\",\"notices\""));
    payload_destroy(&payload);
    names_destroy(&names);
}

// The longest of everything: it fits, and still several share a push.
static void
test_the_longest_steps_fit(void **state)
{
    char wide[600];
    struct names *names = make_names();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice notice = make_notice(INT64_MAX, NOTICE_ESCALATION);
    size_t count = 0;

    (void)state;
    memset(wide, 'x', sizeof(wide) - 1);
    wide[sizeof(wide) - 1] = '\0';
    names_add_topic(names, "wide", wide);
    names_add_region(names, &(struct region){"1", "desa", wide, ""});
    names_ready(names);
    memset(notice.ticket, '"', sizeof(notice.ticket) - 1);
    memset(notice.step.clock, '"', sizeof(notice.step.clock) - 1);
    snprintf(notice.topic, sizeof(notice.topic), "wide");
    snprintf(notice.region, sizeof(notice.region), "1");
    notice.step.role = STEP_ROLE_GOVERNOR;
    notice.step.since_ms = noon;
    notice.urgent = true;
    for (int i = 0; i < STEP_TOLD_MOST; i++)
        step_tell(&notice.step, (enum step_role)(1 + i % (STEP_ROLES - 1)), noon);
    for (int kind = NOTICE_TICKET_OPENED; payload_add(payload, &notice, names, TOKEN); count++) {
        kind = kind == NOTICE_ESCALATION ? NOTICE_TICKET_OPENED : kind + 1;
        notice.kind = kind == 2 ? NOTICE_BREACH : (enum notice_kind)kind;
    }
    assert_true(count >= 3);
    json_decref(parse(payload));
    payload_destroy(&payload);
    names_destroy(&names);
}

static void
test_an_incident_says_how_many(void **state)
{
    struct names *names = make_names();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice incident = make_notice(3, NOTICE_INCIDENT);
    json_t *root = NULL;

    (void)state;
    incident.due_at_ms = 0;
    incident.count = 23;
    assert_true(payload_add(payload, &incident, names, TOKEN));
    root = parse(payload);
    assert_string_equal(json_string_value(json_object_get(root, "title")), "Satu kejadian: JT-0003-ABCD-X");
    assert_non_null(strstr(json_string_value(json_object_get(root, "body")), ". 23 tiket"));
    assert_int_equal(
        json_integer_value(json_object_get(json_array_get(json_object_get(root, "notices"), 0), "count")),
        23);
    json_decref(root);
    payload_destroy(&payload);
    names_destroy(&names);
}

// A later step, hard: the same notice, and it says which telling it is.
static void
test_a_later_step_says_so(void **state)
{
    struct names *names = make_names();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice notice = make_notice(42, NOTICE_BREACH);
    const json_t *one = NULL;
    json_t *root = NULL;

    (void)state;
    notice.ring_step = 3;
    notice.severity = SEVERITY_DARURAT;
    assert_true(payload_add(payload, &notice, names, TOKEN));
    root = parse(payload);
    one = json_array_get(json_object_get(root, "notices"), 0);
    assert_int_equal(json_integer_value(json_object_get(one, "step")), 3);
    assert_string_equal(json_string_value(json_object_get(one, "sev")), "darurat");
    assert_string_equal(json_string_value(json_object_get(one, "a")), TOKEN);
    json_decref(root);
    payload_destroy(&payload);
    names_destroy(&names);
}

// What legs that bring text say; and what a test of a phone says, which is of no ticket.
static void
test_words(void **state)
{
    struct names *names = make_names();
    struct payload *payload = payload_new(SIZE_MAX);
    struct notice notice = make_notice(42, NOTICE_TICKET_OPENED);
    const char *title = NULL;
    const char *body = NULL;

    (void)state;
    snprintf(notice.topic, sizeof(notice.topic), "quoted");
    assert_true(payload_add(payload, &notice, names, TOKEN));
    payload_words(payload, &title, &body);
    assert_string_equal(title, "Tiket baru: JT-0042-ABCD-X");
    assert_string_equal(
        body, "Papan \"awas\" \\ rambu, Kec. Tembalang, Kota Semarang. Tenggat 23 Nov 12.00 WIB");
    for (int i = 0; i < 500; i++)
        assert_true(payload_add(payload, &notice, names, TOKEN));
    payload_words(payload, &title, &body);
    assert_string_equal(title, "501 pemberitahuan");

    payload_clear(payload);
    notice = (struct notice){.id = 43, .kind = NOTICE_TEST, .created_at_ms = noon};
    assert_true(payload_add(payload, &notice, names, TOKEN));
    payload_words(payload, &title, &body);
    assert_string_equal(title, "Uji coba Kentongan");
    assert_non_null(strstr(body, "Tekan Terima"));
    assert_null(strstr(payload_json(payload)->data, "/#/tiket/"));
    payload_destroy(&payload);
    names_destroy(&names);
}

static void
test_hushed(void **state)
{
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice notice = make_notice(42, NOTICE_BREACH);
    const struct str *json = payload_hushed(payload, &notice, "sri \"desk\"");
    json_t *root = json_loadb(json->data, json->length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *one = json_array_get(json_object_get(root, "notices"), 0);

    (void)state;
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "body")), "Sudah diterima oleh sri \"desk\"");
    assert_string_equal(json_string_value(json_object_get(one, "kind")), "acknowledged");
    assert_true(json_is_true(json_object_get(one, "silent")));
    assert_int_equal(json_integer_value(json_object_get(one, "id")), 42);
    assert_string_equal(json_string_value(json_object_get(one, "ticket")), notice.ticket);
    json_decref(root);
    payload_destroy(&payload);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_urgent_one_is_the_most_pressing),
        cmocka_unit_test(test_an_incident_says_how_many),
        cmocka_unit_test(test_a_later_step_says_so),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_hushed),
        cmocka_unit_test(test_a_step_says_which_clock_and_who_was_told),
        cmocka_unit_test(test_the_longest_steps_fit),
        cmocka_unit_test(test_one_notice_word_for_word),
        cmocka_unit_test(test_several_speak_of_the_most_pressing),
        cmocka_unit_test(test_a_flood_loses_nothing),
        cmocka_unit_test(test_names_of_any_kind_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

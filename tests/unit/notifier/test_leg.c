// test_leg.c - each leg alone: what request it makes of a letter, and what it makes of the answer.
#include "leg.h"

#include "answer.h"
#include "cmocka_all.h"
#include "rows.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct legs_settings settings = {
    .flaky_seed = 7,
    .portal_url = "https://k.example",
    .push_allow = ENDPOINT_ALLOW,
    .ntfy_url = "https://ntfy.example/",
    .ntfy_token = "tk_rahasia",
    .sms_url = "http://127.0.0.1:13013/cgi-bin/sendsms",
    .sms_user = "kentongan",
    .sms_password = "a&b=c d",
    .sms_from = "1708",
    .sms_report_url = "https://k.example/hook/kannel/s/dlr",
    .whatsapp_url = "https://graph.example/v21.0/1/messages",
    .whatsapp_token = "EAAx",
    .whatsapp_template = "tiket_baru",
    .mail_url = "smtp://mail.example:587",
    .mail_user = "u",
    .mail_password = "p",
    .mail_from = "kentongan@jatengprov.example",
};

static struct http_request request;

static struct letter
new_letter(enum leg leg, const char *to)
{
    return (struct letter){.leg = leg,
        .to = to,
        .subject = "Tiket baru: JT-7K2M-04QF-9",
        .text = "Jalan rusak, Kec. Tembalang.\nTenggat 12.00 WIB",
        .payload = "{}",
        .token = "T0k3n",
        .link = "https://k.example/#/tiket/JT-7K2M-04QF-9",
        .tag = "JT-7K2M-04QF-9",
        .reference = "n42.7",
        .template = "",
        .language = "",
        .origin = "",
        .ttl_s = 7200,
        .priority = 5};
}

static const char *
compose(const struct leg_way *way, const struct letter *letter)
{
    const struct leg_context context = {.settings = &settings, .now_ms = 1795301592000};

    http_request_clear(&request);
    return way->compose(letter, &context, &request);
}

static json_t *
body(void)
{
    json_t *json = json_loadb(request.body.data, request.body.length, 0, NULL);

    assert_non_null(json);
    return json;
}

// The text that a path of names and indices leads to; "" where there is none.
static const char *
at(const json_t *json, const char *path)
{
    char name[64];

    while (json != NULL && *path != '\0') {
        size_t length = strcspn(path, "/");

        snprintf(name, sizeof(name), "%.*s", (int)length, path);
        json = json_is_array(json) ? json_array_get(json, (size_t)strtoul(name, NULL, 10))
                                   : json_object_get(json, name);
        path += length + (path[length] == '/');
    }
    return json_is_string(json) ? json_string_value(json) : "";
}

static void
test_ntfy(void **state)
{
    struct letter letter = new_letter(LEG_NTFY, "kt-Rahasia_1");
    json_t *json = NULL;
    char long_text[6000];

    (void)state;
    assert_null(compose(&leg_ntfy, &letter));
    assert_string_equal(request.url.data, "https://ntfy.example/");
    assert_non_null(strstr(request.headers.data, "Authorization: Bearer tk_rahasia\n"));
    assert_false(request.outside);
    json = body();
    assert_string_equal(at(json, "topic"), "kt-Rahasia_1");
    assert_string_equal(at(json, "title"), letter.subject);
    assert_string_equal(at(json, "message"), letter.text);
    assert_string_equal(at(json, "click"), letter.link);
    assert_string_equal(at(json, "sequence_id"), letter.tag);
    assert_string_equal(at(json, "tags/0"), "rotating_light");
    assert_int_equal(json_integer_value(json_object_get(json, "priority")), 5);
    assert_string_equal(at(json, "actions/0/action"), "http");
    assert_string_equal(at(json, "actions/0/label"), "Terima");
    assert_string_equal(at(json, "actions/0/method"), "POST");
    assert_string_equal(at(json, "actions/0/url"), "https://k.example/api/v1/push/acknowledge");
    assert_string_equal(at(json, "actions/0/body"), "T0k3n");
    assert_true(json_is_true(json_object_get(json_array_get(json_object_get(json, "actions"), 0), "clear")));
    assert_string_equal(at(json, "actions/1/action"), "view");
    assert_string_equal(at(json, "actions/1/label"), "Buka");
    assert_string_equal(at(json, "actions/1/url"), letter.link);
    json_decref(json);

    letter.token = letter.link = "";
    letter.priority = 9;
    memset(long_text, 'x', sizeof(long_text));
    memcpy(long_text + 4095, "\xc3\xa9", 2); // a character that lies across the border
    long_text[sizeof(long_text) - 1] = '\0';
    letter.text = long_text;
    assert_null(compose(&leg_ntfy, &letter));
    json = body();
    assert_int_equal(strlen(at(json, "message")), 4095);
    assert_int_equal(json_integer_value(json_object_get(json, "priority")), 5);
    assert_int_equal(json_array_size(json_object_get(json, "actions")), 0);
    assert_null(json_object_get(json, "click"));
    json_decref(json);

    letter.to = "a/../b";
    assert_non_null(compose(&leg_ntfy, &letter));
    letter.to = "";
    assert_non_null(compose(&leg_ntfy, &letter));
    letter.to = "x";
    letter.text = "\xff";
    assert_non_null(compose(&leg_ntfy, &letter));
}

static void
test_sms(void **state)
{
    struct letter letter = new_letter(LEG_SMS, "6281234567890");

    (void)state;
    assert_null(compose(&leg_sms, &letter));
    assert_int_equal(request.kind, HTTP_GET);
    assert_string_equal(request.url.data,
        "http://127.0.0.1:13013/cgi-bin/"
        "sendsms?username=kentongan&password=a%26b%3Dc%20d&from=1708&to=%2B6281234567890"
        "&charset=UTF-8&coding=0&text=Jalan%20rusak%2C%20Kec.%20Tembalang.%20Tenggat%2012.00%20WIB&priority="
        "3&validity=120"
        "&dlr-mask=19&dlr-url=https%3A%2F%2Fk.example%2Fhook%2Fkannel%2Fs%2Fdlr%3Fref%3Dn42.7%26st%3D%25d");
    letter.text = "Naskah \xea\xa6\xb2?";
    letter.priority = 3;
    letter.ttl_s = 30;
    letter.reference = "";
    assert_null(compose(&leg_sms, &letter));
    assert_non_null(strstr(request.url.data, "&coding=2&text=Naskah%20%EA%A6%B2%3F"));
    assert_null(strstr(request.url.data, "priority"));
    assert_null(strstr(request.url.data, "validity"));
    assert_null(strstr(request.url.data, "dlr"));
    letter.text = "\xf0\x9f\x9a\xa7";
    assert_string_equal(compose(&leg_sms, &letter), "it has no text");
    letter.text = "\xc3";
    assert_string_equal(compose(&leg_sms, &letter), "its text is not UTF-8");
}

static void
test_whatsapp_template(void **state)
{
    struct letter letter = new_letter(LEG_WHATSAPP, "+6281234567890");
    json_t *json = NULL;

    (void)state;
    letter.template = "tiket_baru";
    assert_null(compose(&leg_whatsapp, &letter));
    assert_non_null(strstr(request.headers.data, "Authorization: Bearer EAAx\n"));
    json = body();
    assert_string_equal(at(json, "messaging_product"), "whatsapp");
    assert_string_equal(at(json, "to"), "+6281234567890");
    assert_string_equal(at(json, "type"), "template");
    assert_string_equal(at(json, "template/name"), "tiket_baru");
    assert_string_equal(at(json, "template/language/code"), "id");
    assert_string_equal(at(json, "template/components/0/type"), "body");
    assert_string_equal(at(json, "template/components/0/parameters/0/text"), letter.subject);
    assert_string_equal(at(json, "template/components/0/parameters/1/text"),
        "Jalan rusak, Kec. Tembalang. Tenggat 12.00 WIB");
    assert_string_equal(at(json, "template/components/1/type"), "button");
    assert_string_equal(at(json, "template/components/1/sub_type"), "quick_reply");
    assert_string_equal(at(json, "template/components/1/index"), "0");
    assert_string_equal(at(json, "template/components/1/parameters/0/type"), "payload");
    assert_string_equal(at(json, "template/components/1/parameters/0/payload"), "ACK:T0k3n");
    assert_string_equal(at(json, "biz_opaque_callback_data"), "n42.7");
    json_decref(json);

    letter.subject = letter.token = "";
    letter.language = "en";
    letter.text = "\n\t a   b \n";
    assert_null(compose(&leg_whatsapp, &letter));
    json = body();
    assert_string_equal(at(json, "template/language/code"), "en");
    assert_string_equal(at(json, "template/components/0/parameters/0/text"), "a b ");
    assert_string_equal(at(json, "template/components/0/parameters/1/text"), "");
    assert_int_equal(json_array_size(json_object_get(json_object_get(json, "template"), "components")), 1);
    json_decref(json);
}

static void
test_whatsapp_text(void **state)
{
    struct letter letter = new_letter(LEG_WHATSAPP, "ID.13491208655302741918");
    json_t *json = NULL;

    (void)state;
    letter.token = "";
    assert_null(compose(&leg_whatsapp, &letter));
    json = body();
    assert_string_equal(at(json, "recipient"), "ID.13491208655302741918");
    assert_string_equal(at(json, "to"), "");
    assert_string_equal(at(json, "type"), "text");
    assert_string_equal(at(json, "text/body"), letter.text);
    json_decref(json);
    letter.token = "T0k3n";
    assert_null(compose(&leg_whatsapp, &letter));
    json = body();
    assert_string_equal(at(json, "type"), "interactive");
    assert_string_equal(at(json, "interactive/type"), "button");
    assert_string_equal(at(json, "interactive/body/text"), letter.text);
    assert_string_equal(at(json, "interactive/action/buttons/0/reply/id"), "ACK:T0k3n");
    assert_string_equal(at(json, "interactive/action/buttons/0/reply/title"), "Terima");
    json_decref(json);
    letter.to = "seseorang";
    assert_non_null(compose(&leg_whatsapp, &letter));
    letter.to = "ID.";
    assert_non_null(compose(&leg_whatsapp, &letter));
}

static void
test_webpush(void **state)
{
    struct letter letter = new_letter(LEG_WEBPUSH, "https://169.254.169.254/latest");

    (void)state;
    // Looked at again, whatever the caller says of its origin.
    letter.origin = "https://fcm.googleapis.com";
    assert_non_null(compose(&leg_webpush, &letter));
    assert_int_equal(request.url.length, 0);
}

static void
test_email(void **state)
{
    struct letter letter = new_letter(LEG_EMAIL, "kepala@dishub.example");

    (void)state;
    assert_null(compose(&leg_email, &letter));
    assert_int_equal(request.kind, HTTP_MAIL);
    assert_string_equal(request.to.data, "<kepala@dishub.example>");
    assert_string_equal(request.from.data, "<kentongan@jatengprov.example>");
    assert_non_null(strstr(request.body.data, "\r\nDate: Sat, 21 Nov 2026 22:53:12 +0000\r\n"));
    assert_non_null(strstr(request.body.data, "\r\nMessage-ID: <n42.7@jatengprov.example>\r\n"));
}

// Columns: leg, status, body, ending, does the leg fail, is the window shut.
static void
check_answer(char *const *column)
{
    static const struct leg_way *const ways[LEGS] = {
        &leg_webpush, &leg_ntfy, &leg_sms, &leg_whatsapp, &leg_email};
    const struct http_answer came = {(int)strtol(column[1], NULL, 10), ANSWER_NO_DELAY, "", column[2]};
    struct leg_verdict verdict = {.answer = {.ending = ENDING_RETRY, .status = came.status, .reason = ""}};

    ways[leg_parse(column[0])]->judge(&came, &verdict);
    if (strcmp(answer_text(verdict.answer.ending), column[3]) != 0 ||
        verdict.leg_fails != (strcmp(column[4], "yes") == 0) ||
        verdict.answer.window_shut != (strcmp(column[5], "yes") == 0))
        fail_msg("%s %s %s: %s, leg fails %d, window shut %d", column[0], column[1], column[2],
            answer_text(verdict.answer.ending), verdict.leg_fails, verdict.answer.window_shut);
}

static void
test_answers(void **state)
{
    (void)state;
    assert_true(rows_each("leg_answers.tsv", 6, check_answer) >= 80);
}

// The same seed gives the same answers; all kinds of answers come.
static void
test_flaky(void **state)
{
    const struct letter letter = new_letter(LEG_SMS, "+6281234567890");
    struct leg_context context = {.settings = &settings};
    size_t endings[ENDING_NO_DEVICE + 1] = {0};
    int first[1000];

    (void)state;
    for (int round = 0; round < 2; round++)
        for (context.number = 0; context.number < LENGTH(first); context.number++) {
            struct leg_verdict verdict = {0};

            http_request_clear(&request);
            assert_null(leg_flaky.compose(&letter, &context, &request));
            assert_int_equal(request.kind, HTTP_MADE_UP);
            leg_flaky.judge(&request.made_up, &verdict);
            endings[verdict.answer.ending]++;
            if (round == 0)
                first[context.number] = request.made_up.status;
            assert_int_equal(request.made_up.status, first[context.number]);
        }
    assert_in_range(endings[ENDING_ACCEPTED], 600, 900);
    assert_in_range(endings[ENDING_RETRY], 900, 1300);
    assert_in_range(endings[ENDING_GONE], 60, 200);
}

static void
test_names(void **state)
{
    (void)state;
    for (enum leg leg = 0; leg < LEGS; leg++)
        assert_int_equal(leg_parse(leg_name(leg)), leg);
    assert_int_equal(leg_parse("telegram"), LEGS);
    assert_true(leg_is_number("+6281234567890"));
    assert_true(leg_is_number("62812345"));
    assert_false(leg_is_number("6281234"));
    assert_false(leg_is_number("+"));
    assert_false(leg_is_number("++6281234567"));
    assert_false(leg_is_number("+6281234567890123"));
    assert_false(leg_is_number("0812 3456 789"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ntfy),
        cmocka_unit_test(test_sms),
        cmocka_unit_test(test_whatsapp_template),
        cmocka_unit_test(test_whatsapp_text),
        cmocka_unit_test(test_webpush),
        cmocka_unit_test(test_email),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_flaky),
        cmocka_unit_test(test_names),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    http_request_free(&request);
    return failed;
}

// fuzz_legs.c - any texts as a letter by one of the legs, and any answer to it: three bytes that choose the
// leg, what the letter has, and the status; then address, subject, text and the answer's body, parted by NUL.
//
// A request that is made has a URL of visible ASCII, headers on one line each, and a body that is JSON where
// JSON is due; an answer is judged within what legs.h says, and is never taken for success by its body alone.
// The request of Web Push is fuzzed in its parts: endpoint and payload.
#include "fuzz.h"

#include "gsm7.h"
#include "leg.h"
#include "str.h"
#include "texts.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { HAS_TOKEN = 1, HAS_TEMPLATE = 2, HAS_TAG = 4, HAS_LINK = 8, PARTS_MOST = 8 };

static const struct legs_settings settings = {
    .portal_url = "https://k.example",
    .push_allow = ENDPOINT_ALLOW,
    .ntfy_url = "https://ntfy.example/",
    .ntfy_token = "tk_x",
    .sms_url = "http://127.0.0.1:13013/cgi-bin/sendsms",
    .sms_user = "kentongan",
    .sms_password = "a&b=c d",
    .sms_from = "1708",
    .sms_report_url = "https://k.example/hook/kannel/s/dlr",
    .whatsapp_url = "https://graph.example/v21.0/1/messages",
    .whatsapp_token = "EAAx",
    .mail_url = "smtp://mail.example:587",
    .mail_user = "u",
    .mail_password = "p",
    .mail_from = "kentongan@jatengprov.example",
};

static const struct leg_way *const ways[LEGS] = {[LEG_WEBPUSH] = &leg_webpush,
    [LEG_NTFY] = &leg_ntfy,
    [LEG_SMS] = &leg_sms,
    [LEG_WHATSAPP] = &leg_whatsapp,
    [LEG_EMAIL] = &leg_email};

// "Name: value" and a line feed, each; nothing else that could end a line.
static void
check_headers(const struct str *headers)
{
    for (size_t i = 0; i < headers->length; i++)
        CHECK(
            headers->data[i] == '\n' || ((unsigned char)headers->data[i] >= ' ' && headers->data[i] != 0x7f));
    CHECK(headers->length == 0 || headers->data[headers->length - 1] == '\n');
    for (const char *line = headers->data; line != NULL && *line != '\0'; line = strchr(line, '\n') + 1) {
        size_t name = strcspn(line, ":\n ");

        CHECK(name > 0 && strncmp(line + name, ": ", 2) == 0);
    }
}

static void
check_json(const struct str *body, const char *field, const char *value)
{
    json_t *json = json_loadb(body->data, body->length, JSON_REJECT_DUPLICATES, NULL);
    const char *said = json_string_value(json_object_get(json, field));

    CHECK(json_is_object(json) && said != NULL && strcmp(said, value) == 0);
    json_decref(json);
}

// The argument text of Kannel's URL, which comes once: a text of few enough parts.
static void
check_sms(const char *url)
{
    const char *from = strstr(url, "&text=");
    struct str text = {0};

    CHECK(from != NULL && strstr(from + 1, "&text=") == NULL);
    for (from += strlen("&text="); *from != '\0' && *from != '&'; from++) {
        char hex[3] = "";
        char byte = *from;

        if (*from == '%') {
            memcpy(hex, from + 1, 2);
            byte = (char)strtoul(hex, NULL, 16);
            from += 2;
        }
        str_add(&text, &byte, 1);
    }
    CHECK(text.length > 0 && str_is_text(text.data, text.length));
    CHECK(gsm7_parts(text.data) >= 1 && gsm7_parts(text.data) <= PARTS_MOST);
    str_free(&text);
}

static void
check_compose(const struct letter *letter)
{
    const struct leg_context context = {.settings = &settings, .now_ms = INT64_C(1795323600000)};
    struct http_request request = {0};
    const char *wrong = NULL;
    bool scoped = !leg_is_number(letter->to);

    http_request_clear(&request);
    wrong = ways[letter->leg]->compose(letter, &context, &request);
    if (wrong == NULL) {
        CHECK(request.url.length > 0);
        for (size_t i = 0; i < request.url.length; i++)
            CHECK(request.url.data[i] > ' ' && request.url.data[i] < 0x7f);
        check_headers(&request.headers);
        if (letter->leg == LEG_SMS)
            check_sms(request.url.data);
        if (letter->leg == LEG_NTFY)
            check_json(&request.body, "topic", letter->to);
        if (letter->leg == LEG_WHATSAPP)
            check_json(&request.body, scoped ? "recipient" : "to", letter->to);
        if (letter->leg == LEG_EMAIL)
            CHECK(strpbrk(request.to.data, "\r\n ") == NULL && strpbrk(request.from.data, "\r\n ") == NULL);
    }
    http_request_free(&request);
}

static void
check_judge(enum leg leg, int status, const char *body)
{
    const struct http_answer came = {
        .status = status, .retry_after_s = ANSWER_NO_DELAY, .reason = "", .body = body};
    struct leg_verdict verdict = {.answer = {ENDING_RETRY, status, ANSWER_NO_DELAY, "", false}};
    const struct letter_answer *answer = &verdict.answer;

    ways[leg]->judge(&came, &verdict);
    CHECK(answer->ending == ENDING_ACCEPTED || answer->ending == ENDING_RETRY ||
          answer->ending == ENDING_GONE || answer->ending == ENDING_REFUSED);
    CHECK(answer->status == status && answer->reason != NULL);
    CHECK(answer->ending != ENDING_ACCEPTED || (status >= 200 && status <= 299 && !verdict.leg_fails));
    // No answer, and success, say nothing against an address.
    CHECK(status >= 400 || answer->ending != ENDING_GONE);
    CHECK(status != 0 || (answer->ending == ENDING_RETRY && !verdict.leg_fails));
    CHECK(!answer->window_shut || (leg == LEG_WHATSAPP && answer->ending == ENDING_REFUSED));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts texts;
    enum leg leg = LEG_WEBPUSH;
    unsigned has = 0;
    int status = 0;

    if (size < 3)
        return 0;
    leg = (enum leg)(data[0] % LEGS);
    has = data[1];
    status = data[2] < 100 ? data[2] % 2 * 200 : 4 * data[2] - 300 + data[1] / 64; // 0, 200, 100 .. 723
    texts_cut(&texts, data + 3, size - 3, 4);
    const struct letter letter = {.leg = leg,
        .to = texts.text[0],
        .subject = texts.text[1],
        .text = texts.text[2],
        .payload = "{}",
        .token = has & HAS_TOKEN ? "T0k3n" : "",
        .link = has & HAS_LINK ? "https://k.example/#/tiket/JT-7K2M-04QF-9" : "",
        .tag = has & HAS_TAG ? "JT-7K2M-04QF-9" : "",
        .reference = "n42.7",
        .template = has & HAS_TEMPLATE ? "tiket_baru" : "",
        .language = "id",
        .origin = "",
        .ttl_s = 60 * (int64_t)size,
        .priority = (int)(has >> 4) % 6};

    if (leg != LEG_WEBPUSH)
        check_compose(&letter);
    check_judge(leg, status, texts.text[3]);
    texts_free(&texts);
    return 0;
}

// leg_whatsapp.c - the leg by WhatsApp's Cloud API.
//
// Officers get a template, which may come at any time, with a quick reply that acknowledges; reporters get
// free text as long as they wrote within the last 24 hours.  The reference comes back in the webhook's
// statuses as biz_opaque_callback_data.
#include "leg.h"

#include "answer.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 4096 + 1, BUTTON_TEXT_SIZE = 1024 + 1, PARAMETER_SIZE = 900 + 1, SCOPED_MOST = 131 };

// A business-scoped user id, which stands for a number that we are not told: ID.13491208655302741918.
static bool
is_scoped(const char *to)
{
    size_t length = strlen(to);

    return length >= 4 && length <= SCOPED_MOST && isupper((unsigned char)to[0]) != 0 &&
           isupper((unsigned char)to[1]) != 0 && to[2] == '.' &&
           strspn(to + 3, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") == length - 3;
}

// A template's parameter is one line, with no more than one space in a row.
static json_t *
parameter(const char *text)
{
    struct str line = {0};
    char cut[PARAMETER_SIZE];
    bool space = true;

    for (const char *c = text; *c != '\0'; c++) {
        bool is_space = *c == ' ' || *c == '\n' || *c == '\r' || *c == '\t';

        if (!is_space || !space)
            str_add(&line, is_space ? " " : c, 1);
        space = is_space;
    }
    str_copy(cut, sizeof(cut), line.length > 0 ? line.data : "-");
    str_free(&line);
    return json_pack("{s:s, s:s}", "type", "text", "text", cut);
}

static json_t *
template_of(const struct letter *letter, const char *payload)
{
    json_t *parameters = json_array();
    json_t *components = json_pack("[{s:s, s:O}]", "type", "body", "parameters", parameters);

    CHECK(parameters != NULL && components != NULL);
    if (letter->subject[0] != '\0')
        (void)json_array_append_new(parameters, parameter(letter->subject));
    (void)json_array_append_new(parameters, parameter(letter->text));
    json_decref(parameters);
    if (payload != NULL)
        CHECK(json_array_append_new(components,
                  json_pack("{s:s, s:s, s:s, s:[{s:s, s:s}]}", "type", "button", "sub_type", "quick_reply",
                      "index", "0", "parameters", "type", "payload", "payload", payload)) == 0);
    return json_pack("{s:s, s:{s:s}, s:o}", "name", letter->template, "language", "code",
        letter->language[0] != '\0' ? letter->language : "id", "components", components);
}

static json_t *
free_text(const struct letter *letter)
{
    char text[TEXT_SIZE];

    str_copy(text, sizeof(text), letter->text);
    return json_pack("{s:s}", "body", text);
}

static json_t *
free_text_with_button(const struct letter *letter, const char *payload)
{
    char text[BUTTON_TEXT_SIZE];

    str_copy(text, sizeof(text), letter->text);
    return json_pack("{s:s, s:{s:s}, s:{s:[{s:s, s:{s:s, s:s}}]}}", "type", "button", "body", "text", text,
        "action", "buttons", "type", "reply", "reply", "id", payload, "title", "Terima");
}

static json_t *
message(const struct letter *letter)
{
    struct str payload = {0};
    const char *type = letter->template[0] != '\0' ? "template"
                       : letter->token[0] != '\0'  ? "interactive"
                                                   : "text";
    json_t *content = NULL;

    if (letter->token[0] != '\0')
        str_format(&payload, "ACK:%s", letter->token);
    if (letter->template[0] != '\0')
        content = template_of(letter, payload.data);
    else
        content = payload.data != NULL ? free_text_with_button(letter, payload.data) : free_text(letter);
    str_free(&payload);
    // A user without a number is addressed by another field.
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "messaging_product", "whatsapp", "recipient_type",
        "individual", is_scoped(letter->to) ? "recipient" : "to", letter->to, "type", type, type, content);
}

static const char *
compose(const struct letter *letter, const struct leg_context *context, struct http_request *request)
{
    const struct legs_settings *settings = context->settings;
    json_t *body = NULL;

    if (!leg_is_number(letter->to) && !is_scoped(letter->to))
        return "it is to no number";
    if (letter->text[0] == '\0')
        return "it has no text";
    if (!str_is_text(letter->text, strlen(letter->text)) ||
        !str_is_text(letter->subject, strlen(letter->subject)))
        return "its text is not UTF-8";
    body = message(letter);
    CHECK(body != NULL);
    if (letter->reference[0] != '\0')
        CHECK(json_object_set_new(body, "biz_opaque_callback_data", json_string(letter->reference)) == 0);
    leg_post(request, settings->whatsapp_url, settings->whatsapp_token, body);
    return NULL;
}

// What the codes of the Cloud API mean to us; the rest is our message's fault.
static const struct meaning {
    int first, last;
    enum ending ending;
    bool leg_fails;
    const char *reason;
} meanings[] = {
    {131026, 131026, ENDING_GONE, false, "is not on WhatsApp, or has too old an app"},
    {131047, 131047, ENDING_REFUSED, false, "the 24 hours for free text are over"},
    {130429, 130429, ENDING_RETRY, false, "too many messages"},
    {131048, 131048, ENDING_RETRY, false, "too many messages were called spam"},
    {131056, 131056, ENDING_RETRY, false, "too many messages to this number"},
    {80007, 80007, ENDING_RETRY, false, "too many messages of the business account"},
    {4, 4, ENDING_RETRY, false, "too many calls"},
    {1, 2, ENDING_RETRY, false, "WhatsApp is away"},
    {131000, 131000, ENDING_RETRY, false, "something went wrong at WhatsApp"},
    {131016, 131016, ENDING_RETRY, false, "WhatsApp is away"},
    {131057, 131057, ENDING_RETRY, false, "the business account is in maintenance"},
    {0, 0, ENDING_REFUSED, true, "WHATSAPP_TOKEN is not valid"},
    {190, 190, ENDING_REFUSED, true, "WHATSAPP_TOKEN is not valid"},
    {3, 3, ENDING_REFUSED, true, "WHATSAPP_TOKEN may not send"},
    {10, 10, ENDING_REFUSED, true, "WHATSAPP_TOKEN may not send"},
    {200, 299, ENDING_REFUSED, true, "WHATSAPP_TOKEN may not send"},
    {368, 368, ENDING_REFUSED, true, "the business account is blocked"},
    {131005, 131005, ENDING_REFUSED, true, "WHATSAPP_TOKEN may not send"},
    {131031, 131031, ENDING_REFUSED, true, "the business account is locked"},
    {131042, 131042, ENDING_REFUSED, true, "the business account has to be paid"},
    {132000, 132999, ENDING_REFUSED, false, "the template is not as it was approved"},
};

static const struct meaning *
meaning_of(json_int_t code)
{
    for (size_t i = 0; i < LENGTH(meanings); i++)
        if (code >= meanings[i].first && code <= meanings[i].last)
            return &meanings[i];
    return NULL;
}

static void
judge(const struct http_answer *came, struct leg_verdict *verdict)
{
    json_t *said = json_loads(came->body, 0, NULL);
    const json_t *code = json_object_get(json_object_get(said, "error"), "code");
    const struct meaning *meaning = json_is_integer(code) ? meaning_of(json_integer_value(code)) : NULL;
    struct letter_answer *answer = &verdict->answer;

    answer->ending = answer_ending(came->status);
    // Only the code says that a number is gone: a wrong WHATSAPP_URL is 404, too.
    if (answer->ending == ENDING_GONE || (came->status >= 300 && came->status <= 399) ||
        came->status == 401) {
        answer->ending = ENDING_REFUSED;
        answer->reason = "WHATSAPP_URL or WHATSAPP_TOKEN is wrong";
        verdict->leg_fails = true;
    }
    if (answer->ending == ENDING_ACCEPTED && json_array_size(json_object_get(said, "messages")) == 0) {
        answer->ending = ENDING_REFUSED;
        answer->reason = "WHATSAPP_URL leads to something else";
        verdict->leg_fails = true;
    }
    if (meaning != NULL && came->status >= 400) {
        answer->ending = meaning->ending;
        answer->reason = meaning->reason;
        answer->window_shut = meaning->first == 131047;
        verdict->leg_fails = meaning->leg_fails;
    }
    json_decref(said);
}

const struct leg_way leg_whatsapp = {compose, judge};

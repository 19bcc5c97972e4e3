// leg_sms.c - the leg to any phone: Kannel's sendsms.
//
// Kannel wants name and password in the query; no part of a URL ever gets into a log or a reason.  Its user
// needs max-messages = 8 (PARTS_MOST) for long texts.
//
// A text goes out in the alphabet of which twice as much fits, with the nearest characters that it has; only
// what it cannot say at all, another script, makes it UTF-16.
#include "leg.h"

#include "answer.h"
#include "gsm7.h"

#include <string.h>

enum {
    REPORTS = 1 | 2 | 16, // delivered, failed, refused by the network
    VALIDITY_MOST_MIN = 3 * 24 * 60,
    PARTS_MOST = 8,
    TEXT_SIZE = 4096, // more than fits into as many parts
};

static void
add(struct str *url, const char *name, const char *value)
{
    str_format(url, "%c%s=", strchr(url->data, '?') != NULL ? '&' : '?', name);
    leg_escape(url, value);
}

static void
add_number(struct str *url, const char *name, int64_t value)
{
    str_format(url, "&%s=%lld", name, (long long)value);
}

// Where the network's report goes.  Kannel puts the status for %d; our reference stands there as it is.
static void
add_report(struct str *url, const char *hook, const char *reference)
{
    struct str report = {0};

    str_format(&report, "%s?ref=", hook);
    leg_escape(&report, reference);
    str_add_text(&report, "&st=%d");
    add_number(url, "dlr-mask", REPORTS);
    add(url, "dlr-url", report.data);
    str_free(&report);
}

static size_t
count(const char *text, char character)
{
    size_t found = 0;

    for (; *text != '\0'; text++)
        found += *text == character;
    return found;
}

// Cuts what does not fit into PARTS_MOST parts; it ends with "..." then.
static void
shorten(struct str *text)
{
    if (gsm7_parts(text->data) <= PARTS_MOST)
        return;
    str_reserve(text, 3);
    do {
        do
            text->length--;
        while (((unsigned char)text->data[text->length] & 0xc0) == 0x80);
        memcpy(text->data + text->length, "...", 4);
    } while (gsm7_parts(text->data) > PARTS_MOST);
    text->length += 3;
}

// Appends what is sent of a text in UTF-8.  Returns whether all of it is in the 7-bit alphabet.
static bool
write_text(struct str *out, const char *text)
{
    char whole[TEXT_SIZE];
    bool narrow = false;

    str_copy(whole, sizeof(whole), text);
    gsm7_add(out, whole);
    narrow = count(out->data, '?') <= count(whole, '?');
    if (!narrow) {
        str_clear(out);
        str_add_text(out, whole);
    }
    shorten(out);
    return narrow;
}

static const char *
compose(const struct letter *letter, const struct leg_context *context, struct http_request *request)
{
    const struct legs_settings *settings = context->settings;
    struct str *url = &request->url;
    struct str number = {0};
    struct str text = {0};
    int64_t validity = letter->ttl_s / 60;
    bool narrow = false;

    if (!leg_is_number(letter->to))
        return "it is to no number";
    if (!str_is_text(letter->text, strlen(letter->text)))
        return "its text is not UTF-8";
    narrow = write_text(&text, letter->text);
    if (text.length == 0) {
        str_free(&text);
        return "it has no text";
    }
    request->kind = HTTP_GET;
    str_format(&number, "%s%s", letter->to[0] == '+' ? "" : "+", letter->to);
    str_add_text(url, settings->sms_url);
    add(url, "username", settings->sms_user);
    add(url, "password", settings->sms_password);
    add(url, "from", settings->sms_from);
    add(url, "to", number.data);
    add(url, "charset", "UTF-8");
    add_number(url, "coding", narrow ? 0 : 2);
    add(url, "text", text.data);
    if (letter->priority >= 4)
        add_number(url, "priority", letter->priority >= 5 ? 3 : 2);
    if (validity > 0)
        add_number(url, "validity", validity < VALIDITY_MOST_MIN ? validity : VALIDITY_MOST_MIN);
    if (settings->sms_report_url[0] != '\0' && letter->reference[0] != '\0')
        add_report(url, settings->sms_report_url, letter->reference);
    str_free(&number);
    str_free(&text);
    return NULL;
}

static void
judge(const struct http_answer *came, struct leg_verdict *verdict)
{
    struct letter_answer *answer = &verdict->answer;

    // Exactly what Kannel says; some other server's 200 is no promise.
    if (came->status == 202) {
        answer->ending = ENDING_ACCEPTED;
        return;
    }
    if (came->status == 0 || came->status >= 500 || came->status == 408 || came->status == 429)
        return;
    answer->ending = ENDING_REFUSED;
    verdict->leg_fails =
        came->status <= 399 || came->status == 401 || came->status == 403 || came->status == 404;
    if (came->status == 403)
        answer->reason = "Kannel refuses SMS_USER, its password or our address";
    else if (verdict->leg_fails)
        answer->reason = "SMS_URL leads to no sendsms of Kannel";
    else
        answer->reason = "Kannel refuses this SMS";
}

const struct leg_way leg_sms = {compose, judge};

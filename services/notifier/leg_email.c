// leg_email.c - the leg by e-mail: SMTP to the office's mail server.
#include "leg.h"

#include "answer.h"
#include "mail.h"

#include <string.h>

static bool
is_id(const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(text);
}

static const char *
compose(const struct letter *letter, const struct leg_context *context, struct http_request *request)
{
    const struct legs_settings *settings = context->settings;
    const struct mail mail = {.from = settings->mail_from,
        .to = letter->to,
        .subject = letter->subject,
        .text = letter->text,
        .link = letter->link,
        .reference = letter->reference,
        .thread = is_id(letter->tag) ? letter->tag : "",
        .now_ms = context->now_ms};

    if (!mail_is_address(letter->to))
        return "it is to no mail address";
    if (!str_is_text(letter->subject, strlen(letter->subject)) ||
        !str_is_text(letter->text, strlen(letter->text)))
        return "its text is not UTF-8";
    CHECK(is_id(letter->reference));
    request->kind = HTTP_MAIL;
    str_add_text(&request->url, settings->mail_url);
    str_format(&request->from, "<%s>", settings->mail_from);
    str_format(&request->to, "<%s>", letter->to);
    request->user = settings->mail_user;
    request->password = settings->mail_password;
    mail_write(&request->body, &mail);
    return NULL;
}

// RFC 5321 §4.2; the enhanced codes of RFC 3463 tell a mailbox that is no more from a mail that is not
// wanted.
static void
judge(const struct http_answer *came, struct leg_verdict *verdict)
{
    static const char *const gone[] = {"5.1.1", "5.1.2", "5.1.6", "5.1.10", "5.2.1"};
    struct letter_answer *answer = &verdict->answer;
    const char *enhanced = strlen(came->body) > 4 ? came->body + 4 : "";
    size_t length = strspn(enhanced, "0123456789.");

    if (came->status >= 200 && came->status <= 299) {
        answer->ending = ENDING_ACCEPTED;
        return;
    }
    if (came->status < 500)
        return;
    answer->ending = ENDING_REFUSED;
    answer->reason = "the mail server refuses it";
    // Login wanted or wrong, no encryption: the same for every mail.
    if (came->status == 530 || came->status == 534 || came->status == 535 || came->status == 538) {
        answer->reason = "the mail server refuses MAIL_USER or its password";
        verdict->leg_fails = true;
    }
    for (size_t i = 0; came->status >= 550 && came->status <= 553 && i < LENGTH(gone); i++)
        if (strlen(gone[i]) == length && memcmp(enhanced, gone[i], length) == 0) {
            answer->ending = ENDING_GONE;
            answer->reason = "there is no such mailbox";
        }
}

const struct leg_way leg_email = {compose, judge};

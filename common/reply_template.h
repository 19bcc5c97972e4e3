// reply_template.h - what is said to a reporter: a row of the table reply_templates, found and filled in.
//
// {code} and the other names stand for what is known of the report; [..] is left out unless all names in it
// stand for something; \n is a new line, which only e-mail has.  No brackets otherwise.  Whatever is put in
// is text and nothing else: a brace in an officer's words is a brace.  Pure.
#ifndef KENTONGAN_REPLY_TEMPLATE_H
#define KENTONGAN_REPLY_TEMPLATE_H

#include "check.h"
#include "str.h"

#include <stddef.h>

enum { REPLY_SMS_PARTS_MOST = 2, REPLY_CHAT_MOST = 1000, REPLY_MAIL_MOST = 12000, REPLY_WRONG_SIZE = 160 };

// What the names stand for; "" where there is nothing.  answer, question and why are cut at the end where all
// would be too long.
enum reply_word {
    REPLY_CODE,     // tracking code of the reporter's own report
    REPLY_AGENCY,   // that speaks
    REPLY_STAGE,    // as people read it
    REPLY_TOPIC,    // as people read it
    REPLY_PLACE,    // as people read it
    REPLY_ANSWER,   // an officer's words
    REPLY_QUESTION, // an officer's words
    REPLY_WHY,      // why it was rejected, or an identity was opened
    REPLY_URL,      // of the tracking page
    REPLY_WORDS
};

// How it is brought: short message (the GSM alphabet, one line, two parts at most), chat (one line), mail
// (lines).
enum reply_form { REPLY_FORM_SMS, REPLY_FORM_CHAT, REPLY_FORM_MAIL };

// One row; channel "" is any, subject is of mails and of WhatsApp's approved templates.
struct reply_template {
    const char *event, *language, *channel, *subject, *body;
};

// What is said of this event: for this language and channel, else for any channel, else the same in
// Indonesian.  NULL: nothing.
const struct reply_template *reply_template_find(const struct reply_template *all, size_t count,
    const char *event, const char *language, const char *channel);

// The approved template of WhatsApp that brings the text of this event: its own, or that of the event `any`;
// "" when there is none.
const char *reply_template_approved(
    const struct reply_template *all, size_t count, const char *event, const char *language);

// The body of a piece, as name_done or why_spam; "" when there is none.
const char *reply_template_piece(
    const struct reply_template *all, size_t count, const char *kind, const char *of, const char *language);

// 0, or -1 with one line in wrong: what is not as it has to be.
MUST_USE int reply_template_check(const char *body, char wrong[REPLY_WRONG_SIZE]);

// Appends the text.  What reply_template_check() would refuse stands as it is.  Borrows.
void reply_template_fill(
    const char *body, const char *const words[REPLY_WORDS], enum reply_form form, struct str *out);

// code, agency ..
const char *reply_template_word(enum reply_word word);

#endif

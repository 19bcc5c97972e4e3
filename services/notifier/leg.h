// leg.h - what a leg has to know: how a letter becomes a request, and what the answer means.
//
// No leg does I/O: http.c does all the talking, legs.c decides when.
#ifndef KENTONGAN_LEG_H
#define KENTONGAN_LEG_H

#include "http.h"
#include "legs.h"
#include "legs_settings.h"
#include "vapid.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

// What legs need beside the letter; borrowed during a call.
struct leg_context {
    const struct legs_settings *settings;
    struct vapid *vapid; // NULL where webpush is not on
    uint64_t number;     // counts the letters of a leg: 0, 1 ..
    int64_t now_ms;      // Unix ms
};

// What came of a letter.
struct leg_verdict {
    struct letter_answer answer; // its reason lives as long as the http_answer
    bool leg_fails; // REFUSED for a reason that will refuse every other letter, too: a wrong password, say
};

struct leg_way {
    // Fills an empty request.  Returns NULL, or why no request can be made of this letter: a phrase that
    // lives for ever.
    const char *(*compose)(
        const struct letter *letter, const struct leg_context *context, struct http_request *request);

    // Fills an answer that has the status, delay and reason of what came, and ENDING_RETRY.
    void (*judge)(const struct http_answer *came, struct leg_verdict *verdict);
};

extern const struct leg_way leg_webpush, leg_ntfy, leg_sms, leg_whatsapp, leg_email;
extern const struct leg_way leg_null, leg_flaky;

// Appends text as in a query: all but A-Z a-z 0-9 - . _ ~ as %XX (RFC 3986 §2.3).
void leg_escape(struct str *out, const char *text);

// Makes an empty request one that posts body, as JSON, to url with a bearer token.  Takes body.
void leg_post(struct http_request *request, const char *url, const char *token, json_t *body);

// Is this a number as E.164 has it, its + or none, 8 to 15 digits?
bool leg_is_number(const char *text);

#endif

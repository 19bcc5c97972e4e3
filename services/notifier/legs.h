// legs.h - the ways by which a letter leaves: Web Push, ntfy, SMS, WhatsApp, e-mail; all behind one
// descriptor, never waiting.
//
// A leg is a pair of pure functions (leg.h): it makes a request of a letter, and says what the answer means.
// http.c does all the talking.  Each leg can be replaced by its `null` sibling (takes every letter, sends
// nothing) or its `flaky` one (answers as a bad service does, by a seeded sequence): settings LEG_WEBPUSH ..
// LEG_EMAIL = on, null or flaky.
//
// A leg that is not set up is OFF.  One that failed LEGS_DEAD_AFTER times in a row, over all its letters, is
// DEAD until a letter gets through again; single dead phones or push services do not make a leg dead.  Who
// wants to send by a leg that is not UP has to go on to the next way at once, but goes on sending to a DEAD
// one as well: one letter in LEGS_PROBE_MS finds out whether it is back, the others are answered with
// ENDING_RETRY without being sent.
#ifndef KENTONGAN_LEGS_H
#define KENTONGAN_LEGS_H

#include "answer.h"
#include "check.h"
#include "webpush.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum leg { LEG_WEBPUSH, LEG_NTFY, LEG_SMS, LEG_WHATSAPP, LEG_EMAIL, LEGS };
enum leg_state { LEG_OFF, LEG_UP, LEG_DEAD };
enum { LEGS_DEAD_AFTER = 20, LEGS_PROBE_MS = 30000 };

// What is to be brought to one address.  All texts are UTF-8, borrowed during the call, "" or NULL where
// there is none.
struct letter {
    enum leg leg;
    const char *to;      // webpush: endpoint; ntfy: topic; sms, whatsapp: E.164; email: address
    const char *subject; // one line: title of a push, subject of a mail, {{1}} of WhatsApp's template
    const char *text;    // what a person reads; last parameter of the template
    const char *payload; // webpush: the JSON that is encrypted
    const char *token; // one-time token that acknowledges it: action button of ntfy, quick reply of WhatsApp
    const char *link;  // page that it opens: ntfy; a mail ends with it
    const char *tag;   // later letters with the same tag replace it where the leg can do that: Topic of RFC
                       // 8030, at most 32 characters
    const char *reference; // comes back with the network's delivery report: "n42.7" notice 42 to device 7,
                           // "r99" or "r99.1" reply 99
    const char *template; // whatsapp: approved template to use, "" sends text freely (only within 24 h of the
                          // reader's last message)
    const char *language; // whatsapp's template: id
    const struct webpush_peer *peer; // webpush
    const char *origin;              // webpush: see endpoint_origin()
    int64_t ttl_s;                   // how long it is worth keeping for a sleeping phone
    int priority;                    // 1 .. 5, as ntfy counts: 3 biasa, 4 segera, 5 darurat
};

struct letter_answer {
    enum ending ending;    // ACCEPTED, RETRY, GONE (this address is no more) or REFUSED
    int status;            // HTTP status or SMTP code; 0: none came
    int64_t retry_after_s; // ANSWER_NO_DELAY: the answer named none
    const char *reason;    // English, without address; borrowed during the call
    bool window_shut;      // whatsapp, REFUSED: text is not free now; a template, or another leg, would do
};

// Called once for each letter that legs_send() took.  It may send again.
typedef void legs_done(void *self, void *tag, const struct letter_answer *answer);

struct legs;
struct legs_settings;

// Settings are those of legs_settings.h, borrowed for ever.  Returns new.
struct legs *legs_new(const struct legs_settings *settings);

// Ends what is in flight without an answer; drop, which may be NULL, is called with the tag of each.
void legs_destroy(struct legs **legs, void (*drop)(void *tag));

// Starts to send a letter; done(self, tag) says what became of it, never before legs_pump().  0, or -1 when
// its leg has no room.  A letter by a leg that is OFF is answered with ENDING_REFUSED.
MUST_USE int legs_send(
    struct legs *legs, const struct letter *letter, legs_done *done, void *self, void *tag);

// How many more letters legs_send() takes by this leg now: a leg that hangs takes no room from the others.
size_t legs_room(const struct legs *legs, enum leg leg);
size_t legs_in_flight(const struct legs *legs); // by all legs

// reason: why it is OFF or DEAD, "" for UP; borrowed until the next pump.
enum leg_state legs_state(const struct legs *legs, enum leg leg, const char **reason);

// devices.leg and back; LEGS for another word.
const char *leg_name(enum leg leg);
enum leg leg_parse(const char *name);

// For service_watch_fd() and service_every(); self is the struct legs.
int legs_fd(void *self);
short legs_events(void *self);
void legs_pump(void *self);

#endif

// reply.h - what reporters are told, by which way, and when: pure decisions.
#ifndef KENTONGAN_REPLY_H
#define KENTONGAN_REPLY_H

#include "legs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// replies.event; "" where a reporter is told nothing.
#define REPLY_RECEIVED "received"
#define REPLY_QUESTION_EVENT "question"
#define REPLY_ANSWER_EVENT "answer"
#define REPLY_IDENTITY_OPENED "identity_opened"

enum { REPLY_LIFE_MS = 3 * 24 * 3600 * 1000, REPLY_WINDOW_MS = 24 * 3600 * 1000, REPLY_EVENT_SIZE = 32 };

// An act, with what followed from it.
struct reply_act {
    const char *act, *actor_kind; // as acts has them
    const char *done;             // acts_done.done
    bool has_words;
};

// The event that reporters are told of: each public stage, whoever gave it but a bot; a question, an answer,
// and words with which an officer says a stage again.  Writes it into event.
void reply_event(const struct reply_act *act, char event[REPLY_EVENT_SIZE]);

// Are the words of such an act told, too?  Those of officers and of the system are; a reporter's are not for
// the others.
bool reply_tells_words(const char *actor_kind);

// Ways in which a reply can go.
enum reply_way { REPLY_SMS, REPLY_WHATSAPP, REPLY_WHATSAPP_TEMPLATE, REPLY_EMAIL, REPLY_PAGE };

struct reply_case {
    int channel;    // of the report, as proto/ingest.proto counts
    bool only_here; // not by another than that
    bool has_phone, has_handle, has_email;
    bool has_template; // an approved template for WhatsApp
    bool shut;         // WhatsApp said that its window is shut
    int64_t since_ms;  // since the reporter's last message
    bool failed[LEGS]; // that leg will not bring this reply
    enum leg_state states[LEGS];
};

// The way to try next: the channel that he used, then SMS, then nothing but the tracking page.  A leg that is
// dead is passed over for one that is up, but not for the page: it may be back before the reply is too old.
enum reply_way reply_way(const struct reply_case *reply_case);

// The leg of a way but REPLY_PAGE; replies.settled of any.
enum leg reply_way_leg(enum reply_way way);
const char *reply_way_name(enum reply_way way);

// How long a reply has to wait so that nobody is woken up: until 06:00 WIB when it is after 21:00, unless it
// is urgent or the reporter has written within the last hour.  Milliseconds, 0: it may go.
int64_t reply_wait_ms(int64_t now_ms, int64_t received_at_ms, bool urgent);

// triages.language -> reply_templates.language.
const char *reply_language(const char *language);

#endif

// store_replies.h - SQL of what reporters are told: which replies there are to make, which are due, and what
// became of them.
//
// All wait for PostgreSQL; DONE or RETRY unless they say more.
#ifndef KENTONGAN_NOTIFIER_STORE_REPLIES_H
#define KENTONGAN_NOTIFIER_STORE_REPLIES_H

#include "check.h"
#include "db.h"
#include "id.h"
#include "legs.h"
#include "outcome.h"
#include "phrases.h"
#include "reply.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORE_REPLIES_PAGE = 1000, STORE_REPLIES_ACTS = 64, STORE_REPLIES_STAGE_SIZE = 24 };

struct store_replies;

// Borrows db.  Returns new.
struct store_replies *store_replies_new(struct db *db);
void store_replies_destroy(struct store_replies **store);

// What is said.  Adds to phrases.
MUST_USE enum outcome store_replies_phrases(struct store_replies *store, struct phrases *phrases);

// Up to where notices and acts have their replies for ever.
struct reply_marks {
    int64_t notices, acts;
};
MUST_USE enum outcome store_replies_marks(struct store_replies *store, struct reply_marks *marks);
MUST_USE enum outcome store_replies_set_marks(struct store_replies *store, const struct reply_marks *marks);

// What was looked at: ids above `above`, the highest of them, the highest of those that no lower one can join
// any more (0: none), and whether there may be more.
struct reply_page {
    int64_t last, old;
    bool full;
};

// Makes the replies to reports that got their ticket, of a page of notices.
MUST_USE enum outcome store_replies_make_received(
    struct store_replies *store, int64_t above, struct reply_page *page);

// Makes those of identities that were opened.
MUST_USE enum outcome store_replies_make_opened(struct store_replies *store);

// An act that has to be told, and one report that hung on its ticket when it was done.
struct reply_recipient {
    int64_t act_id, report_id, ticket_id;
    char event[REPLY_EVENT_SIZE];
    const void *sealed; // borrowed during the call
    size_t sealed_length;
};

// Calls found for each recipient of a page of acts that have no replies yet: by act, newest report first.
MUST_USE enum outcome store_replies_recipients(struct store_replies *store, int64_t above,
    struct reply_page *page, void (*found)(void *self, const struct reply_recipient *recipient), void *self);

// Starts with none; adds a reply to be made; makes all that were added, at once.
void store_replies_begin(struct store_replies *store);
void store_replies_add(struct store_replies *store, const struct reply_recipient *recipient);
MUST_USE enum outcome store_replies_make(struct store_replies *store);

// A reply that is due, with all that it is made of.  Texts are borrowed during the call.
struct reply_due {
    int64_t id, now_ms, made_at_ms, received_at_ms,
        spoke_at_ms; // Unix ms; spoke: the reporter's last message
    char event[REPLY_EVENT_SIZE], code[ID_CODE_SIZE], stage[STORE_REPLIES_STAGE_SIZE];
    int channel, attempts, retries, accepted; // attempts so far; how many of them to be tried again, accepted
    bool urgent, shut, failed[LEGS];
    const char *language, *agency, *topic, *region; // triages.language; the agency's short name; codes
    const char *actor_kind, *value, *words;         // of the act; "" without one
    const char *reason;                             // why an identity was opened
    const void *sealed;                             // NULL: there is no address
    size_t sealed_length;
};

// Calls found for each due reply but those in hand, at most `most`: of one report the oldest, and questions.
struct reply_wanted {
    const int64_t *in_hand;
    size_t in_hand_count, most;
};
MUST_USE enum outcome store_replies_due(struct store_replies *store, const struct reply_wanted *wanted,
    void (*found)(void *self, const struct reply_due *due), void *self);

// What became of a reply: an attempt, or none (0); and settled by a leg or the page, or due again.
struct reply_end {
    int64_t id, wait_ms; // until it is due again
    int attempt, status;
    enum ending ending;  // ACCEPTED, RETRY, GONE, REFUSED
    const char *leg;     // of the attempt; lives for ever
    const char *settled; // "": due again; lives for ever
    char reason[72];
};

// Stores some; REJECT: the database refuses the data of one of them.
MUST_USE enum outcome store_replies_end(
    struct store_replies *store, const struct reply_end *ends, size_t count);

#endif

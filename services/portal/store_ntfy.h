// store_ntfy.h - the SQL of what the ntfy endpoint keeps.
//
// Ids grow in the order of the commits (ntfy_publish() in 006_people.sql): whoever has read up to one has
// read all below it.
#ifndef KENTONGAN_PORTAL_STORE_NTFY_H
#define KENTONGAN_PORTAL_STORE_NTFY_H

#include "check.h"
#include "db.h"

#include <stddef.h>
#include <stdint.h>

enum { STORE_NTFY_HASH_SIZE = 32, STORE_NTFY_ROWS_MOST = 500, STORE_NTFY_TOPICS_MOST = 8 };

// One message.  Texts are borrowed during the call.
struct store_ntfy_message {
    int64_t id, at_ms, expires_at_ms; // Unix ms
    const char *topic, *said;         // said: a JSON object on one line
    size_t topic_length, said_length;
};
typedef void store_ntfy_row(void *self, const struct store_ntfy_message *message);

// The newest id; 0: there is none.
MUST_USE enum outcome store_ntfy_newest(struct db *db, int64_t *id);

// Messages of all topics after this id, oldest first, at most STORE_NTFY_ROWS_MOST.
MUST_USE enum outcome store_ntfy_after(struct db *db, int64_t after, store_ntfy_row *row, void *self);

// What a phone missed: messages of its topics that are not over, oldest first, at most STORE_NTFY_ROWS_MOST.
struct store_ntfy_missed {
    const char *const *topics;
    size_t topic_count;
    int64_t after, up_to; // ids
    int64_t since_ms;     // Unix ms
};
MUST_USE enum outcome store_ntfy_missed(
    struct db *db, const struct store_ntfy_missed *missed, store_ntfy_row *row, void *self);

// The phone that has this topic and a token with this SHA-256; 0: none.
MUST_USE enum outcome store_ntfy_device(
    struct db *db, const char *topic, const uint8_t hash[STORE_NTFY_HASH_SIZE], int64_t *device);

// Keeps a message for keep_s seconds.  message: topic and said are its input, the rest is filled in; id 0: no
// phone has this topic.
MUST_USE enum outcome store_ntfy_publish(struct db *db, struct store_ntfy_message *message, int64_t keep_s);

// Forgets what is over.
MUST_USE enum outcome store_ntfy_prune(struct db *db);

#endif

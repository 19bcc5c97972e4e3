// ntfy_message.h - what somebody publishes by the ntfy protocol, in headers or as JSON, as the one form in
// which phones get it.  Pure.
#ifndef KENTONGAN_PORTAL_NTFY_MESSAGE_H
#define KENTONGAN_PORTAL_NTFY_MESSAGE_H

#include "check.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { NTFY_MESSAGE_MOST = 4096, NTFY_ACTIONS_MOST = 3, NTFY_TOPIC_MOST = 64 };

// 1 .. 64 of [-_A-Za-z0-9].
bool ntfy_message_is_topic(const char *text, size_t length);

// Value of a header or argument of this name, NULL when it is not there.
typedef const char *ntfy_find(const void *self, const char *name);

struct ntfy_message {
    json_t *said; // owned: message, title, priority, tags, click, icon, actions; only those that were given,
                  // message always
    const char *topic; // of ntfy_message_of_json(): borrowed from its input
    bool is_kept;      // false: only for phones that are connected now
};

// Each returns NULL and fills in message, or what is wrong, one English sentence.
// From headers, with the body as the message.
const char *ntfy_message_of_headers(
    struct ntfy_message *message, ntfy_find *find, const void *self, const char *body, size_t length);

// From a JSON object with topic; what it does not say, headers may.
const char *ntfy_message_of_json(
    struct ntfy_message *message, ntfy_find *find, const void *self, const json_t *json);

#endif

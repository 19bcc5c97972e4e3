// whatsapp.h - webhooks of the WhatsApp Cloud API: are they Meta's, and what stands in them.  Pure.
//
// A body has several entries with several changes with several messages and statuses: all of them count.
#ifndef KENTONGAN_PORTAL_WHATSAPP_H
#define KENTONGAN_PORTAL_WHATSAPP_H

#include "check.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WHATSAPP_SHA256_SIZE = 32 };

// Is signature ("sha256=" and 64 hexadecimal digits) the HMAC-SHA256 of the body's bytes under secret?  False
// for an empty secret.
bool whatsapp_is_signed(const char *secret, const char *signature, const void *body, size_t length);

// One message.  Texts are borrowed from the JSON, "" where there is none.
struct whatsapp_message {
    const char *id;
    const char *phone;   // digits without +; may be missing
    const char *user;    // business-scoped id of the user
    const char *name;    // of the profile
    const char *text;    // body or caption; what was pressed, for a button
    const char *payload; // of a quick reply
    const char *media, *media_type;
    uint8_t media_sha256[WHATSAPP_SHA256_SIZE];
    bool has_sha256;
    bool has_point; // within -90 .. 90 and -180 .. 180
    double latitude, longitude;
    const char *address;
    int64_t sent_at_ms; // Unix ms; 0: not said
};

// What became of a message of ours.
struct whatsapp_status {
    const char *reference; // ours, as it was sent: biz_opaque_callback_data
    bool delivered;        // else it failed
};

struct whatsapp_handler {
    void (*message)(void *self, const struct whatsapp_message *message);
    void (*status)(void *self, const struct whatsapp_status *status);
    void *self;
};

// Calls the handler for each message that a citizen or officer wrote, and for each status that says delivered
// or failed.  What is neither (reactions, changes of numbers, types that nobody knows yet) is left out.
// Returns how many were left out.
size_t whatsapp_each(const json_t *body, const struct whatsapp_handler *handler);

#endif

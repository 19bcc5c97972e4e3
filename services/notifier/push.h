// push.h - many HTTP requests at once to push services, behind one descriptor; never blocks.
//
// HTTP/2 over TLS where the service speaks it; connections are kept.  No redirect is followed, no proxy used,
// and no connection made to an address that endpoint_address_allowed() refuses, whatever the name resolves
// to.
#ifndef KENTONGAN_PUSH_H
#define KENTONGAN_PUSH_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct push;

enum { PUSH_MOST = 256 }; // requests in flight

struct push_request {
    const char *endpoint;      // allowed by endpoint_refusal()
    const char *authorization; // see vapid_header()
    const char *topic;         // RFC 8030 §5.4, at most 32 characters
    int64_t ttl_s;             // how long the push service shall keep it for a sleeping phone
    const uint8_t *body;       // encrypted, at most WEBPUSH_BODY_MOST bytes
    size_t length;
};

struct push_answer {
    int status;            // HTTP status; 0: none came
    int64_t retry_after_s; // ANSWER_NO_DELAY: the answer named none
    const char *reason; // why none came, '' otherwise; never holds the endpoint.  Borrowed during the call.
};

// Called once for each request that push_send() took.  It may send again.
typedef void push_done(void *self, void *tag, const struct push_answer *answer);

// Returns new; borrows self.
struct push *push_new(bool allow_loopback, push_done *done, void *self);

// Ends what is in flight without an answer; drop, which may be NULL, is called with the tag of each.
void push_destroy(struct push **push, void (*drop)(void *tag));

// Starts a request.  Copies.  0, or -1 when PUSH_MOST are in flight.
MUST_USE int push_send(struct push *push, const struct push_request *request, void *tag);

// How many more push_send() takes now, and how many are in flight.
size_t push_room(const struct push *push);
size_t push_in_flight(const struct push *push);

// For service_watch_fd(); self is the struct push.
int push_fd(void *self);
short push_events(void *self);

// Does what can be done without waiting, and calls done() for what has ended.
void push_pump(void *self);

#endif

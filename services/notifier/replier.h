// replier.h - reporters are told, on the channel that they used.
//
// It makes the rows of `replies` (each report is received; each public act on a ticket, for all whose reports
// hang on it), sends what is due, and stores what became of it.
//
//     made --due--> in hand --legs--> accepted: settled by that leg
//       ^                       |---> retry: due again after a back-off
//       |                       |---> refused, gone: due at once, by the next way
//       +---- the network says later that it failed (reply_reported())
//     no way is left, or three days have passed: settled by the tracking page
//
// Never: a reporter's words or address in a log line; a message to who asked for anonymity and
// confidentiality on another channel than his.
#ifndef KENTONGAN_REPLIER_H
#define KENTONGAN_REPLIER_H

#include "db.h"
#include "legs.h"
#include "seal.h"

#include <stdbool.h>
#include <stdint.h>

struct replier;

// All borrowed but the numbers.
struct replier_options {
    struct db *db; // nobody else uses it
    struct legs *legs;
    const uint8_t *secret_key;     // SEAL_KEY_SIZE bytes; copied
    const char *portal_url;        // origin of the tracking page; "" = none
    int64_t sweep_ms;              // how often to look for what has to be made
    int64_t pause_s;               // between two messages to one address
    bool (*is_active)(void *self); // may this replica act now?
    void *self;
};

// Returns new.
struct replier *replier_new(const struct replier_options *options);

// The legs have to be destroyed before: they know what is in flight.
void replier_destroy(struct replier **replier);

// Waits for the answers of what is in flight, for patience_ms at most, and stores them: so that an orderly
// end sends little twice.
void replier_finish(struct replier *replier, int64_t patience_ms);

// For service_watch_fd() and service_every(); self is the struct replier.
int replier_fd(void *self);
short replier_events(void *self);
void replier_pump(void *self);

#endif

// publisher.h - a client of the ingest contract: sends reports, keeps each until its receipt says that it is
// settled.
//
//     free --next report--> SENT --ACCEPTED, ALREADY_ACCEPTED, REJECTED--> free
//                            |  ^
//               RETRY_LATER, |  | the back-off is over (the same message again)
//               no receipt   v  |
//                           WAITING
//
// Reports come from a function, receipts go to a file if one is given.  One thread, any number of DEALER
// sockets.
#ifndef KENTONGAN_CLI_PUBLISHER_H
#define KENTONGAN_CLI_PUBLISHER_H

#include "check.h"
#include "histogram.h"
#include "ingest.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { PUBLISHER_WINDOW_MOST = 4096, PUBLISHER_CLIENTS_MOST = 256 };

struct publisher_options {
    const char *endpoint;
    const char *server_key;  // Z85; NULL: a plain socket
    const char *secret_key;  // Z85, the client's; with server_key only
    int64_t window;          // reports on the way at most, a client
    int64_t clients;         // sockets
    int64_t rate;            // reports a second over all clients; 0: as fast as it goes
    int64_t resend_after_ms; // without a receipt the same is sent again after this
    int64_t patience_ms;     // no receipt at all for so long: nobody is there
    FILE *receipts;          // NULL, or where each receipt goes as a JSON line, flushed
};

// Where reports come from: 1 and a report (borrowed until the next call), 0 at the end, -1 when reading
// failed (sending ends).
struct publisher_source {
    int (*next)(void *self, const Kentongan__V1__Report **report);
    void *self;
};

struct publisher_count {
    int64_t sent;    // reports, each counted once
    int64_t settled; // with a final receipt
    int64_t accepted, already, rejected;
    int64_t retries;    // receipts RETRY_LATER
    int64_t resent;     // messages sent again for want of a receipt
    int64_t unreadable; // messages that were no receipt of ours
    int64_t elapsed_us;
    bool gave_up; // nobody answered within the patience
    bool source_failed;
};

struct publisher;

// Connects.  Returns new, or NULL with one line in reason.  Borrows options' texts.
struct publisher *publisher_new(const struct publisher_options *options, char *reason, size_t size);
void publisher_destroy(struct publisher **publisher);

// Sends all reports of the source and waits for their receipts.  Calls tick about five times a second with
// the counts so far; it returns false to stop early.  Counts are there afterwards, however it ended.
void publisher_run(struct publisher *publisher, const struct publisher_source *source,
    bool (*tick)(void *self, const struct publisher_count *count), void *tick_self);

const struct publisher_count *publisher_count(const struct publisher *publisher);

// Microseconds from the first sending of a report to its final receipt.
const struct histogram *publisher_waits(const struct publisher *publisher);

#endif

// answer.h - what a push service's answer means, and when to come again.
//
// Pure: no clock, no network.
#ifndef KENTONGAN_ANSWER_H
#define KENTONGAN_ANSWER_H

#include <stdint.h>

// How an attempt, or the lack of one, ended; deliveries.outcome says the same in lower case.
enum ending {
    ENDING_ACCEPTED,  // the push service has it; that is not yet delivered
    ENDING_RETRY,     // not now
    ENDING_GONE,      // the subscription ended: the device is removed
    ENDING_REFUSED,   // never, and the fault is ours
    ENDING_EXPIRED,   // too old to be worth telling
    ENDING_NO_DEVICE, // the agency has no phone
};

enum { BACKOFF_LEAST_MS = 5000, BACKOFF_MOST_MS = 300000, ANSWER_NO_DELAY = -1 };

// deliveries.outcome.  Borrows for ever.
const char *answer_text(enum ending ending);

// status: HTTP status of the answer, 0 = none came (time-out, no connection).  Follows RFC 8030 §5 and what
// push services do.
enum ending answer_ending(int status);

// How long a device is left alone after its failures-th failure in a row (1 ..).  retry_after_s: what the
// push service asked for, or ANSWER_NO_DELAY.  random: any 32 bits; they keep devices from coming back all at
// once. Returns BACKOFF_LEAST_MS .. BACKOFF_MOST_MS.
int64_t answer_backoff_ms(int failures, int64_t retry_after_s, uint32_t random);

#endif

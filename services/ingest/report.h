// report.h - one frame of the ingest socket: unpacked, checked field by field, ready to be stored.
//
// The limits are those of proto/ingest.proto; where it gives none for a text, these hold (bytes):
//     source 100   reporter.email 254 (RFC 5321 4.5.3.1.3, less its brackets)   attachments.media_type 255
//     in_reply_to 100   the whole frame 65,536
// A phone is E.164 with its plus (+ and 7 to 15 digits) or national (08 and 6 to 12 digits).  Of a field that
// comes more than once the last one counts, as Protocol Buffers say; sub-messages are merged.  Unknown fields
// are passed over.
#ifndef KENTONGAN_REPORT_H
#define KENTONGAN_REPORT_H

#include "arena.h"
#include "check.h"
#include "ingest.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REPORT_FRAME_MOST = 65536,     // twice the largest report within the limits
    REPORT_MEMORY_MOST = 16 << 20, // for arena_new(); protobuf-c needs about 2.5 MB for the worst frame
    REPORT_MESSAGE_ID_MOST = 128,
    REPORT_KEY_SIZE = 16,
};

// Text with its length; also NUL-terminated.
struct report_text {
    const char *data;
    size_t length;
};

// Everything borrows from the arena.  A text that was not given is "".
struct report {
    struct report_text source, source_message_id, text;
    struct report_text region_code, address, addressed_to, relayed_by, in_reply_to;
    struct report_text attachments; // JSON array; "" = none
    int channel;                    // 1 .. 14
    bool located;                   // a point was given
    double latitude, longitude;     // 0 where not located
    int64_t sent_at_ms;             // 0 = unknown; may lie in the future or be absurdly large
    bool anonymous, confidential;
    const Kentongan__V1__Reporter *reporter; // NULL: nothing in it
    uint8_t key[REPORT_KEY_SIZE];            // idempotency key: hash of source and source_message_id
};

struct report_refusal {
    char field[64];   // reporter.phone; "report" when it is the whole
    char reason[128]; // for the receipt: "reporter.phone: is neither E.164 nor 08..."
    char source_message_id[REPORT_MESSAGE_ID_MOST + 1]; // for the receipt; "" where it could not be read
    int channel;                                        // 0 where it could not be read, or is none
};

// Reads one frame.  Returns 0 with the report, which borrows from the arena; or -1 with the refusal, and the
// arena as it was.
MUST_USE int report_read(struct arena *arena, const uint8_t *frame, size_t length, struct report *report,
    struct report_refusal *refusal);

#endif

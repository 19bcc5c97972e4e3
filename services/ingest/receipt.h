// receipt.h - the answer to one report, as bytes.
#ifndef KENTONGAN_RECEIPT_H
#define KENTONGAN_RECEIPT_H

#include "ingest.pb-c.h"

#include <stddef.h>
#include <stdint.h>

// What fits: source_message_id 128 bytes, tracking_code 14, reason 200.
enum { RECEIPT_SIZE = 512 };

struct receipt {
    const char *source_message_id; // "" where it could not be read
    Kentongan__V1__Status status;
    const char *tracking_code; // "" unless accepted
    const char *reason;        // "" unless REJECTED or RETRY_LATER
    int64_t received_at_ms;    // 0 unless accepted
};

// Packs a receipt.  Borrows everything.  Returns how many bytes of out it takes.
size_t receipt_pack(const struct receipt *receipt, uint8_t out[RECEIPT_SIZE]);

#endif

// receipt.c - the answer to one report, as bytes.
#include "receipt.h"

#include "check.h"

#include <string.h>

// protobuf-c's strings are not const, though packing only reads them.
static char *
lend(const char *text)
{
    char *lent = NULL;
    memcpy(&lent, &text, sizeof(lent));
    return lent;
}

size_t
receipt_pack(const struct receipt *receipt, uint8_t out[RECEIPT_SIZE])
{
    Kentongan__V1__Receipt message;
    kentongan__v1__receipt__init(&message);
    message.source_message_id = lend(receipt->source_message_id);
    message.status = receipt->status;
    message.tracking_code = lend(receipt->tracking_code);
    message.reason = lend(receipt->reason);
    message.received_at_ms = receipt->received_at_ms;
    CHECK(kentongan__v1__receipt__get_packed_size(&message) <= RECEIPT_SIZE);
    return kentongan__v1__receipt__pack(&message, out);
}

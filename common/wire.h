// wire.h - the messages between stages: unpacked, and found to be what stages.proto says.
//
// protobuf-c checks neither UTF-8 nor enums, and an empty message is a valid one to it.  These checks end
// that: what they return may be used without another look.  Nesting is bounded by the message types
// themselves.
#ifndef KENTONGAN_WIRE_H
#define KENTONGAN_WIRE_H

#include "bus.h"
#include "check.h"
#include "stages.pb-c.h"
#include "str.h"

#include <stddef.h>
#include <stdint.h>

enum { WIRE_ITEMS_MOST = 4096 }; // in one message

// Each returns new (free with the type's __free_unpacked(message, NULL)), or NULL for bytes that are not such
// a message: no items, too many, an id that is not positive, an unknown enum, text that is not UTF-8.
MUST_USE Kentongan__V1__Received *wire_received(const uint8_t *data, size_t length);
MUST_USE Kentongan__V1__Triaged *wire_triaged(const uint8_t *data, size_t length);
MUST_USE Kentongan__V1__Routed *wire_routed(const uint8_t *data, size_t length);
MUST_USE Kentongan__V1__Acted *wire_acted(const uint8_t *data, size_t length);
MUST_USE Kentongan__V1__Notice *wire_notice(const uint8_t *data, size_t length);

// A text for a message's field: protobuf-c's strings are not const, and packing does not write to them.
char *wire_text(const char *text);

// Packs any message into out, replacing what it held.
void wire_pack(struct str *out, const ProtobufCMessage *message);

// Sends any message to the next stage; that nobody takes it now is normal and only logged.  scratch: memory
// to pack it in, kept by the caller from one time to the next.
void wire_ring(struct bus_outbox *outbox, struct str *scratch, const ProtobufCMessage *message);

#endif

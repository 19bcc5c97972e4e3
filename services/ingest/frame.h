// frame.h - is a frame well-formed Protocol Buffers, and is every string in it text?
//
// Looks at the bytes before protobuf-c does: protobuf-c does not check UTF-8, ends strings at a NUL inside
// them and cuts enums to 32 bits.  Unknown fields are passed over, as a newer client may send them; groups
// are not part of proto3.
#ifndef KENTONGAN_FRAME_H
#define KENTONGAN_FRAME_H

#include "check.h"

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_FIELD_SIZE = 64 };

// What is wrong: "reporter.phone", "holds a NUL byte".  The field is "" for the message itself.
struct frame_fault {
    char field[FRAME_FIELD_SIZE];
    const char *what; // static
};

// Checks a message and those inside it, following its descriptor.  Returns 0, or -1 with the first fault.
MUST_USE int frame_check(const ProtobufCMessageDescriptor *descriptor, const uint8_t *data, size_t length,
    struct frame_fault *fault);

// Finds the last value of a string field of the message itself, as far as the bytes can be read at all.
// Returns it with its length (Borrows from data, not NUL-terminated), or NULL when there is none or it is not
// text.
const char *frame_find_text(uint32_t field, const uint8_t *data, size_t length, size_t *text_length);

#endif

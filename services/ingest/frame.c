// frame.c - is a frame well-formed Protocol Buffers, and is every string in it text?
//
// https://protobuf.dev/programming-guides/encoding/ : a message is a row of (key, value); the key's low three
// bits say how long the value is.
#include "frame.h"

#include "str.h"

#include <stdio.h>

enum { VARINT_MOST = 10, DEPTH_MOST = 8, FIELD_LEAST = 1, FIELD_MOST = (1 << 29) - 1 };

// The low three bits of a key.  3 and 4 are groups; 6 and 7 do not exist.
enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

struct reader {
    const uint8_t *at, *end;
};

// One key and its value.
struct item {
    uint32_t field;
    unsigned type;
    uint64_t number;     // WIRE_VARINT
    const uint8_t *data; // WIRE_BYTES
    size_t length;
};

// Where we are: a chain from the innermost message out.
struct place {
    const struct place *outer;
    const char *name; // of the field that holds this message
    const ProtobufCMessageDescriptor *descriptor;
    int depth;
};

static int
read_varint(struct reader *reader, uint64_t *number)
{
    *number = 0;
    for (unsigned i = 0; i < VARINT_MOST; i++) {
        if (reader->at == reader->end)
            return -1;
        uint8_t byte = *reader->at++;
        // Of the tenth byte only one bit has room; protobuf-c drops the others, and so do we.
        *number |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80)
            return 0;
    }
    return -1;
}

// Reads one key and value.  Returns NULL, or what is wrong.
static const char *
read_item(struct reader *reader, struct item *item)
{
    uint64_t key = 0, length = 0;
    if (read_varint(reader, &key) != 0)
        return "breaks off or is not a Protocol Buffers message";
    if (key >> 3 < FIELD_LEAST || key >> 3 > FIELD_MOST)
        return "holds an impossible field number";
    item->field = (uint32_t)(key >> 3);
    item->type = (unsigned)(key & 7);
    if (item->type == WIRE_VARINT)
        return read_varint(reader, &item->number) == 0 ? NULL : "breaks off in a number";
    if (item->type == WIRE_BYTES) {
        if (read_varint(reader, &length) != 0)
            return "breaks off in a length";
    } else if (item->type == WIRE_64) {
        length = 8;
    } else if (item->type == WIRE_32) {
        length = 4;
    } else {
        return "holds a wire type that proto3 does not have";
    }
    if (length > (uint64_t)(reader->end - reader->at))
        return "breaks off in a field";
    item->data = reader->at;
    item->length = (size_t)length;
    reader->at += length;
    return NULL;
}

static unsigned
expected_type(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        return WIRE_VARINT;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return WIRE_32;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return WIRE_64;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return WIRE_BYTES;
    }
    check_failed("a descriptor names a type", __FILE__, __LINE__);
}

// Writes outer.inner.name into the fault.  name NULL: the message itself.
static int
complain(const struct place *place, const char *name, const char *what, struct frame_fault *fault)
{
    const char *outer = place->outer != NULL && place->outer->name != NULL ? place->outer->name : "";
    const char *inner = place->name != NULL ? place->name : "";
    if (name == NULL)
        name = "";
    snprintf(fault->field, sizeof(fault->field), "%s%s%s%s%s", outer, *outer ? "." : "", inner,
        *inner && *name ? "." : "", name);
    fault->what = what;
    return -1;
}

// What is wrong with the value of a known field, but for messages; NULL: nothing.
static const char *
value_fault(const ProtobufCFieldDescriptor *field, const struct item *item)
{
    if (item->type != expected_type(field->type))
        return "has the wrong type";
    if (field->type == PROTOBUF_C_TYPE_ENUM && item->number > INT32_MAX)
        return "is not a value that is known";
    if (field->type == PROTOBUF_C_TYPE_STRING && !str_is_text(item->data, item->length))
        return "is not UTF-8 without NUL";
    return NULL;
}

static int
check_message(const struct place *place, const uint8_t *data, size_t length, struct frame_fault *fault)
{
    if (place->depth > DEPTH_MOST)
        return complain(place, NULL, "is nested too deeply", fault);
    if (length == 0)
        return 0;
    struct reader reader = {data, data + length};
    while (reader.at < reader.end) {
        struct item item = {0};
        const char *wrong = read_item(&reader, &item);
        if (wrong != NULL)
            return complain(place, NULL, wrong, fault);
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(place->descriptor, item.field);
        if (field == NULL)
            continue;
        wrong = value_fault(field, &item);
        if (wrong != NULL)
            return complain(place, field->name, wrong, fault);
        if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            const struct place inner = {place, field->name, field->descriptor, place->depth + 1};
            if (check_message(&inner, item.data, item.length, fault) != 0)
                return -1;
        }
    }
    return 0;
}

int
frame_check(const ProtobufCMessageDescriptor *descriptor, const uint8_t *data, size_t length,
    struct frame_fault *fault)
{
    const struct place place = {NULL, NULL, descriptor, 0};
    return check_message(&place, data, length, fault);
}

const char *
frame_find_text(uint32_t field, const uint8_t *data, size_t length, size_t *text_length)
{
    const uint8_t *found = NULL;
    *text_length = 0;
    if (length == 0)
        return NULL;
    struct reader reader = {data, data + length};
    while (reader.at < reader.end) {
        struct item item = {0};
        if (read_item(&reader, &item))
            break;
        if (item.field != field || item.type != WIRE_BYTES)
            continue;
        bool text = str_is_text(item.data, item.length);
        found = text ? item.data : NULL;
        *text_length = text ? item.length : 0;
    }
    return (const char *)found;
}

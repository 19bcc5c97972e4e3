// jpeg.c - takes out of a JPEG what the camera wrote into it.
//
//     SOI, then segments (FF marker, length, bytes) until SOS; its header, then coded data in which FF is
//     followed by 00 or by a restart marker, until the next other marker; more segments and scans; EOI.
//
// It never reads beyond what it was given, and copies only segments that it knows to be of the picture
// itself.
#include "jpeg.h"

#include <stdbool.h>
#include <string.h>

enum {
    PREFIX = 0xff,
    RESTART_FIRST = 0xd0,
    RESTART_LAST = 0xd7,
    START = 0xd8,
    END = 0xd9,
    SCAN = 0xda,
    APP0 = 0xe0,
    APP14 = 0xee,
    JFIF_LENGTH = 16, // of an APP0 without a thumbnail
    ADOBE_LENGTH = 14,
    FRAME_LENGTH_LEAST = 11, // one component
};

struct reader {
    const uint8_t *data;
    size_t length, at;
    struct str *out;
    bool has_frame, has_scan;
};

static bool
is_frame(uint8_t marker)
{
    // C4, C8 and CC are Huffman tables, a reserved one, and arithmetic conditioning.
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool
is_table(uint8_t marker)
{
    return marker == 0xc4 || marker == 0xcc || marker == 0xdb || marker == 0xdc || marker == 0xdd;
}

static size_t
number(const uint8_t *at)
{
    return (size_t)at[0] << 8 | at[1];
}

// Is this segment (from its length on) needed to see the picture?
static bool
is_kept(uint8_t marker, const uint8_t *segment, size_t length)
{
    if (marker == APP0)
        return length == JFIF_LENGTH && memcmp(segment + 2, "JFIF", 5) == 0 && segment[14] == 0 &&
               segment[15] == 0;
    if (marker == APP14)
        return length == ADOBE_LENGTH && memcmp(segment + 2, "Adobe", 5) == 0;
    return is_frame(marker) || is_table(marker) || marker == SCAN;
}

// Reads the two sides of the picture.
static bool
is_good_frame(const uint8_t *segment, size_t length)
{
    size_t height = 0;
    size_t width = 0;

    if (length < FRAME_LENGTH_LEAST)
        return false;
    height = number(segment + 3);
    width = number(segment + 5);
    return height > 0 && height <= JPEG_SIDE_MOST && width > 0 && width <= JPEG_SIDE_MOST;
}

// Skips fill bytes up to the marker.  -1: there is none.
static int
next_marker(struct reader *reader)
{
    if (reader->at >= reader->length || reader->data[reader->at] != PREFIX)
        return -1;
    while (reader->at < reader->length && reader->data[reader->at] == PREFIX)
        reader->at++;
    return reader->at < reader->length ? reader->data[reader->at++] : -1;
}

static void
put_marker(struct reader *reader, uint8_t marker)
{
    const uint8_t bytes[2] = {PREFIX, marker};

    str_add(reader->out, bytes, sizeof(bytes));
}

// Copies coded data up to the next marker that is no restart.
static int
take_coded(struct reader *reader)
{
    size_t from = reader->at;

    while (reader->at + 1 < reader->length) {
        uint8_t next = reader->data[reader->at + 1];
        bool is_data = reader->data[reader->at] != PREFIX || next == 0 ||
                       (next >= RESTART_FIRST && next <= RESTART_LAST);

        if (!is_data) {
            str_add(reader->out, reader->data + from, reader->at - from);
            return 0;
        }
        reader->at += reader->data[reader->at] == PREFIX ? 2 : 1;
    }
    return -1;
}

static int
take_segment(struct reader *reader, uint8_t marker)
{
    const uint8_t *segment = reader->data + reader->at;
    size_t length = 0;

    if (reader->length - reader->at < 2)
        return -1;
    length = number(segment);
    if (length < 2 || length > reader->length - reader->at)
        return -1;
    if (is_frame(marker)) {
        // A second frame would be another picture.
        if (reader->has_frame || !is_good_frame(segment, length))
            return -1;
        reader->has_frame = true;
    }
    if (marker == SCAN && !reader->has_frame)
        return -1;
    if (is_kept(marker, segment, length)) {
        put_marker(reader, marker);
        str_add(reader->out, segment, length);
    }
    reader->at += length;
    if (marker != SCAN)
        return 0;
    reader->has_scan = true;
    return take_coded(reader);
}

// 1: the picture has ended.
static int
take_next(struct reader *reader)
{
    int marker = next_marker(reader);

    if (marker < 0)
        return -1;
    if (marker == END) {
        put_marker(reader, END);
        return reader->has_scan ? 1 : -1;
    }
    // 00, 01, restarts and a second start have no length; here none of them has a place.
    if (marker <= 1 || (marker >= RESTART_FIRST && marker <= START))
        return -1;
    return take_segment(reader, (uint8_t)marker);
}

int
jpeg_strip(const uint8_t *data, size_t length, struct str *out)
{
    struct reader reader = {.data = data, .length = length, .at = 2, .out = out};
    size_t before = out->length;
    int rc = 0;

    if (length < 4 || data[0] != PREFIX || data[1] != START)
        return -1;
    put_marker(&reader, START);
    while (rc == 0)
        rc = take_next(&reader);
    if (rc == 1)
        return 0;
    out->length = before;
    return -1;
}

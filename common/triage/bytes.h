// bytes.h - numbers and texts as bytes, little endian, and back with every bound checked.
#ifndef KENTONGAN_BYTES_H
#define KENTONGAN_BYTES_H

#include <stddef.h>
#include <stdint.h>

// All zero is a valid empty writer; bytes is the caller's to free.
struct bytes_writer {
    uint8_t *bytes;
    size_t length, room;
};

void bytes_put(struct bytes_writer *writer, const void *bytes, size_t length);
void bytes_put_u32(struct bytes_writer *writer, uint32_t number);
void bytes_put_u64(struct bytes_writer *writer, uint64_t number);
void bytes_put_float(struct bytes_writer *writer, float number);
void bytes_put_text(struct bytes_writer *writer, const char *text); // its length (u32) and its bytes

// Borrows the bytes.  After the first problem everything read is 0 or "", and problem says what was wrong.
struct bytes_reader {
    const uint8_t *at, *end;
    const char *problem; // NULL: none
};

// The next length bytes, borrowed; NULL: there are not so many.
const uint8_t *bytes_get(struct bytes_reader *reader, size_t length);
uint32_t bytes_get_u32(struct bytes_reader *reader);
uint64_t bytes_get_u64(struct bytes_reader *reader);
float bytes_get_float(struct bytes_reader *reader); // a finite one

// A count of things that take at least `least` bytes each, so that what is left can hold them all.
size_t bytes_get_count(struct bytes_reader *reader, size_t least, size_t most);

// Into text[size]; a longer one, or one with a NUL, is a problem.
void bytes_get_text(struct bytes_reader *reader, char *text, size_t size);

#endif

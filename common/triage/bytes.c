// bytes.c - numbers and texts as bytes, little endian.
#include "bytes.h"

#include "check.h"

#include <math.h>
#include <string.h>

void
bytes_put(struct bytes_writer *writer, const void *bytes, size_t length)
{
    if (writer->length + length > writer->room) {
        writer->room = (writer->length + length) * 2;
        writer->bytes = check_realloc(writer->bytes, writer->room);
    }
    if (length > 0)
        memcpy(&writer->bytes[writer->length], bytes, length);
    writer->length += length;
}

static void
put_number(struct bytes_writer *writer, uint64_t number, size_t length)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    bytes_put(writer, bytes, length);
}

void
bytes_put_u32(struct bytes_writer *writer, uint32_t number)
{
    put_number(writer, number, sizeof(number));
}

void
bytes_put_u64(struct bytes_writer *writer, uint64_t number)
{
    put_number(writer, number, sizeof(number));
}

void
bytes_put_float(struct bytes_writer *writer, float number)
{
    uint32_t bits = 0;

    memcpy(&bits, &number, sizeof(bits));
    bytes_put_u32(writer, bits);
}

void
bytes_put_text(struct bytes_writer *writer, const char *text)
{
    size_t length = strlen(text);

    bytes_put_u32(writer, (uint32_t)length);
    bytes_put(writer, text, length);
}

static void
fail(struct bytes_reader *reader, const char *problem)
{
    if (reader->problem == NULL)
        reader->problem = problem;
    reader->at = reader->end;
}

const uint8_t *
bytes_get(struct bytes_reader *reader, size_t length)
{
    const uint8_t *bytes = reader->at;

    if (reader->problem != NULL || length > (size_t)(reader->end - reader->at)) {
        fail(reader, "it ends too early");
        return NULL;
    }
    reader->at += length;
    return bytes;
}

static uint64_t
get_number(struct bytes_reader *reader, size_t length)
{
    const uint8_t *bytes = bytes_get(reader, length);
    uint64_t number = 0;

    for (size_t i = 0; bytes != NULL && i < length; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

uint32_t
bytes_get_u32(struct bytes_reader *reader)
{
    return (uint32_t)get_number(reader, sizeof(uint32_t));
}

uint64_t
bytes_get_u64(struct bytes_reader *reader)
{
    return get_number(reader, sizeof(uint64_t));
}

float
bytes_get_float(struct bytes_reader *reader)
{
    uint32_t bits = bytes_get_u32(reader);
    float number = 0;

    memcpy(&number, &bits, sizeof(number));
    if (isfinite(number))
        return number;
    fail(reader, "a number in it is not finite");
    return 0;
}

size_t
bytes_get_count(struct bytes_reader *reader, size_t least, size_t most)
{
    size_t count = bytes_get_u32(reader);

    if (count <= most && (least == 0 || count <= (size_t)(reader->end - reader->at) / least))
        return count;
    fail(reader, "a count in it is too large");
    return 0;
}

void
bytes_get_text(struct bytes_reader *reader, char *text, size_t size)
{
    size_t length = bytes_get_count(reader, 1, size - 1);
    const uint8_t *bytes = bytes_get(reader, length);

    text[0] = '\0';
    if (bytes == NULL)
        return;
    if (memchr(bytes, '\0', length) != NULL) {
        fail(reader, "a text in it has a NUL");
        return;
    }
    memcpy(text, bytes, length);
    text[length] = '\0';
}

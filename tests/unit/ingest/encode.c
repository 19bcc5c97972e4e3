// encode.c - frames for tests, put together by hand: also such as no library would write.
#include "encode.h"

#include "ingest.pb-c.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
encode_varint(struct str *out, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        str_add(out, &(uint8_t){(uint8_t)(number | 0x80)}, 1);
    str_add(out, &(uint8_t){(uint8_t)number}, 1);
}

void
encode_bytes(struct str *out, uint32_t field, const void *data, size_t length)
{
    encode_varint(out, (uint64_t)field << 3 | 2);
    encode_varint(out, length);
    str_add(out, data, length);
}

void
encode_text(struct str *out, uint32_t field, const char *text)
{
    encode_bytes(out, field, text, strlen(text));
}

void
encode_number(struct str *out, uint32_t field, uint64_t number)
{
    encode_varint(out, (uint64_t)field << 3);
    encode_varint(out, number);
}

void
encode_real(struct str *out, uint32_t field, double number)
{
    encode_varint(out, (uint64_t)field << 3 | 1);
    str_add(out, &number, sizeof(number));
}

void
encode_least(struct str *out)
{
    encode_text(out, 1, "sms-gateway");
    encode_text(out, 2, "msg-1");
    encode_number(out, 3, 3);
    encode_text(out, 4, "Lampu jalan di depan balai desa padam sejak Senin.");
}

void
encode_full(struct str *out)
{
    static const uint8_t digest[32] = {0xab, 0xcd};
    struct str part = {0}, point = {0};
    encode_least(out);

    encode_text(&part, 1, "Contoh Pelapor");
    encode_text(&part, 2, "+6281200000000");
    encode_text(&part, 3, "@contoh");
    encode_text(&part, 4, "contoh@example.org");
    encode_text(&part, 5, "3300000000000001");
    encode_bytes(out, 5, part.data, part.length);

    str_clear(&part);
    encode_real(&point, 1, -7.05);
    encode_real(&point, 2, 110.44);
    encode_bytes(&part, 1, point.data, point.length);
    encode_text(&part, 2, "33.74.01.1001");
    encode_text(&part, 3, "depan balai desa");
    encode_bytes(out, 6, part.data, part.length);

    str_clear(&part);
    encode_text(&part, 1, "https://example.org/\"1\"\\\n.jpg");
    encode_text(&part, 2, "image/jpeg");
    encode_bytes(&part, 3, digest, sizeof(digest));
    encode_number(&part, 4, 12345);
    encode_bytes(out, 7, part.data, part.length);
    str_clear(&part);
    encode_text(&part, 1, "https://example.org/\xc3\xa9.pdf");
    encode_bytes(out, 7, part.data, part.length);

    encode_number(out, 8, UINT64_C(1763800000000));
    encode_number(out, 9, 1);
    encode_number(out, 10, 1);
    encode_text(out, 11, "DPU");
    encode_text(out, 12, "Kepala Desa Contoh");
    encode_text(out, 13, "JT-0000-0000-0");
    str_free(&part);
    str_free(&point);
}

// Writes what value stands for; numbers as a varint or eight bytes.
static int
encode_value(struct str *out, const char *value)
{
    size_t length = strcspn(value, "*");
    char *end = NULL;
    long times = value[length] == '*' ? strtol(value + length + 1, &end, 10) : 1;
    struct str once = {0};
    int rc = 0;
    if (strncmp(value, "int:", 4) == 0) {
        encode_varint(&once, (uint64_t)strtoll(value + 4, NULL, 10));
    } else if (strncmp(value, "real:", 5) == 0) {
        double real = strtod(value + 5, NULL);
        str_add(&once, &real, sizeof(real));
    } else if (strncmp(value, "hex:", 4) == 0) {
        uint8_t bytes[64];
        size_t size = 0;
        rc = sodium_hex2bin(bytes, sizeof(bytes), value + 4, length - 4, NULL, &size, NULL);
        str_add(&once, bytes, size);
    } else {
        str_add(&once, value, length);
    }
    for (long i = 0; i < times; i++)
        str_add(out, once.data, once.length);
    str_free(&once);
    return rc == 0 && times >= 1 && (!end || *end == '\0') ? 0 : -1;
}

static int
encode_field(struct str *out, const ProtobufCMessageDescriptor *message, const char *path, const char *value)
{
    char name[40];
    size_t length = strcspn(path, ".");
    struct str inner = {0};
    int rc = -1;
    snprintf(name, sizeof(name), "%.*s", (int)length, path);
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(message, name);
    if (!field)
        return -1;
    if (path[length] == '.')
        rc = encode_field(&inner, field->descriptor, path + length + 1, value);
    else
        rc = encode_value(&inner, value);
    if (strncmp(value, "int:", 4) == 0 && path[length] != '.') {
        encode_varint(out, (uint64_t)field->id << 3);
        str_add(out, inner.data, inner.length);
    } else if (strncmp(value, "real:", 5) == 0 && path[length] != '.') {
        encode_varint(out, (uint64_t)field->id << 3 | 1);
        str_add(out, inner.data, inner.length);
    } else {
        encode_bytes(out, field->id, inner.data, inner.length);
    }
    str_free(&inner);
    return rc;
}

int
encode_path(struct str *out, const char *path, const char *value)
{
    if (strcmp(path, "raw") == 0)
        return encode_value(out, value);
    return encode_field(out, &kentongan__v1__report__descriptor, path, value);
}

// report.c - one frame of the ingest socket: unpacked, checked field by field, ready to be stored.
//
// In three steps: frame_check() looks at the bytes, protobuf-c unpacks them into the arena, and the fields
// are held against their limits, in the order of proto/ingest.proto.  The first refusal counts.
// Nothing here says what a citizen wrote.
#include "report.h"

#include "frame.h"
#include "region_code.h"
#include "str.h"

#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { FIELD_SOURCE_MESSAGE_ID = 2, ATTACHMENTS_MOST = 10, SHA256_SIZE = 32 };

static const char not_given[] = "";

// Writes "field: what" and returns -1.
static int
refuse(struct report_refusal *refusal, const char *field, const char *what)
{
    str_copy(refusal->field, sizeof(refusal->field), field);
    snprintf(refusal->reason, sizeof(refusal->reason), "%s: %s", field, what);
    return -1;
}

static int
limit(struct report_refusal *refusal, const char *field, const char *text, size_t most)
{
    char what[64];
    if (strlen(text) <= most)
        return 0;
    snprintf(what, sizeof(what), "is longer than %zu bytes", most);
    return refuse(refusal, field, what);
}

static int
limit_required(struct report_refusal *refusal, const char *field, const char *text, size_t most)
{
    return *text ? limit(refusal, field, text, most) : refuse(refusal, field, "is empty");
}

static bool
is_digits(const char *text, size_t least, size_t most)
{
    size_t length = strspn(text, "0123456789");
    return text[length] == '\0' && length >= least && length <= most;
}

static bool
is_phone(const char *text)
{
    if (text[0] == '+')
        return text[1] != '0' && is_digits(text + 1, 7, 15);
    return text[0] == '0' && text[1] == '8' && is_digits(text + 2, 6, 12);
}

// NaN is outside every range.
static bool
is_within(double value, double most)
{
    return isfinite(value) && fabs(value) <= most;
}

static int
check_reporter(const Kentongan__V1__Reporter *reporter, struct report_refusal *refusal)
{
    if (reporter == NULL)
        return 0;
    if (limit(refusal, "reporter.name", reporter->name, 200) != 0)
        return -1;
    if (*reporter->phone && !is_phone(reporter->phone))
        return refuse(refusal, "reporter.phone", "is neither E.164 nor 08...");
    if (limit(refusal, "reporter.handle", reporter->handle, 200) != 0 ||
        limit(refusal, "reporter.email", reporter->email, 254) != 0)
        return -1;
    if (*reporter->national_id && !is_digits(reporter->national_id, 16, 16))
        return refuse(refusal, "reporter.national_id", "is not 16 digits");
    return 0;
}

static int
check_place(const Kentongan__V1__Place *place, struct report_refusal *refusal)
{
    if (place == NULL)
        return 0;
    if (place->point != NULL && !is_within(place->point->latitude, 90))
        return refuse(refusal, "place.point.latitude", "is not between -90 and 90");
    if (place->point != NULL && !is_within(place->point->longitude, 180))
        return refuse(refusal, "place.point.longitude", "is not between -180 and 180");
    if (*place->region_code && !region_code_is(place->region_code))
        return refuse(refusal, "place.region_code", "is not a Kemendagri code such as 33.74.01.1001");
    return limit(refusal, "place.address", place->address, 500);
}

static int
check_attachments(const Kentongan__V1__Report *message, struct report_refusal *refusal)
{
    if (message->n_attachments > ATTACHMENTS_MOST)
        return refuse(refusal, "attachments", "are more than 10");
    for (size_t i = 0; i < message->n_attachments; i++) {
        const Kentongan__V1__Attachment *attachment = message->attachments[i];
        if (limit(refusal, "attachments.uri", attachment->uri, 2000) != 0 ||
            limit(refusal, "attachments.media_type", attachment->media_type, 255) != 0)
            return -1;
        if (attachment->sha256.len != 0 && attachment->sha256.len != SHA256_SIZE)
            return refuse(refusal, "attachments.sha256", "is neither empty nor 32 bytes");
    }
    return 0;
}

static int
check(const Kentongan__V1__Report *message, struct report_refusal *refusal)
{
    if (limit_required(refusal, "source", message->source, 100) != 0 ||
        limit_required(refusal, "source_message_id", message->source_message_id, REPORT_MESSAGE_ID_MOST) != 0)
        return -1;
    if (message->channel == KENTONGAN__V1__CHANNEL__CHANNEL_UNSPECIFIED)
        return refuse(refusal, "channel", "is missing");
    if (!protobuf_c_enum_descriptor_get_value(&kentongan__v1__channel__descriptor, (int)message->channel))
        return refuse(refusal, "channel", "is not a value that is known");
    if (limit_required(refusal, "text", message->text, 10000) != 0 ||
        check_reporter(message->reporter, refusal) != 0 || check_place(message->place, refusal) != 0 ||
        check_attachments(message, refusal) != 0)
        return -1;
    if (message->sent_at_ms < 0)
        return refuse(refusal, "sent_at_ms", "is negative");
    if (limit(refusal, "addressed_to", message->addressed_to, 100) != 0 ||
        limit(refusal, "relayed_by", message->relayed_by, 100) != 0 ||
        limit(refusal, "in_reply_to", message->in_reply_to, 100) != 0)
        return -1;
    return 0;
}

// Hashes the lengths, too: otherwise ("ab", "c") and ("a", "bc") would be the same report.
static void
make_key(const struct report *report, uint8_t key[REPORT_KEY_SIZE])
{
    const struct report_text *parts[] = {&report->source, &report->source_message_id};
    crypto_generichash_state state;
    CHECK(crypto_generichash_init(&state, NULL, 0, REPORT_KEY_SIZE) == 0);
    for (size_t i = 0; i < LENGTH(parts); i++) {
        // The limits above keep both lengths below 256.
        uint8_t length = (uint8_t)parts[i]->length;
        CHECK(parts[i]->length <= UINT8_MAX);
        crypto_generichash_update(&state, &length, 1);
        crypto_generichash_update(&state, (const uint8_t *)parts[i]->data, parts[i]->length);
    }
    crypto_generichash_final(&state, key, REPORT_KEY_SIZE);
}

static void
add_json_string(struct str *json, const char *text)
{
    str_add(json, "\"", 1);
    while (*text) {
        size_t plain = 0;
        while ((uint8_t)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\')
            plain++;
        str_add(json, text, plain);
        text += plain;
        if (*text == '"' || *text == '\\')
            str_format(json, "\\%c", *text++);
        else if (*text)
            str_format(json, "\\u%04x", (unsigned)(uint8_t)*text++);
    }
    str_add(json, "\"", 1);
}

// [{"uri":"..","media_type":"..","sha256":"hex","size":1}, ..]; what was not given is left out, but for the
// uri.
static void
add_json(struct str *json, const Kentongan__V1__Report *message)
{
    for (size_t i = 0; i < message->n_attachments; i++) {
        const Kentongan__V1__Attachment *attachment = message->attachments[i];
        str_add_text(json, i == 0 ? "[{\"uri\":" : ",{\"uri\":");
        add_json_string(json, attachment->uri);
        if (*attachment->media_type) {
            str_add_text(json, ",\"media_type\":");
            add_json_string(json, attachment->media_type);
        }
        if (attachment->sha256.len == SHA256_SIZE) {
            char hex[2 * SHA256_SIZE + 1];
            sodium_bin2hex(hex, sizeof(hex), attachment->sha256.data, SHA256_SIZE);
            str_format(json, ",\"sha256\":\"%s\"", hex);
        }
        if (attachment->size)
            str_format(json, ",\"size\":%" PRIu64, attachment->size);
        str_add_text(json, "}");
    }
    str_add_text(json, "]");
}

static int
make_attachments(struct arena *arena, const Kentongan__V1__Report *message, struct report_text *text)
{
    struct str json = {0};
    int rc = -1;
    if (message->n_attachments == 0)
        return 0;
    add_json(&json, message);
    char *data = arena_take(arena, json.length + 1);
    if (data == NULL)
        goto done;
    memcpy(data, json.data, json.length + 1);
    *text = (struct report_text){data, json.length};
    rc = 0;
done:
    str_free(&json);
    return rc;
}

static struct report_text
borrow(const char *text)
{
    return (struct report_text){text, strlen(text)};
}

static bool
is_somebody(const Kentongan__V1__Reporter *reporter)
{
    return reporter != NULL && (*reporter->name || *reporter->phone || *reporter->handle ||
                                   *reporter->email || *reporter->national_id);
}

static void
fill(struct report *report, const Kentongan__V1__Report *message)
{
    const Kentongan__V1__Place *place = message->place;
    const Kentongan__V1__Point *point = place != NULL ? place->point : NULL;
    *report = (struct report){
        .source = borrow(message->source),
        .source_message_id = borrow(message->source_message_id),
        .text = borrow(message->text),
        .region_code = borrow(place != NULL ? place->region_code : not_given),
        .address = borrow(place != NULL ? place->address : not_given),
        .addressed_to = borrow(message->addressed_to),
        .relayed_by = borrow(message->relayed_by),
        .in_reply_to = borrow(message->in_reply_to),
        .attachments = borrow(not_given),
        .channel = (int)message->channel,
        .located = point != NULL,
        .latitude = point != NULL ? point->latitude : 0,
        .longitude = point != NULL ? point->longitude : 0,
        .sent_at_ms = message->sent_at_ms,
        .anonymous = message->anonymous,
        .confidential = message->confidential,
        .reporter = is_somebody(message->reporter) ? message->reporter : NULL,
    };
    make_key(report, report->key);
}

static int
read_frame(struct arena *arena, const uint8_t *frame, size_t length, struct report *report,
    struct report_refusal *refusal)
{
    struct frame_fault fault;
    if (length > REPORT_FRAME_MOST)
        return refuse(refusal, "report", "is larger than 65,536 bytes");
    if (frame_check(&kentongan__v1__report__descriptor, frame, length, &fault) != 0)
        return refuse(refusal, *fault.field ? fault.field : "report", fault.what);
    const Kentongan__V1__Report *message =
        kentongan__v1__report__unpack(arena_allocator(arena), length, frame);
    if (message == NULL)
        return refuse(refusal, "report", "cannot be decoded");
    if (protobuf_c_enum_descriptor_get_value(&kentongan__v1__channel__descriptor, (int)message->channel) !=
        NULL)
        refusal->channel = (int)message->channel;
    if (check(message, refusal) != 0)
        return -1;
    fill(report, message);
    if (make_attachments(arena, message, &report->attachments) != 0)
        return refuse(refusal, "attachments", "are too large");
    return 0;
}

// Best effort: whatever is wrong with the frame, its sender wants to know which of its messages was refused.
static void
echo_id(const uint8_t *frame, size_t length, struct report_refusal *refusal)
{
    size_t id_length = 0;
    const char *id = frame_find_text(FIELD_SOURCE_MESSAGE_ID, frame, length, &id_length);
    if (id == NULL || id_length > REPORT_MESSAGE_ID_MOST)
        id_length = 0;
    if (id_length > 0)
        memcpy(refusal->source_message_id, id, id_length);
    refusal->source_message_id[id_length] = '\0';
}

int
report_read(struct arena *arena, const uint8_t *frame, size_t length, struct report *report,
    struct report_refusal *refusal)
{
    arena_begin(arena);
    refusal->channel = 0;
    if (read_frame(arena, frame, length, report, refusal) == 0)
        return 0;
    arena_undo(arena);
    echo_id(frame, length, refusal);
    return -1;
}

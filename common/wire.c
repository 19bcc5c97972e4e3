// wire.c - the messages between stages, checked.
#include "wire.h"

#include "log.h"

#include <string.h>

static bool
is_text(const char *text)
{
    return text != NULL && str_is_text(text, strlen(text));
}

static bool
is_known(const ProtobufCEnumDescriptor *type, int value)
{
    return protobuf_c_enum_descriptor_get_value(type, value) != NULL;
}

Kentongan__V1__Received *
wire_received(const uint8_t *data, size_t length)
{
    Kentongan__V1__Received *message = kentongan__v1__received__unpack(NULL, length, data);
    bool good = message != NULL && message->n_reports > 0 && message->n_reports <= WIRE_ITEMS_MOST;

    for (size_t i = 0; good && i < message->n_reports; i++) {
        const Kentongan__V1__ReceivedReport *report = message->reports[i];

        good = report->report_id > 0 && report->follows_id >= 0 &&
               is_known(&kentongan__v1__channel__descriptor, (int)report->channel) &&
               is_text(report->tracking_code) && is_text(report->text) && is_text(report->region_code) &&
               is_text(report->address);
    }
    if (!good && message != NULL) {
        kentongan__v1__received__free_unpacked(message, NULL);
        message = NULL;
    }
    return message;
}

Kentongan__V1__Triaged *
wire_triaged(const uint8_t *data, size_t length)
{
    Kentongan__V1__Triaged *message = kentongan__v1__triaged__unpack(NULL, length, data);
    bool good = message != NULL && message->n_reports > 0 && message->n_reports <= WIRE_ITEMS_MOST;

    for (size_t i = 0; good && i < message->n_reports; i++) {
        const Kentongan__V1__TriagedReport *report = message->reports[i];

        good = report->report_id > 0 && report->follows_id >= 0 && report->duplicate_of >= 0 &&
               report->confidence >= 0 && report->confidence <= 1 &&
               is_known(&kentongan__v1__road_class__descriptor, (int)report->road_class) &&
               is_text(report->tracking_code) && is_text(report->topic) && is_text(report->region_code) &&
               is_text(report->kind) && report->incident_id >= 0;
    }
    if (!good && message != NULL) {
        kentongan__v1__triaged__free_unpacked(message, NULL);
        message = NULL;
    }
    return message;
}

Kentongan__V1__Routed *
wire_routed(const uint8_t *data, size_t length)
{
    Kentongan__V1__Routed *message = kentongan__v1__routed__unpack(NULL, length, data);
    bool good = message != NULL && message->n_tickets > 0 && message->n_tickets <= WIRE_ITEMS_MOST;

    for (size_t i = 0; good && i < message->n_tickets; i++)
        good = message->tickets[i]->ticket_id > 0 && is_text(message->tickets[i]->agency);
    if (!good && message != NULL) {
        kentongan__v1__routed__free_unpacked(message, NULL);
        message = NULL;
    }
    return message;
}

Kentongan__V1__Acted *
wire_acted(const uint8_t *data, size_t length)
{
    Kentongan__V1__Acted *message = kentongan__v1__acted__unpack(NULL, length, data);
    bool good = message != NULL && message->n_ticket_ids > 0 && message->n_ticket_ids <= WIRE_ITEMS_MOST;

    for (size_t i = 0; good && i < message->n_ticket_ids; i++)
        good = message->ticket_ids[i] > 0;
    if (!good && message != NULL) {
        kentongan__v1__acted__free_unpacked(message, NULL);
        message = NULL;
    }
    return message;
}

Kentongan__V1__Notice *
wire_notice(const uint8_t *data, size_t length)
{
    Kentongan__V1__Notice *message = kentongan__v1__notice__unpack(NULL, length, data);
    bool good = message != NULL && message->n_notices > 0 && message->n_notices <= WIRE_ITEMS_MOST;

    for (size_t i = 0; good && i < message->n_notices; i++) {
        const Kentongan__V1__NoticeItem *item = message->notices[i];

        good = item->notice_id > 0 && item->ticket_id > 0 &&
               item->kind != KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_UNSPECIFIED &&
               is_known(&kentongan__v1__notice_kind__descriptor, (int)item->kind) && is_text(item->agency) &&
               is_text(item->tracking_code) && is_text(item->topic) && is_text(item->region_code) &&
               item->count >= 0;
    }
    if (!good && message != NULL) {
        kentongan__v1__notice__free_unpacked(message, NULL);
        message = NULL;
    }
    return message;
}

char *
wire_text(const char *text)
{
    union {
        const char *in;
        char *out;
    } cast = {.in = text};

    return cast.out;
}

void
wire_pack(struct str *out, const ProtobufCMessage *message)
{
    str_clear(out);
    str_reserve(out, protobuf_c_message_get_packed_size(message));
    out->length = protobuf_c_message_pack(message, (uint8_t *)out->data);
}

void
wire_ring(struct bus_outbox *outbox, struct str *scratch, const ProtobufCMessage *message)
{
    wire_pack(scratch, message);
    if (bus_send(outbox, scratch->data, scratch->length) < 0)
        log_debug(EV_BUS_FULL, "message=%s", message->descriptor->short_name);
}

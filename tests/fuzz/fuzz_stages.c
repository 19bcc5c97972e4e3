// fuzz_stages.c - any bytes at all as each of the messages between stages.
//
// The first byte chooses the message.  What is taken keeps the promises of wire.h, and can be packed again;
// not always into what is taken again, as protobuf-c takes an unknown field of number 0 once and then refuses
// it.
#include "fuzz.h"

#include "check.h"
#include "str.h"
#include "wire.h"

#include <string.h>

static void
check_text(const char *text)
{
    CHECK(str_is_text(text, strlen(text)));
}

// Reads every byte of the message, for the sanitizers.
static void
repack(const ProtobufCMessage *message)
{
    static struct str packed;
    wire_pack(&packed, message);
    CHECK(packed.length == protobuf_c_message_get_packed_size(message));
}

static void
try_received(const uint8_t *data, size_t size)
{
    Kentongan__V1__Received *message = wire_received(data, size);
    if (!message)
        return;
    repack(&message->base);
    CHECK(message->n_reports > 0 && message->n_reports <= WIRE_ITEMS_MOST);
    for (size_t i = 0; i < message->n_reports; i++) {
        const Kentongan__V1__ReceivedReport *report = message->reports[i];
        CHECK(report->report_id > 0 && report->channel >= 0 && report->channel <= 14);
        check_text(report->tracking_code);
        check_text(report->text);
        check_text(report->region_code);
        check_text(report->address);
    }
    kentongan__v1__received__free_unpacked(message, NULL);
}

static void
try_triaged(const uint8_t *data, size_t size)
{
    Kentongan__V1__Triaged *message = wire_triaged(data, size);
    if (!message)
        return;
    repack(&message->base);
    CHECK(message->n_reports > 0 && message->n_reports <= WIRE_ITEMS_MOST);
    for (size_t i = 0; i < message->n_reports; i++) {
        const Kentongan__V1__TriagedReport *report = message->reports[i];
        CHECK(report->report_id > 0 && report->duplicate_of >= 0 && report->follows_id >= 0);
        CHECK(report->confidence >= 0 && report->confidence <= 1);
        check_text(report->tracking_code);
        check_text(report->topic);
        check_text(report->region_code);
    }
    kentongan__v1__triaged__free_unpacked(message, NULL);
}

static void
try_routed(const uint8_t *data, size_t size)
{
    Kentongan__V1__Routed *message = wire_routed(data, size);
    if (!message)
        return;
    repack(&message->base);
    CHECK(message->n_tickets > 0 && message->n_tickets <= WIRE_ITEMS_MOST);
    for (size_t i = 0; i < message->n_tickets; i++) {
        CHECK(message->tickets[i]->ticket_id > 0);
        check_text(message->tickets[i]->agency);
    }
    kentongan__v1__routed__free_unpacked(message, NULL);
}

static void
try_acted(const uint8_t *data, size_t size)
{
    Kentongan__V1__Acted *message = wire_acted(data, size);
    if (!message)
        return;
    repack(&message->base);
    CHECK(message->n_ticket_ids > 0 && message->n_ticket_ids <= WIRE_ITEMS_MOST);
    for (size_t i = 0; i < message->n_ticket_ids; i++)
        CHECK(message->ticket_ids[i] > 0);
    kentongan__v1__acted__free_unpacked(message, NULL);
}

static void
try_notice(const uint8_t *data, size_t size)
{
    Kentongan__V1__Notice *message = wire_notice(data, size);
    if (!message)
        return;
    repack(&message->base);
    CHECK(message->n_notices > 0 && message->n_notices <= WIRE_ITEMS_MOST);
    for (size_t i = 0; i < message->n_notices; i++) {
        const Kentongan__V1__NoticeItem *notice = message->notices[i];
        CHECK(notice->notice_id > 0 && notice->ticket_id > 0);
        CHECK(notice->kind >= 1 && notice->kind <= 9);
        check_text(notice->agency);
        check_text(notice->tracking_code);
        check_text(notice->topic);
        check_text(notice->region_code);
    }
    kentongan__v1__notice__free_unpacked(message, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(const uint8_t *, size_t) = {
        try_received, try_triaged, try_routed, try_notice, try_acted};
    if (size > 0)
        tries[data[0] % LENGTH(tries)](data + 1, size - 1);
    return 0;
}

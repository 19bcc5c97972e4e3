// hooks.c - routes that networks call.
//
// 200 is said when everything that a call brought is stored: a message as a report that ingest has a receipt
// for, an acknowledgement and a delivery report in PostgreSQL.  Else 503, and the network comes again with
// the same; all of it may be done twice.
#include "hooks.h"

#include "acted.h"
#include "id.h"
#include "ingest_client.h"
#include "kannel.h"
#include "log.h"
#include "notice_token.h"
#include "portal.h"
#include "store_hooks.h"
#include "store_phones.h"
#include "whatsapp.h"
#include "wire.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MESSAGE_ID_MOST = 128, // bytes, as ingest.proto has it
    TEXT_MOST = 10000,
    NAME_MOST = 200,
    ADDRESS_MOST = 500,
    MEDIA_TYPE_MOST = 255,
    URI_SIZE = 400,
    LOCAL_OFFSET_MIN = 7 * 60, // Asia/Jakarta
};

static const char acknowledge_prefix[] = "ACK:";

// What a network brought, as a report.  Texts are borrowed, "" where there is none.
struct brought {
    const char *source, *id, *text;
    Kentongan__V1__Channel channel;
    const char *number; // E.164
    const char *handle, *name;
    const char *media, *media_type;
    const uint8_t *media_sha256; // NULL: not known
    const double *latitude, *longitude;
    const char *address;
    int64_t sent_at_ms;
};

static bool
is_secret(const char *given, const char *wanted)
{
    uint8_t hashes[2][crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hashes[0], (const uint8_t *)given, strlen(given));
    crypto_hash_sha256(hashes[1], (const uint8_t *)wanted, strlen(wanted));
    return wanted[0] != '\0' && sodium_memcmp(hashes[0], hashes[1], sizeof(hashes[0])) == 0;
}

static void
say(struct answer *answer, int status, const char *text)
{
    answer->status = status;
    answer->content_type = "text/plain; charset=utf-8";
    str_add_text(&answer->body, text);
}

static void
say_ending(struct answer *answer, enum outcome ending)
{
    if (ending == RETRY)
        answer_ending(answer, RETRY);
    else
        say(answer, 200, "");
}

// A network's id of a message as ingest takes it.
static void
message_id(const char *id, char out[MESSAGE_ID_MOST + 1])
{
    uint8_t hash[crypto_hash_sha256_BYTES];

    if (strlen(id) <= MESSAGE_ID_MOST) {
        str_copy(out, MESSAGE_ID_MOST + 1, id);
        return;
    }
    crypto_hash_sha256(hash, (const uint8_t *)id, strlen(id));
    sodium_bin2hex(out, MESSAGE_ID_MOST + 1, hash, sizeof(hash));
}

// Hands it to ingest.  DONE: there is a receipt, be it a refusal, which is logged: the same would come for
// ever.  What is longer than ingest takes is cut: 4,096 characters of WhatsApp may be more than 10,000 bytes,
// and most of a report is better than none.
static enum outcome
pass_on(const struct request *request, const struct brought *brought)
{
    const struct portal *portal = request->portal;
    Kentongan__V1__Report report;
    Kentongan__V1__Reporter reporter;
    Kentongan__V1__Place place;
    Kentongan__V1__Point point;
    Kentongan__V1__Attachment attachment;
    Kentongan__V1__Attachment *attachments[] = {&attachment};
    char id[MESSAGE_ID_MOST + 1];
    char text[TEXT_MOST + 1];
    char name[NAME_MOST + 1];
    char handle[NAME_MOST + 1];
    char address[ADDRESS_MOST + 1];
    char media_type[MEDIA_TYPE_MOST + 1];
    uint8_t sha256[WHATSAPP_SHA256_SIZE];
    char code[ID_CODE_SIZE] = "";
    char reason[INGEST_CLIENT_REASON_SIZE];
    int64_t earlier = kannel_find_code(portal->tracking_key, brought->text);

    kentongan__v1__report__init(&report);
    kentongan__v1__reporter__init(&reporter);
    kentongan__v1__place__init(&place);
    kentongan__v1__point__init(&point);
    kentongan__v1__attachment__init(&attachment);
    message_id(brought->id, id);
    str_copy(name, sizeof(name), brought->name);
    str_copy(handle, sizeof(handle), brought->handle);
    str_copy(text, sizeof(text), brought->text);
    if (earlier > 0)
        id_code(portal->tracking_key, earlier, code);
    report.source = wire_text(brought->source);
    report.source_message_id = id;
    report.channel = brought->channel;
    report.text = text;
    report.sent_at_ms = brought->sent_at_ms;
    report.in_reply_to = code;
    report.reporter = &reporter;
    reporter.phone = wire_text(brought->number);
    reporter.handle = handle;
    reporter.name = name;
    if (brought->latitude != NULL) {
        point.latitude = *brought->latitude;
        point.longitude = *brought->longitude;
        place.point = &point;
        str_copy(address, sizeof(address), brought->address);
        place.address = address;
        report.place = &place;
    }
    if (brought->media[0] != '\0') {
        attachment.uri = wire_text(brought->media);
        str_copy(media_type, sizeof(media_type), brought->media_type);
        attachment.media_type = media_type;
        if (brought->media_sha256 != NULL) {
            memcpy(sha256, brought->media_sha256, sizeof(sha256));
            attachment.sha256 = (ProtobufCBinaryData){sizeof(sha256), sha256};
        }
        report.attachments = attachments;
        report.n_attachments = 1;
    }
    enum outcome outcome = ingest_client_send(portal->ingest_client, &report, reason);
    if (outcome == REJECT)
        log_line(LOG_LEVEL_WARN, EV_MESSAGE_REFUSED, "source=%s reason=\"%s\"", brought->source, reason);
    return outcome == REJECT ? DONE : outcome;
}

// SMS -------------------------------------------------------------------------------------------------------

// What a person wrote, so that it can be stored whatever it was: UTF-8 without NUL.  Returns new.
static char *
readable(const char *bytes, size_t length)
{
    char *text = check_alloc(length + 1);

    for (size_t i = 0; i < length; i++)
        text[i] = bytes[i] == '\0' ? ' ' : bytes[i];
    text[length] = '\0';
    if (!str_is_text(text, length))
        for (size_t i = 0; i < length; i++)
            if ((unsigned char)text[i] >= 0x80)
                text[i] = '?';
    return text;
}

// What an officer is told who wrote TERIMA.  False: nobody of ours wrote it.
static bool
answer_accept(const struct request *request, const struct store_use *use, const struct kannel_accept *accept,
    struct answer *answer)
{
    const char *more = accept->says_more ? " Pesan lainnya tidak dicatat; tulislah di aplikasi." : "";
    char code[ID_CODE_SIZE] = "";
    char text[160];
    int64_t minute = use->at_ms / 60000 + LOCAL_OFFSET_MIN;
    int hour = (int)(minute / 60 % 24);

    if (use->ticket > 0)
        id_code(request->portal->tracking_key, use->ticket, code);
    switch (use->state) {
    case USE_OK:
        snprintf(text, sizeof(text), "Terima kasih, %s diterima %02d.%02d.%s",
            code[0] != '\0' ? code : "uji coba", hour, (int)(minute % 60), more);
        break;
    case USE_USED:
        snprintf(text, sizeof(text), "%s sudah diterima %02d.%02d.%s", code[0] != '\0' ? code : "Uji coba",
            hour, (int)(minute % 60), more);
        break;
    case USE_EXPIRED:
    case USE_WRONG:
    case USE_UNKNOWN:
        snprintf(text, sizeof(text), "Tidak ada pemberitahuan %s untuk nomor ini. Periksa lagi angkanya.",
            accept->notice > 0 ? "dengan nomor itu" : "tentang tiket itu");
        break;
    case USE_STRANGER:
        return false;
    }
    say(answer, 200, text);
    return true;
}

// An officer's TERIMA.  False: it is none, and becomes a report like any other.
static bool
take_accept(struct request *request, const char *number, const char *text, struct answer *answer)
{
    struct kannel_accept accept;
    struct store_use use;

    if (number[0] == '\0' || !kannel_accept(request->portal->tracking_key, text, &accept))
        return false;
    enum outcome outcome = store_phones_use_by_number(request, number, accept.notice, accept.report, &use);
    if (outcome != DONE) {
        say_ending(answer, outcome);
        return true;
    }
    if (use.state == USE_OK && use.ticket > 0)
        acted_tell(request->portal->acted, use.ticket);
    return answer_accept(request, &use, &accept, answer);
}

void
hooks_kannel_message(struct request *request, struct answer *answer)
{
    const char *id = request_query(request, "id");
    const char *from = request_query(request, "from");
    const char *at = request_query(request, "ts");
    size_t length = 0;
    const char *bytes = request_query_bytes(request, "text", &length);
    char number[KANNEL_NUMBER_SIZE] = "";

    if (!is_secret(request->params[0], request->portal->hook_secret)) {
        answer_error(answer, 404, "unknown", "", "There is nothing here.");
        return;
    }
    if (id == NULL || id[0] == '\0' || from == NULL || bytes == NULL) {
        answer_error(answer, 400, "wrong_field", "id",
            "id, from and text are needed: see get-url in the settings of Kannel.");
        return;
    }
    bool has_number = kannel_number(from, number) == 0;
    char *text = readable(bytes, length);
    if (!take_accept(request, has_number ? number : "", text, answer)) {
        int64_t seconds = at != NULL ? kannel_integer(at, strlen(at)) : 0;
        const struct brought brought = {.source = "kannel",
            .id = id,
            .text = text,
            .channel = KENTONGAN__V1__CHANNEL__CHANNEL_SMS,
            .number = has_number ? number : "",
            .handle = has_number ? "" : from,
            .name = "",
            .media = "",
            .sent_at_ms = seconds > 0 && seconds < INT64_MAX / 1000 ? seconds * 1000 : 0};

        say_ending(answer, pass_on(request, &brought));
    }
    free(text);
}

// Stores what a network says of something that we sent; a reference that is none of ours is none.
static enum outcome
take_reported(struct request *request, const char *reference, bool delivered)
{
    struct kannel_reference read;
    bool known = false;

    return kannel_reference(reference, &read) == 0 ? store_hooks_reported(request, &read, delivered, &known)
                                                   : DONE;
}

void
hooks_kannel_report(struct request *request, struct answer *answer)
{
    const char *reference = request_query(request, "ref");
    const char *state = request_query(request, "st");
    enum outcome outcome = DONE;

    if (!is_secret(request->params[0], request->portal->hook_secret)) {
        answer_error(answer, 404, "unknown", "", "There is nothing here.");
        return;
    }
    if (reference == NULL || state == NULL) {
        answer_error(answer, 400, "wrong_field", "ref", "ref and st are needed: see SMS_REPORT_URL.");
        return;
    }
    // Kannel: 1 delivered to the phone, 2 not; 8 taken by the network, 16 refused by it; 4 it waits for the
    // phone.
    if (strcmp(state, "1") == 0)
        outcome = take_reported(request, reference, true);
    else if (strcmp(state, "2") == 0 || strcmp(state, "16") == 0)
        outcome = take_reported(request, reference, false);
    say_ending(answer, outcome);
}

// WhatsApp --------------------------------------------------------------------------------------------------

// A batch on its way; ending is RETRY from the first one on that could not be stored.
struct batch {
    struct request *request;
    enum outcome ending;
};

static enum outcome
take_acknowledgement(struct request *request, const char *text)
{
    uint8_t token[NOTICE_TOKEN_SIZE];
    struct store_use use = {.state = USE_WRONG};
    enum outcome outcome = DONE;

    if (notice_token_read(text, strlen(text), token) == 0)
        outcome = store_phones_use(request, token, "acknowledge", &use);
    if (use.state == USE_OK && use.ticket > 0)
        acted_tell(request->portal->acted, use.ticket);
    return outcome;
}

static const char *
text_or(const struct whatsapp_message *message)
{
    if (message->text[0] != '\0')
        return message->text;
    return message->has_point ? "(lokasi yang dibagikan)" : "(lampiran tanpa keterangan)";
}

static void
take_message(void *self, const struct whatsapp_message *message)
{
    struct batch *batch = self;
    char number[KANNEL_NUMBER_SIZE] = "";
    char phone[KANNEL_NUMBER_SIZE + 1];
    char uri[URI_SIZE] = "";

    if (batch->ending == RETRY)
        return;
    if (strncmp(message->payload, acknowledge_prefix, strlen(acknowledge_prefix)) == 0) {
        batch->ending = take_acknowledgement(batch->request, message->payload + strlen(acknowledge_prefix));
        return;
    }
    snprintf(phone, sizeof(phone), "+%s", message->phone);
    if (kannel_number(phone, number) < 0)
        number[0] = '\0';
    // What is at this address has to be fetched with the office's own token, within seven days.
    if (message->media[0] != '\0')
        snprintf(uri, sizeof(uri), "https://graph.facebook.com/%s", message->media);
    const struct brought brought = {.source = "whatsapp",
        .id = message->id,
        .text = text_or(message),
        .channel = KENTONGAN__V1__CHANNEL__CHANNEL_WHATSAPP,
        .number = number,
        .handle = message->user,
        .name = message->name,
        .media = uri,
        .media_type = message->media_type,
        .media_sha256 = message->has_sha256 ? message->media_sha256 : NULL,
        .latitude = message->has_point ? &message->latitude : NULL,
        .longitude = message->has_point ? &message->longitude : NULL,
        .address = message->address,
        .sent_at_ms = message->sent_at_ms};
    batch->ending = pass_on(batch->request, &brought);
}

static void
take_status(void *self, const struct whatsapp_status *status)
{
    struct batch *batch = self;

    if (batch->ending != RETRY)
        batch->ending = take_reported(batch->request, status->reference, status->delivered);
}

void
hooks_whatsapp_verify(struct request *request, struct answer *answer)
{
    const char *mode = request_query(request, "hub.mode");
    const char *token = request_query(request, "hub.verify_token");
    const char *challenge = request_query(request, "hub.challenge");

    if (mode == NULL || token == NULL || challenge == NULL || strcmp(mode, "subscribe") != 0 ||
        !is_secret(token, request->portal->whatsapp_verify_token))
        answer_error(answer, 403, "wrong", "hub.verify_token", "This is not the token that was agreed on.");
    else
        say(answer, 200, challenge);
}

void
hooks_whatsapp(struct request *request, struct answer *answer)
{
    struct batch batch = {.request = request, .ending = DONE};
    const struct whatsapp_handler handler = {.message = take_message, .status = take_status, .self = &batch};
    const char *signature = request_header(request, "X-Hub-Signature-256");
    json_t *json = NULL;

    if (!whatsapp_is_signed(
            request->portal->whatsapp_app_secret, signature, request->body, request->length)) {
        answer_error(answer, 401, "wrong_signature", "", "The signature is not that of this body.");
        return;
    }
    json = request_json(request);
    if (json == NULL) {
        answer_error(answer, 400, "wrong_field", "body", "The body has to be a JSON object.");
        return;
    }
    size_t left_out = whatsapp_each(json, &handler);
    if (left_out > 0)
        log_line(LOG_LEVEL_DEBUG, EV_MESSAGE_LEFT_OUT, "source=whatsapp count=%zu", left_out);
    json_decref(json);
    say_ending(answer, batch.ending);
}

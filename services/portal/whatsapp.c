// whatsapp.c - webhooks of the WhatsApp Cloud API.
#include "whatsapp.h"

#include "kannel.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

static const char *
text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

bool
whatsapp_is_signed(const char *secret, const char *signature, const void *body, size_t length)
{
    static const char prefix[] = "sha256=";
    uint8_t given[crypto_auth_hmacsha256_BYTES];
    uint8_t wanted[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    size_t count = 0;

    if (secret[0] == '\0' || signature == NULL || strncmp(signature, prefix, strlen(prefix)) != 0)
        return false;
    signature += strlen(prefix);
    if (strlen(signature) != 2 * sizeof(given) ||
        sodium_hex2bin(given, sizeof(given), signature, strlen(signature), NULL, &count, NULL) != 0 ||
        count != sizeof(given))
        return false;
    crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret, strlen(secret));
    crypto_auth_hmacsha256_update(&state, body, length);
    crypto_auth_hmacsha256_final(&state, wanted);
    return sodium_memcmp(given, wanted, sizeof(given)) == 0;
}

// The profile's name of whoever wrote the message.
static const char *
name_of(const json_t *contacts, const struct whatsapp_message *message)
{
    size_t i = 0;
    const json_t *contact = NULL;

    json_array_foreach(contacts, i, contact)
    {
        const char *phone = text_of(contact, "wa_id");
        const char *user = text_of(contact, "user_id");

        if ((phone[0] != '\0' && strcmp(phone, message->phone) == 0) ||
            (user[0] != '\0' && strcmp(user, message->user) == 0) || json_array_size(contacts) == 1)
            return text_of(json_object_get(contact, "profile"), "name");
    }
    return "";
}

static void
read_media(const json_t *media, struct whatsapp_message *message)
{
    const char *hash = text_of(media, "sha256");
    size_t count = 0;

    message->text = text_of(media, "caption");
    message->media = text_of(media, "id");
    message->media_type = text_of(media, "mime_type");
    message->has_sha256 = sodium_base642bin(message->media_sha256, sizeof(message->media_sha256), hash,
                              strlen(hash), NULL, &count, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
                          count == sizeof(message->media_sha256);
}

static void
read_location(const json_t *location, struct whatsapp_message *message)
{
    const json_t *latitude = json_object_get(location, "latitude");
    const json_t *longitude = json_object_get(location, "longitude");

    message->latitude = json_number_value(latitude);
    message->longitude = json_number_value(longitude);
    message->has_point = json_is_number(latitude) && json_is_number(longitude) &&
                         fabs(message->latitude) <= 90 && fabs(message->longitude) <= 180;
    message->address = text_of(location, "address");
    message->text = text_of(location, "name");
}

// Fills in what depends on the type.  False: it is nothing that somebody said.
static bool
read_content(const json_t *json, struct whatsapp_message *message)
{
    static const char *const media[] = {"image", "video", "document", "audio", "sticker"};
    const char *type = text_of(json, "type");

    if (strcmp(type, "text") == 0) {
        message->text = text_of(json_object_get(json, "text"), "body");
        return message->text[0] != '\0';
    }
    if (strcmp(type, "button") == 0) {
        message->text = text_of(json_object_get(json, "button"), "text");
        message->payload = text_of(json_object_get(json, "button"), "payload");
        return message->text[0] != '\0' || message->payload[0] != '\0';
    }
    if (strcmp(type, "interactive") == 0) {
        const json_t *interactive = json_object_get(json, "interactive");
        const json_t *reply = json_object_get(interactive, text_of(interactive, "type"));

        message->text = text_of(reply, "title");
        message->payload = text_of(reply, "id");
        return message->text[0] != '\0' || message->payload[0] != '\0';
    }
    if (strcmp(type, "location") == 0) {
        read_location(json_object_get(json, "location"), message);
        return message->has_point || message->text[0] != '\0';
    }
    for (size_t i = 0; i < LENGTH(media); i++)
        if (strcmp(type, media[i]) == 0) {
            read_media(json_object_get(json, type), message);
            return message->media[0] != '\0';
        }
    return false;
}

static bool
read_message(const json_t *json, const json_t *contacts, struct whatsapp_message *message)
{
    const char *sent = text_of(json, "timestamp");
    int64_t seconds = kannel_integer(sent, strlen(sent));

    *message = (struct whatsapp_message){.id = text_of(json, "id"),
        .phone = text_of(json, "from"),
        .user = text_of(json, "from_user_id"),
        .text = "",
        .payload = "",
        .media = "",
        .media_type = "",
        .address = ""};
    message->name = name_of(contacts, message);
    message->sent_at_ms = seconds > 0 && seconds < INT64_MAX / 1000 ? seconds * 1000 : 0;
    return message->id[0] != '\0' && read_content(json, message);
}

static bool
read_status(const json_t *json, struct whatsapp_status *status)
{
    const char *word = text_of(json, "status");
    bool delivered = strcmp(word, "delivered") == 0 || strcmp(word, "read") == 0;

    *status = (struct whatsapp_status){
        .reference = text_of(json, "biz_opaque_callback_data"), .delivered = delivered};
    return status->reference[0] != '\0' && (delivered || strcmp(word, "failed") == 0);
}

// One change: messages and statuses of one of our numbers.
static size_t
each_of(const json_t *value, const struct whatsapp_handler *handler)
{
    const json_t *contacts = json_object_get(value, "contacts");
    const json_t *item = NULL;
    size_t left_out = 0;
    size_t i = 0;

    json_array_foreach(json_object_get(value, "messages"), i, item)
    {
        struct whatsapp_message message;

        if (read_message(item, contacts, &message))
            handler->message(handler->self, &message);
        else
            left_out++;
    }
    json_array_foreach(json_object_get(value, "statuses"), i, item)
    {
        struct whatsapp_status status;

        if (read_status(item, &status))
            handler->status(handler->self, &status);
        else
            left_out++;
    }
    return left_out;
}

size_t
whatsapp_each(const json_t *body, const struct whatsapp_handler *handler)
{
    const json_t *entry = NULL;
    const json_t *change = NULL;
    size_t left_out = 0;
    size_t i = 0;
    size_t k = 0;

    json_array_foreach(json_object_get(body, "entry"), i, entry) json_array_foreach(
        json_object_get(entry, "changes"), k, change) if (strcmp(text_of(change, "field"), "messages") == 0)
        left_out += each_of(json_object_get(change, "value"), handler);
    return left_out;
}

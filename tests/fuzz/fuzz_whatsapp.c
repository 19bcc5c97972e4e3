// fuzz_whatsapp.c - any bytes as a webhook of WhatsApp.
//
// Only what was signed with our secret is Meta's.  Each message and status is handed over or counted as left
// out; what is handed over is text, and says something.
#include "fuzz.h"

#include "request.h"
#include "str.h"
#include "whatsapp.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char secret[] = "a secret of the app";

static void
check_text(const char *text)
{
    CHECK(text != NULL && (text[0] == '\0' || str_is_text(text, strlen(text))));
}

static void
take_message(void *self, const struct whatsapp_message *message)
{
    size_t *taken = self;

    ++*taken;
    check_text(message->id);
    check_text(message->phone);
    check_text(message->user);
    check_text(message->name);
    check_text(message->text);
    check_text(message->payload);
    check_text(message->media);
    check_text(message->media_type);
    check_text(message->address);
    CHECK(message->id[0] != '\0');
    CHECK(message->text[0] != '\0' || message->payload[0] != '\0' || message->media[0] != '\0' ||
          message->has_point);
    CHECK(!message->has_point || (fabs(message->latitude) <= 90 && fabs(message->longitude) <= 180));
    CHECK(message->sent_at_ms >= 0 && message->sent_at_ms % 1000 == 0);
}

static void
take_status(void *self, const struct whatsapp_status *status)
{
    size_t *taken = self;

    ++*taken;
    check_text(status->reference);
    CHECK(status->reference[0] != '\0');
}

// All that the body brings, counted by itself.
static size_t
count_items(const json_t *body)
{
    const json_t *entries = json_object_get(body, "entry");
    size_t count = 0;

    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *changes = json_object_get(json_array_get(entries, i), "changes");

        for (size_t k = 0; k < json_array_size(changes); k++) {
            const json_t *change = json_array_get(changes, k);
            const json_t *value = json_object_get(change, "value");
            const char *field = json_string_value(json_object_get(change, "field"));

            if (field != NULL && strcmp(field, "messages") == 0)
                count += json_array_size(json_object_get(value, "messages")) +
                         json_array_size(json_object_get(value, "statuses"));
        }
    }
    return count;
}

static void
check_signature(const uint8_t *data, size_t size)
{
    char signature[7 + 2 * crypto_auth_hmacsha256_BYTES + 1] = "sha256=";
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    char *text = check_alloc(size + 1);

    crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret, strlen(secret));
    crypto_auth_hmacsha256_update(&state, data, size);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2hex(signature + 7, sizeof(signature) - 7, mac, sizeof(mac));
    CHECK(whatsapp_is_signed(secret, signature, data, size));
    CHECK(!whatsapp_is_signed("another", signature, data, size));
    CHECK(!whatsapp_is_signed("", signature, data, size));
    CHECK(!whatsapp_is_signed(secret, signature + 7, data, size));
    CHECK(!whatsapp_is_signed(secret, NULL, data, size));
    if (size > 0) {
        signature[7 + data[0] % 64] ^= 1; // another digit, or none
        CHECK(!whatsapp_is_signed(secret, signature, data, size));
        memcpy(text, data, size);
    }
    text[size] = '\0';
    CHECK(!whatsapp_is_signed(secret, text, "another body", 12));
    free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct request request = {.body = (const char *)data, .length = size};
    size_t taken = 0;
    const struct whatsapp_handler handler = {take_message, take_status, &taken};
    json_t *json = NULL;

    check_signature(data, size);
    json = request_json(&request);
    if (json != NULL) {
        size_t left_out = whatsapp_each(json, &handler);

        CHECK(taken + left_out == count_items(json));
    }
    json_decref(json);
    return 0;
}

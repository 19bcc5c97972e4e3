// phones.c - routes of a person's own phones.
//
// Where a phone is reached is a capability: it comes in and never goes out again, nor into a log.
#include "phones.h"

#include "endpoint.h"
#include "fields.h"
#include "kannel.h"
#include "portal.h"
#include "store_phones.h"
#include "str.h"
#include "webpush.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    LABEL_MOST = 100,
    TOPIC_LENGTH = 24, // of 62 signs: 142 bits
    TOKEN_LENGTH = 29, // of 36 signs: 149 bits, as the ntfy app expects it behind tk_
    TOKEN_SIZE = 3 + TOKEN_LENGTH + 1,
};

// webpush.h is for one thread at a time.
static pthread_mutex_t keys_lock = PTHREAD_MUTEX_INITIALIZER;

void
phones_list(struct request *request, struct answer *answer)
{
    enum outcome outcome = DONE;
    json_t *list = store_phones_list(request, &outcome);

    if (list != NULL)
        answer_json(answer, 200, list);
    else
        answer_ending(answer, outcome);
}

// Reads one key of a subscription.  0 or -1.
static int
read_key(
    struct fields *fields, const json_t *keys, const char *name, const char *field, uint8_t *out, size_t size)
{
    const char *text = json_string_value(json_object_get(keys, name));
    size_t length = text != NULL ? strcspn(text, "=") : 0; // some browsers pad

    if (text != NULL && str_unbase64url(text, length, out, size) == (int)size)
        return 0;
    fields_wrong(fields, field, "This key is not what a browser gives: see PushSubscription.toJSON().");
    return -1;
}

static bool
are_keys(const uint8_t p256dh[WEBPUSH_POINT_SIZE], const uint8_t auth[WEBPUSH_AUTH_SIZE])
{
    struct webpush_peer *peer = NULL;

    CHECK(pthread_mutex_lock(&keys_lock) == 0);
    peer = webpush_peer_new(p256dh, WEBPUSH_POINT_SIZE, auth, WEBPUSH_AUTH_SIZE);
    CHECK(pthread_mutex_unlock(&keys_lock) == 0);
    bool are = peer != NULL;
    webpush_peer_destroy(&peer);
    return are;
}

// Reads where and with which keys a browser is reached.  0, or -1 after the answer was said.
static int
read_subscription(struct fields *fields, const struct portal *portal, struct store_phone *phone,
    uint8_t p256dh[WEBPUSH_POINT_SIZE], uint8_t auth[WEBPUSH_AUTH_SIZE])
{
    const json_t *keys = json_object_get(json_object_get(fields->body, "subscription"), "keys");
    const char *refusal = NULL;
    char message[160];

    phone->endpoint = fields_text(fields, "subscription.endpoint", FIELD_NEEDED, ENDPOINT_MOST);
    if (fields->is_wrong)
        return -1;
    refusal = endpoint_refusal(phone->endpoint, portal->push_allow, portal->push_allow_loopback);
    if (refusal != NULL) {
        snprintf(message, sizeof(message), "This endpoint %s.", refusal);
        fields_wrong(fields, "subscription.endpoint", message);
        return -1;
    }
    if (read_key(fields, keys, "p256dh", "subscription.keys.p256dh", p256dh, WEBPUSH_POINT_SIZE) < 0 ||
        read_key(fields, keys, "auth", "subscription.keys.auth", auth, WEBPUSH_AUTH_SIZE) < 0)
        return -1;
    if (!are_keys(p256dh, auth)) {
        fields_wrong(fields, "subscription.keys.p256dh", "This key is no point on the curve P-256.");
        return -1;
    }
    phone->p256dh = p256dh;
    phone->auth = auth;
    return 0;
}

// Stores the phone.  0, or -1 after the answer was said.
static int
store(struct request *request, const struct store_phone *phone, struct answer *answer, int64_t *id)
{
    enum phone_state state = PHONE_REFUSED;
    enum outcome outcome = store_phones_add(request, phone, &state, id);

    if (outcome != DONE) {
        answer_ending(answer, outcome);
        return -1;
    }
    switch (state) {
    case PHONE_OK:
        return 0;
    case PHONE_TAKEN:
        answer_error(
            answer, 409, "taken", "subscription.endpoint", "This phone is somebody else's: subscribe anew.");
        return -1;
    case PHONE_FULL:
        answer_error(answer, 409, "full", "", "You have ten phones: remove one first.");
        return -1;
    case PHONE_REFUSED:
        answer_error(answer, 401, "no_session", "", "Log in first.");
        return -1;
    }
    return -1;
}

static void
add_webpush(struct request *request, struct fields *fields, const char *label, struct answer *answer)
{
    struct store_phone phone = {.leg = "webpush", .label = label};
    uint8_t p256dh[WEBPUSH_POINT_SIZE];
    uint8_t auth[WEBPUSH_AUTH_SIZE];
    int64_t id = 0;

    if (read_subscription(fields, request->portal, &phone, p256dh, auth) == 0 &&
        store(request, &phone, answer, &id) == 0)
        answer_json(answer, 200, json_pack("{s:I}", "id", (json_int_t)id));
}

// Random signs out of the first `base` of these.
static void
random_text(char *text, size_t length, uint32_t base)
{
    static const char signs[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    for (size_t i = 0; i < length; i++)
        text[i] = signs[randombytes_uniform(base)];
    text[length] = '\0';
}

static void
add_ntfy(struct request *request, const char *label, struct answer *answer)
{
    char topic[TOPIC_LENGTH + 1];
    char token[TOKEN_SIZE] = "tk_";
    uint8_t secret[crypto_hash_sha256_BYTES];
    struct store_phone phone = {.leg = "ntfy", .endpoint = topic, .label = label, .secret = secret};
    int64_t id = 0;

    if (request->portal->ntfy_url[0] == '\0') {
        answer_error(answer, 400, "off", "leg", "This office has no ntfy server.");
        return;
    }
    random_text(topic, TOPIC_LENGTH, 62);
    random_text(token + 3, TOKEN_LENGTH, 36);
    crypto_hash_sha256(secret, (const uint8_t *)token, strlen(token));
    if (store(request, &phone, answer, &id) == 0)
        answer_json(answer, 200,
            json_pack("{s:I, s:s, s:s, s:s}", "id", (json_int_t)id, "server", request->portal->ntfy_url,
                "topic", topic, "token", token));
}

void
phones_add(struct request *request, struct answer *answer)
{
    struct fields fields;
    const char *leg = NULL;
    const char *label = NULL;

    fields_open(&fields, request, answer);
    leg = fields_text(&fields, "leg", FIELD_NEEDED, 20);
    label = fields_text(&fields, "label", FIELD_OPTIONAL, LABEL_MOST);
    if (!fields.is_wrong && strcmp(leg, "webpush") != 0 && strcmp(leg, "ntfy") != 0)
        fields_wrong(&fields, "leg", "This field has to be webpush or ntfy.");
    if (!fields.is_wrong && strcmp(leg, "ntfy") == 0)
        add_ntfy(request, label, answer);
    else if (!fields.is_wrong)
        add_webpush(request, &fields, label, answer);
    fields_close(&fields);
}

// Does what(id) to the phone that the path names.
static void
with_phone(struct request *request, struct answer *answer, int status,
    enum outcome (*what)(struct request *request, int64_t id, bool *found))
{
    int64_t id = kannel_integer(request->params[0], strlen(request->params[0]));
    bool found = false;
    enum outcome outcome = id > 0 ? what(request, id, &found) : DONE;

    if (outcome != DONE)
        answer_ending(answer, outcome);
    else if (!found)
        answer_error(answer, 404, "unknown_phone", "id", "You have no such phone.");
    else if (status == 204)
        answer->status = 204;
    else
        answer_json(answer, status, json_pack("{s:s}", "state", "ok"));
}

void
phones_remove(struct request *request, struct answer *answer)
{
    with_phone(request, answer, 204, store_phones_remove);
}

void
phones_test(struct request *request, struct answer *answer)
{
    with_phone(request, answer, 202, store_phones_test);
}

// fuzz_ntfy_message.c - what somebody publishes by the ntfy protocol: headers as in HTTP up to an empty line,
// then the body, which is taken as the message, and as JSON if it is a JSON object.
//
// What is taken has only the fields that phones know, each within its limits, and is the same when it is
// published once more.
#include "fuzz.h"

#include "ntfy_message.h"
#include "request.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEADERS_MOST = 16, TITLE_MOST = 250, URL_MOST = 2000, TAGS_MOST = 20 };

struct headers {
    size_t count;
    struct {
        char *name, *value; // owned
    } all[HEADERS_MOST];
};

static const char *
find(const void *self, const char *name)
{
    const struct headers *headers = self;

    for (size_t i = 0; i < headers->count; i++)
        if (strcasecmp(headers->all[i].name, name) == 0)
            return headers->all[i].value;
    return NULL;
}

// Takes the headers off.  Returns where the body begins.
static size_t
cut_headers(struct headers *headers, const char *text, size_t size)
{
    size_t at = 0;

    while (at < size && text[at] != '\n' && headers->count < HEADERS_MOST) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - text) - at : size - at;
        const char *colon = memchr(text + at, ':', length);
        size_t name = colon != NULL ? (size_t)(colon - text) - at : length;
        size_t value = name < length ? name + 1 : length;

        if (value < length && text[at + value] == ' ')
            value++;
        headers->all[headers->count].name = strndup(text + at, name);
        headers->all[headers->count].value = strndup(text + at + value, length - value);
        CHECK(headers->all[headers->count].name != NULL && headers->all[headers->count].value != NULL);
        headers->count++;
        at += length + (end != NULL ? 1 : 0);
    }
    return at < size && text[at] == '\n' ? at + 1 : at;
}

static const char *
check_text(const json_t *object, const char *name, size_t most)
{
    const json_t *field = json_object_get(object, name);

    if (field == NULL)
        return NULL;
    CHECK(json_is_string(field) && json_string_length(field) > 0 && json_string_length(field) <= most);
    CHECK(str_is_text(json_string_value(field), json_string_length(field)));
    return json_string_value(field);
}

static void
check_actions(const json_t *actions)
{
    size_t i = 0;
    const json_t *action = NULL;

    if (actions == NULL)
        return;
    CHECK(json_array_size(actions) >= 1 && json_array_size(actions) <= NTFY_ACTIONS_MOST);
    json_array_foreach(actions, i, action)
    {
        const char *kind = check_text(action, "action", 9);

        CHECK(kind != NULL &&
              (strcmp(kind, "view") == 0 || strcmp(kind, "http") == 0 || strcmp(kind, "broadcast") == 0));
        CHECK(check_text(action, "id", 10) != NULL);
        CHECK(json_string_length(json_object_get(action, "label")) > 0);
        CHECK(strcmp(kind, "broadcast") == 0 || check_text(action, "url", URL_MOST) != NULL);
        CHECK(json_is_boolean(json_object_get(action, "clear")));
    }
}

static void
check_said(const json_t *said)
{
    static const char *const names[] = {"message", "title", "priority", "tags", "click", "icon", "actions"};
    const json_t *priority = json_object_get(said, "priority");
    const json_t *tags = json_object_get(said, "tags");
    const json_t *tag = NULL;
    size_t known = 0;
    size_t i = 0;

    for (i = 0; i < LENGTH(names); i++)
        known += json_object_get(said, names[i]) != NULL;
    CHECK(known == json_object_size(said));
    CHECK(check_text(said, "message", NTFY_MESSAGE_MOST) != NULL);
    (void)check_text(said, "title", TITLE_MOST);
    (void)check_text(said, "click", URL_MOST);
    (void)check_text(said, "icon", URL_MOST);
    CHECK(priority == NULL || (json_is_integer(priority) && json_integer_value(priority) >= 1 &&
                                  json_integer_value(priority) <= 5 && json_integer_value(priority) != 3));
    CHECK(tags == NULL || (json_is_array(tags) && json_array_size(tags) <= TAGS_MOST));
    json_array_foreach(tags, i, tag) CHECK(json_is_string(tag));
    check_actions(json_object_get(said, "actions"));
}

// What was taken, published once more, is the same.
static void
check_again(const struct ntfy_message *message, const char *topic)
{
    static const struct headers none = {0};
    struct ntfy_message again = {0};
    json_t *json = json_copy(message->said);
    char *text = NULL;

    CHECK(json != NULL && json_object_set_new(json, "topic", json_string(topic)) == 0);
    text = json_dumps(json, JSON_COMPACT);
    CHECK(text != NULL);
    const struct request request = {.body = text, .length = strlen(text)};
    json_t *read = request_json(&request);
    CHECK(read != NULL && ntfy_message_of_json(&again, find, &none, read) == NULL);
    CHECK(json_equal(again.said, message->said) && again.is_kept);
    json_decref(again.said);
    json_decref(read);
    json_decref(json);
    free(text);
}

static void
check(const char *wrong, const struct ntfy_message *message, const char *topic)
{
    if (wrong != NULL) {
        CHECK(wrong[0] != '\0' && wrong[strlen(wrong) - 1] == '.');
        return;
    }
    CHECK(ntfy_message_is_topic(topic, strlen(topic)));
    check_said(message->said);
    check_again(message, topic);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct headers headers = {0};
    size_t at = cut_headers(&headers, (const char *)data, size);
    const struct request request = {.body = (const char *)data + at, .length = size - at};
    struct ntfy_message message = {0};
    json_t *json = request_json(&request);

    const char *wrong = ntfy_message_of_headers(&message, find, &headers, request.body, request.length);
    check(wrong, &message, "topic");
    json_decref(message.said);
    if (json != NULL) {
        message = (struct ntfy_message){0};
        wrong = ntfy_message_of_json(&message, find, &headers, json);
        check(wrong, &message, message.topic);
        json_decref(message.said);
    }
    json_decref(json);
    for (size_t i = 0; i < headers.count; i++) {
        free(headers.all[i].name);
        free(headers.all[i].value);
    }
    return 0;
}

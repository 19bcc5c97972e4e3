// leg_ntfy.c - the leg to phones with the ntfy app: publishes JSON at the root of an ntfy server.
#include "leg.h"

#include "answer.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
    MESSAGE_SIZE = 4096 + 1, // what an ntfy server takes
    TITLE_SIZE = 250 + 1,
    TOPIC_MOST = 64,
};

static bool
is_name(const char *text)
{
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    return length >= 1 && length <= TOPIC_MOST && text[length] == '\0';
}

// What stands before the title on the phone.
static const char *
sign(int priority)
{
    if (priority >= 5)
        return "rotating_light";
    return priority == 4 ? "warning" : "bell";
}

// Buttons: one acknowledges without opening anything, one opens the page.
static json_t *
actions(const struct letter *letter, const struct legs_settings *settings)
{
    json_t *list = json_array();
    struct str url = {0};

    CHECK(list != NULL);
    str_format(&url, "%s/api/v1/push/acknowledge", settings->portal_url);
    if (letter->token[0] != '\0')
        CHECK(json_array_append_new(
                  list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "action", "http", "label", "Terima",
                            "url", url.data, "method", "POST", "body", letter->token, "clear", 1)) == 0);
    if (letter->link[0] != '\0')
        CHECK(json_array_append_new(list,
                  json_pack("{s:s, s:s, s:s}", "action", "view", "label", "Buka", "url", letter->link)) == 0);
    str_free(&url);
    return list;
}

static const char *
compose(const struct letter *letter, const struct leg_context *context, struct http_request *request)
{
    const struct legs_settings *settings = context->settings;
    int priority = letter->priority < 1 ? 1 : letter->priority > 5 ? 5 : letter->priority;
    char message[MESSAGE_SIZE];
    char title[TITLE_SIZE];
    json_t *body = NULL;

    if (!is_name(letter->to))
        return "its topic is none";
    str_copy(message, sizeof(message), letter->text);
    str_copy(title, sizeof(title), letter->subject);
    body = json_pack("{s:s, s:s, s:s, s:i, s:[s], s:o}", "topic", letter->to, "title", title, "message",
        message, "priority", priority, "tags", sign(priority), "actions", actions(letter, settings));
    if (body == NULL)
        return "its text is not UTF-8";
    if (letter->link[0] != '\0')
        CHECK(json_object_set_new(body, "click", json_string(letter->link)) == 0);
    // A later letter with the same one replaces it on the phone.
    if (is_name(letter->tag))
        CHECK(json_object_set_new(body, "sequence_id", json_string(letter->tag)) == 0);
    leg_post(request, settings->ntfy_url, settings->ntfy_token, body);
    return NULL;
}

// Only a server that knows topics says so of one: anything else that answers 404 is not the server we look
// for.
static bool
knows_no_topic(const struct http_answer *came)
{
    json_t *said = json_loads(came->body, 0, NULL);
    bool knows = json_integer_value(json_object_get(said, "http")) == came->status;

    json_decref(said);
    return knows;
}

static void
judge(const struct http_answer *came, struct leg_verdict *verdict)
{
    verdict->answer.ending = answer_ending(came->status);
    verdict->leg_fails = came->status >= 300 && came->status <= 405 && came->status != 400;
    if (verdict->answer.ending != ENDING_GONE)
        return;
    verdict->leg_fails = !knows_no_topic(came);
    if (verdict->leg_fails) {
        verdict->answer.ending = ENDING_RETRY;
        verdict->answer.reason = "NTFY_URL leads to no ntfy server";
    }
}

const struct leg_way leg_ntfy = {compose, judge};

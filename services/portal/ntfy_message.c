// ntfy_message.c - what somebody publishes by the ntfy protocol.
//
// The names of headers, their short forms and the short form of actions ("view, Buka, https://..; http,
// Terima, https://.., clear=true") are those of ntfy's documentation.
#include "ntfy_message.h"

#include "str.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    TITLE_MOST = 250,
    URL_MOST = 2000,
    TAGS_MOST = 20,
    SHORT_MOST = 4096,
    PARTS_MOST = 32,
    PRIORITY_NORMAL = 3
};

bool
ntfy_message_is_topic(const char *text, size_t length)
{
    static const char signs[] = "-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    if (length < 1 || length > NTFY_TOPIC_MOST)
        return false;
    for (size_t i = 0; i < length; i++)
        if (memchr(signs, text[i], sizeof(signs) - 1) == NULL)
            return false;
    return true;
}

// 1 .. 5; 0: it is no priority.
static int
priority_of(const char *word)
{
    static const struct {
        const char *name;
        int priority;
    } words[] = {{"1", 1}, {"min", 1}, {"2", 2}, {"low", 2}, {"3", 3}, {"default", 3}, {"", 3}, {"4", 4},
        {"high", 4}, {"5", 5}, {"max", 5}, {"urgent", 5}};

    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcasecmp(word, words[i].name) == 0)
            return words[i].priority;
    return 0;
}

static bool
is_no(const char *word)
{
    return strcasecmp(word, "no") == 0 || strcmp(word, "0") == 0 || strcasecmp(word, "false") == 0;
}

static bool
is_yes(const char *word)
{
    return strcasecmp(word, "yes") == 0 || strcmp(word, "1") == 0 || strcasecmp(word, "true") == 0;
}

// Actions ---------------------------------------------------------------------------------------------------

// Checks one action and gives it an id.  NULL, or what is wrong.
static const char *
check_action(json_t *action, size_t number)
{
    const char *kind = json_string_value(json_object_get(action, "action"));
    const char *label = json_string_value(json_object_get(action, "label"));
    const char *url = json_string_value(json_object_get(action, "url"));
    char id[32];

    if (kind == NULL ||
        (strcmp(kind, "view") != 0 && strcmp(kind, "http") != 0 && strcmp(kind, "broadcast") != 0))
        return "An action has to be view, http or broadcast.";
    if (label == NULL || label[0] == '\0')
        return "An action needs a label.";
    if (strcmp(kind, "broadcast") != 0 && (url == NULL || url[0] == '\0' || strlen(url) > URL_MOST))
        return "This action needs a url.";
    snprintf(id, sizeof(id), "action%04zu", number);
    json_object_set_new(action, "id", json_string(id));
    if (json_object_get(action, "clear") == NULL)
        json_object_set_new(action, "clear", json_false());
    return json_is_boolean(json_object_get(action, "clear")) ? NULL : "clear has to be true or false.";
}

// Takes actions.  NULL, or what is wrong.
static const char *
set_actions(json_t *said, json_t *actions)
{
    const char *wrong = NULL;
    json_t *action = NULL;
    size_t i = 0;

    if (!json_is_array(actions))
        wrong = "actions have to be an array.";
    else if (json_array_size(actions) > NTFY_ACTIONS_MOST)
        wrong = "There may be three actions.";
    json_array_foreach(actions, i, action) if (wrong == NULL) wrong = check_action(action, i + 1);
    if (wrong == NULL && json_array_size(actions) > 0)
        json_object_set(said, "actions", actions);
    json_decref(actions);
    return wrong;
}

// One "name=value" or, by its place, the kind, label or url of an action.
static const char *
set_part(json_t *action, const char *part, size_t place)
{
    static const char *const places[] = {"action", "label", "url"};
    static const char *const names[] = {"action", "label", "url", "method", "body", "intent", "clear"};
    const char *equals = strchr(part, '=');
    size_t length = equals != NULL ? (size_t)(equals - part) : 0;

    for (size_t i = 0; equals != NULL && i < LENGTH(names); i++)
        if (strlen(names[i]) == length && strncasecmp(part, names[i], length) == 0) {
            json_object_set_new(action, names[i],
                strcmp(names[i], "clear") == 0 ? json_boolean(is_yes(equals + 1)) : json_string(equals + 1));
            return NULL;
        }
    for (size_t i = 0; i < 2; i++) {
        static const char *const maps[] = {"headers", "extras"};
        size_t name = strlen(maps[i]);

        if (equals == NULL || length < name + 2 || strncasecmp(part, maps[i], name) != 0 || part[name] != '.')
            continue;
        if (json_object_get(action, maps[i]) == NULL)
            json_object_set_new(action, maps[i], json_object());
        char *key = strndup(part + name + 1, length - name - 1);
        CHECK(key != NULL);
        json_object_set_new(json_object_get(action, maps[i]), key, json_string(equals + 1));
        free(key);
        return NULL;
    }
    if (place >= LENGTH(places))
        return "A part of an action has no name.";
    json_object_set_new(action, places[place], json_string(part));
    return NULL;
}

// Copies the next part of an action, without blanks and quotes around it.  Returns what ended it: ',' ';' or
// NUL; 'x': quotes are open.
static char
next_part(const char **text, char part[SHORT_MOST + 1])
{
    const char *at = *text;
    size_t length = 0;
    size_t kept = 0; // up to here blanks belong to it
    char quote = '\0';

    while (*at == ' ')
        at++;
    for (; *at != '\0' && (quote != '\0' || (*at != ',' && *at != ';')); at++) {
        // A quote begins a value, or stands behind its name.
        bool begins = length == 0 || part[length - 1] == '=';

        if (quote == '\0' && begins && (*at == '"' || *at == '\'')) {
            quote = *at;
        } else if (quote != '\0' && *at == '\\' && at[1] == quote) {
            part[length++] = *++at;
            kept = length;
        } else if (quote != '\0' && *at == quote) {
            quote = '\0';
        } else {
            part[length++] = *at;
            kept = quote != '\0' || *at != ' ' ? length : kept;
        }
    }
    part[kept] = '\0';
    char end = quote != '\0' ? 'x' : *at;
    *text = *at != '\0' ? at + 1 : at;
    return end;
}

// The short form.  Returns new; NULL and *wrong.
static json_t *
read_short(const char *text, const char **wrong)
{
    json_t *actions = json_array();
    char *part = check_alloc(SHORT_MOST + 1);
    size_t parts = 0;

    if (strlen(text) > SHORT_MOST)
        *wrong = "The actions are too long.";
    while (*wrong == NULL && *text != '\0') {
        json_t *action = json_object();
        char end = ',';

        for (size_t place = 0; *wrong == NULL && end == ','; place++) {
            end = next_part(&text, part);
            if (end == 'x')
                *wrong = "A quote of an action is not closed.";
            else if (part[0] != '\0')
                *wrong =
                    ++parts > PARTS_MOST ? "The actions have too many parts." : set_part(action, part, place);
        }
        if (json_object_size(action) > 0)
            json_array_append(actions, action);
        json_decref(action);
    }
    free(part);
    if (*wrong == NULL)
        return actions;
    json_decref(actions);
    return NULL;
}

static const char *
read_actions(json_t *said, const char *text)
{
    const char *wrong = NULL;
    json_t *actions = NULL;

    while (*text == ' ')
        text++;
    if (*text == '[') {
        actions = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        if (actions == NULL)
            return "The actions are no JSON.";
    } else {
        actions = read_short(text, &wrong);
    }
    return wrong != NULL ? wrong : set_actions(said, actions);
}

// Headers ---------------------------------------------------------------------------------------------------

// The first of up to four names that is there.
static const char *
find_any(ntfy_find *find, const void *self, const char *const names[4])
{
    for (size_t i = 0; i < 4 && names[i] != NULL; i++) {
        const char *value = find(self, names[i]);

        if (value != NULL && value[0] != '\0')
            return value;
    }
    return NULL;
}

// Sets a text if there is one.  A header may hold it as RFC 2047 says, in base 64.  NULL, or what is wrong.
static const char *
set_text(json_t *said, const char *name, const char *value, size_t most)
{
    static const char prefix[] = "=?UTF-8?B?";
    char decoded[NTFY_MESSAGE_MOST + 1];
    size_t length = value != NULL ? strlen(value) : 0;

    if (length == 0)
        return NULL;
    if (length > strlen(prefix) + 2 && strncasecmp(value, prefix, strlen(prefix)) == 0 &&
        strcmp(value + length - 2, "?=") == 0) {
        size_t count = 0;

        if (sodium_base642bin((uint8_t *)decoded, NTFY_MESSAGE_MOST, value + strlen(prefix),
                length - strlen(prefix) - 2, NULL, &count, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
            return "A header is not what RFC 2047 says.";
        decoded[count] = '\0';
        value = decoded;
        length = count;
    }
    if (length > most)
        return "A field is too long.";
    if (!str_is_text(value, length))
        return "A field is not UTF-8.";
    json_object_set_new(said, name, json_stringn(value, length));
    return NULL;
}

// Tags separated by commas.
static const char *
set_tags(json_t *said, const char *text)
{
    json_t *tags = NULL;

    if (text == NULL)
        return NULL;
    if (!str_is_text(text, strlen(text)))
        return "A field is not UTF-8.";
    tags = json_array();
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        size_t blanks = strspn(text, " ");
        size_t end = length;

        while (end > blanks && text[end - 1] == ' ')
            end--;
        if (end > blanks)
            json_array_append_new(tags, json_stringn(text + blanks, end - blanks));
        text += length + (text[length] == ',');
    }
    if (json_array_size(tags) > TAGS_MOST) {
        json_decref(tags);
        return "There are too many tags.";
    }
    if (json_array_size(tags) > 0)
        json_object_set(said, "tags", tags);
    json_decref(tags);
    return NULL;
}

// A priority that is the usual one is left out, as phones expect.
static const char *
set_priority(json_t *said, int priority)
{
    if (priority == 0)
        return "The priority has to be 1 to 5.";
    if (priority != PRIORITY_NORMAL)
        json_object_set_new(said, "priority", json_integer(priority));
    return NULL;
}

// What headers say and nothing else did.  NULL, or what is wrong.
static const char *
read_headers(struct ntfy_message *message, ntfy_find *find, const void *self)
{
    static const struct {
        const char *name;
        size_t most;
        const char *const names[4];
    } texts[] = {{"message", NTFY_MESSAGE_MOST, {"X-Message", "Message", "m", NULL}},
        {"title", TITLE_MOST, {"X-Title", "Title", "ti", "t"}},
        {"click", URL_MOST, {"X-Click", "Click", NULL, NULL}},
        {"icon", URL_MOST, {"X-Icon", "Icon", NULL, NULL}}};
    static const char *const priorities[] = {"X-Priority", "Priority", "prio", "p"};
    static const char *const tags[] = {"X-Tags", "Tags", "Tag", "ta"};
    static const char *const actions[] = {"X-Actions", "Actions", "Action", NULL};
    static const char *const caches[] = {"X-Cache", "Cache", NULL, NULL};
    static const char *const delays[] = {"X-Delay", "Delay", "X-At", "X-In"};
    const char *cache = find_any(find, self, caches);
    const char *priority = find_any(find, self, priorities);
    const char *action = find_any(find, self, actions);
    json_t *said = message->said;
    const char *wrong = find_any(find, self, delays) != NULL ? "Messages cannot be delayed." : NULL;

    message->is_kept = message->is_kept && (cache == NULL || !is_no(cache));
    for (size_t i = 0; i < LENGTH(texts); i++)
        if (wrong == NULL && json_object_get(said, texts[i].name) == NULL)
            wrong = set_text(said, texts[i].name, find_any(find, self, texts[i].names), texts[i].most);
    if (wrong == NULL && json_object_get(said, "tags") == NULL)
        wrong = set_tags(said, find_any(find, self, tags));
    if (wrong == NULL && json_object_get(said, "priority") == NULL)
        wrong = set_priority(said, priority_of(priority != NULL ? priority : ""));
    if (wrong == NULL && action != NULL && json_object_get(said, "actions") == NULL)
        wrong = read_actions(said, action);
    if (json_object_get(said, "message") == NULL)
        json_object_set_new(said, "message", json_string("triggered"));
    return wrong;
}

const char *
ntfy_message_of_headers(
    struct ntfy_message *message, ntfy_find *find, const void *self, const char *body, size_t length)
{
    *message = (struct ntfy_message){.said = json_object(), .topic = "", .is_kept = true};
    if (length > NTFY_MESSAGE_MOST || !str_is_text(body, length))
        return "The message has at most 4096 bytes of UTF-8.";
    if (length > 0)
        json_object_set_new(message->said, "message", json_stringn(body, length));
    return read_headers(message, find, self);
}

// JSON ------------------------------------------------------------------------------------------------------

static const char *
set_json_tags(json_t *said, json_t *tags)
{
    const json_t *tag = NULL;
    size_t i = 0;

    if (tags == NULL || json_is_null(tags))
        return NULL;
    if (!json_is_array(tags) || json_array_size(tags) > TAGS_MOST)
        return "tags have to be an array of few texts.";
    json_array_foreach(
        tags, i, tag) if (!json_is_string(tag)) return "tags have to be an array of few texts.";
    if (json_array_size(tags) > 0)
        json_object_set(said, "tags", tags);
    return NULL;
}

// What a field of JSON says; "" where it is missing.  NULL: it is no text.
static const char *
text_of(const json_t *json, const char *name)
{
    const json_t *field = json_object_get(json, name);

    return field == NULL || json_is_null(field) ? "" : json_string_value(field);
}

static const char *
set_json_texts(json_t *said, const json_t *json)
{
    static const struct {
        const char *name;
        size_t most;
    } texts[] = {
        {"message", NTFY_MESSAGE_MOST}, {"title", TITLE_MOST}, {"click", URL_MOST}, {"icon", URL_MOST}};

    for (size_t i = 0; i < LENGTH(texts); i++) {
        const char *text = text_of(json, texts[i].name);

        if (text == NULL || strlen(text) > texts[i].most)
            return "message, title, click and icon have to be texts that are not too long.";
        if (text[0] != '\0')
            json_object_set_new(said, texts[i].name, json_string(text));
    }
    return NULL;
}

const char *
ntfy_message_of_json(struct ntfy_message *message, ntfy_find *find, const void *self, const json_t *json)
{
    const json_t *priority = json_object_get(json, "priority");
    json_t *actions = json_object_get(json, "actions");
    const char *topic = text_of(json, "topic");
    const char *cache = text_of(json, "cache");
    const char *wrong = NULL;

    *message = (struct ntfy_message){.said = json_object(),
        .topic = topic != NULL ? topic : "",
        .is_kept = cache == NULL || !is_no(cache)};
    if (!ntfy_message_is_topic(message->topic, strlen(message->topic)))
        return "The topic has 1 to 64 letters, digits, - or _.";
    if (text_of(json, "delay") == NULL || text_of(json, "delay")[0] != '\0')
        return "Messages cannot be delayed.";
    wrong = set_json_texts(message->said, json);
    if (wrong == NULL)
        wrong = set_json_tags(message->said, json_object_get(json, "tags"));
    if (wrong == NULL && json_is_integer(priority)) {
        json_int_t number = json_integer_value(priority);

        // 0: not given, as some libraries say.
        wrong = set_priority(message->said, number == 0                  ? PRIORITY_NORMAL
                                            : number >= 1 && number <= 5 ? (int)number
                                                                         : 0);
    } else if (wrong == NULL && priority != NULL && !json_is_null(priority)) {
        wrong = set_priority(
            message->said, json_is_string(priority) ? priority_of(json_string_value(priority)) : 0);
    }
    if (wrong == NULL && actions != NULL && !json_is_null(actions))
        wrong = set_actions(message->said, json_deep_copy(actions));
    return wrong != NULL ? wrong : read_headers(message, find, self);
}

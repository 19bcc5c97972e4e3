// fuzz_payload.c - any notices, and any names of topics and places, as the JSON of a push.
//
// An empty payload takes any notice.  The JSON is never longer than a push may be, is JSON in UTF-8, and has
// every notice that was taken; a notice that finds no room leaves it as it was.  Title and body are one line
// each, and the same that a mail or a short message says.
#include "fuzz.h"

#include "notice_token.h"
#include "payload.h"
#include "str.h"
#include "webpush.h"

#include <jansson.h>
#include <string.h>

enum { NOTICES_MOST = 40, NAME_MOST = 300 };

// What PostgreSQL can store: 4713 BC to 294276 AD.
static const int64_t first_ms = INT64_C(-210866803200000), last_ms = INT64_C(9224318015999000);

static const struct notice_key key = {{0x36}, {0x5c}};

struct cursor {
    const uint8_t *data;
    size_t size, at;
};

static uint64_t
take(struct cursor *cursor, size_t bytes)
{
    uint64_t number = 0;

    for (size_t i = 0; i < bytes && cursor->at < cursor->size; i++)
        number = number << 8 | cursor->data[cursor->at++];
    return number;
}

static int64_t
take_ms(struct cursor *cursor)
{
    return first_ms + (int64_t)(take(cursor, 8) % (uint64_t)(last_ms - first_ms));
}

// A text up to the next NUL, cut to size - 1 bytes; what is no UTF-8 becomes a name.
static const char *
take_text(struct cursor *cursor, char *text, size_t size)
{
    char whole[NAME_MOST + 1];
    size_t length = 0;

    for (; cursor->at < cursor->size && cursor->data[cursor->at] != '\0'; cursor->at++)
        if (length < NAME_MOST)
            whole[length++] = (char)cursor->data[cursor->at];
    cursor->at += cursor->at < cursor->size;
    whole[length] = '\0';
    str_copy(text, size, whole);
    if (text[0] == '\0' || !str_is_text(text, strlen(text)))
        str_copy(text, size, "Jalan \"rusak\"");
    return text;
}

static void
take_names(struct cursor *cursor, struct names *names)
{
    char name[NAME_MOST + 1];
    char parent[NAME_MOST + 1];
    char kind[16];

    names_add_topic(names, "jalan", take_text(cursor, name, sizeof(name)));
    const struct region around = {"33.74", "kota", take_text(cursor, parent, sizeof(parent)), "33"};
    names_add_region(names, &around);
    const struct region region = {
        "33.74.01", take_text(cursor, kind, sizeof(kind)), take_text(cursor, name, sizeof(name)), "33.74"};
    names_add_region(names, &region);
    names_ready(names);
}

static void
take_step(struct cursor *cursor, struct step *step)
{
    size_t told = take(cursor, 1) % (STEP_TOLD_MOST + 1);

    take_text(cursor, step->clock, sizeof(step->clock));
    take_text(cursor, step->late, sizeof(step->late));
    step->role = (uint8_t)(take(cursor, 1) % STEP_ROLES);
    step->since_ms = take_ms(cursor);
    for (size_t i = 0; i < told; i++)
        step_tell(step, (enum step_role)(take(cursor, 1) % STEP_ROLES), take_ms(cursor));
}

static void
take_notice(struct cursor *cursor, struct notice *notice)
{
    static const enum notice_kind kinds[] = {NOTICE_TICKET_OPENED, NOTICE_WARNING_50, NOTICE_WARNING_80,
        NOTICE_BREACH, NOTICE_INCIDENT, NOTICE_URGENT, NOTICE_ESCALATION, NOTICE_TEST};
    unsigned has = (unsigned)take(cursor, 1);

    *notice = (struct notice){.id = (int64_t)(take(cursor, 8) & INT64_MAX),
        .kind = kinds[has % LENGTH(kinds)],
        .created_at_ms = take_ms(cursor),
        .urgent = (has & 8) != 0,
        .severity = (uint8_t)(take(cursor, 1) % SEVERITIES),
        .ring_step = (uint8_t)take(cursor, 1)};
    if (has & 16)
        notice->due_at_ms = take_ms(cursor);
    if (has & 32)
        notice->count = (int64_t)(take(cursor, 8) & INT64_MAX);
    if (has & 64)
        take_step(cursor, &notice->step);
    if (notice->kind != NOTICE_TEST)
        str_copy(notice->ticket, sizeof(notice->ticket), "JT-7K2M-04QF-9");
    str_copy(notice->agency, sizeof(notice->agency), "DPU");
    if (has & 128) {
        str_copy(notice->topic, sizeof(notice->topic), "jalan");
        str_copy(notice->region, sizeof(notice->region), "33.74.01");
    } else {
        take_text(cursor, notice->topic, sizeof(notice->topic));
        take_text(cursor, notice->region, sizeof(notice->region));
    }
}

// Reads a finished JSON.  Returns new.
static json_t *
load(const struct str *text)
{
    json_t *json = json_loadb(text->data, text->length, JSON_REJECT_DUPLICATES, NULL);

    CHECK(text->length <= WEBPUSH_PLAIN_MOST && json_is_object(json));
    CHECK(json_integer_value(json_object_get(json, "v")) == 1);
    return json;
}

static void
check_line(const json_t *json, const char *name, const char *words)
{
    const char *line = json_string_value(json_object_get(json, name));

    CHECK(line != NULL && line[0] != '\0' && strcmp(line, words) == 0);
    for (const char *c = line; *c != '\0'; c++)
        CHECK((unsigned char)*c >= ' ');
}

static void
check_payload(struct payload *payload, const struct notice *notices, size_t count)
{
    const char *title = NULL;
    const char *body = NULL;
    json_t *json = load(payload_json(payload));
    const json_t *said = json_object_get(json, "notices");

    payload_words(payload, &title, &body);
    check_line(json, "title", title);
    check_line(json, "body", body);
    CHECK(json_array_size(said) == count);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(said, i);
        const char *token = json_string_value(json_object_get(one, "a"));
        const char *page = json_string_value(json_object_get(one, "u"));

        CHECK(json_integer_value(json_object_get(one, "id")) == notices[i].id);
        CHECK(json_integer_value(json_object_get(one, "step")) == notices[i].ring_step);
        CHECK(json_is_string(json_object_get(one, "sev")) && json_is_string(json_object_get(one, "kind")));
        CHECK(token != NULL && strlen(token) == NOTICE_TOKEN_TEXT_SIZE - 1);
        CHECK((page == NULL) == (notices[i].ticket[0] == '\0'));
        CHECK(page == NULL || strcmp(page, "/#/tiket/JT-7K2M-04QF-9") == 0);
    }
    json_decref(json);
}

static void
check_hushed(struct payload *payload, const struct notice *notice, struct cursor *cursor)
{
    char by[NAME_MOST + 1];
    json_t *json = load(payload_hushed(payload, notice, take_text(cursor, by, sizeof(by))));
    const json_t *one = json_array_get(json_object_get(json, "notices"), 0);

    CHECK(json_is_true(json_object_get(one, "silent")));
    CHECK(json_integer_value(json_object_get(one, "id")) == notice->id);
    json_decref(json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor cursor = {data, size, 0};
    struct names *names = names_new();
    struct payload *payload = payload_new(WEBPUSH_PLAIN_MOST);
    struct notice notices[NOTICES_MOST];
    char token[NOTICE_TOKEN_TEXT_SIZE];
    size_t count = 0;

    take_names(&cursor, names);
    for (size_t i = 0; i < NOTICES_MOST && (i == 0 || cursor.at < size); i++) {
        struct notice *notice = &notices[count];

        take_notice(&cursor, notice);
        notice_token(&key, notice->id, 7, token);
        bool fits = payload_add(payload, notice, names, token);
        CHECK(fits || count > 0);
        count += fits;
        check_payload(payload, notices, count);
    }
    check_hushed(payload, &notices[0], &cursor);
    payload_destroy(&payload);
    names_destroy(&names);
    return 0;
}

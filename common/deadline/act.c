// act.c - what was done on a ticket, and which of it counts as an answer.
#include "act.h"

#include "check.h"
#include "str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <xxhash.h>

// What an act says beside its words.
enum value_kind { VALUE_NONE, VALUE_WHY_REJECTED, VALUE_AGENCY, VALUE_AGENCY_OR_NONE, VALUE_JUDGEMENT };

static const struct {
    const char *name;
    const char *stage; // that it gives the ticket, or NULL
    bool is_answer;    // that stage is one the public sees as an answer
    bool needs_words;  // ACT_TEXT_LEAST of them
    enum value_kind value;
} acts[ACTS] = {
    [ACT_ACKNOWLEDGE] = {.name = "acknowledge"},
    [ACT_VERIFYING] = {.name = "verifying", .stage = "verifying", .is_answer = true},
    [ACT_FIELD_CHECK] = {.name = "field_check", .stage = "field_check", .is_answer = true},
    [ACT_IN_PROGRESS] = {.name = "in_progress", .stage = "in_progress", .is_answer = true},
    [ACT_AWAITING_VALIDATION] = {.name = "awaiting_validation",
        .stage = "awaiting_validation",
        .is_answer = true},
    [ACT_DONE] = {.name = "done", .stage = "done", .is_answer = true, .needs_words = true},
    [ACT_REJECTED] = {.name = "rejected",
        .stage = "rejected",
        .is_answer = true,
        .needs_words = true,
        .value = VALUE_WHY_REJECTED},
    [ACT_REOPENED] = {.name = "reopened", .stage = "reopened"},
    [ACT_ASK] = {.name = "ask", .needs_words = true},
    [ACT_ANSWER] = {.name = "answer"},
    [ACT_REPLY] = {.name = "reply", .needs_words = true},
    [ACT_NOTE] = {.name = "note"},
    [ACT_NOT_OURS] = {.name = "not_ours", .needs_words = true, .value = VALUE_AGENCY_OR_NONE},
    [ACT_ASSIGN] = {.name = "assign", .value = VALUE_AGENCY},
    [ACT_JUDGE] = {.name = "judge", .value = VALUE_JUDGEMENT},
};

static const char *const actors[ACTOR_KINDS] = {
    [ACTOR_OFFICER] = "officer",
    [ACTOR_BOT] = "bot",
    [ACTOR_SYSTEM] = "system",
    [ACTOR_REPORTER] = "reporter",
};

const char *
act_name(enum act act)
{
    CHECK(act < ACTS);
    return acts[act].name;
}

bool
act_parse(const char *name, enum act *act)
{
    for (size_t i = 0; i < ACTS; i++)
        if (strcmp(name, acts[i].name) == 0) {
            *act = (enum act)i;
            return true;
        }
    return false;
}

const char *
actor_kind_name(enum actor_kind kind)
{
    CHECK(kind < ACTOR_KINDS);
    return actors[kind];
}

bool
actor_kind_parse(const char *name, enum actor_kind *kind)
{
    for (size_t i = 0; i < ACTOR_KINDS; i++)
        if (strcmp(name, actors[i]) == 0) {
            *kind = (enum actor_kind)i;
            return true;
        }
    return false;
}

const char *
act_stage(enum act act)
{
    CHECK(act < ACTS);
    return acts[act].stage;
}

bool
act_is_pasted(const struct act_row *act)
{
    return act->same_text >= ACT_SAME_MOST;
}

bool
act_may_respond(const struct act_row *act)
{
    CHECK(act->act < ACTS);
    return act->actor == ACTOR_OFFICER && acts[act->act].is_answer;
}

// "12 counts", "12 pasted".
static bool
parse_judgement(const char *value, int64_t *about, bool *counts)
{
    char *rest = NULL;

    // No sign, no blank, no zero in front.
    if (value[0] < '1' || value[0] > '9')
        return false;
    errno = 0;
    *about = strtoll(value, &rest, 10);
    *counts = strcmp(rest, " counts") == 0;
    return errno == 0 && (*counts || strcmp(rest, " pasted") == 0);
}

bool
act_judges(const struct act_row *act, int64_t *about, bool *counts)
{
    return act->act == ACT_JUDGE && parse_judgement(act->value, about, counts);
}

static bool
is_why_rejected(const char *value)
{
    static const char *const why[] = {"not_authority", "ineligible", "spam", "withdrawn"};

    for (size_t i = 0; i < LENGTH(why); i++)
        if (strcmp(value, why[i]) == 0)
            return true;
    return false;
}

static const char *
value_wrong(enum value_kind kind, const char *value)
{
    int64_t about;
    bool counts;

    switch (kind) {
    case VALUE_NONE:
        return value[0] == '\0' ? NULL : "value: this act has none";
    case VALUE_WHY_REJECTED:
        return is_why_rejected(value) ? NULL
                                      : "value: has to be not_authority, ineligible, spam or withdrawn";
    case VALUE_AGENCY:
        if (value[0] == '\0')
            return "value: has to be an agency";
        return strlen(value) < ACT_AGENCY_SIZE ? NULL : "value: is too long for an agency";
    case VALUE_AGENCY_OR_NONE:
        return strlen(value) < ACT_AGENCY_SIZE ? NULL : "value: is too long for an agency";
    case VALUE_JUDGEMENT:
        return parse_judgement(value, &about, &counts) ? NULL
                                                       : "value: has to be an act's id and counts or pasted";
    }
    return NULL;
}

static size_t
count_letters(const char *text)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    size_t letters = 0;
    utf8proc_int32_t point;

    while (*at != '\0') {
        utf8proc_ssize_t length = utf8proc_iterate(at, -1, &point);
        if (length <= 0)
            return letters;
        utf8proc_category_t category = utf8proc_category(point);
        letters += category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
        at += length;
    }
    return letters;
}

const char *
act_wrong(enum act act, const char *value, const char *text)
{
    CHECK(act < ACTS);
    if (!str_is_text(value, strlen(value)))
        return "value: is not UTF-8";
    if (!str_is_text(text, strlen(text)))
        return "text: is not UTF-8";
    const char *wrong = value_wrong(acts[act].value, value);
    if (wrong != NULL)
        return wrong;
    if (acts[act].needs_words && count_letters(text) < ACT_TEXT_LEAST)
        return "text: needs at least 10 letters";
    return NULL;
}

static bool
is_word(utf8proc_int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);

    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

// Keeps the words of text in place, one space between two.  Returns their length.
static size_t
keep_words(utf8proc_uint8_t *text)
{
    const utf8proc_uint8_t *at = text;
    utf8proc_uint8_t *end = text;
    utf8proc_int32_t point;
    bool space = false;

    while (*at != '\0') {
        utf8proc_ssize_t length = utf8proc_iterate(at, -1, &point);
        CHECK(length > 0);
        if (is_word(point)) {
            // There was at least one byte of something else where this space goes.
            if (space && end > text)
                *end++ = ' ';
            memmove(end, at, (size_t)length);
            end += length;
        }
        space = !is_word(point);
        at += length;
    }
    return (size_t)(end - text);
}

int64_t
act_text_key(const char *text)
{
    // Marks go and what cannot be seen goes, so that the same words with an accent or a joiner are the same.
    const utf8proc_option_t options =
        (utf8proc_option_t)(UTF8PROC_NULLTERM | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD |
                            UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
    utf8proc_uint8_t *folded = NULL;
    int64_t key = 0;

    if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded, options) < 0)
        return 0;
    size_t length = keep_words(folded);
    if (length > 0) {
        uint64_t hash = XXH3_64bits(folded, length);
        if (hash == 0)
            hash = 1; // 0 is kept for no words
        memcpy(&key, &hash, sizeof(key));
    }
    free(folded);
    return key;
}

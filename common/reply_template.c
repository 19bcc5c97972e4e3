// reply_template.c - what is said to a reporter: a template, filled in.
//
// Filling is one walk through the template; where the result is too long, the longest of the words that may
// be cut is cut and the walk is done again.
#include "reply_template.h"

#include "gsm7.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SMS_MOST = 153 * REPLY_SMS_PARTS_MOST, DOTS = 3, TRIES = 4 };

static const char *const names[REPLY_WORDS] = {
    [REPLY_CODE] = "code",
    [REPLY_AGENCY] = "agency",
    [REPLY_STAGE] = "stage",
    [REPLY_TOPIC] = "topic",
    [REPLY_PLACE] = "place",
    [REPLY_ANSWER] = "answer",
    [REPLY_QUESTION] = "question",
    [REPLY_WHY] = "why",
    [REPLY_URL] = "url",
};

const char *
reply_template_word(enum reply_word word)
{
    return names[word];
}

static const struct reply_template *
find_exactly(const struct reply_template *all, size_t count, const struct reply_template *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].event, wanted->event) == 0 && strcmp(all[i].language, wanted->language) == 0 &&
            strcmp(all[i].channel, wanted->channel) == 0)
            return &all[i];
    return NULL;
}

const struct reply_template *
reply_template_find(const struct reply_template *all, size_t count, const char *event, const char *language,
    const char *channel)
{
    const struct reply_template wanted[] = {{event, language, channel, "", ""}, {event, language, "", "", ""},
        {event, "id", channel, "", ""}, {event, "id", "", "", ""}};
    const struct reply_template *found = NULL;

    for (size_t i = 0; found == NULL && i < LENGTH(wanted); i++)
        found = find_exactly(all, count, &wanted[i]);
    return found;
}

const char *
reply_template_approved(
    const struct reply_template *all, size_t count, const char *event, const char *language)
{
    const struct reply_template wanted[] = {{event, language, "whatsapp", "", ""},
        {event, "id", "whatsapp", "", ""}, {"any", language, "whatsapp", "", ""},
        {"any", "id", "whatsapp", "", ""}};

    for (size_t i = 0; i < LENGTH(wanted); i++) {
        const struct reply_template *found = find_exactly(all, count, &wanted[i]);

        if (found != NULL && found->subject[0] != '\0')
            return found->subject;
    }
    return "";
}

const char *
reply_template_piece(
    const struct reply_template *all, size_t count, const char *kind, const char *of, const char *language)
{
    char event[64];

    snprintf(event, sizeof(event), "%s_%s", kind, of);
    const struct reply_template *found = reply_template_find(all, count, event, language, "");
    return found != NULL ? found->body : "";
}

// The word whose name stands at p, behind a brace; *after: behind the closing one.  REPLY_WORDS: none.
static enum reply_word
word_at(const char *p, const char **after)
{
    const char *end = strchr(p, '}');

    for (size_t i = 0; end != NULL && i < REPLY_WORDS; i++)
        if (strlen(names[i]) == (size_t)(end - p) && strncmp(names[i], p, (size_t)(end - p)) == 0) {
            *after = end + 1;
            return (enum reply_word)i;
        }
    return REPLY_WORDS;
}

int
reply_template_check(const char *body, char wrong[REPLY_WRONG_SIZE])
{
    bool in_group = false;
    bool has_word = false;
    const char *problem = body[0] == '\0' ? "is empty" : NULL;

    for (const char *p = body; problem == NULL && *p != '\0';) {
        if (*p == '{') {
            const char *after = NULL;

            if (word_at(p + 1, &after) == REPLY_WORDS) {
                snprintf(
                    wrong, REPLY_WRONG_SIZE, "%.30s: stands for nothing; see kentongan help template", p);
                return -1;
            }
            has_word = true;
            p = after;
            continue;
        }
        if (*p == '}')
            problem = "has a } without its {";
        else if (*p == '[' && in_group)
            problem = "has a [ within [..]";
        else if (*p == ']' && !in_group)
            problem = "has a ] without its [";
        else if (*p == ']' && !has_word)
            problem = "has [..] without a name in it, which would never be left out";
        else if (*p == '\\' && p[1] != 'n')
            problem = "has a \\ that is not \\n";
        else if ((unsigned char)*p < 0x20)
            problem = "has a control character; a new line is \\n";
        if (*p == '[' || *p == ']') {
            in_group = *p == '[';
            has_word = false;
        }
        p++;
    }
    if (problem == NULL && in_group)
        problem = "has a [ without its ]";
    if (problem != NULL)
        snprintf(wrong, REPLY_WRONG_SIZE, "%s", problem);
    return problem == NULL ? 0 : -1;
}

// Is there something for each name up to the closing bracket?
static bool
group_stands(const char *p, const char *const words[REPLY_WORDS])
{
    for (; *p != '\0' && *p != ']'; p++) {
        const char *after = NULL;
        enum reply_word word = *p == '{' ? word_at(p + 1, &after) : REPLY_WORDS;

        if (word != REPLY_WORDS && words[word][0] == '\0')
            return false;
    }
    return true;
}

static void
compose(const char *body, const char *const words[REPLY_WORDS], enum reply_form form, struct str *out)
{
    for (const char *p = body; *p != '\0';) {
        const char *after = NULL;
        enum reply_word word = *p == '{' ? word_at(p + 1, &after) : REPLY_WORDS;

        if (word != REPLY_WORDS) {
            str_add_text(out, words[word]);
            p = after;
        } else if (*p == '[') {
            const char *end = strchr(p, ']');

            p = end != NULL && !group_stands(p + 1, words) ? end + 1 : p + 1;
        } else if (*p == '\\' && p[1] == 'n') {
            str_add_text(out, form == REPLY_FORM_MAIL ? "\n" : " ");
            p += 2;
        } else {
            if (*p != ']')
                str_add(out, p, 1);
            p++;
        }
    }
}

// Appends text without what could be more than text: control characters, and but for mail the ends of lines;
// several blanks are one.
static void
add_plain(struct str *out, const char *text, enum reply_form form)
{
    size_t start = out->length;

    str_add(out, "", 0);
    for (const char *p = text; *p != '\0'; p++) {
        bool is_break = *p == '\n' && form == REPLY_FORM_MAIL;
        bool is_blank = !is_break && ((unsigned char)*p <= ' ' || *p == 0x7f);
        bool behind_blank =
            out->length == start || out->data[out->length - 1] == ' ' || out->data[out->length - 1] == '\n';

        if (is_break || !is_blank)
            str_add(out, p, 1);
        else if (!behind_blank)
            str_add_text(out, " ");
    }
    while (out->length > start && (out->data[out->length - 1] == ' ' || out->data[out->length - 1] == '\n'))
        out->data[--out->length] = '\0';
}

// A word as it goes into the text.
static void
prepare(const char *word, enum reply_form form, struct str *out)
{
    struct str plain = {0};

    add_plain(&plain, word, form);
    if (form == REPLY_FORM_SMS)
        gsm7_add(out, plain.data);
    else
        str_add_text(out, plain.data);
    str_free(&plain);
}

// By how much a text is too long.
static size_t
excess(const struct str *text, enum reply_form form)
{
    size_t length = form == REPLY_FORM_SMS ? gsm7_length(text->data) : text->length;
    size_t most = form == REPLY_FORM_SMS    ? SMS_MOST
                  : form == REPLY_FORM_CHAT ? REPLY_CHAT_MOST
                                            : REPLY_MAIL_MOST;

    if (length > most)
        return length - most;
    // It may fit by its length and still take a part more: see gsm7_parts().
    return form == REPLY_FORM_SMS && gsm7_parts(text->data) > REPLY_SMS_PARTS_MOST ? 1 : 0;
}

// Takes at least so many septets or bytes from the end, at a character's border, and says that there was
// more.
static void
cut(struct str *word, size_t less, enum reply_form form)
{
    size_t wanted = less + DOTS;
    size_t kept = word->length;
    size_t taken = 0;

    while (kept > 0 && taken < wanted) {
        word->data[kept--] = '\0';
        while (kept > 0 && ((unsigned char)word->data[kept] & 0xc0) == 0x80)
            kept--;
        // What stands from kept on is one character now: the ones behind it are cut off already.
        taken += form == REPLY_FORM_SMS ? gsm7_length(word->data + kept) : strlen(word->data + kept);
    }
    while (kept > 0 && word->data[kept - 1] == ' ')
        kept--;
    word->length = kept;
    word->data[kept] = '\0';
    str_add_text(word, kept > 0 ? "..." : "");
}

void
reply_template_fill(
    const char *body, const char *const words[REPLY_WORDS], enum reply_form form, struct str *out)
{
    static const enum reply_word may_be_cut[] = {REPLY_ANSWER, REPLY_QUESTION, REPLY_WHY};
    struct str prepared[REPLY_WORDS] = {{0}};
    struct str text = {0};
    struct str tidy = {0};
    size_t over = 0;

    for (size_t i = 0; i < REPLY_WORDS; i++)
        prepare(words[i], form, &prepared[i]);
    for (int i = 0; i < TRIES; i++) {
        const char *ready[REPLY_WORDS];
        struct str *longest = &prepared[REPLY_ANSWER];

        for (size_t k = 0; k < REPLY_WORDS; k++)
            ready[k] = prepared[k].data;
        str_clear(&text);
        str_add(&text, "", 0);
        compose(body, ready, form, &text);
        over = excess(&text, form);
        for (size_t k = 0; k < LENGTH(may_be_cut); k++)
            if (prepared[may_be_cut[k]].length > longest->length)
                longest = &prepared[may_be_cut[k]];
        if (over == 0 || longest->length == 0)
            break;
        cut(longest, over, form);
    }
    add_plain(&tidy, text.data, form);
    str_add(out, tidy.data, tidy.length);
    for (size_t i = 0; i < REPLY_WORDS; i++)
        str_free(&prepared[i]);
    str_free(&text);
    str_free(&tidy);
}

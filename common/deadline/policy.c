// policy.c - which policy, and its ladder.
#include "policy.h"

#include "str.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

enum { WAIT_DAYS_MOST = 3650, NUMBER_DIGITS_MOST = 9 }; // 9 digits: ten years of seconds

static const char *const moment_names[] = {"received", "routed", "forwarded", "desk", "returned", "response",
    "progress", "follow_up", "reply", "done", "reopened"};

static const char *const role_names[ROLES] = {[ROLE_OFFICER] = "officer",
    [ROLE_HEAD] = "head",
    [ROLE_DESK] = "desk",
    [ROLE_SEKDA] = "sekda",
    [ROLE_GOVERNOR] = "governor",
    [ROLE_CLOSE] = "close"};

static const char *const channel_names[] = {"", "web", "app", "sms", "whatsapp", "phone", "walk_in",
    "instagram", "facebook", "x", "telegram", "email", "relay", "sp4n", "other"};

struct word {
    const char *text;
    size_t length;
};

static bool
word_is(struct word word, const char *text)
{
    return strncmp(word.text, text, word.length) == 0 && text[word.length] == '\0';
}

// Takes the next word, up to a comma, without the blanks around it.  *rest is NULL after the last.
static struct word
next_word(const char **rest)
{
    const char *begin = *rest, *end = strchr(begin, ',');

    *rest = end != NULL ? end + 1 : NULL;
    if (end == NULL)
        end = begin + strlen(begin);
    while (begin < end && *begin == ' ')
        begin++;
    while (begin < end && end[-1] == ' ')
        end--;
    return (struct word){begin, (size_t)(end - begin)};
}

static bool
list_has(const char *list, const char *text)
{
    while (list != NULL) {
        struct word word = next_word(&list);

        if (word.length > 0 && word_is(word, text))
            return true;
    }
    return false;
}

static bool
list_fits(const char *list, const char *text)
{
    return list[0] == '\0' || list_has(list, text);
}

bool
policy_fits(const struct policy *policy, const struct policy_subject *subject)
{
    return (list_fits(policy->kinds, subject->kind) ||
               (subject->urgent && list_has(policy->kinds, "urgent"))) &&
           (list_fits(policy->topics, subject->topic) || list_has(policy->topics, subject->sektor)) &&
           list_fits(policy->levels, subject->level) && list_fits(policy->channels, subject->channel);
}

static int
condition_count(const struct policy *policy)
{
    return (policy->kinds[0] != '\0') + (policy->topics[0] != '\0') + (policy->levels[0] != '\0') +
           (policy->channels[0] != '\0');
}

static bool
is_before(const struct policy *one, const struct policy *other)
{
    int more = condition_count(one) - condition_count(other);

    if (more != 0)
        return more > 0;
    if (one->effective_from_ms != other->effective_from_ms)
        return one->effective_from_ms > other->effective_from_ms;
    return one->version > other->version;
}

const struct policy *
policy_choose(
    const struct policy *policies, size_t count, const struct policy_subject *subject, int64_t started_at_ms)
{
    const struct policy *chosen = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct policy *policy = &policies[i];

        if (policy->effective_from_ms <= started_at_ms && policy_fits(policy, subject) &&
            (chosen == NULL || is_before(policy, chosen)))
            chosen = policy;
    }
    return chosen;
}

int
policy_parse_moments(const char *text, unsigned *moments)
{
    unsigned parsed = 0;

    while (text != NULL && text[0] != '\0') {
        struct word word = next_word(&text);
        size_t i = 0;

        while (i < LENGTH(moment_names) && !word_is(word, moment_names[i]))
            i++;
        // A comma at the end announces a word that is not there.
        if (i == LENGTH(moment_names) || (text != NULL && text[0] == '\0'))
            return -1;
        parsed |= 1u << i;
    }
    *moments = parsed;
    return 0;
}

const char *
policy_format_moments(unsigned moments, char *out, size_t size)
{
    struct str text = {0};

    for (size_t i = 0; i < LENGTH(moment_names); i++)
        if ((moments & 1u << i) != 0)
            str_format(&text, "%s%s", text.length > 0 ? "," : "", moment_names[i]);
    str_copy(out, size, text.data != NULL ? text.data : "");
    str_free(&text);
    return out;
}

static int
step_order(const struct ladder_step *one, const struct ladder_step *other)
{
    // A wait begins when the clock has run out: after all percents.
    int percent = one->percent > 0 ? one->percent : 101;
    int other_percent = other->percent > 0 ? other->percent : 101;

    if (percent != other_percent)
        return percent - other_percent;
    if (one->wait_ms != other->wait_ms)
        return one->wait_ms < other->wait_ms ? -1 : 1;
    return (int)one->role - (int)other->role;
}

int
policy_add_step(struct ladder *ladder, const struct ladder_step *step)
{
    size_t place = ladder->count;

    if (ladder->count == LADDER_STEPS_MOST)
        return -1;
    while (place > 0 && step_order(step, &ladder->steps[place - 1]) < 0) {
        ladder->steps[place] = ladder->steps[place - 1];
        place--;
    }
    ladder->steps[place] = *step;
    ladder->count++;
    return 0;
}

// Takes the digits at the beginning of word; -1 when there are none or too many.
static int
take_number(struct word *word)
{
    int number = 0;
    size_t length = 0;

    while (length < word->length && word->text[length] >= '0' && word->text[length] <= '9') {
        if (length == NUMBER_DIGITS_MOST)
            return -1;
        number = number * 10 + (word->text[length++] - '0');
    }
    word->text += length;
    word->length -= length;
    return length > 0 ? number : -1;
}

static int64_t
wait_unit(char letter)
{
    switch (letter) {
    case 's':
        return SECOND_MS;
    case 'm':
        return MINUTE_MS;
    case 'h':
        return HOUR_MS;
    case 'd':
        return DAY_MS;
    default:
        return 0;
    }
}

// Takes "50%" or "+6h" and the blanks behind it.
static const char *
take_when(struct word *word, struct ladder_step *step)
{
    bool is_wait = word->length > 0 && word->text[0] == '+';

    if (is_wait) {
        word->text++;
        word->length--;
    }
    int number = take_number(word);
    char letter = word->length > 0 ? word->text[0] : '\0';

    if (number < 0 || (is_wait ? wait_unit(letter) == 0 : letter != '%') || word->length < 2 ||
        word->text[1] != ' ')
        return "ladder: a step is not like \"50% officer\" or \"+6h sekda\"";
    if (is_wait && (number == 0 || number > WAIT_DAYS_MOST * DAY_MS / wait_unit(letter)))
        return "ladder: a wait is not in 1 s .. 3650 d";
    if (!is_wait && (number < 1 || number > 100))
        return "ladder: a percentage is not in 1 .. 100";
    if (is_wait)
        step->wait_ms = number * wait_unit(letter);
    else
        step->percent = number;
    do {
        word->text++;
        word->length--;
    } while (word->length > 0 && word->text[0] == ' ');
    return NULL;
}

static bool
take_role(struct word word, enum role *role)
{
    for (size_t i = 0; i < LENGTH(role_names); i++) {
        if (word_is(word, role_names[i])) {
            *role = (enum role)i;
            return true;
        }
    }
    return false;
}

const char *
policy_parse_ladder(const char *text, struct ladder *ladder)
{
    struct ladder parsed = {.count = 0};

    while (text != NULL && (text[0] != '\0' || parsed.count > 0)) {
        struct ladder_step step = {.percent = 0};
        struct word word = next_word(&text);
        const char *wrong = take_when(&word, &step);

        if (wrong != NULL)
            return wrong;
        if (!take_role(word, &step.role))
            return "ladder: a role is none of officer, head, desk, sekda, governor, close";
        for (size_t i = 0; i < parsed.count; i++)
            if (step_order(&step, &parsed.steps[i]) == 0)
                return "ladder: a step is there twice";
        if (policy_add_step(&parsed, &step) != 0)
            return "ladder: more than 8 steps";
    }
    *ladder = parsed;
    return NULL;
}

static void
format_when(const struct ladder_step *step, struct str *text)
{
    if (step->percent > 0)
        str_format(text, "%d%%", step->percent);
    else if (step->wait_ms % HOUR_MS == 0)
        str_format(text, "+%" PRId64 "h", step->wait_ms / HOUR_MS);
    else if (step->wait_ms % MINUTE_MS == 0)
        str_format(text, "+%" PRId64 "m", step->wait_ms / MINUTE_MS);
    else
        str_format(text, "+%" PRId64 "s", step->wait_ms / SECOND_MS);
}

const char *
policy_format_ladder(const struct ladder *ladder, char *out, size_t size)
{
    struct str text = {0};

    for (size_t i = 0; i < ladder->count; i++) {
        if (i > 0)
            str_add_text(&text, ", ");
        format_when(&ladder->steps[i], &text);
        str_format(&text, " %s", role_name(ladder->steps[i].role));
    }
    str_copy(out, size, text.data != NULL ? text.data : "");
    str_free(&text);
    return out;
}

const char *
role_name(enum role role)
{
    CHECK((size_t)role < LENGTH(role_names));
    return role_names[role];
}

bool
role_parse(const char *name, enum role *role)
{
    return take_role((struct word){name, strlen(name)}, role);
}

const char *
policy_channel_name(int channel)
{
    return channel > 0 && (size_t)channel < LENGTH(channel_names) ? channel_names[channel] : "";
}

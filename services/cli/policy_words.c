// policy_words.c - makes a policy from what a person says.
#include "policy_words.h"

#include "triage/kind.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

enum { CHANNELS_MOST = 64 };

static const int64_t second_ms = 1000;
static const int64_t minute_ms = 60000;
static const int64_t hour_ms = INT64_C(3600000);
static const int64_t day_ms = INT64_C(86400000);

// The next word of a list, and *rest behind it; false at the end.
static bool
next_word(const char **rest, const char **word, size_t *length)
{
    if (**rest == '\0')
        return false;
    *word = *rest;
    *length = strcspn(*rest, ",");
    *rest += *length;
    *rest += **rest == ',';
    return true;
}

static bool
has_word(const char *list, const char *word, size_t length)
{
    const char *other = NULL;
    size_t other_length = 0;

    while (next_word(&list, &other, &other_length))
        if (other_length == length && memcmp(other, word, length) == 0)
            return true;
    return false;
}

static bool
is_within(const char *list, const char *other)
{
    const char *word = NULL;
    size_t length = 0;

    while (next_word(&list, &word, &length))
        if (!has_word(other, word, length))
            return false;
    return true;
}

bool
policy_words_same(const struct policy *one, const struct policy *other)
{
    const char *const lists[][2] = {{one->kinds, other->kinds}, {one->topics, other->topics},
        {one->levels, other->levels}, {one->channels, other->channels}};

    for (size_t i = 0; i < LENGTH(lists); i++)
        if (!is_within(lists[i][0], lists[i][1]) || !is_within(lists[i][1], lists[i][0]))
            return false;
    return true;
}

static bool
is_any(const char *word)
{
    return word[0] != '\0';
}

static bool
is_kind(const char *word)
{
    enum triage_kind kind = KIND_COMPLAINT;

    return strcmp(word, "urgent") == 0 || (kind_from_name(word, &kind) && kind != KIND_NOT_REPORT);
}

static bool
is_channel(const char *word)
{
    for (int i = 1; i < CHANNELS_MOST; i++)
        if (word[0] != '\0' && strcmp(policy_channel_name(i), word) == 0)
            return true;
    return false;
}

// A list without the blanks of text, each of its words known; "" stays "".
static int
read_list(const char *option, const char *text, bool (*is_known)(const char *), char list[POLICY_LIST_SIZE],
    struct str *wrong)
{
    size_t length = 0;
    const char *rest = list;
    const char *at = NULL;
    size_t of_word = 0;

    for (const char *c = text != NULL ? text : ""; *c != '\0'; c++) {
        if (length + 1 == POLICY_LIST_SIZE) {
            str_format(wrong, "--%s: is longer than %d characters", option, POLICY_LIST_SIZE - 1);
            return -1;
        }
        if (*c != ' ')
            list[length++] = *c;
    }
    list[length] = '\0';
    while (next_word(&rest, &at, &of_word)) {
        char word[POLICY_LIST_SIZE];

        memcpy(word, at, of_word);
        word[of_word] = '\0';
        if (!is_known(word)) {
            str_format(wrong, "--%s %s: is none", option, word[0] != '\0' ? word : "(an empty word)");
            return -1;
        }
    }
    return 0;
}

// The policy that is replaced, or NULL.
static const struct policy *
find_replaced(const struct rules *rules, const struct policy *like)
{
    static const struct policy without;
    const struct policy *same = NULL;
    const struct policy *bare = NULL;

    for (size_t i = 0; i < rules_clock_count(rules); i++) {
        size_t count = 0;
        const struct policy *all = rules_clock(rules, i, &count);

        for (size_t k = 0; strcmp(all[0].clock, like->clock) == 0 && k < count; k++) {
            const struct policy **best = policy_words_same(&all[k], like)       ? &same
                                         : policy_words_same(&all[k], &without) ? &bare
                                                                                : NULL;

            // They come by version: of those that came into force at the same time the last one counts.
            if (best != NULL && (*best == NULL || all[k].effective_from_ms >= (*best)->effective_from_ms))
                *best = &all[k];
        }
    }
    return same != NULL ? same : bare;
}

static int
highest_version(const struct rules *rules, const char *clock)
{
    int highest = 0;

    for (size_t i = 0; i < rules_clock_count(rules); i++) {
        size_t count = 0;
        const struct policy *all = rules_clock(rules, i, &count);

        if (strcmp(all[0].clock, clock) == 0)
            highest = all[count - 1].version;
    }
    return highest;
}

static int
read_conditions(const struct policy_words *words, struct policy *policy, struct str *wrong)
{
    if (read_list("kinds", words->kinds, is_kind, policy->kinds, wrong) < 0 ||
        read_list("topics", words->topics, is_any, policy->topics, wrong) < 0 ||
        read_list("levels", words->levels, is_any, policy->levels, wrong) < 0 ||
        read_list("channels", words->channels, is_channel, policy->channels, wrong) < 0)
        return -1;
    return 0;
}

static int
read_moments(const char *option, const char *text, unsigned *moments, struct str *wrong)
{
    if (text != NULL && policy_parse_moments(text, moments) < 0) {
        str_format(wrong,
            "--%s %s: give received, routed, forwarded, desk, returned, response, progress, follow_up, "
            "reply, "
            "done or reopened, with commas between",
            option, text);
        return -1;
    }
    if (*moments == 0) {
        str_format(wrong, "--%s: is missing; there is no version that it could be taken from", option);
        return -1;
    }
    return 0;
}

// How many of the ways to say an amount were used.
static int
amount_count(const struct policy_words *words)
{
    return (words->hours > 0) + (words->seconds > 0) + (words->days > 0) + words->off;
}

static int
read_unit(const struct policy_words *words, struct policy *policy, struct str *wrong)
{
    if (amount_count(words) > 1) {
        str_add_text(wrong, "--hours, --seconds, --days, --off: give only one of them");
        return -1;
    }
    if (words->unit != NULL && !time_unit_parse(words->unit, &policy->unit)) {
        str_format(wrong, "--unit %s: give wall, working_days or working_hours", words->unit);
        return -1;
    }
    if (words->unit == NULL && words->days > 0)
        policy->unit = UNIT_WORKING_DAYS;
    if (words->days > 0 && policy->unit == UNIT_WORKING_HOURS) {
        str_add_text(wrong, "--days: a day has no certain number of working hours; give --hours");
        return -1;
    }
    if ((words->hours > 0 || words->seconds > 0) && policy->unit == UNIT_WORKING_DAYS) {
        str_format(wrong, "--%s: this clock is counted in working days; give --days, or another --unit",
            words->hours > 0 ? "hours" : "seconds");
        return -1;
    }
    return 0;
}

static int
read_amount(
    const struct policy_words *words, struct policy *policy, enum time_unit unit_before, struct str *wrong)
{
    if (words->off)
        policy->amount_ms = 0;
    else if (amount_count(words) == 1)
        policy->amount_ms = words->hours * hour_ms + words->seconds * second_ms + words->days * day_ms;
    else if (policy->amount_ms == 0 || policy->unit != unit_before) {
        str_add_text(wrong, "--hours, --seconds, --days, --off: give one of them");
        return -1;
    }
    return 0;
}

static int
read_ladder(const struct policy_words *words, struct policy *policy, struct str *wrong)
{
    const char *reason = words->ladder != NULL ? policy_parse_ladder(words->ladder, &policy->ladder) : NULL;

    if (reason != NULL)
        str_format(wrong, "--%s", reason);
    return reason != NULL ? -1 : 0;
}

int
policy_words_read(
    const struct rules *rules, const struct policy_words *words, struct policy *policy, struct str *wrong)
{
    struct policy made = {.version = 0};
    const struct policy *replaced = NULL;
    enum time_unit unit_before = UNIT_WALL;

    if (words->clock == NULL || words->clock[0] == '\0' || strlen(words->clock) >= POLICY_CLOCK_SIZE ||
        strspn(words->clock, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(words->clock)) {
        str_format(
            wrong, "clock: give its name, at most %d small letters, digits and _", POLICY_CLOCK_SIZE - 1);
        return -1;
    }
    str_copy(made.clock, sizeof(made.clock), words->clock);
    if (read_conditions(words, &made, wrong) < 0)
        return -1;
    replaced = find_replaced(rules, &made);
    if (replaced != NULL) {
        made.unit = unit_before = replaced->unit;
        made.amount_ms = replaced->amount_ms;
        made.starts = replaced->starts;
        made.stops = replaced->stops;
        made.ladder = replaced->ladder;
    }
    if (read_unit(words, &made, wrong) < 0 || read_amount(words, &made, unit_before, wrong) < 0 ||
        read_moments("starts", words->starts, &made.starts, wrong) < 0 ||
        read_moments("stops", words->stops, &made.stops, wrong) < 0 || read_ladder(words, &made, wrong) < 0)
        return -1;
    made.version = highest_version(rules, made.clock) + 1;
    *policy = made;
    return 0;
}

void
policy_words_amount(const struct policy *policy, struct str *out)
{
    const struct {
        int64_t ms;
        const char *name;
    } parts[] = {{hour_ms, "hour"}, {minute_ms, "minute"}, {second_ms, "second"}};
    const char *working = policy->unit == UNIT_WALL ? "" : "working ";
    size_t i = 0;

    if (policy->amount_ms == 0) {
        str_add_text(out, "off");
        return;
    }
    // A part of a working day is no number of hours: how long a day is differs from agency to agency.
    if (policy->unit == UNIT_WORKING_DAYS) {
        str_format(out, "%.4g working day%s", (double)policy->amount_ms / (double)day_ms,
            policy->amount_ms == day_ms ? "" : "s");
        return;
    }
    while (i + 1 < LENGTH(parts) && policy->amount_ms % parts[i].ms != 0)
        i++;
    int64_t amount = policy->amount_ms / parts[i].ms;
    str_format(out, "%" PRId64 " %s%s%s", amount, working, parts[i].name, amount == 1 ? "" : "s");
}

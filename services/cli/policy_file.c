// policy_file.c - reads the file of kentongan policy try.
#include "policy_file.h"

#include "hours_text.h"
#include "policy.h"
#include "policy_words.h"
#include "report_period.h"
#include "whole_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { VERSIONS_MOST = 1000 };

// A key of an object of the file and where its value goes.
struct key {
    const char *name;
    json_type type; // JSON_STRING: const char **, JSON_INTEGER: int64_t *, JSON_TRUE: bool *, else json_t **
    void *into;
};

static bool
fits(const json_t *value, json_type type)
{
    return json_typeof(value) == type || (type == JSON_TRUE && json_is_boolean(value));
}

static const char *
type_fault(json_type type)
{
    static const char *const faults[] = {[JSON_OBJECT] = "is no object",
        [JSON_ARRAY] = "is no list",
        [JSON_STRING] = "is no string",
        [JSON_INTEGER] = "is no whole number",
        [JSON_TRUE] = "is neither true nor false"};

    return faults[type];
}

// Takes all keys of an object.  -1: one is unknown or of another type.
static int
take_keys(json_t *object, const char *where, const struct key *keys, size_t count, struct str *wrong)
{
    const char *name = NULL;
    json_t *value = NULL;

    json_object_foreach(object, name, value)
    {
        size_t i = 0;

        while (i < count && strcmp(keys[i].name, name) != 0)
            i++;
        if (i == count || !fits(value, keys[i].type)) {
            str_format(wrong, "%s%s%s: %s", where, where[0] != '\0' ? "." : "", name,
                i == count ? "is no key of it" : type_fault(keys[i].type));
            return -1;
        }
        if (keys[i].type == JSON_STRING)
            *(const char **)keys[i].into = json_string_value(value);
        else if (keys[i].type == JSON_INTEGER)
            *(int64_t *)keys[i].into = json_integer_value(value);
        else if (keys[i].type == JSON_TRUE)
            *(bool *)keys[i].into = json_is_true(value);
        else
            *(json_t **)keys[i].into = value;
    }
    return 0;
}

// Adds the policy as if it had always been in force: once for the time before all others with the same
// conditions, and once more from each of them on, with a later version, which is what the choice between them
// goes by.
static void
add_for_ever(struct rules *rules, const struct policy *policy)
{
    static int64_t starts[VERSIONS_MOST];
    struct policy again = *policy;
    size_t count = 0;

    for (size_t i = 0; i < rules_clock_count(rules); i++) {
        size_t versions = 0;
        const struct policy *all = rules_clock(rules, i, &versions);

        for (size_t k = 0; strcmp(all[0].clock, policy->clock) == 0 && k < versions && count < VERSIONS_MOST;
             k++)
            if (policy_words_same(&all[k], policy))
                starts[count++] = all[k].effective_from_ms;
    }
    again.effective_from_ms = 0;
    rules_add_policy(rules, &again);
    for (size_t i = 0; i < count; i++) {
        again.version++;
        again.effective_from_ms = starts[i];
        rules_add_policy(rules, &again);
    }
}

static bool
is_within(int64_t value, int64_t most)
{
    return value >= 0 && value <= most;
}

static int
read_policy(json_t *object, const char *where, struct rules *rules, json_t *added, struct str *wrong)
{
    struct policy_words words = {0};
    struct policy policy = {.version = 0};
    struct str reason = {0};
    const struct key keys[] = {{"clock", JSON_STRING, &words.clock}, {"hours", JSON_INTEGER, &words.hours},
        {"seconds", JSON_INTEGER, &words.seconds}, {"days", JSON_INTEGER, &words.days},
        {"off", JSON_TRUE, &words.off}, {"source", JSON_STRING, &words.source},
        {"from", JSON_STRING, &words.from}, {"unit", JSON_STRING, &words.unit},
        {"starts", JSON_STRING, &words.starts}, {"stops", JSON_STRING, &words.stops},
        {"kinds", JSON_STRING, &words.kinds}, {"topics", JSON_STRING, &words.topics},
        {"levels", JSON_STRING, &words.levels}, {"channels", JSON_STRING, &words.channels},
        {"ladder", JSON_STRING, &words.ladder}};

    if (!json_is_object(object)) {
        str_format(wrong, "%s: is no object", where);
        return -1;
    }
    if (take_keys(object, where, keys, LENGTH(keys), wrong) < 0)
        return -1;
    if (!is_within(words.hours, POLICY_WORDS_HOURS_MOST) || !is_within(words.days, POLICY_WORDS_DAYS_MOST) ||
        !is_within(words.seconds, INT64_C(86400) * POLICY_WORDS_DAYS_MOST)) {
        str_format(wrong, "%s: hours, days or seconds is below 0 or too large", where);
        return -1;
    }
    if (policy_words_read(rules, &words, &policy, &reason) < 0) {
        str_format(wrong, "%s: %s", where, reason.data);
        str_free(&reason);
        return -1;
    }
    if (words.from != NULL && report_period_moment(words.from, &policy.effective_from_ms) < 0) {
        str_format(wrong, "%s.from: %s is no time, as in 2026-08-01 or 2026-08-01 07:30", where, words.from);
        return -1;
    }
    if (words.from != NULL)
        rules_add_policy(rules, &policy);
    else
        add_for_ever(rules, &policy);
    json_t *row = json_object();
    policy_describe(row, &policy);
    json_array_append_new(added, row);
    return 0;
}

static int
read_policies(const json_t *list, struct rules *rules, json_t *added, struct str *wrong)
{
    size_t i = 0;
    json_t *object = NULL;

    if (json_array_size(list) > POLICY_FILE_POLICIES_MOST) {
        str_format(wrong, "policies: are more than %d", POLICY_FILE_POLICIES_MOST);
        return -1;
    }
    json_array_foreach(list, i, object)
    {
        struct str where = {0};
        int rc = 0;

        str_format(&where, "policies[%zu]", i);
        rc = read_policy(object, where.data, rules, added, wrong);
        str_free(&where);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int
read_days(const json_t *list, const char *where, struct calendar *calendar,
    void (*change)(struct calendar *, int32_t), struct str *wrong)
{
    size_t i = 0;
    json_t *value = NULL;

    json_array_foreach(list, i, value)
    {
        int32_t day = 0;

        if (!json_is_string(value) || calendar_parse_day(json_string_value(value), &day) < 0) {
            str_format(wrong, "%s[%zu]: is no day, as in 2026-08-17", where, i);
            return -1;
        }
        change(calendar, day);
    }
    return 0;
}

static int
read_holidays(json_t *object, struct calendar *calendar, struct str *wrong)
{
    json_t *add = NULL;
    json_t *removed = NULL;
    const struct key keys[] = {{"add", JSON_ARRAY, &add}, {"remove", JSON_ARRAY, &removed}};

    if (take_keys(object, "holidays", keys, LENGTH(keys), wrong) < 0 ||
        read_days(add, "holidays.add", calendar, calendar_add_holiday, wrong) < 0 ||
        read_days(removed, "holidays.remove", calendar, calendar_remove_holiday, wrong) < 0)
        return -1;
    return 0;
}

static int
read_office(struct calendar *calendar, const char *agency, json_t *value, struct str *wrong)
{
    struct hours_block blocks[HOURS_TEXT_BLOCKS_MOST];
    struct str where = {0};
    struct str reason = {0};
    const char *hours = json_string_value(value);
    bool on_holidays = false;
    const struct key keys[] = {{"hours", JSON_STRING, &hours}, {"on_holidays", JSON_TRUE, &on_holidays}};
    int rc = 0;
    int count = 0;

    str_format(&where, "office.%s", agency);
    if (json_is_object(value))
        rc = take_keys(value, where.data, keys, LENGTH(keys), wrong);
    if (rc == 0 && !json_is_null(value))
        count = hours != NULL ? hours_text_week(hours, blocks, &reason) : -1;
    if (count < 0) {
        str_format(wrong, "%s: %s", where.data,
            reason.data != NULL ? reason.data : "give its hours, as in \"mon-fri 08:00-16:00\", or null");
        rc = -1;
    }
    str_free(&where);
    str_free(&reason);
    if (rc < 0)
        return -1;
    calendar_clear_blocks(calendar, agency);
    for (int i = 0; i < count; i++) {
        rc = calendar_add_block(
            calendar, agency, blocks[i].weekday, blocks[i].opens, blocks[i].closes, on_holidays);
        CHECK(rc == 0);
    }
    return 0;
}

static int
read_offices(json_t *object, const struct rules *rules, struct calendar *calendar, struct str *wrong)
{
    const char *agency = NULL;
    json_t *value = NULL;

    json_object_foreach(object, agency, value)
    {
        if (rules_level(rules, agency)[0] == '\0') {
            str_format(wrong, "office.%s: there is no agency of this code", agency);
            return -1;
        }
        if (read_office(calendar, agency, value, wrong) < 0)
            return -1;
    }
    return 0;
}

static json_t *
load(const char *path, struct str *wrong)
{
    struct str text = {0};
    json_error_t error;
    json_t *root = NULL;

    if (whole_file_read(path, &text) < 0) {
        str_format(wrong, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    root = json_loadb(text.data != NULL ? text.data : "", text.length, JSON_REJECT_DUPLICATES, &error);
    str_free(&text);
    if (root == NULL)
        str_format(wrong, "line %d: is no JSON: %s", error.line, error.text);
    else if (!json_is_object(root)) {
        str_add_text(wrong, "is no JSON object");
        json_decref(root);
        root = NULL;
    }
    return root;
}

json_t *
policy_file_apply(const char *path, struct rules *rules, struct str *wrong)
{
    json_t *root = load(path, wrong);
    json_t *policies = NULL;
    json_t *holidays = NULL;
    json_t *office = NULL;
    json_t *added = NULL;
    const struct key keys[] = {{"policies", JSON_ARRAY, &policies}, {"holidays", JSON_OBJECT, &holidays},
        {"office", JSON_OBJECT, &office}};

    if (root == NULL)
        return NULL;
    added = json_array();
    if (take_keys(root, "", keys, LENGTH(keys), wrong) < 0 ||
        read_policies(policies, rules, added, wrong) < 0 ||
        read_holidays(holidays, rules_calendar(rules), wrong) < 0 ||
        read_offices(office, rules, rules_calendar(rules), wrong) < 0) {
        json_decref(added);
        added = NULL;
    }
    json_decref(root);
    return added;
}

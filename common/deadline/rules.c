// rules.c - policies, calendar and quiet hours together.
#include "rules.h"

#include "check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)

enum { MINUTES_A_DAY = 1440 };

struct pair {
    char *key, *value;
};

// In the order of keys.
struct pairs {
    struct pair *pairs;
    size_t count;
};

struct quiet {
    bool is_set;
    int64_t begins, ends; // ms of the day
};

struct rules {
    struct calendar *calendar;
    struct policy *policies; // by clock, then version
    size_t policy_count;
    size_t *clocks; // of each clock the first policy, and policy_count behind the last
    size_t clock_count;
    struct pairs levels, sektors;
    struct quiet quiet[ROLES];
};

static char *
copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copied = check_alloc(size);

    memcpy(copied, text, size);
    return copied;
}

// Where the key is, or would be.
static size_t
pairs_place(const struct pairs *pairs, const char *key, bool *is_there)
{
    size_t low = 0, high = pairs->count;

    *is_there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(pairs->pairs[middle].key, key);

        if (order == 0) {
            *is_there = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
pairs_set(struct pairs *pairs, const char *key, const char *value)
{
    bool is_there;
    size_t place = pairs_place(pairs, key, &is_there);
    struct pair *pair;

    if (is_there) {
        pair = &pairs->pairs[place];
        free(pair->value);
        pair->value = copy(value);
        return;
    }
    pairs->pairs = check_realloc(pairs->pairs, (pairs->count + 1) * sizeof(*pairs->pairs));
    pair = &pairs->pairs[place];
    memmove(pair + 1, pair, (pairs->count - place) * sizeof(*pair));
    *pair = (struct pair){copy(key), copy(value)};
    pairs->count++;
}

static const char *
pairs_get(const struct pairs *pairs, const char *key)
{
    bool is_there;
    size_t place = pairs_place(pairs, key, &is_there);

    return is_there ? pairs->pairs[place].value : "";
}

static void
pairs_free(struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        free(pairs->pairs[i].key);
        free(pairs->pairs[i].value);
    }
    free(pairs->pairs);
}

struct rules *
rules_new(void)
{
    struct rules *rules = check_zalloc(1, sizeof(*rules));

    rules->calendar = calendar_new();
    return rules;
}

void
rules_destroy(struct rules **rules)
{
    if (*rules == NULL)
        return;
    calendar_destroy(&(*rules)->calendar);
    free((*rules)->policies);
    free((*rules)->clocks);
    pairs_free(&(*rules)->levels);
    pairs_free(&(*rules)->sektors);
    free(*rules);
    *rules = NULL;
}

// Where the policy is, or would be.
static size_t
policy_place(const struct rules *rules, const char *clock, int version, bool *is_there)
{
    size_t low = 0, high = rules->policy_count;

    *is_there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct policy *policy = &rules->policies[middle];
        int order = strcmp(policy->clock, clock);

        if (order == 0 && policy->version == version) {
            *is_there = true;
            return middle;
        }
        if (order < 0 || (order == 0 && policy->version < version))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
find_clocks(struct rules *rules)
{
    rules->clocks = check_realloc(rules->clocks, (rules->policy_count + 1) * sizeof(*rules->clocks));
    rules->clock_count = 0;
    for (size_t i = 0; i < rules->policy_count; i++)
        if (i == 0 || strcmp(rules->policies[i].clock, rules->policies[i - 1].clock) != 0)
            rules->clocks[rules->clock_count++] = i;
    rules->clocks[rules->clock_count] = rules->policy_count;
}

void
rules_add_policy(struct rules *rules, const struct policy *policy)
{
    bool is_there;
    size_t place = policy_place(rules, policy->clock, policy->version, &is_there);

    if (!is_there) {
        rules->policies =
            check_realloc(rules->policies, (rules->policy_count + 1) * sizeof(*rules->policies));
        memmove(&rules->policies[place + 1], &rules->policies[place],
            (rules->policy_count - place) * sizeof(*rules->policies));
        rules->policy_count++;
    }
    rules->policies[place] = *policy;
    find_clocks(rules);
}

int
rules_add_step(struct rules *rules, const char *clock, int version, const struct ladder_step *step)
{
    bool is_there;
    size_t place = policy_place(rules, clock, version, &is_there);

    return is_there ? policy_add_step(&rules->policies[place].ladder, step) : -1;
}

void
rules_add_agency(struct rules *rules, const char *agency, const char *level)
{
    pairs_set(&rules->levels, agency, level);
}

void
rules_add_topic(struct rules *rules, const char *topic, const char *sektor)
{
    pairs_set(&rules->sektors, topic, sektor);
}

void
rules_set_quiet(struct rules *rules, enum role role, int begins, int ends)
{
    CHECK((size_t)role < ROLES);
    CHECK(begins >= 0 && begins <= MINUTES_A_DAY && ends >= 0 && ends <= MINUTES_A_DAY);
    rules->quiet[role] = (struct quiet){
        .is_set = (ends - begins) % MINUTES_A_DAY != 0,
        .begins = begins * MINUTE_MS,
        .ends = ends * MINUTE_MS,
    };
}

struct calendar *
rules_calendar(struct rules *rules)
{
    return rules->calendar;
}

const struct calendar *
rules_look_at_calendar(const struct rules *rules)
{
    return rules->calendar;
}

size_t
rules_clock_count(const struct rules *rules)
{
    return rules->clock_count;
}

const struct policy *
rules_clock(const struct rules *rules, size_t i, size_t *count)
{
    CHECK(i < rules->clock_count);
    *count = rules->clocks[i + 1] - rules->clocks[i];
    return &rules->policies[rules->clocks[i]];
}

const struct policy *
rules_policy(const struct rules *rules, const char *clock, int version)
{
    bool is_there;
    size_t place = policy_place(rules, clock, version, &is_there);

    return is_there ? &rules->policies[place] : NULL;
}

const char *
rules_level(const struct rules *rules, const char *agency)
{
    return pairs_get(&rules->levels, agency);
}

const char *
rules_sektor(const struct rules *rules, const char *topic)
{
    return pairs_get(&rules->sektors, topic);
}

int64_t
rules_after_quiet(const struct rules *rules, enum role role, int64_t at_ms, int64_t due_at_ms)
{
    CHECK((size_t)role < ROLES);
    const struct quiet *quiet = &rules->quiet[role];

    if (!quiet->is_set || at_ms >= due_at_ms)
        return at_ms;
    int32_t day = calendar_day(at_ms);
    int64_t offset = at_ms - calendar_day_begins(day), ends_ms = at_ms;

    if (quiet->begins < quiet->ends) {
        if (offset >= quiet->begins && offset < quiet->ends)
            ends_ms = calendar_day_begins(day) + quiet->ends;
    } else if (offset >= quiet->begins) {
        ends_ms = calendar_day_begins(day + 1) + quiet->ends;
    } else if (offset < quiet->ends) {
        ends_ms = calendar_day_begins(day) + quiet->ends;
    }
    return ends_ms < due_at_ms ? ends_ms : at_ms;
}

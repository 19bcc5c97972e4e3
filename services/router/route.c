// route.c - topic x region x road class -> agency.
//
// Rules are sorted by topic, so that a decision looks at one topic's few rules only.  What no rule covers is
// not guessed: it goes to the triage desk, which is an agency like any other.
#include "route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_MOST = 48, PROVINCE_LENGTH = 2, REGENCY_LENGTH = 5 }; // 33 and 33.74

struct rule {
    char topic[CODE_MOST], prefix[CODE_MOST], agency[CODE_MOST];
    enum road_class road;
};

struct government {
    char region[CODE_MOST], agency[CODE_MOST];
};

struct route_table {
    double least_confidence;
    struct rule *rules;
    size_t count, room;
    struct government *governments;
    size_t government_count, government_room;
};

struct route_table *
route_table_new(double least_confidence)
{
    struct route_table *table = check_zalloc(1, sizeof(*table));

    table->least_confidence = least_confidence;
    return table;
}

void
route_table_destroy(struct route_table **table)
{
    if (*table == NULL)
        return;
    free((*table)->rules);
    free((*table)->governments);
    free(*table);
    *table = NULL;
}

int
route_table_add(struct route_table *table, const char *topic, const char *region_prefix, const char *road,
    const char *agency)
{
    struct rule rule = {.road = ROAD_UNKNOWN};

    if (road_class_parse(road, &rule.road) < 0)
        return -1;
    snprintf(rule.topic, sizeof(rule.topic), "%s", topic);
    snprintf(rule.prefix, sizeof(rule.prefix), "%s", region_prefix);
    snprintf(rule.agency, sizeof(rule.agency), "%s", agency);
    if (table->count == table->room) {
        table->room = table->room > 0 ? table->room * 2 : 64;
        table->rules = check_realloc(table->rules, table->room * sizeof(rule));
    }
    table->rules[table->count++] = rule;
    return 0;
}

void
route_table_add_government(struct route_table *table, const char *region_code, const char *agency)
{
    struct government *government = NULL;

    if (table->government_count == table->government_room) {
        table->government_room = table->government_room > 0 ? table->government_room * 2 : 64;
        table->governments =
            check_realloc(table->governments, table->government_room * sizeof(*table->governments));
    }
    government = &table->governments[table->government_count++];
    snprintf(government->region, sizeof(government->region), "%s", region_code);
    snprintf(government->agency, sizeof(government->agency), "%s", agency);
}

static int
compare_rules(const void *a, const void *b)
{
    return strcmp(((const struct rule *)a)->topic, ((const struct rule *)b)->topic);
}

void
route_table_ready(struct route_table *table)
{
    if (table->count > 0)
        qsort(table->rules, table->count, sizeof(*table->rules), compare_rules);
}

size_t
route_table_size(const struct route_table *table)
{
    return table->count;
}

// Does the region lie in the one that prefix names?  33.7 is no prefix of 33.74: codes end at a dot.
static bool
lies_in(const char *region, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(region, prefix, length) == 0 &&
           (length == 0 || region[length] == '\0' || region[length] == '.');
}

// The first rule of a topic, or NULL.
static const struct rule *
first_rule(const struct route_table *table, const char *topic)
{
    size_t low = 0;
    size_t high = table->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(table->rules[middle].topic, topic) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < table->count && strcmp(table->rules[low].topic, topic) == 0 ? &table->rules[low] : NULL;
}

static const struct rule *
best_rule(const struct route_table *table, const struct route_question *question)
{
    const struct rule *best = NULL;
    const struct rule *end = table->rules + table->count;

    for (const struct rule *rule = first_rule(table, question->topic);
         rule != NULL && rule < end && strcmp(rule->topic, question->topic) == 0; rule++) {
        if (!lies_in(question->region_code, rule->prefix))
            continue;
        if (rule->road != ROAD_UNKNOWN && rule->road != question->road)
            continue;
        if (best == NULL || strlen(rule->prefix) > strlen(best->prefix) ||
            (strlen(rule->prefix) == strlen(best->prefix) && best->road == ROAD_UNKNOWN))
            best = rule;
    }
    return best;
}

static const char *
government_of(const struct route_table *table, const char *region)
{
    for (size_t i = 0; i < table->government_count; i++)
        if (strlen(region) >= REGENCY_LENGTH && lies_in(region, table->governments[i].region))
            return table->governments[i].agency;
    return NULL;
}

// The agency that the rules for a topic name; NULL and, in why, what they lack.
static const char *
agency_by_rules(const struct route_table *table, const struct route_question *question, const char **why)
{
    const struct rule *rule = NULL;
    const char *agency = NULL;

    *why = "no topic was found";
    if (question->topic[0] == '\0')
        return NULL;
    *why = "not sure enough of topic";
    if (question->confidence < table->least_confidence)
        return NULL;
    *why = "no rule for topic";
    rule = best_rule(table, question);
    if (rule == NULL)
        return NULL;
    *why = "a regency's or city's matter, but which one is not known; topic";
    agency = rule->agency;
    return strcmp(agency, ROUTE_REGENCY) == 0 ? government_of(table, question->region_code) : agency;
}

static void
to_agency(struct route_answer *answer, const struct route_question *question, const char *agency)
{
    answer->agency = agency;
    answer->topic = question->topic;
    answer->covered = true;
    snprintf(answer->why, sizeof(answer->why), "%stopic %s, region %s, road %s -> %s",
        question->urgent ? "urgent; " : "", question->topic,
        question->region_code[0] != '\0' ? question->region_code : "unknown",
        question->road != ROAD_UNKNOWN ? road_class_name(question->road) : "any", agency);
}

void
route_decide(
    const struct route_table *table, const struct route_question *question, struct route_answer *answer)
{
    struct route_question emergency = *question;
    const char *why = NULL;
    const char *ignored = NULL;
    const char *agency = NULL;

    *answer = (struct route_answer){.agency = ROUTE_SHELF, .topic = question->topic, .covered = true};
    if (question->not_report && !question->urgent) {
        snprintf(answer->why, sizeof(answer->why), "not a report: on the shelf");
        return;
    }
    agency = agency_by_rules(table, question, &why);
    if (agency != NULL) {
        to_agency(answer, question, agency);
        return;
    }
    emergency.topic = ROUTE_EMERGENCY;
    emergency.confidence = 1;
    agency = question->urgent ? agency_by_rules(table, &emergency, &ignored) : NULL;
    if (agency != NULL) {
        to_agency(answer, &emergency, agency);
        return;
    }
    answer->agency = ROUTE_TRIAGE_DESK;
    answer->covered = false;
    snprintf(answer->why, sizeof(answer->why), "to the triage desk: %s%s%s", why,
        question->topic[0] != '\0' ? " " : "", question->topic);
}

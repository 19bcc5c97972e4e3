// triage.c - the decision on one report.
#include "triage.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    CATEGORIES_MOST = 64,
    WORDS_MOST = 4096,
    REASONS = 4, // words that are named as reasons for a topic
    WORD_SHOWN_MOST = 24,
};
#define REASON_LEAST 0.2F // makes its topic 1.2 times as likely; what spoke less for it is not named

static void PRINTF_LIKE(2, 3) explain(struct triage *triage, const char *format, ...)
{
    size_t length = strlen(triage->why);
    va_list arguments;

    va_start(arguments, format);
    // What does not fit is cut: the beginning of a reason is better than none.
    (void)vsnprintf(triage->why + length, sizeof(triage->why) - length, format, arguments);
    va_end(arguments);
}

// Puts the likeliest topics into the triage, and the category that all topics of it together make likeliest.
static void
rank_topics(const struct knowledge *knowledge, const struct model_answer *answer, struct triage *triage,
    size_t numbers[TRIAGE_TOPICS])
{
    double sums[CATEGORIES_MOST] = {0};
    size_t best = CATEGORIES_MOST;

    for (size_t i = 0; i < answer->topic_count; i++) {
        double p = (double)answer->topics[i];
        size_t at = triage->topic_count;
        uint32_t category = knowledge->model_categories[i];

        if (category < CATEGORIES_MOST) {
            sums[category] += p;
            best = best == CATEGORIES_MOST || sums[category] > sums[best] ? category : best;
        }
        while (at > 0 && p > triage->topics[at - 1].p)
            at--;
        if (at == TRIAGE_TOPICS)
            continue;
        triage->topic_count += triage->topic_count < TRIAGE_TOPICS;
        for (size_t k = triage->topic_count - 1; k > at; k--) {
            triage->topics[k] = triage->topics[k - 1];
            numbers[k] = numbers[k - 1];
        }
        triage->topics[at].p = p;
        numbers[at] = i;
    }
    for (size_t i = 0; i < triage->topic_count; i++)
        triage->topics[i].code = model_topic(knowledge->model, numbers[i]);
    triage->category = best < CATEGORIES_MOST ? knowledge->categories[best] : "";
}

// Names the ordinary words that spoke most for a topic.
static void
explain_words(const struct knowledge *knowledge, const struct text *text, size_t topic, struct triage *triage)
{
    float weights[WORDS_MOST];
    const struct vocabulary_word *words = vocabulary_read(knowledge->vocabulary, text);
    size_t count = text->raw_count < WORDS_MOST ? text->raw_count : WORDS_MOST;
    const char *before = " (";

    model_words(knowledge->model, knowledge->features, topic, weights, count);
    for (size_t reason = 0; reason < REASONS; reason++) {
        size_t best = count;

        for (size_t i = 0; i < count; i++)
            if ((words[i].class == WORD_COMMON || words[i].class == WORD_ORDINARY) &&
                weights[i] >= REASON_LEAST && (best == count || weights[i] > weights[best]))
                best = i;
        if (best == count)
            break;
        explain(triage, "%s%.*s", before,
            text->spans[best].length > WORD_SHOWN_MOST ? WORD_SHOWN_MOST : (int)text->spans[best].length,
            text->plain + text->spans[best].at);
        before = ", ";
        // The same word once.
        for (size_t i = 0; i < count; i++)
            if (text->raw[i] == text->raw[best])
                weights[i] = 0;
    }
    if (before[0] == ',')
        explain(triage, ")");
}

static void
decide_kind(
    const struct model_answer *answer, const struct text *text, bool is_disaster, struct triage *triage)
{
    triage->urgent_p = answer->urgent;
    triage->urgent = answer->urgent >= (is_disaster ? TRIAGE_URGENT_DISASTER : TRIAGE_URGENT_SURE);
    for (size_t i = 1; i < KINDS; i++)
        if (answer->kinds[i] > answer->kinds[triage->kind])
            triage->kind = (enum triage_kind)i;
    // Who doubts whether it is a report takes it for one; danger is never put on a shelf.
    if (triage->kind == KIND_NOT_REPORT &&
        (triage->urgent || answer->kinds[KIND_NOT_REPORT] < TRIAGE_NOT_REPORT_SURE)) {
        triage->kind = KIND_COMPLAINT;
        for (size_t i = 1; i < KIND_NOT_REPORT; i++)
            if (answer->kinds[i] > answer->kinds[triage->kind])
                triage->kind = (enum triage_kind)i;
    }
    triage->kind_p = answer->kinds[triage->kind];
    if (text->plain_length == 0) { // no letter and no number
        triage->kind = KIND_NOT_REPORT;
        triage->kind_p = 1;
    }
    explain(triage, "%s %.2f%s", kind_name(triage->kind), triage->kind_p, triage->urgent ? ", urgent" : "");
}

// By the model that was learned.
static void
decide_by_model(const struct knowledge *knowledge, const struct text *text, struct triage *triage)
{
    struct model_answer answer;
    size_t numbers[TRIAGE_TOPICS] = {0};

    text_features_find(knowledge->features, text);
    model_answer(knowledge->model, knowledge->features, &answer);
    rank_topics(knowledge, &answer, triage, numbers);
    decide_kind(&answer, text, strcmp(triage->category, KNOWLEDGE_DISASTER) == 0, triage);
    if (triage->topic_count == 0)
        return;
    if (triage->topics[0].p >= TRIAGE_TOPIC_SURE) {
        triage->topic = triage->topics[0].code;
        triage->confidence = triage->topics[0].p;
    }
    explain(triage, "; topic %s %.2f", triage->topics[0].code, triage->topics[0].p);
    explain_words(knowledge, text, numbers[0], triage);
    if (triage->topic[0] == '\0')
        explain(triage, ", not sure");
}

// By keywords, as long as there is no model.
static void
decide_by_keywords(const struct knowledge *knowledge, const struct text *text, struct triage *triage)
{
    struct topic_answer answer;

    topics_find(knowledge->topics, text, &answer);
    triage->kind_p = 1;
    triage->topic = answer.topic;
    triage->confidence = answer.confidence;
    triage->category = knowledge_category(knowledge, answer.topic);
    if (answer.topic[0] == '\0') {
        explain(triage, "topic none");
        return;
    }
    triage->topics[triage->topic_count++] =
        (struct triage_topic){.code = answer.topic, .p = answer.confidence};
    explain(triage, "topic %s %.2f", answer.topic, answer.confidence);
    for (size_t i = 0; i < answer.keyword_count; i++)
        explain(triage, "%s%s", i == 0 ? " (" : ", ", answer.keywords[i]);
    explain(triage, ")");
}

static void
explain_place(struct triage *triage)
{
    const struct place_answer *place = &triage->place;

    explain(triage, "; place %s by %s%s", place->region_code[0] == '\0' ? "not found" : place->region_code,
        place->rule, place->outside ? ", outside the province" : "");
    for (size_t i = 0; i < place->candidate_count; i++)
        explain(triage, "%s%s", i == 0 ? ", could be " : " or ", place->candidates[i]);
    if (triage->road != ROAD_UNKNOWN)
        explain(triage, "; road %s", road_class_name(triage->road));
}

// Is it known already?
static void
look_up(const struct knowledge *knowledge, struct duplicates *duplicates, const struct text *text,
    const struct triage_report *report, struct triage *triage)
{
    struct profile_report profiled = {.id = report->id,
        .received_at_ms = report->received_at_ms,
        .region_code = triage->place.region_code,
        .has_point = triage->place.at_point,
        .latitude = report->latitude,
        .longitude = report->longitude};
    struct duplicates_answer answer;

    for (size_t i = 0; i < PROFILE_TOPICS && i < triage->topic_count; i++)
        if (triage->topics[i].p >= PROFILE_TOPIC_P)
            profiled.topics[i] = triage->topics[i].code;
    profile_make(knowledge->vocabulary, text, &profiled, &triage->profile);
    duplicates_find(duplicates, &triage->profile, &answer);
    duplicates_add(
        duplicates, &triage->profile, answer.relation == RELATION_DUPLICATE ? answer.duplicate_of : 0);
    triage->relation = answer.relation;
    triage->duplicate_of = answer.duplicate_of;
    triage->duplicate_score = answer.score;
    if (answer.relation != RELATION_NONE)
        explain(triage, "; %s %.2f: %s", relation_name(answer.relation), answer.score, answer.why);
}

void
triage_decide(const struct knowledge *knowledge, struct duplicates *duplicates, struct text *scratch,
    const struct triage_report *report, struct triage *triage)
{
    struct place_question question = {.region_code = report->region_code,
        .has_point = report->has_point,
        .latitude = report->latitude,
        .longitude = report->longitude,
        .text = scratch};

    *triage = (struct triage){.topic = "", .category = ""};
    text_clear(scratch);
    text_add(scratch, knowledge->lexicon, report->text, report->text_length);
    // An address names streets and places, not matters: topic, kind and language are read before it comes in.
    if (knowledge->model != NULL)
        decide_by_model(knowledge, scratch, triage);
    else
        decide_by_keywords(knowledge, scratch, triage);
    triage->language = languages_find(knowledge->languages, scratch);
    question.address_from = scratch->raw_count;
    text_add(scratch, knowledge->lexicon, report->address, report->address_length);
    places_find(knowledge->places, &question, &triage->place);
    triage->road = roads_find(knowledge->roads, scratch);
    explain_place(triage);
    look_up(knowledge, duplicates, scratch, report, triage);
}

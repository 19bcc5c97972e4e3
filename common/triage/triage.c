// triage.c - the decision on one report.
#include "triage.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void PRINTF_LIKE(2, 3) explain(struct triage *triage, const char *format, ...)
{
    size_t length = strlen(triage->why);
    va_list arguments;

    va_start(arguments, format);
    // What does not fit is cut: the beginning of a reason is better than none.
    (void)vsnprintf(triage->why + length, sizeof(triage->why) - length, format, arguments);
    va_end(arguments);
}

static void
explain_topic(struct triage *triage, const struct topic_answer *answer)
{
    if (answer->topic[0] == '\0') {
        explain(triage, "topic none");
        return;
    }
    explain(triage, "topic %s %.2f", answer->topic, answer->confidence);
    for (size_t i = 0; i < answer->keyword_count; i++)
        explain(triage, "%s%s", i == 0 ? " (" : ", ", answer->keywords[i]);
    explain(triage, ")");
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
    struct place_answer place;
    struct topic_answer topic;

    text_clear(scratch);
    text_add(scratch, knowledge->lexicon, report->text, report->text_length);
    // An address names streets and places, not matters: topic and road are read before it comes in.
    topics_find(knowledge->topics, scratch, &topic);
    question.address_from = scratch->raw_count;
    text_add(scratch, knowledge->lexicon, report->address, report->address_length);
    places_find(knowledge->places, &question, &place);

    *triage = (struct triage){
        .topic = topic.topic,
        .confidence = topic.confidence,
        .region_code = place.region_code,
        .road = roads_find(knowledge->roads, scratch),
    };
    triage->signature =
        duplicates_signature(scratch->words, scratch->word_count); // sorts them: nobody reads them after
    triage->duplicate_of = duplicates_check(duplicates, &(struct duplicates_report){.report_id = report->id,
                                                            .received_at_ms = report->received_at_ms,
                                                            .signature = triage->signature,
                                                            .region_code = place.region_code,
                                                            .has_point = report->has_point,
                                                            .latitude = report->latitude,
                                                            .longitude = report->longitude});

    explain_topic(triage, &topic);
    explain(triage, "; place %s by %s", place.region_code, place.rule);
    if (triage->road != ROAD_UNKNOWN)
        explain(triage, "; road %s", road_class_name(triage->road));
    if (triage->duplicate_of != 0)
        explain(triage, "; same words as report %lld", (long long)triage->duplicate_of);
}

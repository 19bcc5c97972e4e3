// triage.h - the decision on one report: topic, kind, urgency, place, road, and whether it is known already.
#ifndef KENTONGAN_TRIAGE_H
#define KENTONGAN_TRIAGE_H

#include "duplicates.h"
#include "kind.h"
#include "knowledge.h"
#include "language.h"
#include "likeness.h"
#include "place.h"
#include "profile.h"
#include "road_class.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRIAGE_TOPICS = 3, TRIAGE_WHY_SIZE = 400 };

// From these probabilities on, an answer is acted on.  Below, a person decides: a report without a sure topic
// goes to the triage desk, and one that only may be no report is treated as one.
#define TRIAGE_TOPIC_SURE 0.40
#define TRIAGE_NOT_REPORT_SURE 0.60
#define TRIAGE_URGENT_SURE 0.30     // one alarm too many costs a look, one too few may cost a life
#define TRIAGE_URGENT_DISASTER 0.05 // the same for a topic of KNOWLEDGE_DISASTER

struct triage_report {
    int64_t id, received_at_ms; // at 0: not known
    const char *text, *address; // UTF-8
    size_t text_length, address_length;
    const char *region_code; // "" = none given
    bool has_point;
    double latitude, longitude; // 0/0 is no point
};

struct triage_topic {
    const char *code; // borrowed from knowledge
    double p;         // probability, 0 .. 1
};

struct triage {
    enum triage_kind kind;
    double kind_p;
    bool urgent; // danger to life, or a disaster going on
    double urgent_p;

    struct triage_topic topics[TRIAGE_TOPICS]; // the likeliest first
    size_t topic_count;
    const char *topic;    // the first when it is sure, else ""
    double confidence;    // its probability; 0 without a topic
    const char *category; // borrowed from knowledge: the likeliest by the sum of its topics; "" = not known

    struct place_answer place; // borrowed from knowledge
    enum triage_language language;
    enum road_class road;

    enum relation relation;
    int64_t duplicate_of; // the report that it joins or repeats; 0 = none
    double duplicate_score;
    struct profile profile; // what the index keeps of it

    char why[TRIAGE_WHY_SIZE]; // one line: ordinary words, codes and rules; no name, nothing else a citizen
                               // wrote
};

// Decides, and enters the report into duplicates.  scratch is the caller's, for its memory.  Deciding a
// report again gives the same triage, as long as knowledge is the same and duplicates still reaches back to
// it.
void triage_decide(const struct knowledge *knowledge, struct duplicates *duplicates, struct text *scratch,
    const struct triage_report *report, struct triage *triage);

#endif

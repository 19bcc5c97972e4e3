// triage.h - the decision on one report: topic, place, road, and whether it was reported before.
#ifndef KENTONGAN_TRIAGE_H
#define KENTONGAN_TRIAGE_H

#include "duplicates.h"
#include "knowledge.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRIAGE_WHY_SIZE = 240 };

struct triage_report {
    int64_t id, received_at_ms;
    const char *text, *address; // UTF-8
    size_t text_length, address_length;
    const char *region_code; // "" = none given
    bool has_point;
    double latitude, longitude;
};

struct triage {
    const char *topic; // borrowed from knowledge; "" = none found
    double confidence;
    const char *region_code; // borrowed from knowledge; "" = not found
    enum road_class road;
    int64_t duplicate_of; // 0 = none
    uint64_t signature;
    char why[TRIAGE_WHY_SIZE]; // one line: keywords, codes and rules; never the citizen's words
};

// Decides, and enters the report into duplicates when it is a first one.  scratch is the caller's, for its
// memory.  Deciding a report again gives the same triage, as long as knowledge is the same and duplicates
// still reaches back to it.
void triage_decide(const struct knowledge *knowledge, struct duplicates *duplicates, struct text *scratch,
    const struct triage_report *report, struct triage *triage);

#endif

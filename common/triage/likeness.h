// likeness.h - do two reports tell of one incident?  A decision on their profiles alone.
//
// First the evidence: how many words they share, which names, which details agree and which differ, where
// they are, whether they speak of the same things.  Then a score, which is a probability learnt from pairs
// that people have judged (tests/data/triage/pairs.jsonl), and rules that no score overrules:
//   - a detail that can have one value only and differs (house number, gang, RT, kilometre, school, number of
//   a
//     file, day) makes them two, however much of the rest is the same;
//   - without a place in common, only a long text in the same words is the same;
//   - what concerns one person only needs more than the same office and the same complaint.
// One incident more than thirty days later is a re-report: linked, not joined.
#ifndef KENTONGAN_LIKENESS_H
#define KENTONGAN_LIKENESS_H

#include "profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum relation { RELATION_NONE, RELATION_DUPLICATE, RELATION_REREPORT };

#define LIKENESS_BOUND 0.6 // a score from here on says that it is one incident
enum { LIKENESS_WINDOW_S = 30 * 24 * 3600, LIKENESS_WHY_SIZE = 160 };

struct evidence {
    // Of the shorter text's words, how many stand in the other one; and of the words of both together.
    double contained, common;
    size_t least_words;    // of the shorter text, at most 255
    size_t compared_words; // on how many words of the shorter text that rests
    size_t words;          // in both, among the compared ones
    size_t words_alone;    // among the compared ones, in each of them alone (the lesser count of the two)
    size_t left_alone, right_alone; // words and names that one of the two has alone, among the compared ones
    size_t names, names_alone;      // in both, regencies not counted; in each of them alone, sure ones only
    size_t unsure_alone;            // in each of them alone, the others
    size_t wordings;                // of PROFILE_WORDINGS, those that agree
    size_t figures;                 // numbers of anything, in both
    uint32_t same, other;           // bits of enum detail_kind: those that agree, those that differ
    int region;   // levels that the regions share, 0 .. 4, as far as both are known; -1: they lie apart
    int distance; // metres between their points; -1: one has none
    size_t things, troubles; // concepts that both speak of; what both mind counts as a trouble
    bool other_things;       // both speak of some, and none is the same
    bool is_content;         // one of them alone is
    bool other_troubles;     // the same of troubles
    bool same_topic;         // one of the likely ones
    bool is_single;          // the same topic, and one that names the trouble
    bool is_personal;
    bool is_passing; // both tell of what is over within a day or two
    bool same_text;
    uint32_t apart_s; // seconds between them
};

struct likeness {
    enum relation relation;
    double score; // 0 .. 1
};

void likeness_compare(const struct profile *earlier, const struct profile *later, struct evidence *evidence);
void likeness_decide(const struct evidence *evidence, struct likeness *likeness);

// Says in one line what the decision rests on: rules, kinds of details and figures, no word of a citizen.
void likeness_explain(const struct evidence *evidence, char why[LIKENESS_WHY_SIZE]);

// Does a detail, a village or a distance say that they are two, whatever else says that they are one?
bool likeness_contradicts(const struct evidence *evidence);

// Is this a detail of which hardly two agree by chance: a house number, a kilometre post, a file?
bool likeness_tells_place(enum detail_kind kind);

const char *relation_name(enum relation relation); // none, duplicate, rereport

#endif

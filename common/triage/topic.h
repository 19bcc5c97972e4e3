// topic.h - what a report is about: weighted keywords, the longest phrase first.
#ifndef KENTONGAN_TOPIC_H
#define KENTONGAN_TOPIC_H

#include "check.h"
#include "lexicon.h"
#include "text.h"

#include <stddef.h>

struct topics;

enum { TOPIC_EVIDENCE = 3 };

struct topic_answer {
    const char *topic;                    // borrowed from topics; "" when none is clearly ahead
    double confidence;                    // 0 .. 1; 0 when there is no topic
    const char *keywords[TOPIC_EVIDENCE]; // which keywords said so, as they stand in the table
    size_t keyword_count;
};

// Returns new.
struct topics *topics_new(void);
void topics_destroy(struct topics **topics);

// Adds a keyword of a topic (code); copies.  The keyword is read like a report, so the lexicon has to be
// ready. -1: nothing is left of it (stop words only), or it has too many words.
MUST_USE int topics_add(struct topics *topics, const struct lexicon *lexicon, const char *topic,
    const char *keyword, double weight);

// Finds the topic of a text.  Phrases do not overlap, a keyword counts once.  The confidence is
//     best / (best + second + 1)
// where best and second are the two highest sums of weights: one keyword of weight 3 alone gives 0.75.  Below
// 0.45, and when two topics are level, there is no topic.  Uses scratch memory inside topics: one thread at a
// time.
void topics_find(struct topics *topics, const struct text *text, struct topic_answer *answer);

size_t topics_size(const struct topics *topics);

#endif

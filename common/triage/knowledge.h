// knowledge.h - everything the classifier knows when it decides: lexicon, places, topics, road words.
//
// Built once from the reference tables and then only read; an edit makes a new one.
#ifndef KENTONGAN_KNOWLEDGE_H
#define KENTONGAN_KNOWLEDGE_H

#include "lexicon.h"
#include "place.h"
#include "road.h"
#include "topic.h"

#define KNOWLEDGE_HOME "33" // Jawa Tengah

struct knowledge {
    struct lexicon *lexicon;
    struct places *places;
    struct topics *topics;
    struct roads *roads; // NULL until knowledge_words_ready
};

// Fill in this order: lexicon and regions; knowledge_words_ready; aliases, polygons, topics.  Returns new.
struct knowledge *knowledge_new(void);
void knowledge_words_ready(struct knowledge *knowledge);
void knowledge_destroy(struct knowledge **knowledge);

#endif

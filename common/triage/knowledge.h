// knowledge.h - everything the classifier knows when it decides: lexicon, places, topics, road words, and the
// model that was learned.
//
// Built once from the reference tables and then only read; an edit makes a new one.
#ifndef KENTONGAN_KNOWLEDGE_H
#define KENTONGAN_KNOWLEDGE_H

#include "hashmap.h"
#include "language.h"
#include "lexicon.h"
#include "model.h"
#include "place.h"
#include "road.h"
#include "text_features.h"
#include "topic.h"
#include "vocabulary.h"

#define KNOWLEDGE_HOME "33"          // Jawa Tengah
#define KNOWLEDGE_DISASTER "bencana" // the category of floods, fires, landslides ..

enum { KNOWLEDGE_CATEGORY_SIZE = 64 };
#define KNOWLEDGE_NO_CATEGORY UINT32_MAX

struct knowledge {
    struct lexicon *lexicon;
    struct places *places;
    struct topics *topics;
    struct roads *roads;           // NULL until knowledge_words_ready, like the next
    struct vocabulary *vocabulary; // ordinary words, names, concepts
    struct languages *languages;
    struct text_features *features; // scratch
    struct model *model;            // NULL: topics come from keywords alone, and every report is a complaint

    char (*categories)[KNOWLEDGE_CATEGORY_SIZE]; // see knowledge_category
    size_t category_count;
    uint32_t *model_categories;  // of each of the model's topics: its place in categories, or
                                 // KNOWLEDGE_NO_CATEGORY
    struct hashmap *category_of; // word_hash of a topic's code or a category's name -> its place
};

// Fill in this order: lexicon and regions; knowledge_words_ready; aliases, polygons, topics.  Returns new.
struct knowledge *knowledge_new(void);
void knowledge_words_ready(struct knowledge *knowledge);

// Says which category (sektor) a topic belongs to; copies.
void knowledge_add_topic(struct knowledge *knowledge, const char *topic, const char *category);

// The category of a topic; a category's own name, in any case, is its own.  "" when neither is known.
// Borrowed until the next knowledge_add_topic.
const char *knowledge_category(const struct knowledge *knowledge, const char *topic);

// Takes model, which may be NULL, in place of the one it had.  After the topics.
void knowledge_set_model(struct knowledge *knowledge, struct model *model);

void knowledge_destroy(struct knowledge **knowledge);

#endif

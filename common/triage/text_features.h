// text_features.h - what a linear model sees of a text: hashed words, word pairs, stems and letter sequences.
//
// Each block is weighed and normalised by itself (scorer.h), so that the many letter sequences do not drown
// the few words.  A feature is a 32-bit hash; the words themselves are not kept.
#ifndef KENTONGAN_TEXT_FEATURES_H
#define KENTONGAN_TEXT_FEATURES_H

#include "text.h"

#include <stddef.h>
#include <stdint.h>

enum text_feature_block {
    FEATURE_WORD,    // a word as written
    FEATURE_PAIR,    // two words as written, side by side in one sentence
    FEATURE_STEM,    // a word as meant
    FEATURE_LETTERS, // 3 to 5 bytes inside a word and the spaces around it
    FEATURE_TOPIC,   // what another model thinks it is about (model.h)
    TEXT_FEATURE_BLOCKS
};

enum { TEXT_FEATURE_NO_WORD = UINT16_MAX };

struct text_feature {
    uint32_t hash; // never 0; tells the blocks apart, too
    uint16_t block;
    uint16_t word; // place of the word in text->raw (in text->words for a stem); the first of a pair
};

// One for each occurrence, in the order of the text.  Memory is kept from text to text; all zero is valid.
struct text_features {
    struct text_feature *items;
    size_t count, room;
};

void text_features_free(struct text_features *features);

// Replaces what was there.  A word right after "depan", "dekat", "ngarep" and the like says where and not
// what: it is no feature.  Of a text with more than 4,096 words the rest is left out.
void text_features_find(struct text_features *features, const struct text *text);

// Adds a feature that stands there so many times, and belongs to no word.
void text_features_add(
    struct text_features *features, uint64_t key, enum text_feature_block block, size_t times);

#endif

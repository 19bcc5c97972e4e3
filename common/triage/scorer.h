// scorer.h - a linear model: from features to one score for each output.
//
//     score(o) = bias(o) + sum over features f of value(f) * weight(f, o)
//     value(f) = block weight * (1 + ln times) * idf(f), each block divided by its length
//
// Only features that the model knows count, in the lengths, too.  Weights are 8-bit numbers times a scale of
// their output.
#ifndef KENTONGAN_SCORER_H
#define KENTONGAN_SCORER_H

#include "bytes.h"
#include "check.h"
#include "text_features.h"

#include <stddef.h>
#include <stdint.h>

enum { SCORER_OUTPUTS_MOST = 512 };

struct scorer;

// What one feature is, when a model is made.
struct scorer_feature {
    uint32_t hash;
    uint16_t block;
    float idf; // 0 < idf
};

// Makes a model of weights[feature * outputs + output] and biases[output].  Borrows all; returns new.
struct scorer *scorer_new(const struct scorer_feature *features, size_t feature_count, const float *weights,
    const float *biases, size_t outputs);
void scorer_destroy(struct scorer **scorer);

// Fills scores[0 .. outputs).  Uses scratch memory inside: one thread at a time.
void scorer_scores(struct scorer *scorer, const struct text_features *features, float *scores);

// What each raw word (a text's place, see struct text_feature; stems are left out) added to one output's
// score, for the features of the last scorer_scores, to which some may have been added since; once after
// each.  words: room for word_count.
void scorer_words(struct scorer *scorer, const struct text_features *features, size_t output, float *words,
    size_t word_count);

// The two formulas above, for who makes a model: the value of a feature that stands there so many times, and
// what to multiply a block's values by whose squares have this sum.
float scorer_value(float idf, uint16_t times);
float scorer_block_factor(enum text_feature_block block, float squares);

size_t scorer_outputs(const struct scorer *scorer);
size_t scorer_features(const struct scorer *scorer);

void scorer_write(const struct scorer *scorer, struct bytes_writer *writer);

// Returns new, or NULL with reader->problem set.
struct scorer *scorer_read(struct bytes_reader *reader);

#endif

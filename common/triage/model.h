// model.h - what was learned: topics, kinds and urgency, each with a probability.
//
// A model is a scorer whose outputs are the labels of up to three heads, each with its slope (calibration.h).
// One that was learned from an office's own history usually has only the topic head; it then carries the
// model it stands on, its base: what the base thinks of the topic is one more block of features, and heads
// that are missing are the base's.
//
// In a file or a row of the database a model is one piece of bytes with a checksum; its version is its name
// and the beginning of that checksum, so that two models are never confused.  No word of a report can be read
// back from it: it holds 32-bit hashes and weights.
#ifndef KENTONGAN_MODEL_H
#define KENTONGAN_MODEL_H

#include "bytes.h"
#include "check.h"
#include "kind.h"
#include "scorer.h"
#include "text_features.h"

#include <stdbool.h>
#include <stddef.h>

struct model;

enum model_head { MODEL_TOPIC, MODEL_KIND, MODEL_URGENT, MODEL_HEADS };
enum { MODEL_LABEL_SIZE = 256, MODEL_NAME_SIZE = 40, MODEL_VERSION_SIZE = MODEL_NAME_SIZE + 9 };

struct model_answer {
    const float *topics; // a probability for each label of the topic head; borrowed until the next answer
    size_t topic_count;  // 0: the model knows no topics
    double kinds[KINDS]; // a probability for each; all of it on complaint when the model knows no kinds
    double urgent;       // probability of danger to life or a disaster
};

// May a model have this name: 1 to 39 letters, digits, -, _ and . ?
bool model_is_name(const char *name);

struct model_labels {
    const char *const *labels; // of the kind head kind_name()s, of the urgent head "routine" and "urgent"
    size_t count;              // 0: the model does not have this head
    float slope;
};

// name: see model_is_name.  Takes scorer, which has as many outputs as there are labels, those of the first
// head first; copies labels.  Returns new.
struct model *model_new(
    const char *name, struct scorer *scorer, const struct model_labels heads[MODEL_HEADS]);
void model_destroy(struct model **model);

// Gives the model its base.  Takes *base, which may be NULL.
void model_set_base(struct model *model, struct model **base);

// Adds what a model thinks of the topic to a text's features: what a model that stands on it learns from.
void model_add_base(struct model *base, struct text_features *features);

// Answers for a text's features, to which it may add.  Uses memory inside: one thread at a time.
void model_answer(struct model *model, struct text_features *features, struct model_answer *answer);

// What each raw word added to the score of topic number `topic` in the last answer (scorer_words), times the
// topic head's slope: 1 makes the topic e times as likely.
void model_words(
    struct model *model, const struct text_features *features, size_t topic, float *words, size_t word_count);

// The topic head's labels; borrowed.
size_t model_topics(const struct model *model);
const char *model_topic(const struct model *model, size_t number);

// NAME-0123abcd.  Known once it was written or read; "" before.
const char *model_version(const struct model *model);

void model_write(struct model *model, struct bytes_writer *writer);

// Returns new, or NULL with *problem set to what is wrong ("it ends too early").
MUST_USE struct model *model_read(const void *bytes, size_t length, const char **problem);

#endif

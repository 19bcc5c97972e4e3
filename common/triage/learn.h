// learn.h - from labelled texts to a linear model, by liblinear.
//
// One question has several labels (topics), and several questions (topic, kind, urgency) are learned over the
// same features: a head for each.  An example may answer some of them only.  Each label against the rest of
// its head: L2-regularised support vector machine with squared hinge loss.  Features that stand in one text
// only are left out.
#ifndef KENTONGAN_LEARN_H
#define KENTONGAN_LEARN_H

#include "scorer.h"
#include "text_features.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEARN_HEADS = 3 };
#define LEARN_NO_LABEL SIZE_MAX

struct learn;

struct learn_task {
    const bool *chosen;         // which examples count; NULL: all
    size_t labels[LEARN_HEADS]; // how many labels each head has; 0: not to learn
    double cost;                // liblinear's C, above 0
    size_t jobs; // processes at the same time, 1 ..; the model is the same whatever their number
};

// Returns new.
struct learn *learn_new(void);
void learn_destroy(struct learn **learn);

// Adds an example with its features and for each head its label (0 ..) or LEARN_NO_LABEL.  Copies.
void learn_add(struct learn *learn, const struct text_features *features, const size_t labels[LEARN_HEADS]);

size_t learn_size(const struct learn *learn);
size_t learn_label(const struct learn *learn, size_t example, size_t head);

// A scorer whose outputs are the labels of the first head to learn, then those of the next.  A label that no
// chosen example has gets a score below all others.  Returns new, or NULL when a process could not be started
// or ended badly.
MUST_USE struct scorer *learn_model(struct learn *learn, const struct learn_task *task);

// The features of an example, as learn_add took them; they belong to no word.  Borrowed until the next call,
// and the caller's to add to.
struct text_features *learn_features(struct learn *learn, size_t example);

#endif

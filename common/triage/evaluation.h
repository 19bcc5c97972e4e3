// evaluation.h - how good a model is, on examples that it was not made of.
//
//   accuracy     the first answer is the label / all
//   top-3        the label is among the first three answers / all
//   macro-F1     the mean over labels of 2 * right / (said + true): a rare label counts as much as a frequent
//                one; labels that no example has are left out
//   calibration  mean over all of |p of the first answer - how often first answers of about that p are right|
//                (expected calibration error, ten bins of equal width)
#ifndef KENTONGAN_EVALUATION_H
#define KENTONGAN_EVALUATION_H

#include <stddef.h>
#include <stdint.h>

enum { EVALUATION_BINS = 10 };

struct evaluation;

struct evaluation_bin {
    size_t count;   // first answers with a probability in [i, i + 1) / EVALUATION_BINS
    double said;    // their mean probability
    double correct; // how many of them were right, 0 .. 1
};

struct evaluation_figures {
    size_t examples, labels; // labels: those that an example has
    double accuracy, top3, macro_f1, calibration;
    double baseline; // accuracy of always answering the most frequent label
    struct evaluation_bin bins[EVALUATION_BINS];
};

// Returns new.
struct evaluation *evaluation_new(size_t labels);
void evaluation_destroy(struct evaluation **evaluation);

// One example: what it is, and a probability for each label.
void evaluation_add(struct evaluation *evaluation, size_t label, const float *probabilities);

void evaluation_figures(const struct evaluation *evaluation, struct evaluation_figures *figures);

// How many examples of one label got another (or the same) as first answer.
size_t evaluation_confusion(const struct evaluation *evaluation, size_t label, size_t answer);

#endif

// crossval.h - cross-validation: scores for each example by a model that was made without it.
#ifndef KENTONGAN_CROSSVAL_H
#define KENTONGAN_CROSSVAL_H

#include "check.h"
#include "learn.h"

#include <stddef.h>
#include <stdint.h>

struct crossval {
    size_t head, labels; // which head of the examples, and how many labels it has
    size_t folds, jobs;
    double cost;
    uint64_t seed; // the same seed makes the same folds
};

// Each label is dealt out evenly over the folds.  Fills fold_of[example] and scores[example * labels +
// label]. -1: a model could not be made (learn_model).
MUST_USE int crossval_run(
    const struct crossval *crossval, struct learn *learn, size_t *fold_of, float *scores);

#endif

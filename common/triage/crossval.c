// crossval.c - cross-validation.
#include "crossval.h"

#include <stdbool.h>
#include <stdlib.h>

static uint32_t
next_random(uint64_t *seed, size_t most)
{
    // Knuth's MMIX; the high bits are the good ones.
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*seed >> 33) % most);
}

static void
deal(const struct crossval *crossval, const struct learn *learn, size_t *fold_of)
{
    size_t count = learn_size(learn);
    uint64_t seed = crossval->seed;
    size_t *order = check_alloc((count + 1) * sizeof(*order));
    size_t *next = check_zalloc(crossval->labels, sizeof(*next));

    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t other = next_random(&seed, i);
        size_t kept = order[i - 1];

        order[i - 1] = order[other];
        order[other] = kept;
    }
    // A label's first example goes to any fold: otherwise the first folds would get all rare labels.
    for (size_t label = 0; label < crossval->labels; label++)
        next[label] = next_random(&seed, crossval->folds);
    for (size_t i = 0; i < count; i++) {
        size_t label = learn_label(learn, order[i], crossval->head);

        fold_of[order[i]] = label == LEARN_NO_LABEL ? crossval->folds : next[label]++ % crossval->folds;
    }
    free(order);
    free(next);
}

int
crossval_run(const struct crossval *crossval, struct learn *learn, size_t *fold_of, float *scores)
{
    size_t count = learn_size(learn);
    bool *chosen = check_alloc(count + 1);
    struct learn_task task = {.chosen = chosen, .cost = crossval->cost, .jobs = crossval->jobs};
    int rc = 0;

    CHECK(crossval->folds > 1);
    task.labels[crossval->head] = crossval->labels;
    deal(crossval, learn, fold_of);
    for (size_t fold = 0; fold < crossval->folds && rc == 0; fold++) {
        struct scorer *scorer = NULL;

        for (size_t e = 0; e < count; e++)
            chosen[e] = fold_of[e] != fold;
        scorer = learn_model(learn, &task);
        rc = scorer == NULL ? -1 : 0;
        for (size_t e = 0; e < count && rc == 0; e++)
            if (fold_of[e] == fold)
                scorer_scores(scorer, learn_features(learn, e), &scores[e * crossval->labels]);
        scorer_destroy(&scorer);
    }
    free(chosen);
    return rc;
}

// evaluation.c - how good a model is.
#include "evaluation.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

struct evaluation {
    size_t labels, examples, right, in_top3;
    size_t *confusion;                           // label * labels + answer
    struct evaluation_bin bins[EVALUATION_BINS]; // said and correct are sums
};

struct evaluation *
evaluation_new(size_t labels)
{
    struct evaluation *evaluation = check_zalloc(1, sizeof(*evaluation));

    CHECK(labels > 0);
    evaluation->labels = labels;
    evaluation->confusion = check_zalloc(labels * labels, sizeof(*evaluation->confusion));
    return evaluation;
}

void
evaluation_destroy(struct evaluation **evaluation)
{
    if (*evaluation == NULL)
        return;
    free((*evaluation)->confusion);
    free(*evaluation);
    *evaluation = NULL;
}

void
evaluation_add(struct evaluation *evaluation, size_t label, const float *probabilities)
{
    size_t answer = 0;
    size_t better = 0; // labels ahead of the true one; of equals the first is ahead
    size_t bin = 0;

    for (size_t i = 0; i < evaluation->labels; i++) {
        if (probabilities[i] > probabilities[answer])
            answer = i;
        better += probabilities[i] > probabilities[label] ||
                  (i < label && probabilities[i] >= probabilities[label]);
    }
    evaluation->examples++;
    evaluation->right += answer == label;
    evaluation->in_top3 += better < 3;
    evaluation->confusion[label * evaluation->labels + answer]++;
    bin = (size_t)(probabilities[answer] * EVALUATION_BINS);
    bin = bin < EVALUATION_BINS ? bin : EVALUATION_BINS - 1;
    evaluation->bins[bin].count++;
    evaluation->bins[bin].said += (double)probabilities[answer];
    evaluation->bins[bin].correct += answer == label;
}

size_t
evaluation_confusion(const struct evaluation *evaluation, size_t label, size_t answer)
{
    return evaluation->confusion[label * evaluation->labels + answer];
}

static void
count_labels(const struct evaluation *evaluation, struct evaluation_figures *figures)
{
    size_t most = 0;
    double f1 = 0;

    for (size_t label = 0; label < evaluation->labels; label++) {
        size_t truly = 0;
        size_t said = 0;

        for (size_t other = 0; other < evaluation->labels; other++) {
            truly += evaluation_confusion(evaluation, label, other);
            said += evaluation_confusion(evaluation, other, label);
        }
        if (truly == 0)
            continue;
        figures->labels++;
        most = truly > most ? truly : most;
        f1 += 2.0 * (double)evaluation_confusion(evaluation, label, label) / (double)(truly + said);
    }
    figures->macro_f1 = f1 / (double)figures->labels;
    figures->baseline = (double)most / (double)evaluation->examples;
}

void
evaluation_figures(const struct evaluation *evaluation, struct evaluation_figures *figures)
{
    double all = (double)evaluation->examples;

    *figures = (struct evaluation_figures){.examples = evaluation->examples};
    if (evaluation->examples == 0)
        return;
    figures->accuracy = (double)evaluation->right / all;
    figures->top3 = (double)evaluation->in_top3 / all;
    count_labels(evaluation, figures);
    for (size_t i = 0; i < EVALUATION_BINS; i++) {
        struct evaluation_bin *bin = &figures->bins[i];

        *bin = evaluation->bins[i];
        if (bin->count == 0)
            continue;
        figures->calibration += fabs(bin->said - bin->correct) / all;
        bin->said /= (double)bin->count;
        bin->correct /= (double)bin->count;
    }
}

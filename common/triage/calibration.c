// calibration.c - from scores to probabilities.
#include "calibration.h"

#include <math.h>

enum { STEPS = 40 }; // of golden section search: the slope to 8 digits
#define SLOPE_LEAST 0.1
#define SLOPE_MOST 50.0
#define GOLDEN 0.6180339887498949

void
calibration_apply(float slope, float *scores, size_t outputs)
{
    float most = scores[0];
    float sum = 0;

    for (size_t o = 1; o < outputs; o++)
        most = fmaxf(most, scores[o]);
    for (size_t o = 0; o < outputs; o++) {
        scores[o] = expf(slope * (scores[o] - most));
        sum += scores[o];
    }
    for (size_t o = 0; o < outputs; o++)
        scores[o] /= sum;
}

struct held_out {
    const float *scores;
    const size_t *labels;
    const bool *chosen;
    size_t examples, outputs;
};

// The mean of -ln p(label).
static double
loss(const struct held_out *held, double slope)
{
    double total = 0;

    for (size_t e = 0; e < held->examples; e++) {
        const float *scores = &held->scores[e * held->outputs];
        double sum = 0;

        if (held->chosen != NULL && !held->chosen[e])
            continue;
        for (size_t o = 0; o < held->outputs; o++)
            sum += exp(slope * (double)(scores[o] - scores[held->labels[e]]));
        total += log(sum);
    }
    return total;
}

float
calibration_slope(
    const float *scores, const size_t *labels, const bool *chosen, size_t examples, size_t outputs)
{
    const struct held_out held = {scores, labels, chosen, examples, outputs};
    double low = log(SLOPE_LEAST);
    double high = log(SLOPE_MOST);
    size_t taken = 0;

    for (size_t e = 0; e < examples; e++)
        taken += chosen == NULL || chosen[e];
    if (taken == 0)
        return CALIBRATION_SLOPE;
    for (int step = 0; step < STEPS; step++) {
        double left = high - (high - low) * GOLDEN;
        double right = low + (high - low) * GOLDEN;

        if (loss(&held, exp(left)) < loss(&held, exp(right)))
            high = right;
        else
            low = left;
    }
    return (float)exp((low + high) / 2);
}

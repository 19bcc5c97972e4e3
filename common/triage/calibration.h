// calibration.h - from scores to probabilities.
//
//     p(o) = exp(slope * score(o)) / sum over all outputs
//
// (temperature scaling: Guo et al., On Calibration of Modern Neural Networks, 2017).  The slope is the one
// under which the labels of held-out examples were likeliest.
#ifndef KENTONGAN_CALIBRATION_H
#define KENTONGAN_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>

#define CALIBRATION_SLOPE 3.0F // before anything was measured

// Puts probabilities in place of scores.
void calibration_apply(float slope, float *scores, size_t outputs);

// The slope for scores[example * outputs + output] and labels[example]; chosen[example] takes an example,
// NULL takes all.  Without examples: CALIBRATION_SLOPE.
float calibration_slope(
    const float *scores, const size_t *labels, const bool *chosen, size_t examples, size_t outputs);

#endif

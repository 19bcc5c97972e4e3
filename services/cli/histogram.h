// histogram.h - counts of durations, exact to 2 percent, of any range in a fixed memory.
#ifndef KENTONGAN_CLI_HISTOGRAM_H
#define KENTONGAN_CLI_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_STEPS = 64, HISTOGRAM_OCTAVES = 40 };

// All zero is a valid empty one.  Each power of two is divided into HISTOGRAM_STEPS equal steps.
struct histogram {
    uint64_t counts[HISTOGRAM_OCTAVES * HISTOGRAM_STEPS];
    uint64_t all;
};

// Counts a duration in microseconds; below 0 counts as 0.
void histogram_add(struct histogram *histogram, int64_t us);

// The duration in microseconds that this share (0 .. 1) of all counted ones does not exceed; 0 when nothing
// was counted.
int64_t histogram_share(const struct histogram *histogram, double share);

#endif

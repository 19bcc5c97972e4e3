// histogram.c - counts of durations on a scale that grows with them.
#include "histogram.h"

#include <stddef.h>

// Values below HISTOGRAM_STEPS have a step each; above, the highest six bits behind the first choose the
// step.
static size_t
step_of(uint64_t us)
{
    if (us < HISTOGRAM_STEPS)
        return (size_t)us;
    unsigned octave = 63U - (unsigned)__builtin_clzll(us); // 6 and up
    size_t step = (size_t)(us >> (octave - 6)) - HISTOGRAM_STEPS;
    size_t index = (size_t)(octave - 5) * HISTOGRAM_STEPS + step;
    return index < (size_t)HISTOGRAM_OCTAVES * HISTOGRAM_STEPS
               ? index
               : (size_t)HISTOGRAM_OCTAVES * HISTOGRAM_STEPS - 1;
}

// The upper end of a step.
static int64_t
end_of(size_t index)
{
    size_t octave = index / HISTOGRAM_STEPS;

    if (octave == 0)
        return (int64_t)index;
    return (int64_t)(((index % HISTOGRAM_STEPS + HISTOGRAM_STEPS + 1) << (octave - 1)) - 1);
}

void
histogram_add(struct histogram *histogram, int64_t us)
{
    histogram->counts[step_of(us > 0 ? (uint64_t)us : 0)]++;
    histogram->all++;
}

int64_t
histogram_share(const struct histogram *histogram, double share)
{
    double wanted = share * (double)histogram->all;
    uint64_t seen = 0;

    for (size_t i = 0; i < (size_t)HISTOGRAM_OCTAVES * HISTOGRAM_STEPS; i++) {
        seen += histogram->counts[i];
        if (histogram->counts[i] > 0 && (double)seen >= wanted)
            return end_of(i);
    }
    return 0;
}

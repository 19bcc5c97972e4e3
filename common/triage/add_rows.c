// add_rows.c - the inner loop of the linear model.
//
// The same source for every processor, by the compiler's vectors of eight; compiled a second time for
// processors with AVX2, which the baseline of the architecture lacks.
#include "add_rows.h"

#include <string.h>

enum { LANES = 8, AHEAD = 8, CACHE_LINE = 64 };

typedef float lanes_f __attribute__((vector_size(LANES * sizeof(float))));
typedef int8_t lanes_w __attribute__((vector_size(LANES)));
typedef int16_t lanes_16 __attribute__((vector_size(LANES * sizeof(int16_t))));
typedef int32_t lanes_32 __attribute__((vector_size(LANES * sizeof(int32_t))));

// Step by step: gcc makes one instruction of each, and a loop of a conversion in one go.
#define WIDEN(narrow)                                                                                        \
    __builtin_convertvector(                                                                                 \
        __builtin_convertvector(__builtin_convertvector(narrow, lanes_16), lanes_32), lanes_f)

#define ADD_ROWS(name)                                                                                       \
    static void name(                                                                                        \
        float *sums, const int8_t *weights, size_t length, const struct add_rows_item *items, size_t count)  \
    {                                                                                                        \
        for (size_t i = 0; i < count; i++) {                                                                 \
            const int8_t *row = &weights[items[i].row * length];                                             \
                                                                                                             \
            for (size_t at = 0; i + AHEAD < count && at < length; at += CACHE_LINE)                          \
                __builtin_prefetch(&weights[items[i + AHEAD].row * length + at]);                            \
            for (size_t at = 0; at < length; at += LANES) {                                                  \
                lanes_w narrow;                                                                              \
                lanes_f sum;                                                                                 \
                                                                                                             \
                memcpy(&narrow, &row[at], sizeof(narrow));                                                   \
                memcpy(&sum, &sums[at], sizeof(sum));                                                        \
                sum += WIDEN(narrow) * items[i].value;                                                       \
                memcpy(&sums[at], &sum, sizeof(sum));                                                        \
            }                                                                                                \
        }                                                                                                    \
    }

ADD_ROWS(add_plain)
#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) ADD_ROWS(add_wide)
#endif

    void add_rows(
        float *sums, const int8_t *weights, size_t length, const struct add_rows_item *items, size_t count)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        add_wide(sums, weights, length, items, count);
        return;
    }
#endif
    add_plain(sums, weights, length, items, count);
}

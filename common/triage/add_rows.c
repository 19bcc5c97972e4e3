// add_rows.c - the inner loop of the linear model.
//
// Sixty-four sums at a time stay in registers while all rows pass: what a row has for them is one line of
// cache.  Written twice, as the baseline of the architecture has no AVX2 (AVX-512 is no faster here,
// measured); both multiply and add in the same order, without fusing the two, so that their sums are the same
// to the last bit.
#include "add_rows.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { AHEAD = 12, AVX2_LANES = 8 };

typedef void add_part(
    float *sums, const int8_t *weights, size_t length, const struct add_rows_item *items, size_t count);

// The part of the row that is AHEAD of this one.
static inline void
fetch(const int8_t *weights, size_t length, const struct add_rows_item *items, size_t i, size_t count)
{
    if (i + AHEAD < count)
        __builtin_prefetch(&weights[items[i + AHEAD].row * length]);
}

static void
add_plain(float *sums, const int8_t *weights, size_t length, const struct add_rows_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = &weights[items[i].row * length];

        fetch(weights, length, items, i, count);
        for (size_t at = 0; at < ADD_ROWS_STRIDE; at++)
            sums[at] += (float)row[at] * items[i].value;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void
add_avx2(float *sums, const int8_t *weights, size_t length, const struct add_rows_item *items, size_t count)
{
    __m256 kept[ADD_ROWS_STRIDE / AVX2_LANES];

    memcpy(kept, sums, sizeof(kept));
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = &weights[items[i].row * length];
        __m256 value = _mm256_set1_ps(items[i].value);

        fetch(weights, length, items, i, count);
#pragma GCC unroll 8
        for (size_t k = 0; k < ADD_ROWS_STRIDE / AVX2_LANES; k++) {
            __m256i wide = _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)&row[k * AVX2_LANES]));

            kept[k] = _mm256_add_ps(kept[k], _mm256_mul_ps(_mm256_cvtepi32_ps(wide), value));
        }
    }
    memcpy(sums, kept, sizeof(kept));
}
#endif

static add_part *
best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return add_avx2;
#endif
    return add_plain;
}

void
add_rows(float *sums, const int8_t *weights, size_t length, const struct add_rows_item *items, size_t count)
{
    add_part *add = best();

    for (size_t from = 0; from < length; from += ADD_ROWS_STRIDE)
        add(&sums[from], &weights[from], length, items, count);
}

// test_add_rows.c - add_rows.h: each way to add gives the same sums, to the last bit.
#include "cmocka_all.h"

// With its insides: which way is taken depends on the processor.
#include "../../../common/triage/add_rows.c" // NOLINT(bugprone-suspicious-include)

#include <stdlib.h>

enum { ROWS = 100, LONG = 2 * ADD_ROWS_STRIDE, ITEMS = 300 };

struct sample {
    int8_t *weights;
    struct add_rows_item items[ITEMS];
    float biases[LONG];
};

static int
make_sample(void **state)
{
    struct sample *sample = calloc(1, sizeof(*sample));
    uint32_t seed = 1;

    assert_non_null(sample);
    sample->weights = aligned_alloc(ADD_ROWS_STRIDE, (size_t)ROWS * LONG);
    assert_non_null(sample->weights);
    for (size_t i = 0; i < (size_t)ROWS * LONG; i++) {
        seed = seed * 1664525U + 1013904223U;
        sample->weights[i] = (int8_t)((int)(seed >> 24) - 128);
    }
    for (size_t i = 0; i < ITEMS; i++) {
        seed = seed * 1664525U + 1013904223U;
        sample->items[i] =
            (struct add_rows_item){.row = (seed >> 8) % ROWS, .value = (float)(seed >> 16) / 65536};
    }
    for (size_t i = 0; i < LONG; i++)
        sample->biases[i] = (float)i / 7;
    *state = sample;
    return 0;
}

static int
free_sample(void **state)
{
    struct sample *sample = *state;

    free(sample->weights);
    free(sample);
    return 0;
}

static void
adds_rows(void **state)
{
    const struct sample *sample = *state;
    float sums[LONG];

    memcpy(sums, sample->biases, sizeof(sums));
    add_rows(sums, sample->weights, LONG, sample->items, ITEMS);
    for (size_t at = 0; at < LONG; at++) {
        float sum = sample->biases[at];

        for (size_t i = 0; i < ITEMS; i++)
            sum += (float)sample->weights[(size_t)sample->items[i].row * LONG + at] * sample->items[i].value;
        assert_memory_equal(&sum, &sums[at], sizeof(sum));
    }
}

static void
expect_alike(const struct sample *sample, add_part *add)
{
    float sums[LONG];
    float wanted[LONG];

    memcpy(sums, sample->biases, sizeof(sums));
    memcpy(wanted, sample->biases, sizeof(wanted));
    add(&sums[ADD_ROWS_STRIDE], &sample->weights[ADD_ROWS_STRIDE], LONG, sample->items, ITEMS);
    add_plain(&wanted[ADD_ROWS_STRIDE], &sample->weights[ADD_ROWS_STRIDE], LONG, sample->items, ITEMS);
    assert_memory_equal(sums, wanted, sizeof(sums));
}

static void
does_so_alike_everywhere(void **state)
{
    expect_alike(*state, best());
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        expect_alike(*state, add_avx2);
#endif
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_rows),
        cmocka_unit_test(does_so_alike_everywhere),
    };

    return cmocka_run_group_tests(tests, make_sample, free_sample);
}

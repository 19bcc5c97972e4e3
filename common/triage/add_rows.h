// add_rows.h - the inner loop of the linear model: sums += value * row, for many rows of 8-bit weights.
#ifndef KENTONGAN_ADD_ROWS_H
#define KENTONGAN_ADD_ROWS_H

#include <stddef.h>
#include <stdint.h>

// A row's length is a multiple of it, and weights begin at a multiple of it: one line of cache.
enum { ADD_ROWS_STRIDE = 64 };

// What to add: the row that starts at weights[row * length], times value.
struct add_rows_item {
    uint32_t row;
    float value;
};

// Adds count rows of this length to sums[length].  Uses the processor's wide registers where it has them.
void add_rows(
    float *sums, const int8_t *weights, size_t length, const struct add_rows_item *items, size_t count);

#endif

// days.h - the model's calendar: one day after the other, minute by minute.
//
// Written from domain.md alone, for the sake of comparing; slow on purpose, it knows no arithmetic of weeks.
#ifndef KENTONGAN_SIM_DAYS_H
#define KENTONGAN_SIM_DAYS_H

#include <stdint.h>

struct book;
struct days;

enum { DAYS_RUNS_MOST = 24 };

// The office time of one kind of day: spans of milliseconds from midnight, and their sum.
struct days_hours {
    int count;
    int32_t from_ms[DAYS_RUNS_MOST], until_ms[DAYS_RUNS_MOST];
    int64_t sum_ms;
};

void days_destroy(struct days **days);

// When the agency works on that day (days since 1970-01-01, Asia/Jakarta).  Borrowed from the book.
const struct days_hours *days_hours(struct book *book, int agency, int32_t day);

// The local day of a moment, and when it begins (Unix ms).
int32_t days_of(int64_t at_ms);
int64_t days_begin(int32_t day);

#endif

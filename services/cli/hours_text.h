// hours_text.h - hours of the day and of the week as people write them.  Pure.
#ifndef KENTONGAN_CLI_HOURS_TEXT_H
#define KENTONGAN_CLI_HOURS_TEXT_H

#include "check.h"
#include "str.h"

#include <stddef.h>

enum { HOURS_TEXT_BLOCKS_MOST = 70 }; // ten a day

// An agency is open from opens to closes: minutes of the day, 0 <= opens < closes <= 1440.
struct hours_block {
    int weekday; // 1 = Monday .. 7
    int opens, closes;
};

// "21:00-05:00" as minutes of the day, 0 .. 1440; the end may be before the beginning.  -1: anything else, or
// both are the same.
MUST_USE int hours_text_span(const char *text, int *begins, int *ends);

// "mon-thu 08:00-12:00 13:00-16:00; fri,sat 08:00-11:00" as blocks by weekday, then by time.  Days are mon,
// tue, wed, thu, fri, sat, sun.  Returns how many, or -1: wrong says why.
MUST_USE int hours_text_week(
    const char *text, struct hours_block blocks[HOURS_TEXT_BLOCKS_MOST], struct str *wrong);

// The reverse: days with the same hours, if they follow each other, are one range.  blocks as above.
void hours_text_print(const struct hours_block *blocks, size_t count, struct str *out);

#endif

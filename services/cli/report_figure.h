// report_figure.h - how figures are rounded and written.  Pure.
#ifndef KENTONGAN_CLI_REPORT_FIGURE_H
#define KENTONGAN_CLI_REPORT_FIGURE_H

#include <jansson.h>
#include <stdint.h>

enum { REPORT_FIGURE_SIZE = 48 };

// part of all in tenths of a percent, rounded half away from zero: 53 of 59 is 898.  -1: all is 0.  0 <=
// part, 0 <= all < 10^15.
int64_t report_figure_tenths(int64_t part, int64_t all);

// The same as a JSON integer; null where all is 0.  Returns new.
json_t *report_figure_share(int64_t part, int64_t all);

// 89.8 for 898.  Returns text.
const char *report_figure_percent(int64_t tenths, char text[REPORT_FIGURE_SIZE]);

// Hours and minutes, h:mm, cut to the minute: 25:03.  ms >= 0.  Returns text.
const char *report_figure_hours(int64_t ms, char text[REPORT_FIGURE_SIZE]);

// ISO 8601 with milliseconds, of Asia/Jakarta: 2026-11-22T14:35:07.250+07:00.  Returns text.
const char *report_figure_time(int64_t at_ms, char text[REPORT_FIGURE_SIZE]);

#endif

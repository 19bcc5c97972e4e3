// report_period.h - quarters, days and moments as people write them.  Pure.
//
// Days begin at midnight of Asia/Jakarta (UTC+7, no DST).  Periods are half open: what happens at their end
// belongs to the next one.
#ifndef KENTONGAN_CLI_REPORT_PERIOD_H
#define KENTONGAN_CLI_REPORT_PERIOD_H

#include "check.h"

#include <stdint.h>

#define REPORT_PERIOD_DAY_MS INT64_C(86400000)

struct report_period {
    char label[32]; // 2026Q4, 2026-11-22
    int64_t begins_ms, ends_ms;
};

// Years are 2000 .. 2199.  -1: the text is none, and period is as it was.
MUST_USE int report_period_quarter(const char *text, struct report_period *period); // 2026Q4, 2026q4
MUST_USE int report_period_day(const char *text, struct report_period *period);     // 2026-11-22

// The quarter and the day that a moment lies in.
void report_period_quarter_of(int64_t at_ms, struct report_period *period);
void report_period_day_of(int64_t at_ms, struct report_period *period);

// 2026-11-22, 2026-11-22 14:35, 2026-11-22T14:35:07; of Asia/Jakarta unless Z or an offset (+07:00) follows.
// -1: it is none.
MUST_USE int report_period_moment(const char *text, int64_t *at_ms);

#endif

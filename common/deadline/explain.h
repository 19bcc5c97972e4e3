// explain.h - a deadline derived in words and figures, for kentongan why.  Pure.
#ifndef KENTONGAN_DEADLINE_EXPLAIN_H
#define KENTONGAN_DEADLINE_EXPLAIN_H

#include "derive.h"
#include "str.h"

// Appends lines that start with two blanks and what they are about: the policy and its version, the start
// event, holidays on the way, each span of working time with its amount and the sum so far ("counts" up to
// the due time, "late" after it, "ahead" what has not passed, or did not any more), pauses and transfers,
// when each step of the ladder is due and for whom, acts that look like a response and why they are none, and
// what stopped the clock. deadline is one of those that derive() gives at now_ms.  Times are of Asia/Jakarta,
// to the second; amounts in days, hours, minutes and seconds.
void explain(const struct rules *rules, const struct history *history, const struct deadline *deadline,
    int64_t now_ms, struct str *out);

// 2 d 03:04:05 (working days as such), 03:04:05; working hours as hours alone: 51:04:05.
void explain_amount(enum time_unit unit, int64_t amount, struct str *out);

// 2026-11-22 14:35:07 WIB; "never" for CALENDAR_NEVER.
void explain_time(int64_t at_ms, struct str *out);

#endif

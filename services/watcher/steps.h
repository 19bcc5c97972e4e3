// steps.h - the steps of a deadline: two warnings and the breach.  Pure.
//
//     next_step  0 --50 %--> 1 --80 %--> 2 --100 %--> 3 (all fired)
//
// The mover of this diagram is the fire statement in store.c; it takes the shares from here.
#ifndef KENTONGAN_STEPS_H
#define KENTONGAN_STEPS_H

#include <stdint.h>

enum { STEPS_COUNT = 3 };

// When the step is due, in Unix ms: step 0 .. 2 of a clock that runs from started_at_ms to due_at_ms.
int64_t steps_at(int step, int64_t started_at_ms, int64_t due_at_ms);

// The share of the time after which the step is due, in percent.
int steps_percent(int step);

// The kind of notice that the step makes, as NoticeKind in stages.proto.
int steps_notice_kind(int step);

#endif

// clock.h - what time it is, for intervals and for printing.
//
// Whether a deadline is due is never decided by this clock but by PostgreSQL's.
#ifndef KENTONGAN_CLOCK_H
#define KENTONGAN_CLOCK_H

#include <stddef.h>
#include <stdint.h>

// Unix time in milliseconds; what a test set, if it set one.
int64_t clock_now_ms(void);

// Milliseconds since some moment in the past; never goes back.  Moves with clock_set() in tests.
int64_t clock_mono_ms(void);

// Microseconds on the same monotonic axis; never set by tests.  For measuring.
int64_t clock_mono_us(void);

// The same for what must know that the machine slept: runs on meanwhile.
int64_t clock_boot_ms(void);

// Tests only: stops these clocks at now_ms.  0 lets them run again.
void clock_set(int64_t now_ms);

// Writes now_ms as 2026-11-22T08:15:30.123Z into text, which has room for at least 32 bytes.  Returns text.
const char *clock_format(int64_t now_ms, char *text, size_t size);

#endif

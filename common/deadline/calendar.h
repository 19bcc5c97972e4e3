// calendar.h - working time: which days and hours count for a clock.  Pure.
//
// Days are those of Asia/Jakarta (UTC+7, no DST).  Without office hours of its own an agency works Monday to
// Friday, the whole day, less the holidays (SKB 3 Menteri, cuti bersama included).  With office hours it
// works in these blocks alone.
//
// Working days are measured in parts of a day: the office time of one working day, however long it is, is
// 86,400,000 units, so that "5 working days" from the middle of a day end in the middle of the fifth day
// after it.  Working hours are measured in milliseconds of office time.  Around the clock on all days,
// holidays included, both equal the wall clock to the millisecond.
//
// A moment outside the years 1 .. 9999 is taken as the nearest that is in them.
#ifndef KENTONGAN_DEADLINE_CALENDAR_H
#define KENTONGAN_DEADLINE_CALENDAR_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A moment that never comes.
#define CALENDAR_NEVER INT64_MAX

enum time_unit { UNIT_WALL, UNIT_WORKING_DAYS, UNIT_WORKING_HOURS };

struct calendar;
struct office; // when one agency works

// A calendar without holidays and offices.  Returns new.
struct calendar *calendar_new(void);
void calendar_destroy(struct calendar **calendar);

// day: days since 1970-01-01; ignored when it is outside 1970 .. 2199.
void calendar_add_holiday(struct calendar *calendar, int32_t day);
void calendar_remove_holiday(struct calendar *calendar, int32_t day);
bool calendar_is_holiday(const struct calendar *calendar, int32_t day);

// One block of an agency: weekday 1 (Monday) .. 7, minutes of the day, 0 <= opens < closes <= 1440.  Blocks
// that touch or overlap are one.  -1: out of these bounds.
MUST_USE int calendar_add_block(
    struct calendar *calendar, const char *agency, int weekday, int opens, int closes, bool on_holidays);

// The agency has no blocks any more: it works on the usual days.
void calendar_clear_blocks(struct calendar *calendar, const char *agency);

// When the agency works; the usual days when it has no blocks.  Borrowed from the calendar until blocks
// change.
const struct office *calendar_office(const struct calendar *calendar, const char *agency);

// How much time of the unit lies in from .. until (Unix ms); 0 when until is not after from.
int64_t calendar_between(const struct calendar *calendar, const struct office *office, enum time_unit unit,
    int64_t from_ms, int64_t until_ms);

// The first moment up to which amount of the unit lies after from_ms; from_ms itself for 0.  CALENDAR_NEVER
// when there is not so much within twenty years (7,305 days).
int64_t calendar_after(const struct calendar *calendar, const struct office *office, enum time_unit unit,
    int64_t from_ms, int64_t amount);

// A span without interruption in which the office works (wall: all time), the first that ends after from_ms;
// it may have begun before.  INT64_MIN .. CALENDAR_NEVER is all time; an end that is more than twenty years
// away is taken for it.  False: there is none within twenty years.
bool calendar_span(const struct calendar *calendar, const struct office *office, enum time_unit unit,
    int64_t from_ms, int64_t *begins_ms, int64_t *ends_ms);

// The local day of a moment, and the moment at which a local day begins.
int32_t calendar_day(int64_t at_ms);
int64_t calendar_day_begins(int32_t day);

// 1 (Monday) .. 7.
int calendar_weekday(int32_t day);

// YYYY-MM-DD to and from days since 1970-01-01.  parse: -1 for anything else, the 30th of February included.
MUST_USE int calendar_parse_day(const char *text, int32_t *day);
const char *calendar_format_day(int32_t day, char out[16]);

// Names as the policies table has them: wall, working_days, working_hours.  parse: false for another word.
const char *time_unit_name(enum time_unit unit);
bool time_unit_parse(const char *name, enum time_unit *unit);

#endif

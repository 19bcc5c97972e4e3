// local.h - what the decision tables of deadlines write as words: local times, amounts, offices, holidays.
//
// What cannot be read fails the test.
#ifndef KENTONGAN_TESTS_LOCAL_H
#define KENTONGAN_TESTS_LOCAL_H

#include "calendar.h"

#include <stdint.h>

// A whole number, alone or, with rest, followed by *rest.
int64_t local_number(const char *text, const char **rest);

// "2026-11-22 14:35", with ":07" and ".250" when needed, in Asia/Jakarta; 24:00 is the end of the day;
// "never".
int64_t local_time(const char *text);
const char *local_time_text(int64_t at_ms, char out[48]);

// "14:35" as minutes of the day; *rest is what follows.
int local_minutes(const char *text, const char **rest);

// "5d 3h 20m 7s 250ms", any of these; "0".
int64_t local_amount(const char *text);

// Adds the blocks of an agency: "12345 08:00-12:00; 5 13:00-15:00*": weekdays, 1 is Monday, and a block; * is
// open on holidays, too.  Nothing for "usual".
void local_add_office(struct calendar *calendar, const char *agency, const char *text);

// Adds holidays: days separated by commas, "skb" for those of deploy/data/holidays.tsv, "all" for all that a
// calendar can have, "" for none.
void local_add_holidays(struct calendar *calendar, const char *text);

#endif

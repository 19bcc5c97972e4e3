// calendar.c - working time.
//
// Each office has, for each weekday, two patterns of blocks: one for common days and one for holidays.  A
// day's time is measured from its beginning, so that what lies between two moments is the difference of two
// measures plus the whole days in between: spans that touch add up exactly.  All arithmetic is of integers;
// the largest product is that of two days in milliseconds, 7.5e15.
#include "calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define DAY_MS INT64_C(86400000)
#define ZONE_MS (420 * MINUTE_MS) // Asia/Jakarta

enum {
    MINUTES_A_DAY = 1440,
    HOLIDAY_LAST = 84005,     // 2199-12-31
    DAY_FIRST = -719162,      // 0001-01-01
    DAY_LAST = 2932896,       // 9999-12-31
    TWENTY_YEARS_DAYS = 7305, // 20 x 365.25
};

// Milliseconds of the local day.
struct block {
    int64_t opens, closes;
};

// The blocks of a day, in order, with time between them.
struct pattern {
    struct block *blocks;
    size_t count;
    int64_t total; // ms of all blocks
};

struct office {
    char *agency;
    struct pattern common[7], holiday[7]; // from Monday
};

struct calendar {
    uint8_t holidays[HOLIDAY_LAST / 8 + 1]; // a bit a day since 1970-01-01
    struct office usual;
    struct office *offices; // by agency
    size_t office_count;
};

static void
pattern_add(struct pattern *pattern, struct block added)
{
    struct block *merged = check_alloc((pattern->count + 1) * sizeof *merged);
    size_t count = 0, i = 0;
    while (i < pattern->count && pattern->blocks[i].closes < added.opens)
        merged[count++] = pattern->blocks[i++];
    for (; i < pattern->count && pattern->blocks[i].opens <= added.closes; i++) {
        if (pattern->blocks[i].opens < added.opens)
            added.opens = pattern->blocks[i].opens;
        if (pattern->blocks[i].closes > added.closes)
            added.closes = pattern->blocks[i].closes;
    }
    merged[count++] = added;
    while (i < pattern->count)
        merged[count++] = pattern->blocks[i++];

    free(pattern->blocks);
    *pattern = (struct pattern){.blocks = merged, .count = count};
    for (i = 0; i < count; i++)
        pattern->total += merged[i].closes - merged[i].opens;
}

// Office time of the day before offset.
static int64_t
pattern_elapsed(const struct pattern *pattern, int64_t offset)
{
    int64_t elapsed = 0;
    for (size_t i = 0; i < pattern->count && pattern->blocks[i].opens < offset; i++) {
        const struct block *block = &pattern->blocks[i];
        elapsed += (offset < block->closes ? offset : block->closes) - block->opens;
    }
    return elapsed;
}

// The first offset before which so much office time lies; 0 < elapsed <= total.
static int64_t
pattern_offset(const struct pattern *pattern, int64_t elapsed)
{
    CHECK(elapsed > 0 && elapsed <= pattern->total);
    const struct block *block = pattern->blocks;
    while (elapsed > block->closes - block->opens) {
        elapsed -= block->closes - block->opens;
        block++;
    }
    return block->opens + elapsed;
}

// What the whole day comes to in the unit.
static int64_t
pattern_whole(const struct pattern *pattern, enum time_unit unit)
{
    if (unit == UNIT_WORKING_HOURS || pattern->total == 0)
        return pattern->total;
    return DAY_MS;
}

// What the day comes to in the unit before offset.  A day has at least as many units as milliseconds of
// office time, so that rounding down never makes two of its milliseconds one.
static int64_t
pattern_measure(const struct pattern *pattern, enum time_unit unit, int64_t offset)
{
    int64_t elapsed = pattern_elapsed(pattern, offset);
    if (unit == UNIT_WORKING_HOURS || pattern->total == 0)
        return elapsed;
    return elapsed * DAY_MS / pattern->total;
}

static void
office_clear(struct office *office)
{
    for (size_t i = 0; i < LENGTH(office->common); i++) {
        free(office->common[i].blocks);
        free(office->holiday[i].blocks);
    }
    free(office->agency);
}

static const struct pattern *
office_pattern(const struct calendar *calendar, const struct office *office, int32_t day, int weekday)
{
    return calendar_is_holiday(calendar, day) ? &office->holiday[weekday - 1] : &office->common[weekday - 1];
}

static int
weekday_after(int weekday)
{
    return weekday == 7 ? 1 : weekday + 1;
}

static int
weekday_before(int weekday)
{
    return weekday == 1 ? 7 : weekday - 1;
}

struct calendar *
calendar_new(void)
{
    struct calendar *calendar = check_zalloc(1, sizeof *calendar);
    for (size_t i = 0; i < 5; i++)
        pattern_add(&calendar->usual.common[i], (struct block){.opens = 0, .closes = DAY_MS});
    return calendar;
}

void
calendar_destroy(struct calendar **calendar)
{
    if (*calendar == NULL)
        return;
    office_clear(&(*calendar)->usual);
    for (size_t i = 0; i < (*calendar)->office_count; i++)
        office_clear(&(*calendar)->offices[i]);
    free((*calendar)->offices);
    free(*calendar);
    *calendar = NULL;
}

void
calendar_add_holiday(struct calendar *calendar, int32_t day)
{
    if (day >= 0 && day <= HOLIDAY_LAST)
        calendar->holidays[day / 8] |= (uint8_t)(1u << (day % 8));
}

void
calendar_remove_holiday(struct calendar *calendar, int32_t day)
{
    if (day >= 0 && day <= HOLIDAY_LAST)
        calendar->holidays[day / 8] &= (uint8_t) ~(1u << (day % 8));
}

bool
calendar_is_holiday(const struct calendar *calendar, int32_t day)
{
    return day >= 0 && day <= HOLIDAY_LAST && (calendar->holidays[day / 8] >> (day % 8) & 1) != 0;
}

// Where the agency's office is, or would be.
static size_t
office_place(const struct calendar *calendar, const char *agency)
{
    size_t low = 0, high = calendar->office_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(calendar->offices[middle].agency, agency) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
office_is_at(const struct calendar *calendar, size_t place, const char *agency)
{
    return place < calendar->office_count && strcmp(calendar->offices[place].agency, agency) == 0;
}

static struct office *
office_insert(struct calendar *calendar, size_t place, const char *agency)
{
    calendar->offices =
        check_realloc(calendar->offices, (calendar->office_count + 1) * sizeof *calendar->offices);
    struct office *office = &calendar->offices[place];
    memmove(office + 1, office, (calendar->office_count - place) * sizeof *office);
    calendar->office_count++;

    size_t size = strlen(agency) + 1;
    *office = (struct office){.agency = check_alloc(size)};
    memcpy(office->agency, agency, size);
    return office;
}

int
calendar_add_block(
    struct calendar *calendar, const char *agency, int weekday, int opens, int closes, bool on_holidays)
{
    if (weekday < 1 || weekday > 7 || opens < 0 || opens >= closes || closes > MINUTES_A_DAY)
        return -1;
    size_t place = office_place(calendar, agency);
    struct office *office = office_is_at(calendar, place, agency) ? &calendar->offices[place]
                                                                  : office_insert(calendar, place, agency);
    struct block block = {.opens = opens * MINUTE_MS, .closes = closes * MINUTE_MS};
    pattern_add(&office->common[weekday - 1], block);
    if (on_holidays)
        pattern_add(&office->holiday[weekday - 1], block);
    return 0;
}

void
calendar_clear_blocks(struct calendar *calendar, const char *agency)
{
    size_t place = office_place(calendar, agency);
    if (!office_is_at(calendar, place, agency))
        return;
    struct office *office = &calendar->offices[place];
    office_clear(office);
    calendar->office_count--;
    memmove(office, office + 1, (calendar->office_count - place) * sizeof *office);
}

const struct office *
calendar_office(const struct calendar *calendar, const char *agency)
{
    size_t place = office_place(calendar, agency);
    return office_is_at(calendar, place, agency) ? &calendar->offices[place] : &calendar->usual;
}

// The moment itself, or the nearest in the years 1 .. 9999.
static int64_t
moment_within(int64_t at_ms)
{
    int64_t first = calendar_day_begins(DAY_FIRST), last = calendar_day_begins(DAY_LAST + 1) - 1;
    return at_ms < first ? first : at_ms > last ? last : at_ms;
}

int64_t
calendar_between(const struct calendar *calendar, const struct office *office, enum time_unit unit,
    int64_t from_ms, int64_t until_ms)
{
    if (until_ms <= from_ms)
        return 0;
    from_ms = moment_within(from_ms);
    until_ms = moment_within(until_ms);
    if (unit == UNIT_WALL)
        return until_ms - from_ms;

    int32_t day = calendar_day(from_ms), last = calendar_day(until_ms);
    int weekday = calendar_weekday(day);
    const struct pattern *pattern = office_pattern(calendar, office, day, weekday);
    int64_t sum = -pattern_measure(pattern, unit, from_ms - calendar_day_begins(day));
    while (day < last) {
        sum += pattern_whole(pattern, unit);
        day++;
        weekday = weekday_after(weekday);
        pattern = office_pattern(calendar, office, day, weekday);
    }
    return sum + pattern_measure(pattern, unit, until_ms - calendar_day_begins(last));
}

int64_t
calendar_after(const struct calendar *calendar, const struct office *office, enum time_unit unit,
    int64_t from_ms, int64_t amount)
{
    if (amount <= 0)
        return from_ms;
    // No unit passes faster than a day a day.
    if (amount > TWENTY_YEARS_DAYS * DAY_MS || from_ms != moment_within(from_ms))
        return CALENDAR_NEVER;
    if (unit == UNIT_WALL)
        return from_ms + amount;

    int32_t day = calendar_day(from_ms), last = day + TWENTY_YEARS_DAYS;
    int weekday = calendar_weekday(day);
    const struct pattern *pattern = office_pattern(calendar, office, day, weekday);
    int64_t left = pattern_measure(pattern, unit, from_ms - calendar_day_begins(day)) + amount;
    while (left > pattern_whole(pattern, unit) && day < last) {
        left -= pattern_whole(pattern, unit);
        day++;
        weekday = weekday_after(weekday);
        pattern = office_pattern(calendar, office, day, weekday);
    }
    if (left > pattern_whole(pattern, unit))
        return CALENDAR_NEVER;

    int64_t elapsed = unit == UNIT_WORKING_HOURS ? left : (left * pattern->total + DAY_MS - 1) / DAY_MS;
    int64_t at_ms = calendar_day_begins(day) + pattern_offset(pattern, elapsed);
    return at_ms - from_ms > TWENTY_YEARS_DAYS * DAY_MS ? CALENDAR_NEVER : at_ms;
}

// Where the span begins to which the block that begins with this day belongs.
static int64_t
span_begins(const struct calendar *calendar, const struct office *office, int32_t day, int weekday)
{
    for (int32_t first = day - TWENTY_YEARS_DAYS; day > first; day--) {
        weekday = weekday_before(weekday);
        const struct pattern *before = office_pattern(calendar, office, day - 1, weekday);
        if (before->count == 0 || before->blocks[before->count - 1].closes < DAY_MS)
            return calendar_day_begins(day);
        if (before->blocks[before->count - 1].opens > 0)
            return calendar_day_begins(day - 1) + before->blocks[before->count - 1].opens;
    }
    return INT64_MIN;
}

// Where the span ends to which the block that ends with this day belongs.
static int64_t
span_ends(const struct calendar *calendar, const struct office *office, int32_t day, int weekday)
{
    for (int32_t last = day + TWENTY_YEARS_DAYS; day < last; day++) {
        weekday = weekday_after(weekday);
        const struct pattern *after = office_pattern(calendar, office, day + 1, weekday);
        if (after->count == 0 || after->blocks[0].opens > 0)
            return calendar_day_begins(day + 1);
        if (after->blocks[0].closes < DAY_MS)
            return calendar_day_begins(day + 1) + after->blocks[0].closes;
    }
    return CALENDAR_NEVER;
}

bool
calendar_span(const struct calendar *calendar, const struct office *office, enum time_unit unit,
    int64_t from_ms, int64_t *begins_ms, int64_t *ends_ms)
{
    if (unit == UNIT_WALL) {
        *begins_ms = INT64_MIN;
        *ends_ms = CALENDAR_NEVER;
        return true;
    }
    from_ms = moment_within(from_ms);
    int32_t day = calendar_day(from_ms);
    int weekday = calendar_weekday(day);
    for (int32_t last = day + TWENTY_YEARS_DAYS; day <= last; day++, weekday = weekday_after(weekday)) {
        const struct pattern *pattern = office_pattern(calendar, office, day, weekday);
        int64_t midnight = calendar_day_begins(day);
        for (const struct block *block = pattern->blocks; block < pattern->blocks + pattern->count; block++) {
            if (midnight + block->closes <= from_ms)
                continue;
            *begins_ms =
                block->opens > 0 ? midnight + block->opens : span_begins(calendar, office, day, weekday);
            *ends_ms =
                block->closes < DAY_MS ? midnight + block->closes : span_ends(calendar, office, day, weekday);
            return true;
        }
    }
    return false;
}

int32_t
calendar_day(int64_t at_ms)
{
    int64_t local = moment_within(at_ms) + ZONE_MS;
    return (int32_t)(local / DAY_MS - (local % DAY_MS < 0));
}

int64_t
calendar_day_begins(int32_t day)
{
    return day * DAY_MS - ZONE_MS;
}

int
calendar_weekday(int32_t day)
{
    // 1970-01-01 was a Thursday.
    return (int)(((int64_t)day % 7 + 10) % 7) + 1;
}

// Days from civil and civil from days: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms.  Years
// begin in March, so that the leap day is the last of its year; an era is 400 years, 146,097 days.
static int32_t
day_of(int year, int month, int day_of_month)
{
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = year - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day_of_month - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void
day_split(int32_t day, int *year, int *month, int *day_of_month)
{
    int64_t shifted = (int64_t)day + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day_of_era = (int)(shifted - era * 146097);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    *month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *year = year_of_era + (int)era * 400 + (*month <= 2);
}

// The number that these digits are, or -1.
static int
digits(const char *text, size_t length)
{
    int number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

int
calendar_parse_day(const char *text, int32_t *day)
{
    if (strlen(text) != strlen("YYYY-MM-DD") || text[4] != '-' || text[7] != '-')
        return -1;
    int year = digits(text, 4), month = digits(text + 5, 2), day_of_month = digits(text + 8, 2);
    if (year < 1 || month < 1 || month > 12 || day_of_month < 1 || day_of_month > 31)
        return -1;
    // A day that its month does not have is another day when it is written again.
    int32_t parsed = day_of(year, month, day_of_month);
    int same_year, same_month, same_day;
    day_split(parsed, &same_year, &same_month, &same_day);
    if (same_month != month)
        return -1;
    *day = parsed;
    return 0;
}

const char *
calendar_format_day(int32_t day, char out[16])
{
    int year, month, day_of_month;
    day_split(day < DAY_FIRST ? DAY_FIRST : day > DAY_LAST ? DAY_LAST : day, &year, &month, &day_of_month);
    snprintf(out, 16, "%04d-%02d-%02d", year % 10000, month % 100, day_of_month % 100);
    return out;
}

static const char *const unit_names[] = {
    [UNIT_WALL] = "wall", [UNIT_WORKING_DAYS] = "working_days", [UNIT_WORKING_HOURS] = "working_hours"};

const char *
time_unit_name(enum time_unit unit)
{
    CHECK((size_t)unit < LENGTH(unit_names));
    return unit_names[unit];
}

bool
time_unit_parse(const char *name, enum time_unit *unit)
{
    for (size_t i = 0; i < LENGTH(unit_names); i++) {
        if (strcmp(name, unit_names[i]) == 0) {
            *unit = (enum time_unit)i;
            return true;
        }
    }
    return false;
}

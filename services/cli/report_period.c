// report_period.c - quarters, days and moments as people write them.
#include "report_period.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { YEAR_LEAST = 2000, YEAR_MOST = 2199, JAKARTA_S = 7 * 3600 };

// Reads exactly so many digits.  Returns what follows them, or NULL.
static const char *
digits(const char *text, int count, int *number)
{
    *number = 0;
    for (int i = 0; i < count; i++) {
        if (text == NULL || !isdigit((unsigned char)text[i]))
            return NULL;
        *number = *number * 10 + (text[i] - '0');
    }
    return text + count;
}

// Steps over one character that is one of these; NULL when it is not.
static const char *
one_of(const char *text, const char *characters)
{
    return text != NULL && *text != '\0' && strchr(characters, *text) != NULL ? text + 1 : NULL;
}

static int64_t
local_ms(int year, int month, int day)
{
    struct tm parts = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};

    return ((int64_t)timegm(&parts) - JAKARTA_S) * 1000;
}

// Reads 2026-11-22 if there is such a day.  Returns what follows it, or NULL.
static const char *
read_day(const char *text, int64_t *begins_ms)
{
    struct tm parts;
    int year = 0;
    int month = 0;
    int day = 0;
    const char *rest = digits(text, 4, &year);

    rest = digits(one_of(rest, "-"), 2, &month);
    rest = digits(one_of(rest, "-"), 2, &day);
    if (rest == NULL || year < YEAR_LEAST || year > YEAR_MOST || month < 1 || month > 12 || day < 1)
        return NULL;
    *begins_ms = local_ms(year, month, day);
    // The 31st of November is the 1st of December to the C library.
    time_t seconds = (time_t)(*begins_ms / 1000 + JAKARTA_S);
    gmtime_r(&seconds, &parts);
    return parts.tm_mday == day ? rest : NULL;
}

static void
set_quarter(int year, int quarter, struct report_period *period)
{
    int next = quarter * 3 + 1;

    snprintf(period->label, sizeof(period->label), "%04dQ%d", year, quarter);
    period->begins_ms = local_ms(year, quarter * 3 - 2, 1);
    period->ends_ms = next > 12 ? local_ms(year + 1, 1, 1) : local_ms(year, next, 1);
}

int
report_period_quarter(const char *text, struct report_period *period)
{
    int year = 0;
    int quarter = 0;
    const char *rest = digits(one_of(digits(text, 4, &year), "Qq"), 1, &quarter);

    if (rest == NULL || *rest != '\0' || year < YEAR_LEAST || year > YEAR_MOST || quarter < 1 || quarter > 4)
        return -1;
    set_quarter(year, quarter, period);
    return 0;
}

static struct tm
local_parts(int64_t at_ms)
{
    time_t seconds = (time_t)(at_ms / 1000 + JAKARTA_S);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    return parts;
}

void
report_period_quarter_of(int64_t at_ms, struct report_period *period)
{
    struct tm parts = local_parts(at_ms);

    set_quarter(parts.tm_year + 1900, parts.tm_mon / 3 + 1, period);
}

void
report_period_day_of(int64_t at_ms, struct report_period *period)
{
    struct tm parts = local_parts(at_ms);

    strftime(period->label, sizeof(period->label), "%Y-%m-%d", &parts);
    period->begins_ms = local_ms(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
    period->ends_ms = period->begins_ms + REPORT_PERIOD_DAY_MS;
}

int
report_period_day(const char *text, struct report_period *period)
{
    int64_t begins_ms = 0;
    const char *rest = read_day(text, &begins_ms);

    if (rest == NULL || *rest != '\0')
        return -1;
    report_period_day_of(begins_ms, period);
    return 0;
}

// Reads 14:35 or 14:35:07, in seconds of the day.  Returns what follows it, or NULL.
static const char *
read_time(const char *text, int *second_of_day)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    const char *rest = digits(text, 2, &hour);

    rest = digits(one_of(rest, ":"), 2, &minute);
    if (rest != NULL && *rest == ':')
        rest = digits(rest + 1, 2, &second);
    *second_of_day = hour * 3600 + minute * 60 + second;
    return rest != NULL && hour < 24 && minute < 60 && second < 60 ? rest : NULL;
}

// Reads nothing, Z, or +07:00: seconds ahead of UTC.  Returns whether the text ends there.
static bool
read_offset(const char *text, int *ahead_s)
{
    int hour = 0;
    int minute = 0;
    int sign = *text == '-' ? -1 : 1;
    const char *rest = NULL;

    if (*text == '\0')
        return true;
    *ahead_s = 0;
    if (strcmp(text, "Z") == 0)
        return true;
    rest = digits(one_of(digits(one_of(text, "+-"), 2, &hour), ":"), 2, &minute);
    *ahead_s = sign * (hour * 3600 + minute * 60);
    return rest != NULL && *rest == '\0' && hour < 15 && minute < 60;
}

int
report_period_moment(const char *text, int64_t *at_ms)
{
    int64_t begins_ms = 0;
    int second_of_day = 0;
    int ahead_s = JAKARTA_S;
    const char *rest = read_day(text, &begins_ms);

    if (rest != NULL && *rest != '\0')
        rest = read_time(one_of(rest, " T"), &second_of_day);
    if (rest == NULL || !read_offset(rest, &ahead_s))
        return -1;
    *at_ms = begins_ms + ((int64_t)second_of_day + JAKARTA_S - ahead_s) * 1000;
    return 0;
}

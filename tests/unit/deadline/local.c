// local.c - reads and writes the words of decision tables.
#include "local.h"

#include "check.h"
#include "cmocka_all.h"
#include "str.h"
#include "tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

enum { HOLIDAYS_END = 84006 }; // 2200-01-01

int64_t
local_number(const char *text, const char **rest)
{
    char *end;
    int64_t number = strtoll(text, &end, 10);

    if (end == text || (rest == NULL && *end != '\0'))
        fail_msg("'%s' is no number", text);
    if (rest != NULL)
        *rest = end;
    return number;
}

int
local_minutes(const char *text, const char **rest)
{
    int64_t hour = local_number(text, rest);

    if (**rest != ':')
        fail_msg("'%s' is no time of the day", text);
    return (int)(hour * 60 + local_number(*rest + 1, rest));
}

int64_t
local_time(const char *text)
{
    char day_text[11];
    const char *rest;
    int32_t day;
    int64_t second = 0, millisecond = 0;

    if (strcmp(text, "never") == 0)
        return CALENDAR_NEVER;
    str_copy(day_text, sizeof(day_text), text);
    if (calendar_parse_day(day_text, &day) != 0 || text[10] != ' ')
        fail_msg("'%s' is no time", text);
    int64_t at_ms = calendar_day_begins(day) + local_minutes(text + 11, &rest) * MINUTE_MS;

    if (*rest == ':')
        second = local_number(rest + 1, &rest);
    if (*rest == '.')
        millisecond = local_number(rest + 1, &rest);
    if (*rest != '\0')
        fail_msg("'%s' is no time", text);
    return at_ms + second * SECOND_MS + millisecond;
}

const char *
local_time_text(int64_t at_ms, char out[48])
{
    char day[16];

    if (at_ms == CALENDAR_NEVER)
        return "never";
    int64_t ms = at_ms - calendar_day_begins(calendar_day(at_ms));

    (void)snprintf(out, 48, "%s %02d:%02d:%02d.%03d", calendar_format_day(calendar_day(at_ms), day),
        (int)(ms / HOUR_MS), (int)(ms / MINUTE_MS % 60), (int)(ms / SECOND_MS % 60), (int)(ms % SECOND_MS));
    return out;
}

int64_t
local_amount(const char *text)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"d", DAY_MS}, {"h", HOUR_MS}, {"ms", 1}, {"m", MINUTE_MS}, {"s", SECOND_MS}};
    const char *at = text;
    int64_t sum = 0;

    if (strcmp(text, "0") == 0)
        return 0;
    do {
        int64_t number = local_number(at, &at);
        size_t i = 0;

        while (i < LENGTH(units) && strncmp(at, units[i].name, strlen(units[i].name)) != 0)
            i++;
        if (i == LENGTH(units))
            fail_msg("'%s' is no amount", text);
        sum += number * units[i].ms;
        at += strlen(units[i].name);
    } while (*at != '\0');
    return sum;
}

void
local_add_office(struct calendar *calendar, const char *agency, const char *text)
{
    const char *at = strcmp(text, "usual") == 0 ? "" : text;

    while (*at != '\0') {
        const char *weekdays = at, *rest;
        int opens = local_minutes(at + strspn(at, "1234567"), &rest);

        if (*rest != '-')
            fail_msg("'%s' is no office", text);
        int closes = local_minutes(rest + 1, &rest);

        for (; *weekdays >= '1' && *weekdays <= '7'; weekdays++)
            if (calendar_add_block(calendar, agency, *weekdays - '0', opens, closes, *rest == '*') != 0)
                fail_msg("'%s' is out of bounds", text);
        at = rest + strspn(rest, "*; ");
    }
}

static void
add_holiday(struct calendar *calendar, const char *text)
{
    int32_t day;

    if (calendar_parse_day(text, &day) != 0)
        fail_msg("'%s' is no day", text);
    calendar_add_holiday(calendar, day);
}

void
local_add_holidays(struct calendar *calendar, const char *text)
{
    char day[11];

    if (strcmp(text, "skb") == 0) {
        struct tsv *tsv = tsv_open("deploy/data/holidays.tsv", "day\tkind\tname\tstatus");

        while (tsv_next(tsv))
            add_holiday(calendar, tsv_field(tsv, 0));
        tsv_close(&tsv);
    } else if (strcmp(text, "all") == 0) {
        for (int32_t i = 0; i < HOLIDAYS_END; i++)
            calendar_add_holiday(calendar, i);
    } else {
        for (const char *at = text; *at != '\0'; at += strcspn(at, ",") + (strchr(at, ',') != NULL)) {
            str_copy(day, sizeof(day), at);
            add_holiday(calendar, day);
        }
    }
}

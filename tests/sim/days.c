// days.c - the model's calendar.
#include "days.h"

#include "book.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTES = 1440, MINUTE_MS = 60000, WEEKDAYS = 7 };

static const int64_t day_ms = INT64_C(86400000);
static const int64_t jakarta_ms = INT64_C(7) * 3600 * 1000;

struct days {
    struct days_hours hours[BOOK_AGENCIES][WEEKDAYS][2]; // by weekday, Monday first; by holiday or not
};

int32_t
days_of(int64_t at_ms)
{
    int64_t local = at_ms + jakarta_ms;

    return (int32_t)((local - ((local % day_ms) + day_ms) % day_ms) / day_ms);
}

int64_t
days_begin(int32_t day)
{
    return day * day_ms - jakarta_ms;
}

// Which minutes of such a day the agency works.
static void
mark_minutes(const struct book *book, int agency, int weekday, bool is_holiday, bool minutes[MINUTES])
{
    bool has_blocks = false;

    memset(minutes, 0, MINUTES * sizeof(*minutes));
    for (size_t i = 0; i < book->block_count; i++) {
        const struct book_block *block = &book->blocks[i];
        if (block->agency != agency)
            continue;
        has_blocks = true;
        if (block->weekday != weekday + 1 || (is_holiday && !block->on_holidays))
            continue;
        for (int minute = block->opens; minute < block->closes; minute++)
            minutes[minute] = true;
    }
    if (!has_blocks && weekday < 5 && !is_holiday)
        for (int minute = 0; minute < MINUTES; minute++)
            minutes[minute] = true;
}

static void
fill(const struct book *book, int agency, int weekday, bool is_holiday, struct days_hours *hours)
{
    bool minutes[MINUTES];

    mark_minutes(book, agency, weekday, is_holiday, minutes);
    for (int minute = 0; minute < MINUTES; minute++) {
        if (!minutes[minute])
            continue;
        hours->sum_ms += MINUTE_MS;
        if (minute == 0 || !minutes[minute - 1]) {
            CHECK(hours->count < DAYS_RUNS_MOST);
            hours->from_ms[hours->count++] = minute * MINUTE_MS;
        }
        hours->until_ms[hours->count - 1] = (minute + 1) * MINUTE_MS;
    }
}

static struct days *
days_new(const struct book *book)
{
    struct days *days = check_zalloc(1, sizeof(*days));

    for (int agency = 0; agency < BOOK_AGENCIES; agency++)
        for (int weekday = 0; weekday < WEEKDAYS; weekday++)
            for (int holiday = 0; holiday < 2; holiday++)
                fill(book, agency, weekday, holiday == 1, &days->hours[agency][weekday][holiday]);
    return days;
}

void
days_destroy(struct days **days)
{
    free(*days);
    *days = NULL;
}

const struct days_hours *
days_hours(struct book *book, int agency, int32_t day)
{
    // 1970-01-01 was a Thursday.
    int weekday = (int)(((int64_t)day + 3) % WEEKDAYS);
    bool is_holiday =
        day >= BOOK_FIRST_DAY && day < BOOK_FIRST_DAY + BOOK_DAYS && book->holidays[day - BOOK_FIRST_DAY];

    if (!book->days)
        book->days = days_new(book);
    return &book->days->hours[agency][weekday][is_holiday ? 1 : 0];
}

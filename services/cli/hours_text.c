// hours_text.c - reads and prints hours of the day and of the week.
#include "hours_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WEEK = 7, DAY_MINUTES = 1440, GROUP_SIZE = 200 };

static const char *const days[WEEK] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// Reads "HH:MM" at *text and goes behind it.  -1: there is none.
static int
take_minutes(const char **text)
{
    const char *at = *text;
    int digits[4] = {0};

    for (size_t i = 0; i < 4; i++) {
        if (i == 2 && *at++ != ':')
            return -1;
        if (*at < '0' || *at > '9')
            return -1;
        digits[i] = *at++ - '0';
    }
    int hours = digits[0] * 10 + digits[1];
    int minutes = digits[2] * 10 + digits[3];
    *text = at;
    return minutes < 60 && hours * 60 + minutes <= DAY_MINUTES ? hours * 60 + minutes : -1;
}

int
hours_text_span(const char *text, int *begins, int *ends)
{
    *begins = take_minutes(&text);
    if (*begins < 0 || *text++ != '-')
        return -1;
    *ends = take_minutes(&text);
    return *ends >= 0 && *text == '\0' && *begins != *ends ? 0 : -1;
}

// The day that length letters of text name, 0 = Monday; -1: none.
static int
find_day(const char *text, size_t length)
{
    for (int i = 0; i < WEEK; i++)
        if (strlen(days[i]) == length && strncmp(days[i], text, length) == 0)
            return i;
    return -1;
}

// "mon-thu,sat" as marks.  -1: anything else.
static int
read_days(const char *text, bool marked[WEEK])
{
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        size_t dash = strcspn(at, "-");
        int first = find_day(at, dash < length ? dash : length);
        int last = dash < length ? find_day(at + dash + 1, length - dash - 1) : first;

        if (first < 0 || last < first)
            return -1;
        for (int day = first; day <= last; day++)
            marked[day] = true;
        at += length;
        if (*at == '\0')
            return 0;
    }
}

static int
by_time(const void *a, const void *b)
{
    const struct hours_block *one = a;
    const struct hours_block *other = b;

    return one->weekday != other->weekday ? one->weekday - other->weekday : one->opens - other->opens;
}

// One word of a group: a block on each of its days.  Returns how many blocks there are now, or -1.
static int
add_blocks(struct hours_block *blocks, int count, const bool marked[WEEK], const char *word)
{
    int opens = 0;
    int closes = 0;

    if (hours_text_span(word, &opens, &closes) < 0 || closes < opens)
        return -1;
    for (int day = 0; day < WEEK; day++) {
        if (!marked[day])
            continue;
        if (count == HOURS_TEXT_BLOCKS_MOST)
            return -1;
        blocks[count++] = (struct hours_block){.weekday = day + 1, .opens = opens, .closes = closes};
    }
    return count;
}

// One group: "mon-thu 08:00-12:00 13:00-16:00".  Changes it.  Returns how many blocks there are now, or -1.
static int
read_group(char *group, struct hours_block *blocks, int count, struct str *wrong)
{
    bool marked[WEEK] = {false};
    char *rest = NULL;
    const char *word = strtok_r(group, " ", &rest);
    int before = count;

    if (word == NULL || read_days(word, marked) < 0) {
        str_format(wrong, "%s: are no days; give mon, mon-fri or mon,wed", word != NULL ? word : "nothing");
        return -1;
    }
    for (word = strtok_r(NULL, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        count = add_blocks(blocks, count, marked, word);
        if (count < 0) {
            str_format(wrong, "%s: is no time from HH:MM-HH:MM, or there are more than %d in a week", word,
                HOURS_TEXT_BLOCKS_MOST);
            return -1;
        }
    }
    if (count == before)
        str_add_text(wrong, "the hours of a day are missing, as in mon-fri 08:00-16:00");
    return count == before ? -1 : count;
}

int
hours_text_week(const char *text, struct hours_block blocks[HOURS_TEXT_BLOCKS_MOST], struct str *wrong)
{
    int count = 0;

    for (const char *at = text; count >= 0; at++) {
        char group[GROUP_SIZE];
        size_t length = strcspn(at, ";");

        if (length >= sizeof(group)) {
            str_add_text(wrong, "it is too long");
            return -1;
        }
        memcpy(group, at, length);
        group[length] = '\0';
        count = read_group(group, blocks, count, wrong);
        at += length;
        if (*at == '\0')
            break;
    }
    if (count < 0)
        return -1;
    qsort(blocks, (size_t)count, sizeof(blocks[0]), by_time);
    for (int i = 1; i < count; i++)
        if (blocks[i].weekday == blocks[i - 1].weekday && blocks[i].opens < blocks[i - 1].closes) {
            str_format(wrong, "%s: has hours that overlap", days[blocks[i].weekday - 1]);
            return -1;
        }
    return count;
}

// How many blocks from i on are of the same day.
static size_t
of_day(const struct hours_block *blocks, size_t count, size_t i)
{
    size_t n = 1;

    while (i + n < count && blocks[i + n].weekday == blocks[i].weekday)
        n++;
    return n;
}

// Are these n blocks and the n that follow the same hours of two days in a row?
static bool
goes_on(const struct hours_block *blocks, size_t count, size_t i, size_t n)
{
    if (i + n >= count || blocks[i + n].weekday != blocks[i].weekday + 1 || of_day(blocks, count, i + n) != n)
        return false;
    for (size_t k = 0; k < n; k++)
        if (blocks[i + k].opens != blocks[i + n + k].opens ||
            blocks[i + k].closes != blocks[i + n + k].closes)
            return false;
    return true;
}

void
hours_text_print(const struct hours_block *blocks, size_t count, struct str *out)
{
    for (size_t i = 0; i < count;) {
        size_t n = of_day(blocks, count, i);
        size_t last = i;

        while (goes_on(blocks, count, last, n))
            last += n;
        str_format(out, "%s%s", i > 0 ? "; " : "", days[blocks[i].weekday - 1]);
        if (last > i)
            str_format(out, "-%s", days[blocks[last].weekday - 1]);
        for (size_t k = i; k < i + n; k++)
            str_format(out, " %02d:%02d-%02d:%02d", blocks[k].opens / 60, blocks[k].opens % 60,
                blocks[k].closes / 60, blocks[k].closes % 60);
        i = last + n;
    }
}

// clock.c - what time it is.
#include "clock.h"

#include <stdio.h>
#include <time.h>

static int64_t stopped_at; // Unix ms; 0: the clocks run

static int64_t
read_us(clockid_t which)
{
    struct timespec now;

    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_now_ms(void)
{
    return stopped_at != 0 ? stopped_at : read_us(CLOCK_REALTIME) / 1000;
}

int64_t
clock_mono_ms(void)
{
    return stopped_at != 0 ? stopped_at : read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_boot_ms(void)
{
    return stopped_at != 0 ? stopped_at : read_us(CLOCK_BOOTTIME) / 1000;
}

void
clock_set(int64_t now_ms)
{
    stopped_at = now_ms;
}

const char *
clock_format(int64_t now_ms, char *text, size_t size)
{
    time_t seconds = (time_t)(now_ms >= 0 ? now_ms / 1000 : (now_ms - 999) / 1000);
    int millis = (int)(now_ms - (int64_t)seconds * 1000);
    struct tm utc;
    char date[24];

    gmtime_r(&seconds, &utc);
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, size, "%s.%03dZ", date, millis);
    return text;
}

// report_figure.c - how figures are rounded and written.
#include "report_figure.h"

#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { JAKARTA_MS = 7 * 3600 * 1000, MINUTE_MS = 60 * 1000 };

int64_t
report_figure_tenths(int64_t part, int64_t all)
{
    CHECK(part >= 0 && all >= 0);
    // Whole numbers throughout: half a tenth is exactly half.
    return all == 0 ? -1 : (2000 * part + all) / (2 * all);
}

json_t *
report_figure_share(int64_t part, int64_t all)
{
    return all == 0 ? json_null() : json_integer(report_figure_tenths(part, all));
}

const char *
report_figure_percent(int64_t tenths, char text[REPORT_FIGURE_SIZE])
{
    snprintf(text, REPORT_FIGURE_SIZE, "%" PRId64 ".%" PRId64, tenths / 10, tenths % 10);
    return text;
}

const char *
report_figure_hours(int64_t ms, char text[REPORT_FIGURE_SIZE])
{
    int64_t minutes = ms / MINUTE_MS;

    snprintf(text, REPORT_FIGURE_SIZE, "%" PRId64 ":%02d", minutes / 60, (int)(minutes % 60));
    return text;
}

const char *
report_figure_time(int64_t at_ms, char text[REPORT_FIGURE_SIZE])
{
    int64_t local_ms = at_ms + JAKARTA_MS;
    time_t seconds = (time_t)(local_ms / 1000);
    struct tm parts;
    size_t length = 0;

    gmtime_r(&seconds, &parts);
    length = strftime(text, REPORT_FIGURE_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + length, REPORT_FIGURE_SIZE - length, ".%03d+07:00", (int)(local_ms % 1000));
    return text;
}

// report_span.c - the period of a report as options say it.
#include "report_span.h"

#include "complain.h"

#include <stdio.h>
#include <string.h>

// Bounds of all that is ever stored; nothing is printed for them.
#define BEGINNING INT64_C(946684800000) // 2000
#define END INT64_C(7258118400000)      // 2200

const struct report_column report_span_columns[3] = {{"period", "period", REPORT_TEXT, NULL},
    {"begins_at", "begins", REPORT_TIME, "days of Asia/Jakarta; empty: no bound"},
    {"ends_at", "ends", REPORT_TIME, "what happens at this moment is not in it"}};

static int
read_day(const char *text, const char *what, const char *option, struct report_period *day)
{
    if (report_period_day(text, day) == 0)
        return 0;
    complain(what, "--%s %s: is no day; give it as 2026-11-22", option, text);
    return -1;
}

int
report_span_read(const struct report_span *said, const char *what, struct report_period *period)
{
    struct report_period from = {.label = "the first report", .begins_ms = BEGINNING};
    struct report_period until = {.label = "today", .ends_ms = END};

    if (said->quarter != NULL && (said->from != NULL || said->until != NULL)) {
        complain(what, "--quarter: give it, or --from and --until");
        return -1;
    }
    if (said->quarter != NULL && report_period_quarter(said->quarter, period) < 0) {
        complain(what, "--quarter %s: is no quarter; give it as 2026Q4", said->quarter);
        return -1;
    }
    if (said->quarter != NULL)
        return 0;
    if ((said->from != NULL && read_day(said->from, what, "from", &from) < 0) ||
        (said->until != NULL && read_day(said->until, what, "until", &until) < 0))
        return -1;
    if (from.begins_ms >= until.ends_ms) {
        complain(what, "--until %s: lies before --from %s", until.label, from.label);
        return -1;
    }
    if (said->from == NULL && said->until == NULL)
        snprintf(period->label, sizeof(period->label), "all");
    else
        snprintf(period->label, sizeof(period->label), "%.12s..%.12s", said->from != NULL ? from.label : "",
            said->until != NULL ? until.label : "");
    period->begins_ms = from.begins_ms;
    period->ends_ms = until.ends_ms;
    return 0;
}

json_t *
report_span_moment(int64_t at_ms)
{
    return at_ms <= BEGINNING || at_ms >= END ? json_null() : json_integer(at_ms);
}

json_t *
report_span_rows(const struct report_period *period)
{
    json_t *rows = json_pack("[{s:s, s:o, s:o}]", "period", period->label, "begins_at",
        report_span_moment(period->begins_ms), "ends_at", report_span_moment(period->ends_ms));

    CHECK(rows != NULL);
    return rows;
}

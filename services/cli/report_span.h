// report_span.h - the period of a report as options say it: --quarter, or --from and --until.
#ifndef KENTONGAN_CLI_REPORT_SPAN_H
#define KENTONGAN_CLI_REPORT_SPAN_H

#include "report_document.h"
#include "report_period.h"

struct report_span {
    const char *quarter, *from, *until; // NULL: not said.  until: the last day
};

// For the table of options.
#define REPORT_SPAN_OPTIONS(said)                                                                            \
    {"from", OPTION_TEXT, &(said).from, 0, 0}, {"until", OPTION_TEXT, &(said).until, 0, 0},                  \
    {                                                                                                        \
        "quarter", OPTION_TEXT, &(said).quarter, 0, 0                                                        \
    }

// From the beginning of time up to the end of it where nothing is said.  -1 after one line on standard error.
MUST_USE int report_span_read(const struct report_span *said, const char *what, struct report_period *period);

// A section that says from when until when.  rows: returns new.
extern const struct report_column report_span_columns[3];
MUST_USE json_t *report_span_rows(const struct report_period *period);

// Its pieces, for sections that say more than that: a moment, or null where it has no bound.  Returns new.
MUST_USE json_t *report_span_moment(int64_t at_ms);

#endif

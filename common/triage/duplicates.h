// duplicates.h - has the same been reported before?  An index in memory of the first reports of the last 30
// days.
//
// Two reports say the same when their sets of words as meant (text.h; numbers are words) are equal.  The
// one decided later is a duplicate of the other when besides
//   - both lie in one and the same region below the province and, where both have a point, within 1 km; or
//   - they have 12 or more different words: a message passed on, wherever it comes from.
// Only first reports are kept: a duplicate never becomes the one that others are duplicates of, so that a
// matter which is reported for months opens a new ticket after 30 days.  Of two that come at the same moment
// the one decided first is the first report: links go only to reports in the index, which are nobody's
// duplicates, and so cannot form a circle.
#ifndef KENTONGAN_DUPLICATES_H
#define KENTONGAN_DUPLICATES_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct duplicates;

enum { DUPLICATES_LONG_TEXT = 12 };
#define DUPLICATES_WINDOW_MS (INT64_C(30) * 24 * 3600 * 1000)
#define DUPLICATES_NEAR_M 1000.0

struct duplicates_report {
    int64_t report_id, received_at_ms;
    uint64_t signature;
    const char *region_code; // "" = not known
    bool has_point;
    double latitude, longitude; // WGS 84
};

// most: reports kept; beyond it the oldest added is dropped.  Memory grows as needed, about 80 bytes a
// report.  Returns new.
struct duplicates *duplicates_new(size_t most);
void duplicates_destroy(struct duplicates **duplicates);

// The signature of a text's words: equal sets have equal signatures.  Breaks (0) do not count.  The lowest
// bit says whether the text is long (DUPLICATES_LONG_TEXT words).  Sorts words.
uint64_t duplicates_signature(uint64_t *words, size_t count);

// The earliest report that this one is a duplicate of; 0: none, and it is now in the index itself.
int64_t duplicates_check(struct duplicates *duplicates, const struct duplicates_report *report);

// Puts a report into the index without looking, as when it is read back from the database.  Copies.
void duplicates_add(struct duplicates *duplicates, const struct duplicates_report *report);

void duplicates_clear(struct duplicates *duplicates);
size_t duplicates_size(const struct duplicates *duplicates);

#endif

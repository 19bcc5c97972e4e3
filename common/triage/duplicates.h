// duplicates.h - is a report known already?  An index in memory of the profiles of the latest reports.
//
// It looks up those that could tell of the same incident: the same words, or a place (a name, a village, a
// point) together with a matter (topic or thing) in common; the latest first, and a bounded number of them,
// however often one and the same thing is reported.  likeness.h then decides on each.
//
// The answer is always the first report of its group, which is nobody's duplicate, so that links never form a
// circle.  Later reports of a group are kept as well where they tell it in other words, because the next one
// may resemble them and not the first; but whoever contradicts the first report (another house number,
// another village) does not come in by way of them.  A report that repeats what is kept is not kept again.
//
// Answers depend on what was added before and in which order, and on nothing else: not on batches, and not on
// whether it was added when it came or when it was read back from the database.
#ifndef KENTONGAN_DUPLICATES_H
#define KENTONGAN_DUPLICATES_H

#include "check.h"
#include "likeness.h"
#include "profile.h"

#include <stddef.h>
#include <stdint.h>

struct duplicates;

struct duplicates_answer {
    int64_t duplicate_of; // the first report of its group; 0: none
    enum relation relation;
    double score;                // 0 .. 1, of the likest report of that group; 0 when none was found
    char why[LIKENESS_WHY_SIZE]; // likeness_explain's, of the same; "" when none was found
};

// most: profiles kept, at least 1; beyond it the oldest is dropped.  About 140 bytes each as they come, and 8
// bytes for each of most at once.  Returns new.
struct duplicates *duplicates_new(size_t most);
void duplicates_destroy(struct duplicates **duplicates);

// Finds what a report repeats among those added before it.  For a report that was added already it gives the
// same answer as then.
void duplicates_find(
    const struct duplicates *duplicates, const struct profile *profile, struct duplicates_answer *answer);

// Adds a report after it was decided, or when it is read back in the same order.  Copies.  first is the first
// report of its group: duplicate_of when it is a duplicate, else (re-reports, too) 0.
void duplicates_add(struct duplicates *duplicates, const struct profile *profile, int64_t first);

// Forgets a report, as when an officer takes it out of its group.
void duplicates_remove(struct duplicates *duplicates, int64_t id);

void duplicates_clear(struct duplicates *duplicates);
size_t duplicates_size(const struct duplicates *duplicates);  // profiles kept
size_t duplicates_bytes(const struct duplicates *duplicates); // of memory

#endif

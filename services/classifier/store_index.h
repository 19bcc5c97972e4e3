// store_index.h - the classifier's SQL on what it keeps in memory of earlier reports.
#ifndef KENTONGAN_CLASSIFIER_STORE_INDEX_H
#define KENTONGAN_CLASSIFIER_STORE_INDEX_H

#include "check.h"
#include "db.h"
#include "outcome.h"
#include "triage/duplicates.h"
#include "triage/surge.h"

#include <stddef.h>

struct store_index;

// Borrows db.  Returns new.
struct store_index *store_index_new(struct db *db);
void store_index_destroy(struct store_index **store);

// Reads the newest triages, at most `most`, back into duplicates and surge (cleared before), the oldest
// first; and which regencies are neighbours.  A report that an officer split off is a first one.
MUST_USE enum outcome store_index_rebuild(
    struct store_index *store, struct duplicates *duplicates, struct surge *surge, size_t most);

// Takes in what officers split off since: those reports are first ones from now on.
MUST_USE enum outcome store_index_take_splits(struct store_index *store, struct duplicates *duplicates);

#endif

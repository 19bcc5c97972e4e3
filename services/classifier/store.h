// store.h - all of the classifier's SQL.
#ifndef KENTONGAN_CLASSIFIER_STORE_H
#define KENTONGAN_CLASSIFIER_STORE_H

#include "batch.h"
#include "db.h"
#include "outcome.h"
#include "triage/duplicates.h"
#include "triage/knowledge.h"
#include "triage/triage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

// Borrows db.  Returns new.
struct store *store_new(struct db *db);
void store_destroy(struct store **store);

// Reads the reference tables; NULL when PostgreSQL is away.  Rows that make no sense are left out, with one
// line in the log.  Returns new.
MUST_USE struct knowledge *store_load_knowledge(struct store *store);

// Have the reference tables changed since store_load_knowledge?  A failure says no.
bool store_knowledge_changed(struct store *store);

// Reads the first reports of the last 30 days back into duplicates (cleared before), at most `most`, the
// newest first found and the oldest first added.
MUST_USE enum outcome store_rebuild(struct store *store, struct duplicates *duplicates, size_t most);

// Stores triages of items of the batch in one transaction.  DONE: is_new[i] says whether this transaction
// stored row i; a row that was there already may hold another decision, and was forwarded by who stored it or
// is swept by the next stage.
MUST_USE enum outcome store_triages(struct store *store, const struct batch_item *items,
    const struct triage *triages, size_t count, bool *is_new);

// Appends reports without triage to the batch: above < id <= up_to, oldest first, at most room.
MUST_USE enum outcome store_missing(
    struct store *store, int64_t above, int64_t up_to, struct batch *batch, size_t room);

// The highest report id; 0 when there is none.
MUST_USE enum outcome store_newest(struct store *store, int64_t *id);

#endif

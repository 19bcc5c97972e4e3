// store.h - the classifier's SQL on reports and triages.
#ifndef KENTONGAN_CLASSIFIER_STORE_H
#define KENTONGAN_CLASSIFIER_STORE_H

#include "batch.h"
#include "db.h"
#include "incidents.h"
#include "outcome.h"
#include "triage/triage.h"
#include "triage/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

// What was decided on one report.
struct decision {
    struct triage triage;
    int64_t incident_id; // 0 = none
    enum verdict verdict;
};

// Borrows db.  Returns new.
struct store *store_new(struct db *db);
void store_destroy(struct store **store);

// What is stored in one transaction.
struct store_batch {
    const struct batch_item *items;
    const struct decision *decisions; // as many
    size_t count;
    const char *model; // version of the model that decided, "" = none
    const struct incidents *incidents;
};

// Stores triages and the incidents that were declared with them.  DONE: is_new[i] says whether this
// transaction stored row i; a row that was there already may hold another decision, and was forwarded by who
// stored it or is swept by the next stage.
MUST_USE enum outcome store_decisions(struct store *store, const struct store_batch *batch, bool *is_new);

// Appends reports without triage to the batch: above < id <= up_to, oldest first, at most room.
MUST_USE enum outcome store_missing(
    struct store *store, int64_t above, int64_t up_to, struct batch *batch, size_t room);

// The highest report id; 0 when there is none.
MUST_USE enum outcome store_newest(struct store *store, int64_t *id);

#endif

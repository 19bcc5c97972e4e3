// batch.h - the reports in hand: copies, because messages and query results go away before the batch is
// stored.
#ifndef KENTONGAN_CLASSIFIER_BATCH_H
#define KENTONGAN_CLASSIFIER_BATCH_H

#include "check.h"
#include "str.h"
#include "triage/triage.h"

#include <stddef.h>
#include <stdint.h>

struct batch;

struct batch_item {
    int64_t follows_id;
    const char *tracking_code;
    struct triage_report
        report; // its strings, like tracking_code, are borrowed from the batch until it is cleared
};

// Room for most items.  Returns new.
struct batch *batch_new(size_t most);
void batch_destroy(struct batch **batch);

// Copies an item and its strings.  The batch must not be full.
void batch_add(struct batch *batch, const struct batch_item *item);

void batch_clear(struct batch *batch);
size_t batch_count(const struct batch *batch);

// Items in the order they came.  Borrowed until the next batch_add or batch_clear.
const struct batch_item *batch_items(const struct batch *batch);

#endif

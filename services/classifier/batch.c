// batch.c - the reports in hand.
//
// Strings are kept in blocks that stay where they are, so that items can point into them while the batch
// grows.
#include "batch.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 1 << 20 }; // holds 3,000 usual reports

struct block {
    struct block *next; // the one filled before
    size_t used, room;
    char bytes[];
};

struct batch {
    struct batch_item *items;
    size_t count, most;
    struct block *blocks; // the one being filled
};

static struct block *
block_new(size_t room, struct block *next)
{
    struct block *block = check_alloc(sizeof(*block) + room);

    block->next = next;
    block->used = 0;
    block->room = room;
    return block;
}

struct batch *
batch_new(size_t most)
{
    struct batch *batch = check_zalloc(1, sizeof(*batch));

    batch->items = check_zalloc(most, sizeof(*batch->items));
    batch->most = most;
    batch->blocks = block_new(BLOCK_SIZE, NULL);
    return batch;
}

void
batch_destroy(struct batch **batch)
{
    if (*batch == NULL)
        return;
    batch_clear(*batch);
    free((*batch)->blocks);
    free((*batch)->items);
    free(*batch);
    *batch = NULL;
}

// Copies length bytes and ends them with a NUL.
static const char *
keep(struct batch *batch, const char *bytes, size_t length)
{
    struct block *block = batch->blocks;
    char *copy = NULL;

    if (block->room - block->used < length + 1) {
        block = block_new(length + 1 > BLOCK_SIZE ? length + 1 : BLOCK_SIZE, block);
        batch->blocks = block;
    }
    copy = &block->bytes[block->used];
    block->used += length + 1;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

void
batch_add(struct batch *batch, const struct batch_item *item)
{
    struct batch_item *added = &batch->items[batch->count];

    CHECK(batch->count < batch->most);
    *added = *item;
    added->tracking_code = keep(batch, item->tracking_code, strlen(item->tracking_code));
    added->report.text = keep(batch, item->report.text, item->report.text_length);
    added->report.address = keep(batch, item->report.address, item->report.address_length);
    added->report.region_code = keep(batch, item->report.region_code, strlen(item->report.region_code));
    batch->count++;
}

void
batch_clear(struct batch *batch)
{
    batch->count = 0;
    while (batch->blocks->next != NULL) {
        struct block *full = batch->blocks;

        batch->blocks = full->next;
        free(full);
    }
    batch->blocks->used = 0;
}

size_t
batch_count(const struct batch *batch)
{
    return batch->count;
}

const struct batch_item *
batch_items(const struct batch *batch)
{
    return batch->items;
}

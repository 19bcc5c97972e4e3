// reply_maker.c - makes the rows of `replies`.
//
// Two walks, along notices and along acts.  Each has a near end, up to where this process has looked, and a
// far one (stage_marks), up to where no transaction can commit any more: what committed late is found when
// the far walk comes along.
#include "reply_maker.h"

#include "clock.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGES_MOST = 4, // in one walk: bounds how long it holds up the loop
    FAR_MS = 5000,  // as the sweeps of stage.c
};

// One of those who will be told of an act.
struct recipient {
    struct reply_recipient row;
    size_t number; // in the order in which they were found: newest report first
    char key[REPLY_KEY_SIZE];
};

struct reply_maker {
    struct store_replies *store;
    struct addressees *addressees;
    int64_t sweep_ms, near_at_ms, far_at_ms;
    struct reply_marks near, far;
    struct recipient *recipients;
    size_t count, room;
};

struct reply_maker *
reply_maker_new(struct store_replies *store, struct addressees *addressees, int64_t sweep_ms)
{
    struct reply_maker *maker = check_zalloc(1, sizeof(*maker));

    maker->store = store;
    maker->addressees = addressees;
    maker->sweep_ms = sweep_ms;
    return maker;
}

void
reply_maker_destroy(struct reply_maker **maker)
{
    if (*maker == NULL)
        return;
    free((*maker)->recipients);
    free(*maker);
    *maker = NULL;
}

enum outcome
reply_maker_start(struct reply_maker *maker)
{
    enum outcome outcome = store_replies_marks(maker->store, &maker->far);

    maker->near = maker->far;
    return outcome;
}

static void
found_recipient(void *self, const struct reply_recipient *row)
{
    struct reply_maker *maker = self;
    struct reply_address address;
    struct recipient *recipient = NULL;

    if (maker->count == maker->room) {
        maker->room = maker->room == 0 ? 256 : maker->room * 2;
        maker->recipients = check_realloc(maker->recipients, maker->room * sizeof(*maker->recipients));
    }
    recipient = &maker->recipients[maker->count];
    *recipient = (struct recipient){.row = *row, .number = maker->count++};
    if (addressees_open(maker->addressees, row->sealed, row->sealed_length, &address) == 0)
        reply_address_key(&address, recipient->key);
    else
        snprintf(recipient->key, sizeof(recipient->key), "report %" PRId64, row->report_id);
    seal_wipe(&address, sizeof(address));
}

static int
by_address(const void *a, const void *b)
{
    const struct recipient *left = a;
    const struct recipient *right = b;

    if (left->row.act_id != right->row.act_id)
        return left->row.act_id < right->row.act_id ? -1 : 1;
    int order = strcmp(left->key, right->key);
    return order != 0 ? order : left->number < right->number ? -1 : 1;
}

// A page of acts: one reply for each address that an act has to reach.
static enum outcome
make_of_acts(struct reply_maker *maker, int64_t above, struct reply_page *page)
{
    enum outcome outcome = RETRY;

    maker->count = 0;
    outcome = store_replies_recipients(maker->store, above, page, found_recipient, maker);
    if (outcome != DONE || maker->count == 0)
        return outcome;
    qsort(maker->recipients, maker->count, sizeof(*maker->recipients), by_address);
    store_replies_begin(maker->store);
    for (size_t i = 0; i < maker->count; i++) {
        const struct recipient *one = &maker->recipients[i];

        if (i == 0 || one[-1].row.act_id != one->row.act_id || strcmp(one[-1].key, one->key) != 0)
            store_replies_add(maker->store, &one->row);
    }
    seal_wipe(maker->recipients, maker->count * sizeof(*maker->recipients));
    return store_replies_make(maker->store);
}

static enum outcome
make_of_notices(struct reply_maker *maker, int64_t above, struct reply_page *page)
{
    return store_replies_make_received(maker->store, above, page);
}

// Walks on from `from`; near is moved to where it has come, and far to where nothing can come up any more.
static enum outcome
walk(struct reply_maker *maker,
    enum outcome (*look)(struct reply_maker *maker, int64_t above, struct reply_page *page), int64_t from,
    int64_t *near, int64_t *far)
{
    struct reply_page page = {.full = true};

    for (int pages = 0; pages < PAGES_MOST && page.full; pages++) {
        if (look(maker, from, &page) != DONE)
            return RETRY;
        from = page.last > from ? page.last : from;
        *near = from > *near ? from : *near;
        *far = page.old > *far ? page.old : *far;
    }
    return DONE;
}

void
reply_maker_pump(struct reply_maker *maker)
{
    int64_t now_ms = clock_mono_ms();
    struct reply_marks far = maker->far;
    struct reply_marks ignored = {0};
    bool is_far = now_ms >= maker->far_at_ms;

    if (now_ms < maker->near_at_ms)
        return;
    maker->near_at_ms = now_ms + maker->sweep_ms;
    if (walk(maker, make_of_notices, maker->near.notices, &maker->near.notices, &ignored.notices) != DONE ||
        walk(maker, make_of_acts, maker->near.acts, &maker->near.acts, &ignored.acts) != DONE)
        return;
    if (!is_far)
        return;
    maker->far_at_ms = now_ms + FAR_MS;
    if (walk(maker, make_of_notices, far.notices, &maker->near.notices, &far.notices) != DONE ||
        walk(maker, make_of_acts, far.acts, &maker->near.acts, &far.acts) != DONE ||
        store_replies_make_opened(maker->store) != DONE)
        return;
    if ((far.notices != maker->far.notices || far.acts != maker->far.acts) &&
        store_replies_set_marks(maker->store, &far) == DONE)
        maker->far = far;
}

// model.h - the independent model: which clocks run on a ticket, and when each step of theirs is due.
//
// Written from domain.md, the issue and the meaning of the words in common/deadline's headers, never from its
// code; it calls none of it.  It lives through the life of the ticket once, all clocks at a time, and then
// counts time piece by piece and day by day.
#ifndef KENTONGAN_SIM_MODEL_H
#define KENTONGAN_SIM_MODEL_H

#include "book.h"
#include "deadline/derive.h"
#include "ticket.h"

#include <stddef.h>
#include <stdint.h>

struct model_times {
    int64_t due_at_ms;
    int64_t steps[LADDER_STEPS_MOST];
};

struct model_deadline {
    const struct policy *policy; // Borrowed from the book
    int turn;
    const char *agency; // Borrowed from the ticket
    int64_t started_at_ms, stopped_at_ms;
    enum stop stop;
    struct model_times times;
    // Parts of a day are not always whole milliseconds: between these two the decision code may say what it
    // likes.
    struct model_times least, most;
    size_t at_turn; // the ticket's, when it started
    unsigned started_by;
};

// Facts up to until_ms.  In the order of clock, then turn.  Returns how many, at most room.
size_t model_deadlines(struct book *book, const struct ticket *ticket, int64_t until_ms,
    struct model_deadline *out, size_t room);

// Which step of a ladder is its breach, -1: none.
int model_breach(const struct policy *policy);

#endif

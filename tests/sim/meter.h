// meter.h - the model counts time: from the start of a clock on, piece by piece, until each of its steps is
// reached.
#ifndef KENTONGAN_SIM_METER_H
#define KENTONGAN_SIM_METER_H

#include "book.h"
#include "model.h"
#include "ticket.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// When the ticket waited for its reporter.
struct meter_pauses {
    int64_t from_ms[TICKET_ACTS_MOST], until_ms[TICKET_ACTS_MOST]; // until: CALENDAR_NEVER while it waits
    size_t count;
};

// The ticket waits from then on, unless it does already; it goes on.
void meter_pause(struct meter_pauses *pauses, int64_t at_ms);
void meter_resume(struct meter_pauses *pauses, int64_t at_ms);

struct meter {
    struct book *book;
    const struct ticket *ticket;
    const struct meter_pauses *pauses;
    bool is_one_turn; // the calendar of the agency that started counts to the end
    int64_t until_ms; // what happened later does not matter: when it stopped, or CALENDAR_NEVER
};

// Sets times, least and most from policy, started_at_ms and at_turn.
void meter_deadline(const struct meter *meter, struct model_deadline *deadline);

#endif

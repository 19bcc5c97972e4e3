// referee.h - holds what the decision code wrote and fired against what the model says should be.
//
// It keeps rows of its own, moved only by the model's deadlines and by the rules of change.h as they are
// written there, and compares at three places: each time a ticket was derived, each time a step fired, and
// when something should have fired by then.  The first contradiction ends the simulation of the seed.
#ifndef KENTONGAN_SIM_REFEREE_H
#define KENTONGAN_SIM_REFEREE_H

#include "model.h"
#include "store.h"
#include "world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct referee;

struct referee_figures {
    int64_t tickets, rows, plans, fired, late_breaches, closed, moved;
    int64_t latest_ms; // the longest that a step came after it could have
};

// How long a step may take when nothing is broken: sweeps are 5.5 s apart.
enum { REFEREE_SLACK_MS = 10000 };

// Borrows world and store.  Returns new.
struct referee *referee_new(const struct world *world, const struct store *store);
void referee_destroy(struct referee **referee);

// The ticket was derived: is the plan right?  The plan may be written later, or never.
void referee_plan(struct referee *referee, struct plan *plan);

// The plan was written.
void referee_written(struct referee *referee, const struct plan *plan);

// This step of the row fired now; row is as it is after it.
void referee_fired(struct referee *referee, struct ticket *ticket, int step, const struct deadline_row *row);

// The router changed the ticket's turns from from_ms on: nothing of the turn before may have fired after
// that.
void referee_routed(struct referee *referee, struct ticket *ticket, int64_t from_ms);

// Has everything fired that should have by now?  Returns when to ask again, CALENDAR_NEVER: when something
// changes.
int64_t referee_check(struct referee *referee, struct ticket *ticket);

// The year is over: all that is stored, against the model and against a derivation from scratch.
void referee_end(struct referee *referee);

// What was found wrong: NULL nothing.  Borrowed.
const char *referee_wrong(const struct referee *referee);

const struct referee_figures *referee_figures(const struct referee *referee);

#endif

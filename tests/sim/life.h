// life.h - what people do on a ticket: officers who answer well, late, badly or never, bots, reporters, the
// desk, and those who correct what was decided.
#ifndef KENTONGAN_SIM_LIFE_H
#define KENTONGAN_SIM_LIFE_H

#include "world.h"

#include <stdint.h>

// Somebody does something now, or not.
// Returns when the next one will, 0: nobody ever.
int64_t life_deed(struct world *world, struct ticket *ticket);

// When the first one will.
int64_t life_begins(struct world *world, struct ticket *ticket);

#endif

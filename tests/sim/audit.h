// audit.h - what must hold of any ticket, however it came to be: sums, and that the past stays as it was.
#ifndef KENTONGAN_SIM_AUDIT_H
#define KENTONGAN_SIM_AUDIT_H

#include "world.h"

// NULL, or what does not hold; borrowed until the next call.
const char *audit_ticket(const struct world *world, struct ticket *ticket);

#endif

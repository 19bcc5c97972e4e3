// laws.h - makes the rules of a simulated year, and edits them as offices do: policies with versions and
// dates of effect, ladders, holidays, office hours, quiet hours.
#ifndef KENTONGAN_SIM_LAWS_H
#define KENTONGAN_SIM_LAWS_H

#include "world.h"

// The rules as the year begins; also adds their policies to the world.  Returns new.
struct book *laws_make(struct world *world);

// The rules after one more edit.  Returns new.
struct book *laws_edit(struct world *world);

#endif

// telling.h - whom a step of a ladder tells, and as what.  Pure.
#ifndef KENTONGAN_WATCHER_TELLING_H
#define KENTONGAN_WATCHER_TELLING_H

#include "deadline/change.h"
#include "deadline/rules.h"

#include <stddef.h>

// The step of the row's ladder that fires next; NULL when these rules have no such step.  Borrowed from
// rules.
const struct ladder_step *telling_step(const struct rules *rules, const struct deadline_row *row);

// The kind of notice that a step makes, as NoticeKind in stages.proto.
int telling_kind(const struct ladder_step *step);

// Whose phones ring: the agency that has the deadline for its officers and its head, the triage desk, Sekda
// or the governor.  Borrowed.
const char *telling_agency(const struct ladder_step *step, const char *agency);

#endif

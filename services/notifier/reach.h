// reach.h - which phones a step of a ring means, and which of them are not told yet.
//
// One truth for all who ask: a notice that a message brought, one that the sweep found, a later step.  Pure.
#ifndef KENTONGAN_REACH_H
#define KENTONGAN_REACH_H

#include "device.h"
#include "ring.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Phones of one agency, by role and leg.
struct reach {
    const struct agency *agency; // NULL: nobody
    unsigned roles;              // 1 << enum person_role, of each
    unsigned legs;               // 1 << enum leg, of each
    int64_t only;                // this one alone; 0: all of them
};

// Whom a step means.  agency, role: of the notice; legs: those that can be used now, of which the step's are
// taken.
//
// same: people of the agency with the role (STEP_ROLE_NONE: officer), and phones of the agency that are
// nobody's.  If there is none at all, of any leg: its deputies, then its heads, then whoever has one there.
// deputy, head: people of the agency with that role.  desk, sekda: those of the triage desk, of Sekda, with
// what belongs to nobody there.  call: nobody.
struct reach reach_of(struct devices *devices, const char *agency, enum step_role role,
    const struct ring_step *step, unsigned legs);

// One phone of an agency, by whatever leg.
struct reach reach_of_one(struct devices *devices, const char *agency, int64_t device_id);

// The next phone after `after` (NULL: the first); NULL at the end.
struct device *reach_next(const struct reach *reach, const struct device *after);

// What deliveries say of a notice's first step, by device.
struct told {
    int64_t device_id; // 0: that it had none
    int attempt;       // the last
    bool again;        // it asked for another one ..
    int64_t wait_ms;   // .. in so long
    bool gone;         // it ended because the phone is no more
};

enum { TOLD_MOST = 256 };

// Reads "7 1 accepted 0,8 2 retry 5000": device, attempt, outcome, wait in ms; what finds no room is left
// out. Returns how many.
size_t reach_told(const char *text, struct told *told, size_t room);

// Is this phone still to be told of a notice made at created_at_ms?  It is when its last attempt asked for
// another one; or when there was none and it is older than the notice, or nobody else has been told: a phone
// that was added later does not get old notices of colleagues.  device NULL: is it to be noted that there is
// none?  last, unless NULL, becomes what is known of it, or NULL.
bool reach_is_open(const struct told *told, size_t count, const struct device *device, int64_t created_at_ms,
    const struct told **last);

#endif

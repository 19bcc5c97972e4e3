// ticket_why.h - why a ticket is where it is and must be answered when, in a few Indonesian lines.  Pure.
//
// kentongan why derives each deadline; this says which rule made it.
#ifndef KENTONGAN_PORTAL_TICKET_WHY_H
#define KENTONGAN_PORTAL_TICKET_WHY_H

#include "check.h"

#include <jansson.h>

// From one whole ticket as API.md has it.  Returns new: an array of texts.
MUST_USE json_t *ticket_why(const json_t *ticket);

#endif

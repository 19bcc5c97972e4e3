// store_ticket.h - SQL of one ticket as a whole.
#ifndef KENTONGAN_PORTAL_STORE_TICKET_H
#define KENTONGAN_PORTAL_STORE_TICKET_H

#include "check.h"
#include "request.h"

#include <jansson.h>
#include <stdint.h>

// Reads the ticket on which this report hangs, as API.md has it ("one whole"), without why; channels and
// kinds of notices are numbers still.  It shows 100 reports (the oldest), 100 notices (the newest), 500 acts
// and 256 deadlines at most.  DONE: *ticket is new, or NULL: there is none that this person sees.
MUST_USE enum outcome store_ticket_read(struct request *request, int64_t report_id, json_t **ticket);

#endif

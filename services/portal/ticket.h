// ticket.h - one ticket as a whole.
#ifndef KENTONGAN_PORTAL_TICKET_H
#define KENTONGAN_PORTAL_TICKET_H

#include "answer.h"
#include "request.h"

// GET tickets/CODE, of any report that hangs on it.
void ticket_show(struct request *request, struct answer *answer);

#endif

// tickets.h - the lists of tickets that a person sees.
#ifndef KENTONGAN_PORTAL_TICKETS_H
#define KENTONGAN_PORTAL_TICKETS_H

#include "answer.h"
#include "request.h"
#include "store_tickets.h"

enum { TICKETS_CURSOR_SIZE = 48 };

// GET tickets?scope=..&after=..&limit=..
void tickets_list(struct request *request, struct answer *answer);

// Cursors as clients see them.  read: -1: that is none of this scope.
void tickets_write_cursor(const struct ticket_cursor *cursor, char text[TICKETS_CURSOR_SIZE]);
MUST_USE int tickets_read_cursor(const char *text, enum ticket_scope scope, struct ticket_cursor *cursor);

#endif

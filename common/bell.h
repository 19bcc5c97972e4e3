// bell.h - hears from the portal that acts were stored, so that nobody waits for the next turn.
//
// What is to be done is found by state, with or without this: the message only says when to look.
#ifndef KENTONGAN_BELL_H
#define KENTONGAN_BELL_H

#include "service.h"

struct bell;

// Connects to endpoint, where Acted messages come from, and calls heard(self) once for all that have come.
// Borrows service and self. Returns new, or NULL after one line in the log.
struct bell *bell_new(struct service *service, const char *endpoint, service_handler *heard, void *self);
void bell_destroy(struct bell **bell);

#endif

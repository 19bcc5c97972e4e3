// route.h - which request goes to which function, who may, and how much it may bring.  routes.c is the one
// table.
#ifndef KENTONGAN_PORTAL_ROUTE_H
#define KENTONGAN_PORTAL_ROUTE_H

#include "answer.h"
#include "request.h"

// Who may call it.  What a person may see or do is said once more in SQL.
enum access {
    ACCESS_PUBLIC, // anybody; no session is looked up
    ACCESS_TOKEN,  // whoever has the one-time token or the secret in the path; the route checks it
    ACCESS_PERSON, // a valid session; unsafe methods need its X-CSRF-Token and an Origin that is ours, too
};

struct route {
    enum method method;
    const char *pattern; // "/api/v1/tickets/*/acts": each * stands for one segment of 1 .. 128 bytes
    enum access access;
    size_t body_most; // bytes; 0: it takes none
    int per_minute;   // requests of one address a minute; 0: no limit of its own
    void (*handle)(struct request *request, struct answer *answer);
};

// The first route of the table for this method and path, filling request->params; NULL, and *known says
// whether another method has it.
const struct route *route_find(const struct route *table, size_t count, struct request *request, bool *known);

#endif

// store_tickets.h - SQL of the lists of tickets.
#ifndef KENTONGAN_PORTAL_STORE_TICKETS_H
#define KENTONGAN_PORTAL_STORE_TICKETS_H

#include "check.h"
#include "request.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum ticket_scope { SCOPE_OPEN, SCOPE_DONE, SCOPE_SHELF, SCOPE_ALL };

// The last ticket of the page before.  Open tickets with a deadline come first, in the order of (due_us, id);
// after them, and in the other scopes always, the newest first.
struct ticket_cursor {
    bool has_due;
    int64_t due_us; // Unix microseconds
    int64_t id;
};

struct ticket_page {
    json_t *rows;      // SUMMARY each; owned
    int64_t server_ms; // PostgreSQL's clock
    bool has_more;
    struct ticket_cursor last; // of rows; only with has_more
};

// Where each scope begins.
struct ticket_cursor store_tickets_begin(enum ticket_scope scope);

// Reads a page of what this person sees, at most limit (1 .. 100) tickets.  DONE: *page is new; rows is to be
// freed with json_decref().
MUST_USE enum outcome store_tickets_page(struct request *request, enum ticket_scope scope,
    const struct ticket_cursor *after, int64_t limit, struct ticket_page *page);

#endif

// server.h - the HTTP server: connections in, requests to their routes, answers out.
//
// It takes a connection for what it is worth: headers and body have to be complete within SERVER_REQUEST_MS by our own clock, however
// steadily they dribble; a kept-alive connection has SERVER_IDLE_MS for its next request; an answer has SERVER_ANSWER_MS to leave, unless
// it is a stream.  Bodies in memory are SERVER_BODIES_MOST bytes at most, all together.  Nothing of a client is logged.
#ifndef KENTONGAN_PORTAL_SERVER_H
#define KENTONGAN_PORTAL_SERVER_H

#include "check.h"
#include "routes.h"

#include <stdbool.h>
#include <stddef.h>

struct portal;
struct server;

enum {
    SERVER_REQUEST_MS = 10000,
    SERVER_IDLE_MS = 65000, // more than nginx keeps an idle connection to us
    SERVER_ANSWER_MS = 60000,
    SERVER_BODIES_MOST = 64 << 20,
    SERVER_CONNECTIONS_MOST = 16384,
    SERVER_PER_ADDRESS_MOST = 64, // without a proxy in front
};

struct server_options {
    struct portal *portal; // Borrows
    const struct route_table *table;
    const char *listen; // "127.0.0.1:5770", "[::1]:5770"
    unsigned threads;
    bool has_pages; // what no route takes may be a page
};

// Listens.  NULL after one line in the log: the address cannot be used.  Returns new.
struct server *server_new(const struct server_options *options);

// Ends streams, closes the connections.
void server_destroy(struct server **server);

// Closes connections that are too slow; from service_every().
void server_tick(void *self);

#endif

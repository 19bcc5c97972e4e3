// server.h - the HTTP server: connections in, requests to their routes, answers out.
//
// A connection is worth what connections.h says; bodies in memory are SERVER_BODIES_MOST bytes at most, all
// together.  Nothing of a client is logged, nor what he asked for.
#ifndef KENTONGAN_PORTAL_SERVER_H
#define KENTONGAN_PORTAL_SERVER_H

#include "check.h"
#include "routes.h"

#include <stdbool.h>
#include <stddef.h>

struct portal;
struct server;

enum {
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

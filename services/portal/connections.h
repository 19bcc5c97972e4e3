// connections.h - how long each connection may take: deadlines by our own clock, which no steady dribble
// moves.
//
//     WAITING --request line--> COMING --body complete--> WORKING --answer is ready--> LEAVING --> WAITING ..
//                                                                --stream--> OPEN (stream.h looks after it)
//
// Who is late in WAITING, COMING or LEAVING is cut off.
#ifndef KENTONGAN_PORTAL_CONNECTIONS_H
#define KENTONGAN_PORTAL_CONNECTIONS_H

#include <stddef.h>

enum {
    CONNECTIONS_REQUEST_MS = 10000, // headers and body
    CONNECTIONS_IDLE_MS = 45000,    // between requests; more than nginx keeps an idle connection to us
    CONNECTIONS_ANSWER_MS = 60000,  // until the answer has left
};

struct connections;
struct connection;

// Returns new.
struct connections *connections_new(void);
void connections_destroy(struct connections **connections);

// A connection on this descriptor.  Returns new; connection_close() has to come before the descriptor is
// closed.
struct connection *connection_open(struct connections *connections, int fd);
void connection_close(struct connection **connection);

void connection_coming(struct connection *connection);
void connection_working(struct connection *connection);
void connection_leaving(struct connection *connection);
void connection_streaming(struct connection *connection); // OPEN
void connection_waiting(struct connection *connection);

// Cuts off who is late.  Returns how many.
size_t connections_cut(struct connections *connections);

size_t connections_count(struct connections *connections);

#endif

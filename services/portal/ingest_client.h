// ingest_client.h - hands a citizen's message to the ingest socket, and waits for the receipt.
//
// As any integrator: request and reply over a DEALER socket.  A socket serves one call at a time;
// INGEST_CLIENT_MOST calls may be under way, so that an ingest that does not answer holds up no more threads
// than that, and for INGEST_CLIENT_REST_MS after one that got no receipt all others are told at once to come
// again.
#ifndef KENTONGAN_PORTAL_INGEST_CLIENT_H
#define KENTONGAN_PORTAL_INGEST_CLIENT_H

#include "check.h"
#include "ingest.pb-c.h"
#include "outcome.h"

#include <stddef.h>

enum {
    INGEST_CLIENT_MOST = 2,
    INGEST_CLIENT_PATIENCE_MS = 3000,
    INGEST_CLIENT_REST_MS = 1000,
    INGEST_CLIENT_REASON_SIZE = 200
};

struct ingest_client;

// Returns new.
struct ingest_client *ingest_client_new(const char *endpoint);
void ingest_client_destroy(struct ingest_client **client);

// For any thread.  DONE: it is on disk, now or before; REJECT: it can never be taken, reason says why; RETRY:
// the same again later.
MUST_USE enum outcome ingest_client_send(struct ingest_client *client, const Kentongan__V1__Report *report,
    char reason[INGEST_CLIENT_REASON_SIZE]);

#endif

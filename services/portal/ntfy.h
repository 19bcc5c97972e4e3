// ntfy.h - an endpoint that speaks the ntfy protocol, so that the stock app of phones can use it, with nobody
// else in between.
//
// A message is kept in PostgreSQL for NTFY_KEEP_S and read from there by each replica of the portal, so that
// it does not matter to which one a phone is connected.  Ids grow in the order of the commits.  A replica
// publishes what is new to its hub and moves its position; a phone gets what it missed up to a position, and
// its stream begins at that same position: nothing is missed and nothing comes twice at the seam.
// A replica that is behind what the phone has seen catches up first.
#ifndef KENTONGAN_PORTAL_NTFY_H
#define KENTONGAN_PORTAL_NTFY_H

#include "answer.h"
#include "request.h"

enum {
    NTFY_POLL_MS = 300,
    NTFY_KEEPALIVE_MS = 45000,
    NTFY_KEEP_S = 12 * 3600,
    NTFY_KEEP_SHORT_S = 30,
    NTFY_BODY_MOST = 16 << 10
};

struct ntfy;
struct portal;

// Borrows portal.  Returns new.
struct ntfy *ntfy_new(struct portal *portal);
void ntfy_destroy(struct ntfy **ntfy);

// Publishes what other replicas took in, and forgets what is over; from service_every().  self is the struct
// ntfy.
void ntfy_poll(void *self);

// Routes.
void ntfy_publish(struct request *request, struct answer *answer);      // POST or PUT /TOPIC
void ntfy_publish_json(struct request *request, struct answer *answer); // POST /
void ntfy_json(struct request *request, struct answer *answer);         // GET /TOPIC[,TOPIC]/json
void ntfy_sse(struct request *request, struct answer *answer);
void ntfy_raw(struct request *request, struct answer *answer);
void ntfy_auth(struct request *request, struct answer *answer);
void ntfy_health(struct request *request, struct answer *answer);

#endif

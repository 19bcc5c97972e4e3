// portal.h - what all routes share.  Made in main.c before the first request, the same until the last one;
// any thread may use it.
#ifndef KENTONGAN_PORTAL_PORTAL_H
#define KENTONGAN_PORTAL_PORTAL_H

#include "check.h"
#include "id.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct acted;
struct hub;
struct ingest_client;
struct ntfy;
struct rates;
struct pages;
struct pool;
struct sessions;

enum { PORTAL_ORIGIN_SIZE = 280 };

struct portal {
    struct pool *pool;         // pool.h: server.c takes a connection for each request
    struct hub *hub;           // stream.h
    struct rates *rates;       // rates.h
    struct pages *pages;       // pages.h
    struct sessions *sessions; // sessions.h

    struct acted *acted;                 // acted.h
    struct ingest_client *ingest_client; // ingest_client.h
    struct ntfy *ntfy;                   // ntfy.h

    // Settings; "" where one is not set.
    const char *url;                 // PORTAL_URL, without a slash at its end
    char origin[PORTAL_ORIGIN_SIZE]; // its origin, as browsers send it
    const char *proxies;             // PORTAL_PROXY
    const char *push_key;            // VAPID_PUBLIC_KEY
    const char *push_allow;          // PUSH_ALLOW, as endpoint.h takes it
    bool push_allow_loopback;
    const char *ntfy_url, *ntfy_token;
    const char *hook_secret;
    const char *whatsapp_app_secret, *whatsapp_verify_token;
    const char *ingest; // endpoint of the ingest socket
    int64_t session_s;  // how long a session lasts

    // The key of tracking codes: server.c answers 503 until it was read.
    atomic_bool has_key;
    uint8_t tracking_key[ID_KEY_SIZE];
};

// Fills in origin from url.  0, or -1: url is no http or https address of a host.
MUST_USE int portal_set_origin(struct portal *portal);

// Reads what the database knows of the cluster, once; from service_every().
void portal_refresh(void *self);

#endif

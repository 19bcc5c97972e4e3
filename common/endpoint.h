// endpoint.h - may we push to this address?  A stored endpoint comes from outside and must not lead us into
// our own network.
//
// Two checks: of the URL when a device is added and again before each push, and of the resolved address when
// the connection is made, because a name can be made to point anywhere at any time.
#ifndef KENTONGAN_ENDPOINT_H
#define KENTONGAN_ENDPOINT_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>

struct sockaddr;

enum { ENDPOINT_MOST = 2000, ENDPOINT_ORIGIN_SIZE = 280 };

// The hosts of the push services of Chrome, Edge, Firefox and Safari.
#define ENDPOINT_ALLOW                                                                                       \
    "*.googleapis.com,*.google.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com"

// Checks an endpoint: https on port 443, a host name (no address) that matches one of patterns, no userinfo,
// no fragment, at most ENDPOINT_MOST bytes of visible ASCII.  patterns: separated by commas; "*.example.org"
// is every host below example.org, anything else one host.  allow_loopback adds http and https on any port of
// 127.0.0.1, [::1] and localhost. Returns NULL when it is allowed, else the reason, one English phrase.
const char *endpoint_refusal(const char *url, const char *patterns, bool allow_loopback);

// Writes the origin (RFC 6454: scheme, host in lower case, port unless it is the scheme's own) of an endpoint
// that endpoint_refusal() allows.  origin has room for ENDPOINT_ORIGIN_SIZE bytes.
void endpoint_origin(const char *url, char *origin);

// Is this a public unicast address (IANA special-purpose registries, RFC 6890)?  allow_loopback adds
// 127.0.0.0/8 and ::1.
bool endpoint_address_allowed(const struct sockaddr *address, bool allow_loopback);

#endif

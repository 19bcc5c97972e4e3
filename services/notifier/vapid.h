// vapid.h - one signed token for each push service, made again before it ends (RFC 8292).
#ifndef KENTONGAN_VAPID_H
#define KENTONGAN_VAPID_H

#include "webpush.h"

#include <stdint.h>

struct vapid;

// Takes key.  subject: mailto: or https: URL of the operator; borrowed for ever.  Returns new.
struct vapid *vapid_new(struct webpush_key *key, const char *subject);
void vapid_destroy(struct vapid **vapid);

// The value of the Authorization header for this origin at now_ms (Unix ms).  Borrows until the next call.
// NULL when it cannot be signed.
const char *vapid_header(struct vapid *vapid, const char *origin, int64_t now_ms);

#endif

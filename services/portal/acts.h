// acts.h - what officers do on tickets.
#ifndef KENTONGAN_PORTAL_ACTS_H
#define KENTONGAN_PORTAL_ACTS_H

#include "answer.h"
#include "fields.h"
#include "request.h"
#include "store_acts.h"

#include <stdint.h>

enum { ACTS_PICTURE_MOST = 1 << 20, ACTS_TEXT_MOST = 5000 }; // bytes

// What a body with the longest text and picture has: base64 is 4 characters for 3 bytes, JSON may write a
// character of text in 6.
enum { ACTS_BODY_MOST = ACTS_PICTURE_MOST / 3 * 4 + 6 * ACTS_TEXT_MOST + 8192 };

// POST tickets/CODE/acts
void acts_add(struct request *request, struct answer *answer);

// For corrections.c, too
// ------------------------------------------------------------------------------------------------

// The sender's key: 8 .. 64 visible ASCII characters.
const char *acts_read_key(struct fields *fields);

// What is answered when nothing was stored.  is_allowed: the role may.  ticket_id 0: not seen.
void acts_refused(struct answer *answer, int64_t ticket_id, bool is_allowed);

#endif

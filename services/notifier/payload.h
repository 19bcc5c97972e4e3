// payload.h - the JSON that a phone gets: as many notices as fit into one push.  README.md describes it for
// integrators.
//
// Pure.  Never longer than WEBPUSH_PLAIN_MOST bytes, whatever the names are.
#ifndef KENTONGAN_PAYLOAD_H
#define KENTONGAN_PAYLOAD_H

#include "names.h"
#include "notice.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>

struct payload;

// Returns new, empty.
struct payload *payload_new(void);
void payload_destroy(struct payload **payload);
void payload_clear(struct payload *payload);

// Adds a notice, or returns false and leaves the payload as it was because no more fits.  An empty payload
// takes any notice.
bool payload_add(struct payload *payload, const struct notice *notice, const struct names *names);

// The finished JSON of one notice or more.  Borrows until the next call with payload.
const struct str *payload_json(struct payload *payload);

#endif

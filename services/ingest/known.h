// known.h - may a key be in a closed bucket of the idempotency index?  A Bloom filter: "no" is certain.
//
// Closed buckets never change, so that what was read of them once is true for ever.  With the filter, only a
// report that it cannot rule out (one in a few hundred that are new, and each that is resent late) is looked
// up in PostgreSQL.
#ifndef KENTONGAN_KNOWN_H
#define KENTONGAN_KNOWN_H

#include "check.h"
#include "report.h"

#include <stdbool.h>
#include <stdint.h>

struct known;

struct known *known_new(void); // Returns new
void known_destroy(struct known **known);

// Makes room for so many keys in all (about two bytes each), and forgets those it holds.  It is complete for
// nothing then.
void known_start(struct known *known, int64_t keys);

// How many keys there is room for, and how many were added.
int64_t known_room(const struct known *known);
int64_t known_count(const struct known *known);

void known_add(struct known *known, const uint8_t key[REPORT_KEY_SIZE]);

// Says that all keys of the buckets below this one were added.
void known_finish(struct known *known, int64_t bucket);

// All keys of the buckets below this one are in; 0 = of none.
int64_t known_below(const struct known *known);

// May the key be in one of those buckets?
bool known_may_hold(const struct known *known, const uint8_t key[REPORT_KEY_SIZE]);

#endif

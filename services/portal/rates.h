// rates.h - how often somebody may ask: token buckets in memory.
//
// A bucket is known by the hash of its group and key under a random key of this process, so that memory holds
// no address.  There is room for RATES_BUCKETS of them; beyond that the one that is fullest makes room,
// which forgives a little.
#ifndef KENTONGAN_PORTAL_RATES_H
#define KENTONGAN_PORTAL_RATES_H

#include "check.h"

#include <stdint.h>

enum { RATES_BUCKETS = 16384 };

struct rates;

// Returns new.
struct rates *rates_new(void);
void rates_destroy(struct rates **rates);

// Takes one of the per_minute requests that (group, key) has in each minute; as many may come at once.  0: it
// may; else the ms after which one may.
MUST_USE int64_t rates_take(struct rates *rates, const char *group, const char *key, int per_minute);

// Gives one back: it did not count.
void rates_give(struct rates *rates, const char *group, const char *key, int per_minute);

// What of an address counts: IPv4 whole, of IPv6 the first 64 bits, which are one household's.
enum { RATES_ADDRESS_SIZE = 48 };
void rates_address(const char *address, char key[RATES_ADDRESS_SIZE]);

#endif

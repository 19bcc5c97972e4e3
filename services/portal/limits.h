// limits.h - how often somebody may ask: token buckets in memory.
//
// A bucket is known by the hash of its group and key under a random key of this process, so that memory holds no address.  There is room
// for LIMITS_BUCKETS of them; beyond that the one that is fullest makes room, which forgives a little.
#ifndef KENTONGAN_PORTAL_LIMITS_H
#define KENTONGAN_PORTAL_LIMITS_H

#include "check.h"

#include <stdint.h>

enum { LIMITS_BUCKETS = 16384 };

struct limits;

// Returns new.
struct limits *limits_new(void);
void limits_destroy(struct limits **limits);

// Takes one of the per_minute requests that (group, key) has in each minute; as many may come at once.  0: it may; else the ms
// after which one may.
MUST_USE int64_t limits_take(struct limits *limits, const char *group, const char *key, int per_minute);

// Gives one back: it did not count.
void limits_give(struct limits *limits, const char *group, const char *key, int per_minute);

// What of an address counts: IPv4 whole, of IPv6 the first 64 bits, which are one household's.
enum { LIMITS_ADDRESS_SIZE = 48 };
void limits_address(const char *address, char key[LIMITS_ADDRESS_SIZE]);

#endif

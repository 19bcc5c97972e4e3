// hashmap.h - 64-bit keys to 32-bit values, for tables that are built once and read millions of times.
//
// Keys are hashes already.  Any key but 0 can be stored; 0 is never found.
#ifndef KENTONGAN_HASHMAP_H
#define KENTONGAN_HASHMAP_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hashmap;

// Returns new.
struct hashmap *hashmap_new(void);
void hashmap_destroy(struct hashmap **map);

// Stores or replaces.
void hashmap_put(struct hashmap *map, uint64_t key, uint32_t value);

// Is the key there?  Then value is set.
bool hashmap_get(const struct hashmap *map, uint64_t key, uint32_t *value);

#endif

// hashmap.c - open addressing with linear probing, at most half full.
#include "hashmap.h"

#include <stdlib.h>

struct slot {
    uint64_t key; // 0: free
    uint32_t value;
};

struct hashmap {
    struct slot *slots;
    size_t room, used; // room is a power of two
};

enum { FIRST_ROOM = 64 };

struct hashmap *
hashmap_new(void)
{
    struct hashmap *map = check_zalloc(1, sizeof(*map));

    map->room = FIRST_ROOM;
    map->slots = check_zalloc(map->room, sizeof(*map->slots));
    return map;
}

void
hashmap_destroy(struct hashmap **map)
{
    if (*map == NULL)
        return;
    free((*map)->slots);
    free(*map);
    *map = NULL;
}

// The slot that holds the key, or the free one where it would go.
static struct slot *
find(const struct hashmap *map, uint64_t key)
{
    size_t at = (size_t)(key & (map->room - 1));

    while (map->slots[at].key != 0 && map->slots[at].key != key)
        at = (at + 1) & (map->room - 1);
    return &map->slots[at];
}

static void
grow(struct hashmap *map)
{
    struct slot *old = map->slots;
    size_t old_room = map->room;

    map->room *= 2;
    map->slots = check_zalloc(map->room, sizeof(*map->slots));
    for (size_t i = 0; i < old_room; i++)
        if (old[i].key != 0)
            *find(map, old[i].key) = old[i];
    free(old);
}

void
hashmap_put(struct hashmap *map, uint64_t key, uint32_t value)
{
    struct slot *slot = NULL;

    CHECK(key != 0);
    if ((map->used + 1) * 2 > map->room)
        grow(map);
    slot = find(map, key);
    map->used += slot->key == 0;
    *slot = (struct slot){.key = key, .value = value};
}

bool
hashmap_get(const struct hashmap *map, uint64_t key, uint32_t *value)
{
    const struct slot *slot = find(map, key);

    if (key == 0 || slot->key == 0)
        return false;
    *value = slot->value;
    return true;
}

// known.c - a Bloom filter over keys that are hashes already.
//
// BITS bits a key and PROBES probes let one new key in about seven hundred pass (Bloom 1970: (1 - e^(-k n /
// m))^k).  The probes are taken from the key's two halves (Kirsch and Mitzenmacher 2006).
#include "known.h"

#include <stdlib.h>
#include <string.h>

enum { BITS = 16, PROBES = 5, WORD_BITS = 64, LEAST_KEYS = 1 << 16 };

struct known {
    uint64_t *words;
    uint64_t mask; // number of bits, a power of two, less one
    int64_t count;
    int64_t below;
};

struct known *
known_new(void)
{
    struct known *known = check_zalloc(1, sizeof(*known));

    known_start(known, 0);
    return known;
}

void
known_destroy(struct known **known)
{
    if (*known == NULL)
        return;
    free((*known)->words);
    free(*known);
    *known = NULL;
}

void
known_start(struct known *known, int64_t keys)
{
    uint64_t bits = (uint64_t)LEAST_KEYS * BITS;

    while (bits < (uint64_t)keys * BITS)
        bits *= 2;
    free(known->words);
    known->words = check_zalloc(bits / WORD_BITS, sizeof(*known->words));
    known->mask = bits - 1;
    known->count = 0;
    known->below = 0;
}

int64_t
known_room(const struct known *known)
{
    return (int64_t)((known->mask + 1) / BITS);
}

int64_t
known_count(const struct known *known)
{
    return known->count;
}

// The bit of a probe.
static uint64_t
bit_of(const struct known *known, const uint8_t key[REPORT_KEY_SIZE], uint64_t probe)
{
    uint64_t halves[2];

    _Static_assert(sizeof(halves) == REPORT_KEY_SIZE, "a key is two halves");
    memcpy(halves, key, sizeof(halves));
    return (halves[0] + probe * (halves[1] | 1)) & known->mask;
}

void
known_add(struct known *known, const uint8_t key[REPORT_KEY_SIZE])
{
    for (uint64_t probe = 0; probe < PROBES; probe++) {
        uint64_t bit = bit_of(known, key, probe);

        known->words[bit / WORD_BITS] |= UINT64_C(1) << bit % WORD_BITS;
    }
    known->count++;
}

void
known_finish(struct known *known, int64_t bucket)
{
    known->below = bucket;
}

int64_t
known_below(const struct known *known)
{
    return known->below;
}

bool
known_may_hold(const struct known *known, const uint8_t key[REPORT_KEY_SIZE])
{
    for (uint64_t probe = 0; probe < PROBES; probe++) {
        uint64_t bit = bit_of(known, key, probe);

        if ((known->words[bit / WORD_BITS] >> bit % WORD_BITS & 1) == 0)
            return false;
    }
    return true;
}

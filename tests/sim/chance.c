// chance.c - numbers from a seed: splitmix64.
#include "chance.h"

static uint64_t
next(struct chance *chance)
{
    uint64_t mixed = chance->state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

void
chance_init(struct chance *chance, int64_t seed, uint64_t stream)
{
    chance->state = (uint64_t)seed;
    uint64_t mixed = next(chance);
    chance->state = mixed ^ (stream * UINT64_C(0xd6e8feb86659fd93));
    (void)next(chance);
}

int64_t
chance_below(struct chance *chance, int64_t below)
{
    return (int64_t)(next(chance) % (uint64_t)below);
}

int64_t
chance_between(struct chance *chance, int64_t from, int64_t until)
{
    return from + chance_below(chance, until - from + 1);
}

bool
chance_is(struct chance *chance, int percent)
{
    return chance_below(chance, 100) < percent;
}

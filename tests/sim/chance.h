// chance.h - numbers that look like chance and come from a seed: the same seed, the same numbers, everywhere.
#ifndef KENTONGAN_SIM_CHANCE_H
#define KENTONGAN_SIM_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

// stream: each part of a simulation has numbers of its own, so that one more draw here changes nothing there.
void chance_init(struct chance *chance, int64_t seed, uint64_t stream);

// 0 .. below - 1; below > 0.
int64_t chance_below(struct chance *chance, int64_t below);

// from .. until, both included.
int64_t chance_between(struct chance *chance, int64_t from, int64_t until);

// True in percent of 100 cases.
bool chance_is(struct chance *chance, int percent);

#endif

// fuzz.h - what libFuzzer, or replay.c in its place, calls with each input.
#ifndef KENTONGAN_FUZZ_H
#define KENTONGAN_FUZZ_H

#include <stddef.h>
#include <stdint.h>

// Returns 0.  Whatever is wrong ends the process.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

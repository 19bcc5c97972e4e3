// reference.h - the knowledge that deploy/data holds, and points as the tables write them.
#ifndef KENTONGAN_TESTS_REFERENCE_H
#define KENTONGAN_TESTS_REFERENCE_H

#include "knowledge.h"

#include <stdbool.h>
#include <stdint.h>

// Fails the test when a row makes no sense.  Returns new.
struct knowledge *reference_load(void);

// For cmocka's group fixtures: state is the knowledge.
int reference_setup(void **state);
int reference_teardown(void **state);

// Reads "-7.05,110.44"; false for "".
bool reference_point(const char *text, double *latitude, double *longitude);

// A number below most; the same numbers each time for the same seed, which it moves on.
uint32_t reference_random(uint64_t *seed, uint32_t most);

#endif

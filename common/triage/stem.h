// stem.h - the stem of an Indonesian word, by libstemmer.
#ifndef KENTONGAN_STEM_H
#define KENTONGAN_STEM_H

#include <stddef.h>

struct stemmer;

// Returns new.
struct stemmer *stemmer_new(void);
void stemmer_destroy(struct stemmer **stemmer);

// The stem of a lower-case word of at most 64 bytes, without a terminating zero; borrowed until the next
// call. A word without Latin letters is its own stem.
const char *stemmer_find(struct stemmer *stemmer, const char *word, size_t length, size_t *stem_length);

#endif

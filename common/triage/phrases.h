// phrases.h - a set of phrases (one or more words in a row), asked for the longest one that starts here.
//
// A word is its 64-bit hash (word_hash); a phrase gets a number, 0 upwards, by which its owner keeps what it
// means.  Hash 0 is no word: it stands for a break that no phrase crosses.
#ifndef KENTONGAN_PHRASES_H
#define KENTONGAN_PHRASES_H

#include "check.h"

#include <stddef.h>
#include <stdint.h>

struct phrases;

enum { PHRASE_WORDS_MOST = 8 };
#define PHRASES_NONE UINT32_MAX

// Returns new.
struct phrases *phrases_new(void);
void phrases_destroy(struct phrases **phrases);

// Adds a phrase of 1 .. PHRASE_WORDS_MOST words; returns its number, the same each time.
uint32_t phrases_add(struct phrases *phrases, const uint64_t *words, size_t count);

// How many phrases there are: their numbers are below this.
uint32_t phrases_count(const struct phrases *phrases);

// The number of the longest phrase that words starts with, and its length in words; or PHRASES_NONE.
uint32_t phrases_find(const struct phrases *phrases, const uint64_t *words, size_t count, size_t *length);

#endif

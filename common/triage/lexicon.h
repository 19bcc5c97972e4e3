// lexicon.h - what a word means here: slang and Javanese to plain Indonesian, and words that say nothing.
#ifndef KENTONGAN_LEXICON_H
#define KENTONGAN_LEXICON_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lexicon;

// The hash by which a lower-case word is known everywhere in the classifier; never 0.  It is stored (as part
// of a report's signature), so it must not change: XXH3 with seed 0.
uint64_t word_hash(const char *word, size_t length);

// Returns new.
struct lexicon *lexicon_new(void);
void lexicon_destroy(struct lexicon **lexicon);

// Adds a lower-case word and the one word it stands for, at most 64 bytes; normal "" makes it a stop word.
// The last meaning counts.
void lexicon_add(struct lexicon *lexicon, const char *word, const char *normal);

// To call once, after the last word: follows chains ("dgn" to "dengan", which is a stop word).
void lexicon_ready(struct lexicon *lexicon);

// Is the word known?  Then normal is the hash of the stem of what it stands for, 0 for a stop word.
bool lexicon_find(const struct lexicon *lexicon, uint64_t word, uint64_t *normal);

size_t lexicon_size(const struct lexicon *lexicon);

#endif

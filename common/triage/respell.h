// respell.h - which listed word an unlisted one is meant to be.
//
// Three things people do to a word: they put Javanese or colloquial beginnings and endings to it ("pompane",
// "ngurusin", "ketimbun"), they leave out its vowels ("krtu", "pnerangn"), and they slip ("padaam",
// "plaing"). What is none of these is left alone, for most words that no list has are names.
#ifndef KENTONGAN_RESPELL_H
#define KENTONGAN_RESPELL_H

#include <stdbool.h>
#include <stddef.h>

struct respell;

// Returns new.
struct respell *respell_new(void);
void respell_destroy(struct respell **respell);

// Adds a lower-case word.  Borrows it until the end.
void respell_add(struct respell *respell, const char *word, size_t length);

// Returns the listed word, and its length, that a lower-case word is meant to be; NULL: none.
const char *respell_find(const struct respell *respell, const char *word, size_t length, size_t *found);

// Is it built like a verb, or like a noun made from one: "menggelembung", "penghalauan"?  Names are, too:
// whoever asks has looked for those first.
bool respell_is_derived(const char *word, size_t length);

#endif

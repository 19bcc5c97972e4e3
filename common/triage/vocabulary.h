// vocabulary.h - which words are ordinary, which are names, and which matter they speak of.
//
// Names tell incidents apart: a letter about a lamp in one village and the same letter about another are two.
// No list of names is complete, so a name is what is no ordinary word of reports (vocabulary_words.c).  A
// misspelt word passes for a name, too: whoever compares has to allow for that.
//
// A concept is a group of words for one thing or one trouble: selokan, got, gorong-gorong, drainase.  Two
// people who tell of one incident in their own words share concepts rather than words.
#ifndef KENTONGAN_VOCABULARY_H
#define KENTONGAN_VOCABULARY_H

#include "lexicon.h"
#include "text.h"

#include <stddef.h>
#include <stdint.h>

struct vocabulary;

enum word_class {
    WORD_EMPTY,    // a break, a number or a stop word
    WORD_COMMON,   // in every other report
    WORD_ORDINARY, // any other word that is listed
    WORD_REGENCY,  // name of a regency or big city
    WORD_NAME,     // the rest
};

// Troubles (broken, dark, blocked) are the concepts from VOCABULARY_TROUBLES on; things stand before them.
enum { VOCABULARY_CONCEPTS = 64, VOCABULARY_TROUBLES = 56 };

struct vocabulary_word {
    uint64_t meant;    // its stem, as in text.h, or what stands for all words of its concept; 0: a stop word
    uint64_t concepts; // bit of its concept, or 0
    uint32_t name;   // hash for comparing names: oe is u, dj is j, letters that changed places do not matter;
                     // the lowest bit says that it is a regency's
    uint8_t class;   // enum word_class
    uint8_t letters; // how many bytes it has, at most 64
    uint8_t sign;    // enum sign (signs.h)
    uint8_t number;  // that goes with the sign
};

// Borrows lexicon until it is destroyed.  Returns new.
struct vocabulary *vocabulary_new(const struct lexicon *lexicon);
void vocabulary_destroy(struct vocabulary **vocabulary);

// What is known of each raw word of a text; as many as it has raw words, borrowed until the next call.  Keeps
// what it found, so one thread at a time.
const struct vocabulary_word *vocabulary_read(struct vocabulary *vocabulary, const struct text *text);

// The lists of vocabulary_words.c: words with one space between them, in some rows, NULL at the end.
const char *const *vocabulary_words_common(void);
const char *const *vocabulary_words_ordinary(void);

#endif

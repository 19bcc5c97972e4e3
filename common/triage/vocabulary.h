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

#include "gazetteer.h"
#include "lexicon.h"
#include "text.h"

#include <stdbool.h>
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
    uint16_t name;     // for comparing names, see VOCABULARY_NAME
    uint8_t class;     // enum word_class
    uint8_t letters;   // how many bytes it has, at most 64
    uint8_t sign;      // enum sign (signs.h)
    uint8_t number;    // that goes with the sign
    uint8_t aspects;   // bits of enum vocabulary_aspect
    bool is_region;    // the name of a region of the province, or of a regency anywhere
};

// What somebody minds about a thing where nothing is broken: two who mind different things of one waterworks
// tell of two matters.
enum vocabulary_aspect {
    VOCABULARY_COST = 1,  // what it costs
    VOCABULARY_FOUL = 2,  // that it is dirty or spoilt
    VOCABULARY_RUDE = 4,  // how one is treated
    VOCABULARY_SHORT = 8, // that one gets less than is due
};

// A name is a sum over its letters, so that letters may change places, and so that "Gajah Mada" comes to what
// "Gajahmada" does; oe is u, dj is j, doubled letters are one.  Below it two bits say what is known of it.
enum {
    VOCABULARY_NAME = 0xFFFCU,
    VOCABULARY_NAME_SHIFT = 2,
    VOCABULARY_NAME_SURE = 2,    // a name for certain; else what no list has, which may be any word
    VOCABULARY_NAME_REGENCY = 1, // a regency's
};

// Borrows lexicon until it is destroyed.  Returns new.
struct vocabulary *vocabulary_new(const struct lexicon *lexicon);

// Names of regions are names from now on; borrowed.  Without it they are words that no list has.
void vocabulary_set_gazetteer(struct vocabulary *vocabulary, const struct gazetteer *gazetteer);

void vocabulary_destroy(struct vocabulary **vocabulary);

// What is known of each raw word of a text; as many as it has raw words, borrowed until the next call.  Keeps
// what it found, so one thread at a time.
const struct vocabulary_word *vocabulary_read(struct vocabulary *vocabulary, const struct text *text);

// The lists of vocabulary_words.c: words with one space between them, in some rows, NULL at the end.
const char *const *vocabulary_words_common(void);
const char *const *vocabulary_words_ordinary(void);
const char *const *vocabulary_words_alike(void); // a row: words for one thing

#endif

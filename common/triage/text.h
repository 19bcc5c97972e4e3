// text.h - a report's words: as written, for names of places, and as meant, for everything else.
//
// As written: lower case, compatibility forms and accents folded (NFKC without marks), stretched letters
// shortened ("tolooong"), reduplication undone ("lubang-lubang", "lubang2").  As meant: slang and Javanese
// put into Indonesian, the ending -nya taken off, stop words left out.  Both lists hold hashes (word_hash),
// so no word of a citizen stays here.
//
// Numbers are words, without leading zeros and without dots.  Telephone numbers are left out.  The number
// after RT or RW takes its meaning with it: "RT 02/05" is "rt 2 rw 5", and not "RT 5 RW 2".
#ifndef KENTONGAN_TEXT_H
#define KENTONGAN_TEXT_H

#include "lexicon.h"

#include <stddef.h>
#include <stdint.h>

// 0 in a list is a break: a comma, the end of a sentence or of a line.  Memory is kept from report to report.
struct text {
    uint64_t *raw;   // as written
    uint64_t *words; // as meant
    size_t raw_count, word_count;

    char *plain;     // scratch: the folded bytes
    int32_t *points; // scratch: code points
    size_t plain_room, points_room, room;
};

// All zero is a valid empty text.
void text_free(struct text *text);
void text_clear(struct text *text);

// Appends the words of any bytes, and a break.  What is not UTF-8 adds nothing.  lexicon may be NULL.
void text_add(struct text *text, const struct lexicon *lexicon, const char *bytes, size_t length);

#endif

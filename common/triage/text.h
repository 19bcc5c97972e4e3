// text.h - a report's words: as written, for names and details of places, and as meant, for everything else.
//
// As written: lower case, compatibility forms and accents folded (NFKC without marks), stretched letters
// shortened ("tolooong"), reduplication undone ("lubang-lubang", "lubang2").  As meant: slang and Javanese
// put into Indonesian, stop words left out, the rest cut to its stem ("diperbaiki" and "perbaikan" are
// "baik"; libstemmer).
//
// Numbers are words, without leading zeros and without dots.  Telephone numbers are left out.  The number
// after RT or RW takes its meaning with it: "RT 02/05" is "rt 2 rw 5", and not "RT 5 RW 2".
#ifndef KENTONGAN_TEXT_H
#define KENTONGAN_TEXT_H

#include "lexicon.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_stems;

enum text_kind { TEXT_BREAK, TEXT_WORD, TEXT_NUMBER };

// A raw word's bytes: text->plain[at .. at + length), never more than 64; a break has none.
struct text_span {
    uint32_t at;
    uint8_t length;
    uint8_t kind;    // enum text_kind
    uint8_t zeros;   // that stood before a number and are not among its bytes
    bool is_capital; // written like a name: Semarang, not semarang or SEMARANG
};

// 0 in a list is a break: a comma, the end of a sentence or of a line.  Memory is kept from report to report.
struct text {
    uint64_t *raw;           // word_hash of each word as written
    struct text_span *spans; // the same words' bytes
    uint64_t *words;         // word_hash of each word as meant
    uint32_t *origins;       // which raw word each of them comes from
    size_t raw_count, word_count;
    char *plain; // the words as written, one space before each; a citizen's words: never stored, never logged
    size_t plain_length;

    char *folded;    // scratch: the folded bytes
    int32_t *points; // scratch: code points
    struct text_stems *stems;
    size_t room, plain_room, folded_room, points_room;
};

// All zero is a valid empty text.
void text_free(struct text *text);
void text_clear(struct text *text);

// Appends the words of any bytes, and a break.  What is not UTF-8 adds nothing.  lexicon may be NULL: then
// words mean what is written.
void text_add(struct text *text, const struct lexicon *lexicon, const char *bytes, size_t length);

#endif

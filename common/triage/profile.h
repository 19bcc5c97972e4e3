// profile.h - what is kept of a report to recognise it by: 104 bytes without pointers, and no text.
//
// The words cannot be read back: of each only 16 bits of a hash are kept, in no order, and of a long text
// only some.  Guessing a single word and finding its 16 bits among those of a report says next to nothing.
#ifndef KENTONGAN_PROFILE_H
#define KENTONGAN_PROFILE_H

#include "check.h"
#include "details.h"
#include "text.h"
#include "vocabulary.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PROFILE_WORDS = 14,
    PROFILE_NAMES = 6, // of the words
    PROFILE_DETAILS = 10,
    PROFILE_TOPICS = 2,
    PROFILE_WORDINGS = 12,
    PROFILE_DETAIL_VALUE = (1 << 11) - 1, // bits of a detail that are its value
    PROFILE_PACKED = 105,                 // bytes of profile_pack
};
#define PROFILE_NO_POINT INT32_MIN
#define PROFILE_TOPIC_P 0.2 // how probable a topic has to be to be given

// profile.flags
enum {
    PROFILE_PERSONAL = 1, // its topic is one that each has for himself: a card, a hospital bed, a debt
    PROFILE_SINGLE = 2,   // its topic names the trouble, so that at one place it is one: a flood, a dark lamp
    PROFILE_PASSING = 4,  // its trouble is over within a day or two: a power cut, a traffic jam
    PROFILE_CONTENT = 8,  // it thanks, and wants nothing
};
enum { PROFILE_ASPECTS = 4 }; // from this bit of the flags on: enum vocabulary_aspect

struct profile {
    int64_t id;
    uint64_t concepts;               // bits of vocabulary.h
    uint32_t received_s;             // seconds since 1970, good until 2106; 0: not known
    uint32_t region;                 // profile_region
    int32_t latitude, longitude;     // millionths of a degree, or PROFILE_NO_POINT
    uint32_t text_hash;              // of all its words as written, in their order
    uint16_t topics[PROFILE_TOPICS]; // hashes of their codes, the likeliest first; 0: none
    uint8_t name_count, word_count;  // how many different ones the text has, at most 255
    uint8_t detail_count, flags;
    // The names with the lowest hashes, at most PROFILE_NAMES, ascending, as VOCABULARY_NAME says; then the
    // other words as meant with the lowest hashes, as many as there is room for, ascending.  The lowest of
    // many are a fair sample.
    uint16_t words[PROFILE_WORDS];
    // Of how it is worded: of all its runs of three words, as written, the least hash under each of some hash
    // functions, eight bits of it (MinHash, Broder 1997; Li and Koenig 2010).  As many of them agree in two
    // texts as the runs that both have are of those that either has.
    uint8_t wordings[PROFILE_WORDINGS];
    uint16_t details[PROFILE_DETAILS]; // kind in the high 5 bits, the low 11 of the value; ascending
};

struct profile_report {
    int64_t id, received_at_ms; // at 0: not known
    const char *region_code;    // "" = not known
    bool has_point;
    double latitude, longitude;
    const char *topics[PROFILE_TOPICS]; // codes of those that are sure enough; NULL or "": none
};

// Makes the profile of a report; text holds its words and those of its address.
void profile_make(struct vocabulary *vocabulary, const struct text *text, const struct profile_report *report,
    struct profile *profile);

// The bytes that are stored: a byte of version, then the fields, lowest byte first.
void profile_pack(const struct profile *profile, uint8_t packed[PROFILE_PACKED]);

// -1: other version or length, or fields that no report has.
MUST_USE int profile_unpack(const uint8_t *packed, size_t length, struct profile *profile);

// How many names and other words are kept; the names stand first.
size_t profile_names(const struct profile *profile);
size_t profile_words(const struct profile *profile);

// A region's code in 7 bits of province, regency, district and 11 of village, 0 where it ends.
uint32_t profile_region(const char *region_code);

enum detail_kind profile_detail_kind(uint16_t detail);

#endif

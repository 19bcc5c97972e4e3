// gazetteer.h - the regions and their names, found as people spell them.
//
// A name is found in one word or several ("Karang Anyar", "Karanganyar"), and by itself also with one letter
// wrong.  Words that look like a region's name and are none ("pkl", "bawang") are names without a region.
#ifndef KENTONGAN_GAZETTEER_H
#define KENTONGAN_GAZETTEER_H

#include "check.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gazetteer;

#define GAZETTEER_NONE UINT32_MAX

enum { GAZETTEER_CODE_SIZE = 14 };

enum gazetteer_level {
    GAZETTEER_PROVINCE,
    GAZETTEER_REGENCY,
    GAZETTEER_DISTRICT,
    GAZETTEER_VILLAGE,
    GAZETTEER_LEVELS
};

struct gazetteer_region {
    char code[GAZETTEER_CODE_SIZE];
    enum gazetteer_level level;
    bool is_kota, is_home;
    uint32_t up[GAZETTEER_LEVELS]; // itself and those around it, by level
};

// A row of the regions table.
struct place_region {
    const char *code;  // 33.74.01.1001, at most 13 bytes
    const char *level; // provinsi, kabkota, kecamatan, deskel
    const char *kind;  // kabupaten, kota, ..
    const char *name;
};

// A name where it stands in a text.
struct gazetteer_match {
    uint32_t name;
    size_t words;    // of the text
    bool is_respelt; // one word for two, two for one, or a letter wrong
};

// home: code of the province whose regions count as home.  Returns new.
struct gazetteer *gazetteer_new(const char *home);
void gazetteer_destroy(struct gazetteer **gazetteer);

// Adds a region, in any order; copies.  -1: not a region's row.
MUST_USE int gazetteer_add(struct gazetteer *gazetteer, const struct place_region *row);

// To call after the last region and before the first alias: finds each region's parents, and the misspellings
// of the names at home.
void gazetteer_ready(struct gazetteer *gazetteer);

// Another name of a region; "" marks words that are none.  -1: no such region, or not a name.
MUST_USE int gazetteer_add_alias(struct gazetteer *gazetteer, const char *alias, const char *region_code);

size_t gazetteer_size(const struct gazetteer *gazetteer);
const struct gazetteer_region *gazetteer_region(const struct gazetteer *gazetteer, uint32_t region);

// The region of the first `length` bytes of a code, or NONE.
uint32_t gazetteer_by_code(const struct gazetteer *gazetteer, const char *code, size_t length);

// Is the region inside the other, or the same?
bool gazetteer_is_within(const struct gazetteer *gazetteer, uint32_t region, uint32_t other);

// The smallest region that holds both, or NONE.
uint32_t gazetteer_common(const struct gazetteer *gazetteer, uint32_t left, uint32_t right);

// The longest name that starts at raw word i.
bool gazetteer_find(
    const struct gazetteer *gazetteer, const struct text *text, size_t i, struct gazetteer_match *match);

// The name that these letters spell without spaces, at least two.
bool gazetteer_find_letters(
    const struct gazetteer *gazetteer, const char *letters, size_t length, uint32_t *name);

// Names at home of six letters or more that raw word i, or it and the next, spells with one letter missing,
// added, wrong or swapped with its neighbour; the first letter is right.  Returns how many, at most `most`.
size_t gazetteer_find_alike(const struct gazetteer *gazetteer, const struct text *text, size_t i,
    struct gazetteer_match *matches, size_t most);

// The regions of a name: from first, by next, until NONE.  A trap is a name that is also an everyday word.
uint32_t gazetteer_first(const struct gazetteer *gazetteer, uint32_t name);
uint32_t gazetteer_next(const struct gazetteer *gazetteer, uint32_t meaning);
uint32_t gazetteer_meant(const struct gazetteer *gazetteer, uint32_t meaning); // the region
bool gazetteer_is_trap(const struct gazetteer *gazetteer, uint32_t name);

#endif

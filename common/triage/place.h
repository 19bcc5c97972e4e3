// place.h - where a report is about: from a region code, else a point, else names; each may only narrow what
// came before.
//
// Never a guess: what could be two places is the region that holds both, with the two as candidates to ask
// the reporter about, and at worst nowhere.
#ifndef KENTONGAN_PLACE_H
#define KENTONGAN_PLACE_H

#include "check.h"
#include "gazetteer.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

struct places;

enum { PLACE_CANDIDATES = 5 };

struct place_question {
    const char *region_code; // as the reporter or integrator gave it, "" = none; an unknown one counts up to
                             // what is known
    bool has_point;
    double latitude, longitude; // 0/0 is no point
    const struct text *text;    // the report's words; raw and spans are read
    size_t address_from;        // from this raw word on, it is the address: there a name needs no "in"
};

struct place_answer {
    const char *region_code; // borrowed from places; the deepest region that is sure; "" = not found
    const char *level;       // provinsi, kabkota, kecamatan, deskel, or "" = not found
    const char *rule;        // region_code, point, names or none: what settled it
    const char *candidates[PLACE_CANDIDATES]; // borrowed; what a name could be when it is not sure, or what
    size_t candidate_count;                   // the words say against the point; the likeliest first
    bool at_point; // there is a point, and it is not far from the place: it says where
    bool outside;  // the place is outside the home province; region_code says where, as far as known
};

// The province whose reports these are: 33.  Elsewhere counts only when nothing at home is named as well.
// Returns new.
struct places *places_new(const char *home);
void places_destroy(struct places **places);

// Adds a region, in any order; copies.  -1: not a region's row.
MUST_USE int places_add(struct places *places, const struct place_region *region);

// To call after the last region and before the first of the following: finds each region's parents.
void places_ready(struct places *places);

// The regions and their names, borrowed.
const struct gazetteer *places_gazetteer(const struct places *places);

// Another name of a region; region_code "" marks words that look like a region's name and are none, unless
// "kecamatan" or the like stands before them.  -1: no such region.
MUST_USE int places_add_alias(struct places *places, const char *alias, const char *region_code);

// The area of a regency, city or district.  -1: no such region, or not rings as polygons.h says.
MUST_USE int places_add_polygon(struct places *places, const char *region_code, const char *rings);

// Uses scratch memory inside places: one thread at a time.
void places_find(struct places *places, const struct place_question *question, struct place_answer *answer);

size_t places_size(const struct places *places);

#endif

// details.h - the details of a report that tell one incident from another: road and house number, gang, RT
// and RW, kilometre post, landmark, school, date, amount, identifier.
//
// Each is a kind and a hash of its value, so that it can be compared and not read.  Different spellings of
// one detail are one: "Jl. A. Yani No. 12" and "jalan ahmad yani nomer 12" (they share the name Yani), "Gg
// Mawar 3 RT 02/05" and "gang mawar iii rt 2 rw 5", "Rp 2.400.000" and "2,4 juta".
#ifndef KENTONGAN_DETAILS_H
#define KENTONGAN_DETAILS_H

#include "text.h"
#include "vocabulary.h"

#include <stddef.h>
#include <stdint.h>

// In the order in which they are kept when there are too many.  Up to DETAIL_LAST_EXACT there is one right
// value, a number or a letter.  After it come names, of which one of several is enough.
enum detail_kind {
    DETAIL_HOUSE,       // house number
    DETAIL_RT,          //
    DETAIL_RW,          //
    DETAIL_KM,          // kilometre post
    DETAIL_SCHOOL,      // its level and number: sdn 2
    DETAIL_POINT,       // titik A; number of a crossing or of a bus
    DETAIL_IDENTIFIER,  // number of a file or customer: four digits or more
    DETAIL_NUMBER,      // a shorter one: in a queue
    DETAIL_DAY,         // day of a month
    DETAIL_ROAD_NUMBER, // Kenanga II
    DETAIL_GANG_NUMBER, // gang 3
    DETAIL_BLOCK,       //
    DETAIL_INITIALS,    // of a person
    DETAIL_MONEY,       // rupiah
    DETAIL_YEAR,        //
    DETAIL_WEEKDAY,     //
    DETAIL_MONTH,       //
    DETAIL_METRES,      // a distance
    DETAIL_FLOOR,       // floor, or form at school
    DETAIL_LAST_EXACT = DETAIL_FLOOR,
    DETAIL_PERSON,
    DETAIL_ROAD,     // its name
    DETAIL_GANG,     //
    DETAIL_HAMLET,   // dusun
    DETAIL_VILLAGE,  // desa, kelurahan
    DETAIL_ESTATE,   // perumahan
    DETAIL_LANDMARK, // mosque, market, school, factory
    DETAIL_PLACE,    // landmark that is called by an ordinary word: "pasar lama"
    DETAIL_GROUP,    // farmers, youth
    DETAIL_SIDE,     // of a village or road: kidul, utara
    DETAIL_FIGURE,   // any other number, of hours, of houses: of several one is right, or none
    DETAIL_KINDS
};

enum { DETAILS_MOST = 24, DETAILS_NAMES_MOST = 24 };

struct details {
    struct {
        uint8_t kind; // enum detail_kind
        uint32_t value;
    } all[DETAILS_MOST];
    size_t count;
    // Words that are no ordinary ones, or stand where a name has to stand; each once, as VOCABULARY_NAME
    // says.
    uint32_t names[DETAILS_NAMES_MOST];
    size_t name_count;
};

// Finds them; words is what vocabulary_read says of this text.  What does not fit is left out.
void details_find(const struct text *text, const struct vocabulary_word *words, struct details *details);

// "house number", "RT", ..: for explaining a decision.
const char *detail_name(enum detail_kind kind);

#endif

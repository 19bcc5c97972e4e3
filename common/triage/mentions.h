// mentions.h - the names of regions in a text, each with the regions it may mean and how much it speaks for
// them.
//
// Nothing is chosen here: place.h does.
#ifndef KENTONGAN_MENTIONS_H
#define KENTONGAN_MENTIONS_H

#include "cues.h"
#include "gazetteer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MENTIONS_MOST = 16,  // names that are looked at; a report that lists more says no place
    READINGS_MOST = 384, // regions that they may mean; the commonest name is that of 41 villages
};

// One region that a mention may mean.
struct reading {
    uint32_t region;
    uint8_t mention, group;
    uint8_t
        weight; // how much the mention speaks for it, 0 .. 16; 0: not at all, as long as nothing unlocks it
    bool stands_alone; // needs no other mention around it
    bool is_linked;    // stands beside the name of a region around it or inside it
};

struct mention {
    uint32_t name;
    size_t from, to, cue_words; // raw words; cue_words of them stand before from
    enum cue cue;
    uint8_t group; // mentions of one name are one, unless their cues name different levels
    bool is_respelt;
    bool is_free;    // a trap that may be unlocked: in an address, after "di", or at the head of a clause
    bool is_pair;    // an end of a way
    bool is_denied;  // said to lie where we know no place
    bool is_set_off; // a clause begins or ends here
    size_t first_reading, last_reading; // [first, last)
};

struct mentions {
    struct mention list[MENTIONS_MOST];
    struct reading readings[READINGS_MOST];
    size_t count, reading_count;
};

// The mentions of a text, in its order; from raw word address_from on a name needs no "di".
void mentions_find(const struct gazetteer *gazetteer, const struct cues *cues, const struct text *text,
    size_t address_from, struct mentions *mentions);

#endif

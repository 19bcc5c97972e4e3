// links.c - what neighbouring names make of each other.
//
// A name inside the region of its neighbour speaks for it, and the other way round ("Kauman, Pekalongan
// Timur"), even when it is an everyday word.  A village or district that is said to lie where none of its
// name lies is none of ours
// ("kecamatan Losari kabupaten Cirebon").  The two ends of a way are neither of the two ("dari Tayu sampai
// Juwana").
#include "links.h"

enum {
    LINK = 3,         // what a neighbour adds
    PAIR = 4,         // each end of a way, as a regency
    DENIED = 1,       // what is left of a name that lies elsewhere
    LEVEL_WINDOW = 4, // words back from a name elsewhere to "desa" or "kec"
};

struct linker {
    const struct gazetteer *gazetteer;
    const struct cues *cues;
    const struct text *text;
    struct mentions *mentions;
};

static void
deny(struct mentions *mentions, const struct mention *mention)
{
    for (size_t i = mention->first_reading; i < mention->last_reading; i++) {
        if (mentions->readings[i].weight > DENIED)
            mentions->readings[i].weight = DENIED;
        mentions->readings[i].stands_alone = false;
    }
}

// A name that was said to lie in an unknown place does not lie in a known one when it comes again.
static void
deny_all(struct mentions *mentions)
{
    for (size_t i = 0; i < mentions->count; i++)
        for (size_t k = 0; mentions->list[i].is_denied && k < mentions->count; k++)
            if (mentions->list[k].name == mentions->list[i].name &&
                mentions->list[k].cue == mentions->list[i].cue)
                deny(mentions, &mentions->list[k]);
}

// Does mention b stand right after a, with its own cue or a comma between them?
static bool
is_beside(const struct mention *a, const struct mention *b, const struct text *text)
{
    size_t begin = b->from - b->cue_words;

    return a->to == begin || (a->to + 1 == begin && text->raw[a->to] == 0);
}

// The same with a word more between them: "kel Cihaur Geulis, kec Cibeunying".
static bool
is_near(const struct mention *a, const struct mention *b)
{
    return a->to + 2 >= b->from - b->cue_words;
}

static void
unlock(struct reading *reading, const struct mention *mention)
{
    if (reading->weight == 0 && !mention->is_free)
        return;
    reading->weight = (uint8_t)(reading->weight + LINK);
    reading->is_linked = true;
}

// The home province is around everything and tells nothing.
static bool
is_home_province(const struct linker *linker, const struct reading *reading)
{
    const struct gazetteer_region *region = gazetteer_region(linker->gazetteer, reading->region);

    return region->is_home && region->level == GAZETTEER_PROVINCE;
}

// Links the readings of the inner mention that lie inside readings of the outer one; false: there are none.
static bool
link_inside(const struct linker *linker, const struct mention *inner, const struct mention *outer)
{
    struct mentions *mentions = linker->mentions;
    bool linked = false;

    for (size_t i = inner->first_reading; i < inner->last_reading; i++) {
        struct reading *small = &mentions->readings[i];

        for (size_t k = outer->first_reading; k < outer->last_reading; k++) {
            struct reading *large = &mentions->readings[k];

            if (small->region == large->region || (small->weight == 0 && large->weight == 0) ||
                is_home_province(linker, large) ||
                !gazetteer_is_within(linker->gazetteer, small->region, large->region))
                continue;
            linked = true;
            if (!small->is_linked)
                unlock(small, inner);
            if (!large->is_linked)
                unlock(large, outer);
        }
    }
    return linked;
}

// Links two neighbours.  People write the smaller first: "Purwodadi Grobogan" is not a Grobogan in Purwodadi.
static bool
link_neighbours(const struct linker *linker, const struct mention *a, const struct mention *b)
{
    return link_inside(linker, a, b) || link_inside(linker, b, a);
}

// The two ends of a way: each speaks for its regency, no more.
static void
make_pair(const struct linker *linker, struct mention *mention)
{
    mention->is_pair = true;
    for (size_t i = mention->first_reading; i < mention->last_reading; i++) {
        struct reading *reading = &linker->mentions->readings[i];
        const struct gazetteer_region *region = gazetteer_region(linker->gazetteer, reading->region);

        if (region->level > GAZETTEER_REGENCY && region->up[GAZETTEER_REGENCY] != GAZETTEER_NONE)
            reading->region = region->up[GAZETTEER_REGENCY];
        if (reading->weight > 0 && region->level < GAZETTEER_VILLAGE) {
            reading->weight = PAIR;
            reading->stands_alone = true;
        }
    }
}

// Has the mention a reading as a district or more, that counts?  "Jateng" after a name is no other town.
static bool
is_town(const struct linker *linker, const struct mention *mention)
{
    for (size_t i = mention->first_reading; i < mention->last_reading; i++) {
        const struct reading *reading = &linker->mentions->readings[i];

        if (reading->weight > 0 && !is_home_province(linker, reading) &&
            gazetteer_region(linker->gazetteer, reading->region)->level < GAZETTEER_VILLAGE)
            return true;
    }
    return false;
}

// "kecamatan Losari kabupaten Cirebon": the second says where the first is, and it is nowhere that we know.
static bool
is_contradicted(const struct linker *linker, const struct mention *a, const struct mention *b)
{
    if ((a->cue != CUE_VILLAGE && a->cue != CUE_DISTRICT) ||
        (!cue_is_level(b->cue) && !is_beside(a, b, linker->text)))
        return false;
    if (b->cue == CUE_KABUPATEN || b->cue == CUE_KOTA || b->cue == CUE_REGENCY ||
        (a->cue == CUE_VILLAGE && b->cue == CUE_DISTRICT))
        return true;
    return (b->cue == CUE_NONE || b->cue == CUE_IN) && is_town(linker, b);
}

static bool
is_way(const struct linker *linker, const struct mention *a, const struct mention *b)
{
    const struct text *text = linker->text;
    size_t begin = b->from - b->cue_words;

    if (b->cue == CUE_TO && begin == a->to)
        return true;
    if (a->to + 1 == begin && cues_is_until(linker->cues, text, a->to))
        return true;
    // "Alian - Sadang"
    return a->to == b->from && !cue_is_level(a->cue) && is_town(linker, a) && is_town(linker, b);
}

// Before a name elsewhere, the name of a village or district there, which we do not know: "Kel. Kebon Jeruk
// Jakarta".
static void
support_elsewhere(const struct linker *linker, const struct mention *mention)
{
    size_t begin = mention->from - mention->cue_words;
    bool is_supported = false;

    for (size_t i = begin; i > 0 && begin - i < LEVEL_WINDOW && !is_supported; i--)
        is_supported = cues_is_level(linker->cues, linker->text, i - 1);
    for (size_t i = mention->first_reading; is_supported && i < mention->last_reading; i++) {
        struct reading *reading = &linker->mentions->readings[i];

        if (gazetteer_region(linker->gazetteer, reading->region)->is_home || reading->weight == 0)
            continue;
        reading->weight = (uint8_t)(reading->weight + LINK);
        reading->stands_alone = true;
    }
}

void
links_apply(const struct gazetteer *gazetteer, const struct cues *cues, const struct text *text,
    struct mentions *mentions)
{
    struct linker linker = {gazetteer, cues, text, mentions};

    deny_all(mentions);
    for (size_t i = 0; i + 1 < mentions->count; i++) {
        struct mention *a = &mentions->list[i];
        struct mention *b = &mentions->list[i + 1];

        if (a->is_pair && b->cue == CUE_NONE && a->to == b->from)
            continue; // "Alian - Sadang Kebumen": the third says where both are
        if (is_way(&linker, a, b) && !link_neighbours(&linker, a, b)) {
            make_pair(&linker, a);
            make_pair(&linker, b);
        } else if (!a->is_pair && is_near(a, b) && a->name != b->name && !link_neighbours(&linker, a, b) &&
                   is_contradicted(&linker, a, b)) {
            deny(mentions, a);
        }
    }
    for (size_t i = 0; i < mentions->count; i++)
        support_elsewhere(&linker, &mentions->list[i]);
}

// mentions.c - the names of regions in a text.
//
// Weighs each region that a name may mean by the cue before it:
//
//     kec Bawang       8  the level is said: only regions of that level, everyday words included
//     di Bawang        3 .. 6  by level; everyday words only as regencies ("di batang")
//     Bawang           2 .. 5
//     dari Bawang      2 .. 4
//     jl, gang, pak    no region at all; nor is the name that follows a street's ("jl raya demak - kudus")
//
// What neighbouring names make of each other is links.c's.
#include "mentions.h"

#include "links.h"

#include <string.h>

enum {
    SAID = 8, // the level was said
    ALIKE_MOST = 8,
    DI_LEAST = 6, // letters of "dipati" and "dikudus"
    WORD_MOST = 40,
};

struct finder {
    const struct gazetteer *gazetteer;
    const struct cues *cues;
    const struct text *text;
    size_t address_from;
    struct mentions *mentions;
};

static bool
fits(const struct gazetteer_region *region, enum cue cue)
{
    switch (cue) {
    case CUE_KABUPATEN:
        return region->level == GAZETTEER_REGENCY && !region->is_kota;
    case CUE_KOTA:
        return region->level == GAZETTEER_REGENCY && region->is_kota;
    case CUE_REGENCY:
        return region->level == GAZETTEER_REGENCY;
    case CUE_PROVINCE:
        return region->level == GAZETTEER_PROVINCE;
    case CUE_DISTRICT:
        return region->level == GAZETTEER_DISTRICT;
    case CUE_VILLAGE:
        return region->level == GAZETTEER_VILLAGE;
    case CUE_NONE:
    case CUE_AT:
    case CUE_IN:
    case CUE_FROM:
    case CUE_TO:
    case CUE_OFFICE:
    case CUE_UNIT:
    case CUE_LANDMARK:
    case CUE_STREET:
    case CUE_ROUTE:
    case CUE_NOT:
        break;
    }
    return false;
}

// How much a name speaks for a region of each level when its cue does not say the level, or says one that no
// region of this name has.  By experience with the decision tables: a regency is meant before a district, a
// district before a village.
static const struct {
    uint8_t home[GAZETTEER_LEVELS];
    uint8_t elsewhere; // province or regency
} weights[CUE_NOT + 1] = {
    [CUE_NONE] = {{3, 5, 4, 2}, 3},
    [CUE_KABUPATEN] = {{3, 6, 4, 0}, 4},
    [CUE_KOTA] = {{3, 6, 4, 0}, 4},
    [CUE_REGENCY] = {{3, 6, 4, 0}, 4},
    [CUE_PROVINCE] = {{3, 5, 4, 0}, 4},
    [CUE_DISTRICT] = {{0, 5, 0, 3}, 3},
    [CUE_VILLAGE] = {{0, 4, 5, 0}, 0},
    [CUE_AT] = {{4, 8, 7, 5}, 7},
    [CUE_IN] = {{3, 6, 5, 3}, 5},
    [CUE_FROM] = {{3, 4, 4, 2}, 2},
    [CUE_TO] = {{2, 3, 3, 2}, 2},
    [CUE_OFFICE] = {{3, 6, 4, 2}, 5},
    [CUE_LANDMARK] = {{3, 5, 3, 2}, 2},
    [CUE_UNIT] = {{3, 5, 6, 3}, 2},
};

static bool
any_fits(const struct finder *finder, uint32_t name, enum cue cue)
{
    const struct gazetteer *gazetteer = finder->gazetteer;

    for (uint32_t m = gazetteer_first(gazetteer, name); m != GAZETTEER_NONE; m = gazetteer_next(gazetteer, m))
        if (fits(gazetteer_region(gazetteer, gazetteer_meant(gazetteer, m)), cue))
            return true;
    return false;
}

// The reading of a name as this region.
static struct reading
weigh(const struct mention *mention, const struct gazetteer_region *region, bool said, bool is_trap)
{
    bool takes_trap = mention->cue == CUE_IN || mention->cue == CUE_AT || mention->cue == CUE_OFFICE ||
                      mention->cue == CUE_UNIT;
    struct reading reading = {.group = mention->group};

    if (said) {
        reading.weight = SAID;
        // "desa maju", "desa banyak": an everyday word after "desa" need not be the village of that name.
        reading.stands_alone = region->level != GAZETTEER_VILLAGE || !(is_trap || mention->is_respelt);
        return reading;
    }
    reading.weight =
        region->is_home ? weights[mention->cue].home[region->level] : weights[mention->cue].elsewhere;
    if (!region->is_home)
        reading.stands_alone = reading.weight > 3 || (mention->cue == CUE_NONE && mention->is_set_off);
    else if (region->level == GAZETTEER_VILLAGE)
        reading.stands_alone = (mention->cue == CUE_IN || mention->cue == CUE_AT) && !mention->is_respelt;
    else
        reading.stands_alone =
            mention->cue != CUE_TO && (mention->cue != CUE_LANDMARK || region->level < GAZETTEER_DISTRICT);
    if (mention->is_respelt) {
        reading.weight = (uint8_t)(reading.weight - (reading.weight > 0));
        reading.stands_alone = reading.stands_alone && region->level == GAZETTEER_REGENCY;
    }
    if (is_trap && !(takes_trap && region->is_home && region->level == GAZETTEER_REGENCY) &&
        !(mention->cue == CUE_UNIT && region->level == GAZETTEER_DISTRICT) &&
        !(takes_trap && !region->is_home && mention->is_set_off)) {
        reading.weight = 0;
        reading.stands_alone = false;
    }
    return reading;
}

// Notes the regions that one spelling of a mention may mean.
static void
add_readings(struct finder *finder, struct mention *mention, uint32_t name)
{
    const struct gazetteer *gazetteer = finder->gazetteer;
    struct mentions *mentions = finder->mentions;
    bool is_trap = gazetteer_is_trap(gazetteer, name);
    bool said = any_fits(finder, name, mention->cue);

    for (uint32_t m = gazetteer_first(gazetteer, name); m != GAZETTEER_NONE;
         m = gazetteer_next(gazetteer, m)) {
        uint32_t number = gazetteer_meant(gazetteer, m);
        const struct gazetteer_region *region = gazetteer_region(gazetteer, number);
        struct reading reading = {0};

        if ((said && !fits(region, mention->cue)) || mentions->reading_count == READINGS_MOST)
            continue;
        reading = weigh(mention, region, said, is_trap);
        reading.region = number;
        reading.mention = (uint8_t)mentions->count;
        mentions->readings[mentions->reading_count++] = reading;
    }
    mention->last_reading = mentions->reading_count;
}

// Mentions of one name are one group, unless their cues say different levels: "desa Kemalang kecamatan
// Kemalang".
static uint8_t
group_of(const struct mentions *mentions, uint32_t name, enum cue cue)
{
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *other = &mentions->list[i];

        if (other->name == name && (other->cue == cue || (!cue_is_level(cue) && !cue_is_level(other->cue))))
            return other->group;
    }
    return (uint8_t)mentions->count;
}

// Is the name only part of a longer one that we do not know, or of a housing estate?
static bool
is_part_of_other(const struct finder *finder, const struct mention *mention)
{
    if (cues_is_estate(finder->cues, finder->text, mention->to))
        return mention->cue != CUE_VILLAGE;
    return false;
}

// "Kel. Tugu Utara" is no Tugu, "Kudus utara" is Kudus.
static void
weaken_parts(const struct finder *finder, const struct mention *mention)
{
    if (!cues_is_part(finder->cues, finder->text, mention->to) || mention->to >= finder->address_from)
        return;
    for (size_t i = mention->first_reading; i < mention->last_reading; i++) {
        struct reading *reading = &finder->mentions->readings[i];

        if (gazetteer_region(finder->gazetteer, reading->region)->level != GAZETTEER_VILLAGE)
            continue;
        reading->weight = reading->weight < 2 ? reading->weight : 2;
        reading->stands_alone = false;
    }
}

static void
add_mention(struct finder *finder, const struct gazetteer_match *matches, size_t count, size_t i,
    enum cue cue, size_t cue_words)
{
    struct mentions *mentions = finder->mentions;
    struct mention *mention = &mentions->list[mentions->count];
    size_t before = i - cue_words;

    *mention = (struct mention){.name = matches[0].name,
        .from = i,
        .to = i + matches[0].words,
        .cue_words = cue_words,
        .cue = cue == CUE_NONE && i >= finder->address_from ? CUE_IN : cue,
        .group = group_of(mentions, matches[0].name, cue),
        .is_respelt = matches[0].is_respelt,
        .first_reading = mentions->reading_count,
        .last_reading = mentions->reading_count};
    mention->is_set_off = before == 0 || finder->text->raw[before - 1] == 0 ||
                          mention->to >= finder->text->raw_count || finder->text->raw[mention->to] == 0;
    mention->is_free = mention->cue == CUE_IN || mention->cue == CUE_AT ||
                       (mentions->count > 0 && mentions->list[mentions->count - 1].to + 1 >= before &&
                           (before == 0 || mentions->list[mentions->count - 1].to == before ||
                               finder->text->raw[before - 1] == 0));
    if (is_part_of_other(finder, mention))
        return;
    for (size_t k = 0; k < count; k++)
        add_readings(finder, mention, matches[k].name);
    weaken_parts(finder, mention);
    mentions->count += mention->last_reading > mention->first_reading;
}

// May raw word i be a misspelt name: does a cue of a level stand before it, or a name beside it?
static bool
may_be_misspelt(const struct finder *finder, size_t i, enum cue cue)
{
    const struct mentions *mentions = finder->mentions;

    if (finder->text->spans[i].length < 3 || cues_is_any(finder->cues, finder->text, i))
        return false;
    if (cue_is_level(cue))
        return true;
    return mentions->count > 0 && mentions->list[mentions->count - 1].to == i &&
           !gazetteer_is_trap(finder->gazetteer, mentions->list[mentions->count - 1].name) &&
           finder->text->spans[i].length >= 7;
}

// Of misspelt names only those that the cue allows, or those around the name before them.
static size_t
keep_supported(const struct finder *finder, struct gazetteer_match *matches, size_t count, enum cue cue)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        bool keep = any_fits(finder, matches[i].name, cue) &&
                    (kept == 0 || matches[kept - 1].name != matches[i].name);

        if (!cue_is_level(cue))
            keep = any_fits(finder, matches[i].name, CUE_KABUPATEN);
        if (keep)
            matches[kept++] = matches[i];
    }
    return kept;
}

// "dijepara", "disemarang": without "di" it is a regency's name, and no everyday word.
static bool
find_after_di(const struct finder *finder, size_t i, struct gazetteer_match *match)
{
    const struct text_span *span = &finder->text->spans[i];
    const char *letters = &finder->text->plain[span->at];
    uint32_t name = 0;

    if (span->length < DI_LEAST || letters[0] != 'd' || letters[1] != 'i' ||
        !gazetteer_find_letters(finder->gazetteer, letters + 2, span->length - 2U, &name) ||
        gazetteer_is_trap(finder->gazetteer, name) || !any_fits(finder, name, CUE_REGENCY))
        return false;
    *match = (struct gazetteer_match){.name = name, .words = 1};
    return true;
}

// "Kr. Nongko", "Kr.anyar"
static bool
find_abbreviated(const struct finder *finder, size_t i, struct gazetteer_match *match)
{
    static const char karang[] = "karang";
    const struct text *text = finder->text;
    const struct text_span *span = &text->spans[i];
    char letters[sizeof(karang) + WORD_MOST];
    uint32_t name = 0;

    if (span->length != 2 || memcmp(&text->plain[span->at], "kr", 2) != 0 || i + 1 >= text->raw_count ||
        text->spans[i + 1].kind != TEXT_WORD || text->spans[i + 1].length > WORD_MOST)
        return false;
    memcpy(letters, karang, sizeof(karang) - 1);
    memcpy(&letters[sizeof(karang) - 1], &text->plain[text->spans[i + 1].at], text->spans[i + 1].length);
    if (!gazetteer_find_letters(
            finder->gazetteer, letters, sizeof(karang) - 1 + text->spans[i + 1].length, &name))
        return false;
    *match = (struct gazetteer_match){.name = name, .words = 2, .is_respelt = true};
    return true;
}

static size_t
find_names(const struct finder *finder, size_t i, enum cue cue, struct gazetteer_match *matches)
{
    size_t count = 0;

    if (gazetteer_find(finder->gazetteer, finder->text, i, &matches[0]) ||
        find_abbreviated(finder, i, &matches[0]) || find_after_di(finder, i, &matches[0]))
        return 1;
    if (!may_be_misspelt(finder, i, cue))
        return 0;
    count = gazetteer_find_alike(finder->gazetteer, finder->text, i, matches, ALIKE_MOST);
    return keep_supported(finder, matches, count, cue);
}

// A word that is a cue is a name only where another cue asks for one and what follows needs none: "desa
// Kelurahan kecamatan Jambu".
static bool
is_cue_itself(const struct finder *finder, const struct gazetteer_match *match, size_t i, enum cue cue)
{
    size_t next = i + 1;

    if (match->words > 1 || !cues_is_any(finder->cues, finder->text, i))
        return false;
    if (cue_is_level(cue) && !cues_is_level(finder->cues, finder->text, i))
        return false;
    return !(cue_is_level(cue) && (next >= finder->text->raw_count || finder->text->raw[next] == 0 ||
                                      cues_is_level(finder->cues, finder->text, next)));
}

// "desa Kepoh kecamatan Anu": what lies in a district or regency that we do not know is none of ours.
static void
deny_before(const struct finder *finder, size_t i, enum cue cue, size_t cue_words)
{
    struct mentions *mentions = finder->mentions;
    struct mention *last = NULL;

    if ((cue != CUE_DISTRICT && cue != CUE_KABUPATEN && cue != CUE_KOTA) || mentions->count == 0 ||
        cues_is_any(finder->cues, finder->text, i))
        return;
    last = &mentions->list[mentions->count - 1];
    if (last->to + 1 >= i - cue_words &&
        (last->cue == CUE_VILLAGE || (last->cue == CUE_DISTRICT && cue != CUE_DISTRICT)))
        last->is_denied = true;
}

static void
find_mentions(struct finder *finder)
{
    const struct text *text = finder->text;
    size_t step = 1;
    size_t name_ends = 0;          // the words before are used up
    size_t street_ends = SIZE_MAX; // where a street's or a line's name ended

    for (size_t i = 0; i < text->raw_count && finder->mentions->count < MENTIONS_MOST; i += step) {
        struct gazetteer_match matches[ALIKE_MOST];
        size_t cue_words = 0;
        size_t count = 0;
        enum cue cue = CUE_NONE;

        step = 1;
        if (text->spans[i].kind != TEXT_WORD || text->spans[i].length < 2)
            continue;
        cue = cues_before(finder->cues, text, name_ends, i, &cue_words);
        count = find_names(finder, i, cue, matches);
        if (count == 0)
            deny_before(finder, i, cue, cue_words);
        if (count == 0 || is_cue_itself(finder, &matches[0], i, cue))
            continue;
        step = matches[0].words;
        name_ends = i + step;
        // "bus Kudus - Pati", "bus Kudus ke Pati"
        if (cue == CUE_STREET || cue == CUE_ROUTE || cue == CUE_NOT || street_ends == i ||
            (street_ends != SIZE_MAX && street_ends + 1 == i &&
                cues_is_until(finder->cues, text, street_ends))) {
            street_ends = cue == CUE_NOT ? SIZE_MAX : i + step;
            continue;
        }
        add_mention(finder, matches, count, i, cue, cue_words);
    }
}

void
mentions_find(const struct gazetteer *gazetteer, const struct cues *cues, const struct text *text,
    size_t address_from, struct mentions *mentions)
{
    struct finder finder = {gazetteer, cues, text, address_from, mentions};

    mentions->count = 0;
    mentions->reading_count = 0;
    find_mentions(&finder);
    links_apply(gazetteer, cues, text, mentions);
}

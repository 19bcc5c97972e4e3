// place.c - where a report is about.
//
// Each name in the text is a mention with the regions it may mean.  What stands before it decides how it is
// taken:
//
//     kab, kota, kec, desa ..    only regions of that level, everyday words included
//     di, ke, dari, wilayah ..   also regencies with an everyday word for a name ("di batang"), and places
//     elsewhere jl, gang, dusun, pak ..    no region at all; nor is the name that follows ("jl raya demak -
//     kudus")
//
// A region's support is the number of mentions that mean it or a region around it.  The best supported region
// is the place; of equals from the same mentions the larger one ("rembang" is the regency before the
// district); of the rest the region that holds them all.  A village's name without cue, and a regency's that
// is an everyday word, say nothing unless another name in the same regency stands by: most are also the names
// of other villages, of streets, things and people.
#include "place.h"

#include "hashmap.h"
#include "phrases.h"
#include "polygons.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum {
    CODE_SIZE = 14,
    MENTIONS_MOST = 15, // bits of a mask; one more is the scope
    CANDIDATES_MOST = 512,
    SCOPE_MENTION = 1 << MENTIONS_MOST,
};
#define NO_REGION UINT32_MAX

enum level { PROVINCE, REGENCY, DISTRICT, VILLAGE, LEVELS };
enum cue { CUE_NONE, CUE_IN, CUE_KABUPATEN, CUE_KOTA, CUE_DISTRICT, CUE_VILLAGE, CUE_NOT };

struct region {
    char code[CODE_SIZE];
    enum level level;
    bool is_kota;
    uint32_t up[LEVELS]; // itself and those around it, by level
};

// One meaning of a name.
struct meaning {
    uint32_t region; // NO_REGION: a trap
    uint32_t next;
};

struct candidate {
    uint32_t region;
    bool alone; // counts without another mention
};

struct places {
    char home[CODE_SIZE];
    struct region *regions;
    struct meaning *meanings;
    uint32_t *heads; // phrase -> its first meaning
    size_t region_count, meaning_count, head_count;
    struct hashmap *codes; // hash of a code -> region
    struct hashmap *cues;  // hash of a word -> enum cue
    uint64_t raya;         // "jl raya demak"
    struct phrases *names;
    struct polygons *polygons;
    struct text scratch;

    // Of the text in hand.
    uint16_t *masks; // region -> mentions that may mean it
    struct candidate candidates[CANDIDATES_MOST];
    size_t candidate_count;
    uint32_t mentioned[MENTIONS_MOST]; // phrases
    size_t mention_count;
};

static const struct {
    const char *words;
    enum cue cue;
} cue_words[] = {
    {"di ke dari daerah wilayah kawasan sekitar area asal domisili warga neng nang ning teng ing saking "
     "dateng",
        CUE_IN},
    {"kab kabupaten kabupatene pemkab", CUE_KABUPATEN},
    {"kota kotamadya kodya pemkot", CUE_KOTA},
    {"kec kecamatan", CUE_DISTRICT},
    {"desa ds ndeso deso kelurahan kel", CUE_VILLAGE},
    {"jl jln jalan dalan gang gg lorong dusun dsn dukuh dk dkh kampung kp perum perumahan blok komplek "
     "kompleks pak bapak "
     "bp bpk bu ibu mas mbak sdr saudara kali sungai bengawan gunung ruas tol jalur simpang bus po nama",
        CUE_NOT},
};

static uint32_t
add_meaning(struct places *places, const char *name, uint32_t region)
{
    struct text *text = &places->scratch;
    uint32_t phrase = 0;

    text_clear(text);
    text_add(text, NULL, name, strlen(name));
    if (text->raw_count < 2 || text->raw_count - 1 > PHRASE_WORDS_MOST)
        return PHRASES_NONE;
    for (size_t i = 0; i + 1 < text->raw_count; i++)
        if (text->raw[i] == 0)
            return PHRASES_NONE;
    phrase = phrases_add(places->names, text->raw, text->raw_count - 1);
    if (phrase == places->head_count) {
        places->heads = check_realloc(places->heads, (places->head_count + 1) * sizeof(*places->heads));
        places->heads[places->head_count++] = NO_REGION;
    }
    if ((places->meaning_count & (places->meaning_count - 1)) == 0)
        places->meanings =
            check_realloc(places->meanings, (places->meaning_count + 1) * 2 * sizeof(*places->meanings));
    places->meanings[places->meaning_count] =
        (struct meaning){.region = region, .next = places->heads[phrase]};
    places->heads[phrase] = (uint32_t)places->meaning_count++;
    return phrase;
}

struct places *
places_new(const char *home)
{
    struct places *places = check_zalloc(1, sizeof(*places));

    CHECK(strlen(home) < sizeof(places->home));
    str_copy(places->home, sizeof(places->home), home);
    places->codes = hashmap_new();
    places->cues = hashmap_new();
    places->names = phrases_new();
    places->polygons = polygons_new();
    places->raya = word_hash("raya", 4);
    for (size_t i = 0; i < LENGTH(cue_words); i++) {
        text_clear(&places->scratch);
        text_add(&places->scratch, NULL, cue_words[i].words, strlen(cue_words[i].words));
        for (size_t k = 0; k + 1 < places->scratch.raw_count; k++)
            hashmap_put(places->cues, places->scratch.raw[k], (uint32_t)cue_words[i].cue);
    }
    return places;
}

void
places_destroy(struct places **places)
{
    if (*places == NULL)
        return;
    hashmap_destroy(&(*places)->codes);
    hashmap_destroy(&(*places)->cues);
    phrases_destroy(&(*places)->names);
    polygons_destroy(&(*places)->polygons);
    text_free(&(*places)->scratch);
    free((*places)->regions);
    free((*places)->meanings);
    free((*places)->heads);
    free((*places)->masks);
    free(*places);
    *places = NULL;
}

int
places_add(struct places *places, const struct place_region *row)
{
    static const char *const levels[LEVELS] = {"provinsi", "kabkota", "kecamatan", "deskel"};
    struct region region = {.level = PROVINCE, .is_kota = strcmp(row->kind, "kota") == 0};
    uint32_t number = (uint32_t)places->region_count;
    const char *bare = row->name;

    while (region.level < LEVELS && strcmp(levels[region.level], row->level) != 0)
        region.level++;
    if (region.level == LEVELS || row->code[0] == '\0' || strlen(row->code) >= CODE_SIZE)
        return -1;
    str_copy(region.code, sizeof(region.code), row->code);
    if ((places->region_count & (places->region_count - 1)) == 0)
        places->regions =
            check_realloc(places->regions, (places->region_count + 1) * 2 * sizeof(*places->regions));
    places->regions[places->region_count++] = region;
    hashmap_put(places->codes, word_hash(row->code, strlen(row->code)), number);
    if (add_meaning(places, row->name, number) == PHRASES_NONE)
        return -1;
    if (region.level == REGENCY && strncmp(bare, "Kabupaten ", 10) == 0)
        bare += 10;
    else if (region.level == REGENCY && strncmp(bare, "Kota ", 5) == 0)
        bare += 5;
    return bare != row->name && add_meaning(places, bare, number) == PHRASES_NONE ? -1 : 0;
}

// The region of the first `length` bytes of a code.
static uint32_t
region_of(const struct places *places, const char *code, size_t length)
{
    uint32_t number = NO_REGION;

    return hashmap_get(places->codes, word_hash(code, length), &number) ? number : NO_REGION;
}

void
places_ready(struct places *places)
{
    for (size_t i = 0; i < places->region_count; i++) {
        struct region *region = &places->regions[i];

        for (int level = 0; level < LEVELS; level++)
            region->up[level] = NO_REGION;
        for (size_t length = 1; length <= strlen(region->code); length++) {
            uint32_t around = NO_REGION;

            if (region->code[length] == '.' || region->code[length] == '\0')
                around = region_of(places, region->code, length);
            if (around != NO_REGION)
                region->up[places->regions[around].level] = around;
        }
    }
    places->masks = check_realloc(places->masks, (places->region_count + 1) * sizeof(*places->masks));
    memset(places->masks, 0, (places->region_count + 1) * sizeof(*places->masks));
}

int
places_add_alias(struct places *places, const char *alias, const char *region_code)
{
    uint32_t region = region_of(places, region_code, strlen(region_code));

    if (region_code[0] != '\0' && region == NO_REGION)
        return -1;
    return add_meaning(places, alias, region) == PHRASES_NONE ? -1 : 0;
}

// Regencies are one group; the districts of a regency are another.
static uint32_t
polygon_group(uint32_t regency)
{
    return regency + 1;
}

int
places_add_polygon(struct places *places, const char *region_code, const char *rings)
{
    uint32_t number = region_of(places, region_code, strlen(region_code));
    const struct region *region = NULL;

    if (number == NO_REGION)
        return -1;
    region = &places->regions[number];
    if (region->level == REGENCY)
        return polygons_add(places->polygons, 0, number, rings);
    if (region->level == DISTRICT && region->up[REGENCY] != NO_REGION)
        return polygons_add(places->polygons, polygon_group(region->up[REGENCY]), number, rings);
    return -1;
}

size_t
places_size(const struct places *places)
{
    return places->region_count;
}

// Is the region inside the other, or the same?
static bool
is_within(const struct places *places, uint32_t region, uint32_t other)
{
    return other == NO_REGION || places->regions[region].up[places->regions[other].level] == other;
}

static bool
is_home(const struct places *places, uint32_t region)
{
    size_t length = strlen(places->home);
    const char *code = places->regions[region].code;

    return strncmp(code, places->home, length) == 0 && (code[length] == '.' || code[length] == '\0');
}

// The smallest region that holds both.
static uint32_t
common(const struct places *places, uint32_t left, uint32_t right)
{
    uint32_t around = NO_REGION;

    for (int level = 0; level < LEVELS; level++) {
        uint32_t one = places->regions[left].up[level];

        if (one != NO_REGION && one == places->regions[right].up[level])
            around = one;
    }
    return around;
}

// The region of a given code, or the nearest around it that is known.
static uint32_t
from_code(const struct places *places, const char *code)
{
    for (size_t length = strlen(code); length > 0; length--) {
        uint32_t region = NO_REGION;

        if (code[length] == '\0' || code[length] == '.')
            region = region_of(places, code, length);
        if (region != NO_REGION)
            return region;
    }
    return NO_REGION;
}

static uint32_t
from_point(const struct places *places, double latitude, double longitude)
{
    uint32_t regency = polygons_find(places->polygons, 0, latitude, longitude);
    uint32_t district = POLYGONS_NONE;

    if (regency == POLYGONS_MANY)
        return region_of(places, places->home, strlen(places->home));
    if (regency == POLYGONS_NONE)
        return NO_REGION;
    district = polygons_find(places->polygons, polygon_group(regency), latitude, longitude);
    return district == POLYGONS_NONE || district == POLYGONS_MANY ? regency : district;
}

// What the words before raw word i make of the name that starts there.
static enum cue
cue_before(const struct places *places, const struct text *text, size_t i)
{
    uint32_t cue = CUE_NONE;

    if (i >= 2 && text->raw[i - 1] == places->raya)
        i--;
    if (i >= 1)
        (void)hashmap_get(places->cues, text->raw[i - 1], &cue);
    return (enum cue)cue;
}

static bool
fits(const struct region *region, enum cue cue)
{
    switch (cue) {
    case CUE_KABUPATEN:
        return region->level == REGENCY && !region->is_kota;
    case CUE_KOTA:
        return region->level == REGENCY && region->is_kota;
    case CUE_DISTRICT:
        return region->level == DISTRICT;
    case CUE_VILLAGE:
        return region->level == VILLAGE;
    case CUE_NONE:
    case CUE_IN:
    case CUE_NOT:
        break;
    }
    return false;
}

// How a phrase's meanings may be taken.
struct reading {
    bool fits;    // one of them is of the level that the cue names
    bool is_trap; // the words are an everyday phrase
};

static struct reading
read_phrase(const struct places *places, uint32_t phrase, enum cue cue)
{
    struct reading reading = {false, false};

    for (uint32_t m = places->heads[phrase]; m != NO_REGION; m = places->meanings[m].next) {
        if (places->meanings[m].region == NO_REGION)
            reading.is_trap = true;
        else if (fits(&places->regions[places->meanings[m].region], cue))
            reading.fits = true;
    }
    return reading;
}

static bool
is_meant(const struct places *places, uint32_t number, enum cue cue, struct reading reading)
{
    const struct region *region = &places->regions[number];

    if (reading.fits)
        return fits(region, cue);
    if (!is_home(places, number))
        return cue == CUE_IN && !reading.is_trap;
    return !reading.is_trap || region->level == REGENCY;
}

// Does the name say where without another one around it?
static bool
stands_alone(const struct region *region, enum cue cue, struct reading reading)
{
    if (reading.fits)
        return true;
    return region->level != VILLAGE && (!reading.is_trap || cue == CUE_IN);
}

// Notes one mention and the regions it may mean.  Regions outside the scope are not meant.
static void
add_mention(struct places *places, uint32_t phrase, enum cue cue, uint32_t scope)
{
    struct reading reading = read_phrase(places, phrase, cue);
    size_t mention = 0;

    // A name that comes twice is one mention; the second time it may have a cue.
    while (mention < places->mention_count && places->mentioned[mention] != phrase)
        mention++;
    if (mention == MENTIONS_MOST)
        return;
    places->mentioned[mention] = phrase;
    places->mention_count += mention == places->mention_count;
    for (uint32_t m = places->heads[phrase]; m != NO_REGION; m = places->meanings[m].next) {
        uint32_t number = places->meanings[m].region;

        if (number == NO_REGION || !is_meant(places, number, cue, reading) ||
            !is_within(places, number, scope) || places->candidate_count == CANDIDATES_MOST)
            continue;
        places->candidates[places->candidate_count++] = (struct candidate){
            .region = number, .alone = stands_alone(&places->regions[number], cue, reading)};
        places->masks[number] |= (uint16_t)(1U << mention);
    }
}

static void
find_mentions(struct places *places, const struct place_question *question, uint32_t scope)
{
    const struct text *text = question->text;
    size_t length = 1;
    size_t street_ends = SIZE_MAX; // where a street's name ended

    for (size_t i = 0; i < text->raw_count; i += length) {
        uint32_t phrase = phrases_find(places->names, &text->raw[i], text->raw_count - i, &length);
        enum cue cue = cue_before(places, text, i);

        if (phrase == PHRASES_NONE) {
            length = 1;
            continue;
        }
        if (cue == CUE_NOT || street_ends == i) {
            street_ends = i + length;
            continue;
        }
        add_mention(places, phrase, cue == CUE_NONE && i >= question->address_from ? CUE_IN : cue, scope);
    }
}

// The mentions that mean this region or one around it, from this level down.
static uint16_t
support(const struct places *places, uint32_t number, enum level from)
{
    uint16_t mask = 0;

    for (int level = (int)from; level < LEVELS; level++)
        if (places->regions[number].up[level] != NO_REGION)
            mask |= places->masks[places->regions[number].up[level]];
    return mask;
}

// Is there a larger region that the very same mentions support?
static bool
is_overshadowed(const struct places *places, const struct candidate *candidate, uint16_t mask)
{
    for (size_t i = 0; i < places->candidate_count; i++) {
        uint32_t other = places->candidates[i].region;

        if (places->regions[other].level < places->regions[candidate->region].level &&
            is_home(places, other) == is_home(places, candidate->region) &&
            support(places, other, PROVINCE) == mask)
            return true;
    }
    return false;
}

// The best supported candidate at home (or elsewhere), or what holds the equals.
static uint32_t
choose(const struct places *places, bool home)
{
    int best = 0;
    uint32_t chosen = NO_REGION;

    for (size_t i = 0; i < places->candidate_count; i++) {
        const struct candidate *candidate = &places->candidates[i];
        uint16_t mask = support(places, candidate->region, PROVINCE);
        int count = __builtin_popcount(mask);

        if (is_home(places, candidate->region) != home ||
            (!candidate->alone && __builtin_popcount(support(places, candidate->region, REGENCY)) < 2))
            continue;
        if (count < best || is_overshadowed(places, candidate, mask))
            continue;
        if (count > best)
            chosen = candidate->region;
        else if (chosen != NO_REGION)
            chosen = common(places, chosen, candidate->region);
        best = count;
    }
    return chosen;
}

static uint32_t
from_names(struct places *places, const struct place_question *question, uint32_t scope)
{
    uint32_t chosen = NO_REGION;

    places->candidate_count = 0;
    places->mention_count = 0;
    if (scope != NO_REGION)
        places->masks[scope] |= SCOPE_MENTION;
    find_mentions(places, question, scope);
    chosen = choose(places, true);
    if (chosen == NO_REGION)
        chosen = choose(places, false);
    for (size_t i = 0; i < places->candidate_count; i++)
        places->masks[places->candidates[i].region] = 0;
    if (scope != NO_REGION)
        places->masks[scope] = 0;
    return chosen;
}

void
places_find(struct places *places, const struct place_question *question, struct place_answer *answer)
{
    uint32_t scope = from_code(places, question->region_code);
    uint32_t narrower = NO_REGION;

    answer->rule = scope == NO_REGION ? "none" : "region_code";
    if (question->has_point)
        narrower = from_point(places, question->latitude, question->longitude);
    if (narrower != NO_REGION && narrower != scope && is_within(places, narrower, scope)) {
        scope = narrower;
        answer->rule = "point";
    }
    narrower = from_names(places, question, scope);
    if (narrower != NO_REGION && narrower != scope && is_within(places, narrower, scope)) {
        scope = narrower;
        answer->rule = "names";
    }
    answer->region_code = scope == NO_REGION ? "" : places->regions[scope].code;
}

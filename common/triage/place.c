// place.c - where a report is about.
//
// mentions.h says what each name may mean.  A region's support is what the mentions say for it or for a
// region around it, the best word of each name.  The best supported region is the place.  Of others nearly as
// good, those that rest on the same names and are smaller give way ("rembang" is the regency before the
// district); what is left is undecided, and the place is what holds them all.
//
// A village's name without cue says nothing unless another name in the same regency stands by: most are also
// the names of other villages, of streets, things and people.
#include "place.h"

#include "cues.h"
#include "mentions.h"
#include "polygons.h"

#include <stdlib.h>
#include <string.h>

enum {
    MARGIN = 1,    // so much less support is as good
    SCOPE = 6,     // what a region code or a point says for itself
    ENOUGH = 4,    // support that a regency needs
    BESIDE = 3,    // support from around that a village or district needs when it does not stand alone
    FIRM = 7,      // support from which names of ours are not taken for some of elsewhere
    FAINT = 3,     // support of a name elsewhere that stands there without a cue
    EXPLICIT = 14, // support at which words count more than a point: two levels said
    SPOTS_MOST = READINGS_MOST + 1,
    GROUPS = MENTIONS_MOST,
    OVERLAP_MOST = 4,
};

// Degrees around the province in which a point may be in it after all: 2 km, several times the error of the
// simplified borders, and the length of a long pier.
#define BORDER 0.02

// A region that some mention may mean.
struct spot {
    uint32_t region;
    uint8_t weight[GROUPS]; // by group of mentions
    bool alone;
    int score;       // with what the regions around it say
    int around;      // the part of it that other names say, from the regency down
    uint32_t groups; // bits: those that speak for it
};

struct places {
    struct gazetteer *gazetteer;
    struct cues *cues;
    struct polygons *polygons;
    uint32_t home;

    // Of the text in hand.
    struct mentions mentions;
    struct spot spots[SPOTS_MOST];
    size_t spot_count;
    uint16_t *at; // region -> 1 + its spot, 0: none
};

// What the names of a text come to.
struct outcome {
    uint32_t region; // NONE: nowhere
    int score;
    uint32_t candidates[PLACE_CANDIDATES];
    size_t candidate_count;
};

struct places *
places_new(const char *home)
{
    struct places *places = check_zalloc(1, sizeof(*places));

    places->gazetteer = gazetteer_new(home);
    places->cues = cues_new();
    places->polygons = polygons_new();
    places->home = GAZETTEER_NONE;
    return places;
}

void
places_destroy(struct places **places)
{
    if (*places == NULL)
        return;
    gazetteer_destroy(&(*places)->gazetteer);
    cues_destroy(&(*places)->cues);
    polygons_destroy(&(*places)->polygons);
    free((*places)->at);
    free(*places);
    *places = NULL;
}

int
places_add(struct places *places, const struct place_region *row)
{
    return gazetteer_add(places->gazetteer, row);
}

void
places_ready(struct places *places)
{
    size_t count = gazetteer_size(places->gazetteer);

    gazetteer_ready(places->gazetteer);
    free(places->at);
    places->at = check_zalloc(count + 1, sizeof(*places->at));
    for (uint32_t i = 0; i < count; i++) {
        const struct gazetteer_region *region = gazetteer_region(places->gazetteer, i);

        if (region->is_home && region->level == GAZETTEER_PROVINCE)
            places->home = i;
    }
}

int
places_add_alias(struct places *places, const char *alias, const char *region_code)
{
    return gazetteer_add_alias(places->gazetteer, alias, region_code);
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
    uint32_t number = gazetteer_by_code(places->gazetteer, region_code, strlen(region_code));
    const struct gazetteer_region *region = NULL;

    if (number == GAZETTEER_NONE)
        return -1;
    region = gazetteer_region(places->gazetteer, number);
    if (region->level == GAZETTEER_REGENCY)
        return polygons_add(places->polygons, 0, number, rings);
    if (region->level == GAZETTEER_DISTRICT && region->up[GAZETTEER_REGENCY] != GAZETTEER_NONE)
        return polygons_add(places->polygons, polygon_group(region->up[GAZETTEER_REGENCY]), number, rings);
    return -1;
}

const struct gazetteer *
places_gazetteer(const struct places *places)
{
    return places->gazetteer;
}

size_t
places_size(const struct places *places)
{
    return gazetteer_size(places->gazetteer);
}

// The region of a given code, or the nearest around it that is known.
static uint32_t
from_code(const struct places *places, const char *code)
{
    for (size_t length = strlen(code); length > 0; length--) {
        uint32_t region = GAZETTEER_NONE;

        if (code[length] == '\0' || code[length] == '.')
            region = gazetteer_by_code(places->gazetteer, code, length);
        if (region != GAZETTEER_NONE)
            return region;
    }
    return GAZETTEER_NONE;
}

static uint32_t
from_point(const struct places *places, double latitude, double longitude)
{
    uint32_t regency = polygons_find(places->polygons, 0, latitude, longitude);
    uint32_t district = POLYGONS_NONE;

    if (regency == POLYGONS_MANY)
        return places->home;
    if (regency == POLYGONS_NONE)
        return GAZETTEER_NONE;
    district = polygons_find(places->polygons, polygon_group(regency), latitude, longitude);
    return district == POLYGONS_NONE || district == POLYGONS_MANY ? regency : district;
}

static struct spot *
spot_of(struct places *places, uint32_t region)
{
    if (places->at[region] == 0) {
        CHECK(places->spot_count < SPOTS_MOST);
        places->spots[places->spot_count++] = (struct spot){.region = region};
        places->at[region] = (uint16_t)places->spot_count;
    }
    return &places->spots[places->at[region] - 1];
}

// What a name loses by being the name of so many regions of the scope: a bit for each doubling.
static uint8_t
loss(const struct places *places, const struct mention *mention, uint32_t scope, enum gazetteer_level level)
{
    size_t count = 0;
    uint8_t lost = 0;

    for (size_t i = mention->first_reading; i < mention->last_reading; i++) {
        const struct reading *reading = &places->mentions.readings[i];

        count += gazetteer_region(places->gazetteer, reading->region)->level == level &&
                 gazetteer_is_within(places->gazetteer, reading->region, scope) && reading->weight > 0;
    }
    for (; count > 1; count /= 2)
        lost++;
    return lost;
}

static void
place_mention(struct places *places, const struct mention *mention, uint32_t scope)
{
    uint8_t lost[GAZETTEER_LEVELS] = {0};

    lost[GAZETTEER_DISTRICT] = loss(places, mention, scope, GAZETTEER_DISTRICT);
    lost[GAZETTEER_VILLAGE] = loss(places, mention, scope, GAZETTEER_VILLAGE);
    for (size_t i = mention->first_reading; i < mention->last_reading; i++) {
        const struct reading *reading = &places->mentions.readings[i];
        enum gazetteer_level level = gazetteer_region(places->gazetteer, reading->region)->level;
        uint8_t weight = reading->weight;
        struct spot *spot = NULL;

        if (weight == 0 || !gazetteer_is_within(places->gazetteer, reading->region, scope))
            continue;
        if (!reading->is_linked)
            weight = (uint8_t)(weight > lost[level] ? weight - lost[level] : 1);
        spot = spot_of(places, reading->region);
        if (weight > spot->weight[mention->group])
            spot->weight[mention->group] = weight;
        // "di Colo": a village's name without "desa" has to be the only one.
        spot->alone = spot->alone ||
                      (reading->stands_alone &&
                          (level != GAZETTEER_VILLAGE || lost[level] == 0 || cue_is_level(mention->cue)));
    }
}

// What the mentions say for a spot and the regions around it.
static void
score(struct places *places, struct spot *spot)
{
    const struct gazetteer_region *region = gazetteer_region(places->gazetteer, spot->region);
    uint8_t best[GROUPS] = {0};

    spot->score = 0;
    spot->around = 0;
    spot->groups = 0;
    for (int level = 0; level < GAZETTEER_LEVELS; level++) {
        const struct spot *one = NULL;

        if (region->up[level] == GAZETTEER_NONE || places->at[region->up[level]] == 0)
            continue;
        one = &places->spots[places->at[region->up[level]] - 1];
        for (size_t i = 0; i < GROUPS; i++)
            if (one->weight[i] > best[i])
                best[i] = one->weight[i];
    }
    for (size_t i = 0; i < GROUPS; i++) {
        spot->score += best[i];
        spot->groups |= (uint32_t)(best[i] > 0) << i;
        spot->around += spot->weight[i] == 0 ? best[i] : 0;
    }
}

// Do the mentions say enough for it to be the place?
static bool
is_settled(const struct places *places, const struct spot *spot, uint32_t scope)
{
    const struct gazetteer_region *region = gazetteer_region(places->gazetteer, spot->region);
    bool in_scope = scope != GAZETTEER_NONE &&
                    gazetteer_region(places->gazetteer, scope)->level >= GAZETTEER_REGENCY &&
                    spot->region != scope;

    if (!region->is_home)
        return spot->alone || spot->around >= BESIDE;
    if (region->level == GAZETTEER_PROVINCE)
        return true;
    if (in_scope)
        return true;
    if (region->level == GAZETTEER_REGENCY)
        return spot->alone && spot->score >= ENOUGH;
    return spot->alone || spot->around >= BESIDE;
}

// Is there a larger region that rests on the same names?
static bool
gives_way(const struct places *places, const struct spot *spot, int best)
{
    enum gazetteer_level level = gazetteer_region(places->gazetteer, spot->region)->level;

    for (size_t i = 0; i < places->spot_count; i++) {
        const struct spot *other = &places->spots[i];

        if (other->score >= best - MARGIN && other->groups != 0 && (spot->groups & ~other->groups) == 0 &&
            other->score >= spot->score && gazetteer_region(places->gazetteer, other->region)->level < level)
            return true;
    }
    return false;
}

static void
add_candidate(struct outcome *outcome, uint32_t region)
{
    for (size_t i = 0; i < outcome->candidate_count; i++)
        if (outcome->candidates[i] == region)
            return;
    if (outcome->candidate_count < PLACE_CANDIDATES)
        outcome->candidates[outcome->candidate_count++] = region;
}

// The best supported place at home (or elsewhere), or what holds those nearly as good.
static struct outcome
choose(const struct places *places, bool home, uint32_t scope)
{
    struct outcome outcome = {.region = GAZETTEER_NONE};
    int best = 0;

    for (size_t i = 0; i < places->spot_count; i++) {
        const struct spot *spot = &places->spots[i];

        if (gazetteer_region(places->gazetteer, spot->region)->is_home == home && spot->score > best &&
            is_settled(places, spot, scope))
            best = spot->score;
    }
    outcome.score = best;
    for (int worse = 0; best > 0 && worse <= MARGIN; worse++) {
        for (size_t i = 0; i < places->spot_count; i++) {
            const struct spot *spot = &places->spots[i];

            if (spot->score != best - worse ||
                gazetteer_region(places->gazetteer, spot->region)->is_home != home ||
                !is_settled(places, spot, scope) || gives_way(places, spot, best))
                continue;
            outcome.region = outcome.region == GAZETTEER_NONE
                                 ? spot->region
                                 : gazetteer_common(places->gazetteer, outcome.region, spot->region);
            add_candidate(&outcome, spot->region);
        }
    }
    if (outcome.candidate_count == 1)
        outcome.candidate_count = 0;
    return outcome;
}

// Is the regency around the region named, or the region itself when it is larger?
static bool
is_named_around(const struct places *places, uint32_t region)
{
    uint32_t regency = gazetteer_region(places->gazetteer, region)->up[GAZETTEER_REGENCY];

    return places->at[regency == GAZETTEER_NONE ? region : regency] != 0;
}

// Does the outcome rest on no more than names of districts and villages without a cue, or on nothing?
static bool
is_faint(const struct places *places, const struct outcome *home)
{
    return home->region == GAZETTEER_NONE || (home->score < FIRM && !is_named_around(places, home->region));
}

// A name of elsewhere that says too little by itself, but enough against a faint one of ours: "Sawangan
// Depok".
static struct outcome
name_elsewhere(const struct places *places)
{
    struct outcome outcome = {.region = GAZETTEER_NONE};

    for (size_t i = 0; i < places->spot_count; i++) {
        const struct spot *spot = &places->spots[i];

        if (gazetteer_region(places->gazetteer, spot->region)->is_home || spot->score < FAINT)
            continue;
        outcome.region = outcome.region == GAZETTEER_NONE
                             ? spot->region
                             : gazetteer_common(places->gazetteer, outcome.region, spot->region);
        if (outcome.region == GAZETTEER_NONE)
            break;
        outcome.score = FAINT;
    }
    return outcome;
}

// What the mentions come to inside the scope.
static struct outcome
from_names(struct places *places, uint32_t scope)
{
    struct outcome home;
    struct outcome elsewhere;
    bool faint = false;
    bool is_anchored = false; // the regency of what was found is named, too

    places->spot_count = 0;
    for (size_t i = 0; i < places->mentions.count; i++)
        place_mention(places, &places->mentions.list[i], scope);
    for (size_t i = 0; i < places->spot_count; i++)
        score(places, &places->spots[i]);
    home = choose(places, true, scope);
    elsewhere = choose(places, false, scope);
    is_anchored = home.region != GAZETTEER_NONE && is_named_around(places, home.region);
    faint = is_faint(places, &home);
    if (elsewhere.region == GAZETTEER_NONE && scope == GAZETTEER_NONE && faint)
        elsewhere = name_elsewhere(places);
    for (size_t i = 0; i < places->spot_count; i++)
        places->at[places->spots[i].region] = 0;
    if (elsewhere.region == GAZETTEER_NONE)
        return home;
    if (faint || elsewhere.score > home.score + MARGIN)
        return elsewhere;
    return elsewhere.score >= home.score && !is_anchored ? elsewhere : home;
}

static void
take(const struct places *places, const struct outcome *outcome, struct place_answer *answer)
{
    answer->rule = "names";
    answer->candidate_count = outcome->candidate_count;
    for (size_t i = 0; i < outcome->candidate_count; i++)
        answer->candidates[i] = gazetteer_region(places->gazetteer, outcome->candidates[i])->code;
}

// A point is where somebody stands; words of two levels that agree say where the matter is.  Otherwise the
// point counts, and what the words say is worth a question.
static uint32_t
weigh_against_point(struct places *places, uint32_t point, struct place_answer *answer)
{
    struct outcome outcome = from_names(places, GAZETTEER_NONE);

    if (outcome.region == GAZETTEER_NONE || !gazetteer_region(places->gazetteer, outcome.region)->is_home ||
        gazetteer_is_within(places->gazetteer, point, outcome.region) ||
        gazetteer_is_within(places->gazetteer, outcome.region, point) || outcome.candidate_count > 0)
        return point;
    if (outcome.score < EXPLICIT) {
        answer->candidates[answer->candidate_count++] =
            gazetteer_region(places->gazetteer, outcome.region)->code;
        return point;
    }
    take(places, &outcome, answer);
    answer->candidates[answer->candidate_count++] = gazetteer_region(places->gazetteer, point)->code;
    return outcome.region;
}

static void
finish(const struct places *places, uint32_t region, struct place_answer *answer)
{
    static const char *const levels[GAZETTEER_LEVELS] = {"provinsi", "kabkota", "kecamatan", "deskel"};

    answer->region_code = "";
    answer->level = "";
    if (region == GAZETTEER_NONE)
        return;
    answer->region_code = gazetteer_region(places->gazetteer, region)->code;
    answer->level = levels[gazetteer_region(places->gazetteer, region)->level];
    answer->outside = !gazetteer_region(places->gazetteer, region)->is_home;
    if (answer->outside)
        answer->candidate_count = 0;
}

// Does the point lie in the regency of the place, or so near that it may?
static bool
is_at(const struct places *places, const struct place_question *question, uint32_t region)
{
    uint32_t regency = GAZETTEER_NONE;
    bool is_home = region == GAZETTEER_NONE || gazetteer_region(places->gazetteer, region)->is_home;

    if (region == GAZETTEER_NONE || polygons_size(places->polygons) == 0)
        return true;
    if (is_home)
        regency = gazetteer_region(places->gazetteer, region)->up[GAZETTEER_REGENCY];
    return is_home == polygons_near(places->polygons, regency == GAZETTEER_NONE ? 0 : polygon_group(regency),
                          question->latitude, question->longitude, BORDER);
}

void
places_find(struct places *places, const struct place_question *question, struct place_answer *answer)
{
    uint32_t scope = from_code(places, question->region_code);
    uint32_t point = GAZETTEER_NONE;
    // A phone that does not know where it is says 0/0.
    bool has_point = question->has_point && (question->latitude != 0 || question->longitude != 0);
    struct outcome outcome;

    *answer = (struct place_answer){.rule = scope == GAZETTEER_NONE ? "none" : "region_code"};
    mentions_find(places->gazetteer, places->cues, question->text, question->address_from, &places->mentions);
    if (has_point)
        point = from_point(places, question->latitude, question->longitude);
    if (point != GAZETTEER_NONE && point != scope && gazetteer_is_within(places->gazetteer, point, scope)) {
        answer->rule = "point";
        if (scope == GAZETTEER_NONE && point != places->home)
            point = weigh_against_point(places, point, answer);
        scope = point;
    }
    outcome = from_names(places, scope);
    if (outcome.region != GAZETTEER_NONE && outcome.region != scope &&
        gazetteer_is_within(places->gazetteer, outcome.region, scope)) {
        take(places, &outcome, answer);
        scope = outcome.region;
    } else if (outcome.region != GAZETTEER_NONE && outcome.region == scope && outcome.candidate_count > 0) {
        take(places, &outcome, answer);
    }
    finish(places, scope, answer);
    answer->at_point = has_point && is_at(places, question, scope);
    if (scope == GAZETTEER_NONE && has_point && polygons_size(places->polygons) > 0 &&
        !polygons_near(places->polygons, 0, question->latitude, question->longitude, BORDER)) {
        answer->outside = true;
        answer->rule = "point";
    }
}

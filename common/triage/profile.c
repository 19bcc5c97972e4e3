// profile.c - what is kept of a report to recognise it by.
#include "profile.h"

#include "signs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    VERSION = 3, // of 1 the names cannot be compared, of 2 the wording
    VALUE_BITS = 11,
    COUNT_MOST = UINT8_MAX,
    VILLAGE_BASE = 1000, // village codes begin with 1 (kelurahan) or 2 (desa)
    VILLAGE_BITS = 11,
    LEVEL_BITS = 7,
    LEVEL_MOST = 99,
};

// What concerns one person only, so that the same office and the same complaint are not the same matter.
static const char *const personal_topics[] = {"civil_registration", "community_health", "consumer",
    "contract_staff", "court", "disability", "domestic_violence", "fraud", "health_insurance", "homeless",
    "hospital", "immigration", "job_seeking", "land", "migrant_workers", "national_tax", "online_loans",
    "postal", "power_bill", "property_tax", "public_service", "recruitment", "regional_bank", "religion",
    "scholarship", "school_admission", "school_fees", "school_violence", "social_aid", "staff_discipline",
    "teacher", "vehicle_tax", "wages", "worker_insurance"};

// Topics that name the trouble itself, so that at one place it is one.
static const char *const single_topics[] = {"bridge", "drainage", "drought", "earthquake", "fire", "flood",
    "garbage", "landslide", "lpg", "mining", "noise", "overloaded_truck", "parking", "pollution",
    "power_outage", "road_damage", "storm", "street_light", "street_vendors", "traffic_jam", "traffic_light",
    "tree", "water_supply"};

// Topics whose trouble passes by itself: days later it is another one.
static const char *const passing_topics[] = {"power_outage", "traffic_jam"};

static uint16_t
hash_topic(const char *topic)
{
    return topic == NULL || *topic == '\0' ? 0 : (uint16_t)(XXH3_64bits(topic, strlen(topic)) | 1);
}

static bool
is_among(const char *topic, const char *const *topics, size_t count)
{
    for (size_t i = 0; topic != NULL && i < count; i++)
        if (strcmp(topic, topics[i]) == 0)
            return true;
    return false;
}

static int
compare(const void *left, const void *right)
{
    return *(const uint16_t *)left - *(const uint16_t *)right;
}

// Sorts and takes out what is there twice; returns how many are left.
static size_t
sort_distinct(uint16_t *values, size_t count)
{
    size_t distinct = 0;

    if (count > 0)
        qsort(values, count, sizeof(*values), compare);
    for (size_t i = 0; i < count; i++)
        if (distinct == 0 || values[distinct - 1] != values[i])
            values[distinct++] = values[i];
    return distinct;
}

static uint8_t
count_of(size_t count)
{
    return (uint8_t)(count < COUNT_MOST ? count : COUNT_MOST);
}

size_t
profile_names(const struct profile *profile)
{
    return profile->name_count < PROFILE_NAMES ? profile->name_count : PROFILE_NAMES;
}

size_t
profile_words(const struct profile *profile)
{
    size_t room = PROFILE_WORDS - profile_names(profile);

    return profile->word_count < room ? profile->word_count : room;
}

enum detail_kind
profile_detail_kind(uint16_t detail)
{
    return (enum detail_kind)(detail >> VALUE_BITS);
}

static void
keep_names(const struct details *details, struct profile *profile)
{
    uint16_t names[DETAILS_NAMES_MOST];
    size_t count = details->name_count;

    for (size_t i = 0; i < count; i++)
        names[i] = (uint16_t)details->names[i];
    count = sort_distinct(names, count);
    profile->name_count = count_of(count);
    memcpy(profile->words, names, profile_names(profile) * sizeof(*names));
}

// Words that say where, and not what, are compared as details only.
static bool
is_where(enum sign sign)
{
    return sign == SIGN_ROAD || sign == SIGN_TITLE || sign == SIGN_GANG || sign == SIGN_HAMLET ||
           sign == SIGN_VILLAGE || sign == SIGN_ESTATE || sign == SIGN_LANDMARK || sign == SIGN_BESIDE ||
           sign == SIGN_SCHOOL || sign == SIGN_STATE || sign == SIGN_BLOCK || sign == SIGN_RT ||
           sign == SIGN_RW || sign == SIGN_NUMBER || sign == SIGN_KM || sign == SIGN_SIDE ||
           sign == SIGN_TOWN;
}

// Any more words are not looked at: this is several pages.
enum { SAMPLE_FROM = 1024, RUN_WORDS = 3 };

// Who begins with thanks and wants nothing more is content; with thanks everybody ends.
enum { THANKS_FIRST = 5 };

static void
keep_words(const struct text *text, const struct vocabulary_word *words, struct profile *profile)
{
    uint16_t all[SAMPLE_FROM];
    size_t count = 0;
    bool thanks = false;
    bool wants = false;

    for (size_t i = 0; i < text->raw_count && count < SAMPLE_FROM; i++) {
        if ((words[i].class == WORD_COMMON || words[i].class == WORD_ORDINARY) &&
            !is_where((enum sign)words[i].sign))
            all[count++] = (uint16_t)(words[i].meant >> 16); // the lowest bits are the table's
        profile->concepts |= words[i].concepts;
        profile->flags |= (uint8_t)(words[i].aspects << PROFILE_ASPECTS);
        thanks |= words[i].sign == SIGN_THANKS && i < THANKS_FIRST;
        wants |= words[i].sign == SIGN_WANTS;
    }
    if (thanks && !wants)
        profile->flags |= PROFILE_CONTENT;
    count = sort_distinct(all, count);
    profile->word_count = count_of(count);
    memcpy(profile->words + profile_names(profile), all, profile_words(profile) * sizeof(*all));
}

static int
compare_kinds(const void *left, const void *right)
{
    return *(const uint8_t *)left - *(const uint8_t *)right;
}

// The kinds come in the order of what they are worth.
static void
keep_details(struct details *details, struct profile *profile)
{
    size_t count = details->count;

    qsort(details->all, count, sizeof(details->all[0]), compare_kinds);
    if (count > PROFILE_DETAILS)
        count = PROFILE_DETAILS;
    for (size_t i = 0; i < count; i++)
        profile->details[i] = (uint16_t)((uint32_t)details->all[i].kind << VALUE_BITS |
                                         (details->all[i].value & ((1U << VALUE_BITS) - 1)));
    profile->detail_count = (uint8_t)sort_distinct(profile->details, count);
    for (size_t i = profile->detail_count; i < PROFILE_DETAILS; i++)
        profile->details[i] = 0;
}

static uint32_t
hash_text(const struct text *text)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < text->raw_count; i++)
        if (text->raw[i] != 0)
            hash = (hash ^ text->raw[i]) * UINT64_C(0x9E3779B97F4A7C15) + (hash >> 29);
    return (uint32_t)(hash >> 32);
}

// Odd numbers, each of them another hash function.
static uint64_t
function_of(size_t i)
{
    return UINT64_C(0x9E3779B97F4A7C15) * (2 * i + 1);
}

static void
keep_wordings(const struct text *text, struct profile *profile)
{
    uint64_t least[PROFILE_WORDINGS];
    uint64_t run[RUN_WORDS] = {0};

    memset(least, 0xFF, sizeof(least));
    for (size_t i = 0, seen = 0; i < text->raw_count && seen < SAMPLE_FROM; i++) {
        uint64_t hash = 0;

        if (text->raw[i] == 0)
            continue;
        memmove(run, run + 1, sizeof(run) - sizeof(*run));
        run[RUN_WORDS - 1] = text->raw[i];
        if (++seen < RUN_WORDS)
            continue;
        hash = XXH3_64bits(run, sizeof(run));
        for (size_t k = 0; k < PROFILE_WORDINGS; k++) {
            uint64_t other = (hash ^ hash >> 32) * function_of(k);

            least[k] = other < least[k] ? other : least[k];
        }
    }
    // The highest bits of a least one are all naught.
    for (size_t k = 0; k < PROFILE_WORDINGS; k++)
        profile->wordings[k] = (uint8_t)(least[k] >> 20);
}

uint32_t
profile_region(const char *region_code)
{
    uint32_t region = 0;
    char *rest = NULL;
    unsigned long part = 0;

    for (int level = 0; level < 3; level++) {
        part = strtoul(region_code, &rest, 10);
        region = region << LEVEL_BITS | (uint32_t)(part <= LEVEL_MOST ? part : 0);
        region_code = *rest == '.' ? rest + 1 : rest;
    }
    part = strtoul(region_code, &rest, 10);
    return region << VILLAGE_BITS |
           (uint32_t)(part >= VILLAGE_BASE && part < VILLAGE_BASE + (1U << VILLAGE_BITS) ? part - VILLAGE_BASE
                                                                                         : 0);
}

static int32_t
degrees(double value)
{
    return (int32_t)lround(value * 1e6);
}

void
profile_make(struct vocabulary *vocabulary, const struct text *text, const struct profile_report *report,
    struct profile *profile)
{
    const struct vocabulary_word *words = vocabulary_read(vocabulary, text);
    struct details details;

    *profile = (struct profile){.id = report->id,
        .received_s = report->received_at_ms > 0 ? (uint32_t)(report->received_at_ms / 1000) : 0,
        .region = profile_region(report->region_code),
        .latitude = report->has_point ? degrees(report->latitude) : PROFILE_NO_POINT,
        .longitude = report->has_point ? degrees(report->longitude) : PROFILE_NO_POINT,
        .text_hash = hash_text(text),
        .flags = 0};

    if (is_among(report->topics[0], personal_topics, LENGTH(personal_topics)))
        profile->flags |= PROFILE_PERSONAL;
    if (is_among(report->topics[0], single_topics, LENGTH(single_topics)))
        profile->flags |= PROFILE_SINGLE;
    for (size_t i = 0; i < PROFILE_TOPICS; i++)
        if (is_among(report->topics[i], passing_topics, LENGTH(passing_topics)))
            profile->flags |= PROFILE_PASSING;
    for (size_t i = 0; i < PROFILE_TOPICS; i++)
        profile->topics[i] = hash_topic(report->topics[i]);
    details_find(text, words, &details);
    keep_names(&details, profile);
    keep_words(text, words, profile);
    keep_wordings(text, profile);
    keep_details(&details, profile);
}

static uint8_t *
put(uint8_t *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

static uint64_t
take(const uint8_t **at, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t) * (*at)++ << (8 * i);
    return value;
}

void
profile_pack(const struct profile *profile, uint8_t packed[PROFILE_PACKED])
{
    uint8_t *at = put(packed, VERSION, 1);

    at = put(at, (uint64_t)profile->id, 8);
    at = put(at, profile->concepts, 8);
    at = put(at, profile->received_s, 4);
    at = put(at, profile->region, 4);
    at = put(at, (uint32_t)profile->latitude, 4);
    at = put(at, (uint32_t)profile->longitude, 4);
    at = put(at, profile->text_hash, 4);
    for (size_t i = 0; i < PROFILE_TOPICS; i++)
        at = put(at, profile->topics[i], 2);
    at = put(at, profile->name_count, 1);
    at = put(at, profile->word_count, 1);
    at = put(at, profile->detail_count, 1);
    at = put(at, profile->flags, 1);
    for (size_t i = 0; i < PROFILE_WORDS; i++)
        at = put(at, profile->words[i], 2);
    for (size_t i = 0; i < PROFILE_WORDINGS; i++)
        at = put(at, profile->wordings[i], 1);
    for (size_t i = 0; i < PROFILE_DETAILS; i++)
        at = put(at, profile->details[i], 2);
    CHECK(at == packed + PROFILE_PACKED);
}

int
profile_unpack(const uint8_t *packed, size_t length, struct profile *profile)
{
    const uint8_t *at = packed + 1;

    if (length != PROFILE_PACKED || packed[0] != VERSION)
        return -1;
    profile->id = (int64_t)take(&at, 8);
    profile->concepts = take(&at, 8);
    profile->received_s = (uint32_t)take(&at, 4);
    profile->region = (uint32_t)take(&at, 4);
    profile->latitude = (int32_t)(uint32_t)take(&at, 4);
    profile->longitude = (int32_t)(uint32_t)take(&at, 4);
    profile->text_hash = (uint32_t)take(&at, 4);
    for (size_t i = 0; i < PROFILE_TOPICS; i++)
        profile->topics[i] = (uint16_t)take(&at, 2);
    profile->name_count = (uint8_t)take(&at, 1);
    profile->word_count = (uint8_t)take(&at, 1);
    profile->detail_count = (uint8_t)take(&at, 1);
    profile->flags = (uint8_t)take(&at, 1);
    for (size_t i = 0; i < PROFILE_WORDS; i++)
        profile->words[i] = (uint16_t)take(&at, 2);
    for (size_t i = 0; i < PROFILE_WORDINGS; i++)
        profile->wordings[i] = (uint8_t)take(&at, 1);
    for (size_t i = 0; i < PROFILE_DETAILS; i++)
        profile->details[i] = (uint16_t)take(&at, 2);
    if (profile->detail_count > PROFILE_DETAILS)
        return -1;
    for (size_t i = 0; i < profile->detail_count; i++)
        if (profile_detail_kind(profile->details[i]) >= DETAIL_KINDS)
            return -1;
    return 0;
}

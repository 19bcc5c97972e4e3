// duplicates.c - the index of first reports.
//
// A ring of entries, oldest first; a hash table of chains through it.  The key of a short text is its
// signature and place, of a long text its signature alone: so a chain holds only what could be the same,
// however often the same is reported.
#include "duplicates.h"

#include "str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define NONE UINT32_MAX
enum { FIRST_ROOM = 1024, PLACE_SIZE = 14 }; // 33.74.01.1001 and NUL

struct entry {
    uint64_t key, signature;
    int64_t report_id, received_at_ms;
    float latitude, longitude; // NAN: none; a float is 1 m
    char place[PLACE_SIZE];
    uint32_t next; // in the chain
};

struct duplicates {
    struct entry *entries; // a ring once it is full
    size_t room, most, count;
    size_t oldest;   // where the ring starts
    uint32_t *heads; // room of them, a power of two not below the entries' room
    size_t head_room;
};

static int
compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

uint64_t
duplicates_signature(uint64_t *words, size_t count)
{
    size_t distinct = 0;
    uint64_t signature = 0;

    if (count > 0)
        qsort(words, count, sizeof(*words), compare);
    for (size_t i = 0; i < count; i++)
        if (words[i] != 0 && (distinct == 0 || words[i] != words[distinct - 1]))
            words[distinct++] = words[i];
    signature = XXH3_64bits(words, distinct * sizeof(*words));
    return (signature & ~UINT64_C(1)) | (distinct >= DUPLICATES_LONG_TEXT);
}

struct duplicates *
duplicates_new(size_t most)
{
    struct duplicates *duplicates = check_zalloc(1, sizeof(*duplicates));

    CHECK(most > 0 && most < NONE);
    duplicates->most = most;
    return duplicates;
}

void
duplicates_destroy(struct duplicates **duplicates)
{
    if (*duplicates == NULL)
        return;
    free((*duplicates)->entries);
    free((*duplicates)->heads);
    free(*duplicates);
    *duplicates = NULL;
}

void
duplicates_clear(struct duplicates *duplicates)
{
    duplicates->count = 0;
    duplicates->oldest = 0;
    for (size_t i = 0; i < duplicates->head_room; i++)
        duplicates->heads[i] = NONE;
}

size_t
duplicates_size(const struct duplicates *duplicates)
{
    return duplicates->count;
}

static bool
is_long(uint64_t signature)
{
    return (signature & 1) != 0;
}

// Does the place say where: a regency or city, or something in it?
static bool
is_place(const char *region_code)
{
    return strchr(region_code, '.') != NULL;
}

static uint64_t
key_of(const struct duplicates_report *report)
{
    if (is_long(report->signature))
        return report->signature;
    return XXH3_64bits_withSeed(report->region_code, strlen(report->region_code), report->signature);
}

static uint32_t *
head(const struct duplicates *duplicates, uint64_t key)
{
    return &duplicates->heads[(size_t)(key >> 1) & (duplicates->head_room - 1)];
}

// Doubles the room; the ring is not turning yet, so entries stay where they are.
static void
grow(struct duplicates *duplicates)
{
    duplicates->room = duplicates->room == 0 ? FIRST_ROOM : duplicates->room * 2;
    if (duplicates->room > duplicates->most)
        duplicates->room = duplicates->most;
    duplicates->entries = check_realloc(duplicates->entries, duplicates->room * sizeof(*duplicates->entries));
    while (duplicates->head_room < duplicates->room)
        duplicates->head_room = duplicates->head_room == 0 ? FIRST_ROOM : duplicates->head_room * 2;
    duplicates->heads = check_realloc(duplicates->heads, duplicates->head_room * sizeof(*duplicates->heads));
    for (size_t i = 0; i < duplicates->head_room; i++)
        duplicates->heads[i] = NONE;
    for (size_t i = 0; i < duplicates->count; i++) {
        uint32_t *first = head(duplicates, duplicates->entries[i].key);

        duplicates->entries[i].next = *first;
        *first = (uint32_t)i;
    }
}

static void
unlink_entry(struct duplicates *duplicates, uint32_t at)
{
    uint32_t *link = head(duplicates, duplicates->entries[at].key);

    while (*link != at)
        link = &duplicates->entries[*link].next;
    *link = duplicates->entries[at].next;
}

void
duplicates_add(struct duplicates *duplicates, const struct duplicates_report *report)
{
    uint32_t at = 0;
    struct entry *entry = NULL;
    uint32_t *first = NULL;

    if (!is_long(report->signature) && !is_place(report->region_code))
        return; // nothing could ever be found by it
    if (duplicates->count == duplicates->room && duplicates->room < duplicates->most)
        grow(duplicates);
    if (duplicates->count == duplicates->most) {
        at = (uint32_t)duplicates->oldest;
        unlink_entry(duplicates, at);
        duplicates->oldest = (duplicates->oldest + 1) % duplicates->most;
    } else {
        at = (uint32_t)duplicates->count++;
    }
    entry = &duplicates->entries[at];
    *entry = (struct entry){
        .key = key_of(report),
        .signature = report->signature,
        .report_id = report->report_id,
        .received_at_ms = report->received_at_ms,
        .latitude = report->has_point ? (float)report->latitude : NAN,
        .longitude = report->has_point ? (float)report->longitude : NAN,
    };
    str_copy(entry->place, sizeof(entry->place), report->region_code);
    first = head(duplicates, entry->key);
    entry->next = *first;
    *first = at;
}

// Within DUPLICATES_NEAR_M, on a flat map: exact enough for a kilometre anywhere in Indonesia.
static bool
is_near(const struct entry *entry, const struct duplicates_report *report)
{
    const double metres_a_degree = 111320.0;
    double north = (report->latitude - (double)entry->latitude) * metres_a_degree;
    double east = (report->longitude - (double)entry->longitude) * metres_a_degree *
                  cos(report->latitude * 3.14159265358979 / 180);

    return north * north + east * east <= DUPLICATES_NEAR_M * DUPLICATES_NEAR_M;
}

static bool
is_same(const struct entry *entry, const struct duplicates_report *report)
{
    if (entry->signature != report->signature ||
        llabs(report->received_at_ms - entry->received_at_ms) > DUPLICATES_WINDOW_MS)
        return false;
    if (is_long(report->signature))
        return true;
    if (strncmp(entry->place, report->region_code, sizeof(entry->place)) != 0)
        return false;
    return isnan(entry->latitude) || !report->has_point || is_near(entry, report);
}

int64_t
duplicates_check(struct duplicates *duplicates, const struct duplicates_report *report)
{
    uint64_t key = key_of(report);
    uint32_t at = duplicates->head_room == 0 ? NONE : *head(duplicates, key);
    const struct entry *found = NULL;

    for (; at != NONE; at = duplicates->entries[at].next) {
        const struct entry *entry = &duplicates->entries[at];

        if (entry->key != key)
            continue;
        // Decided a second time, because the first was not stored: the answer is the same.
        if (entry->report_id == report->report_id)
            return 0;
        if (is_same(entry, report) &&
            (found == NULL || entry->received_at_ms < found->received_at_ms ||
                (entry->received_at_ms == found->received_at_ms && entry->report_id < found->report_id)))
            found = entry;
    }
    if (found != NULL)
        return found->report_id;
    duplicates_add(duplicates, report);
    return 0;
}

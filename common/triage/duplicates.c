// duplicates.c - the index of profiles.
//
// Reports are numbered as they are added, from 1.  They lie in a ring by their numbers; the ring comes in
// blocks, as they are needed.  Each report stands in KEYS chains, one for each of its keys, the latest first.
// A link is the number of a report times KEYS and which of its keys it is.  Along a chain numbers only fall,
// so one that has left the ring ends it: nothing has to be unlinked.
//
//     heads[key]  -->  report 907, key 2  -->  report 512, key 4  -->  report 3, key 2: left the ring, end
//
// Keys share heads by chance; whoever does not belong is told apart by comparing profiles, like any other.
#include "duplicates.h"

#include "large_pages.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    KEY_ID,
    KEY_TEXT,
    KEY_PLACES, // for each kept place from here on: itself, and it with the topic
    KEPT_PLACES = 2,
    KEYS = KEY_PLACES + 2 * KEPT_PLACES,

    HEADS = 4, // for each report: with fewer, strangers in a chain take the place of those who belong
    CELLS = 4, // around a point
    ASKED_PLACES = 8 + CELLS,
    ASKED_KEYS = 1 + (1 + PROFILE_TOPICS) * ASKED_PLACES,

    LOOKED_AT = 16, // profiles compared with one report
    WALKED = 8,     // of one chain
    LONG_TEXT = 12, // different words
    BAND_WORDS = 3, // that a long text is found by
};

// Where there is no place the keys are made of as many words, beside names of regencies.
static_assert(PROFILE_NAMES + 2 * (KEYS - KEY_PLACES) <= PROFILE_WORDS, "there are too few words for keys");

#define CERTAIN 0.97

// Everything in fours of bytes, or padding would cost four more.
struct entry {
    uint32_t next[KEYS]; // links
    uint32_t first;      // number of its group's first report, which may be itself; 0: removed
    uint32_t profile[sizeof(struct profile) / sizeof(uint32_t)];
};

struct duplicates {
    struct entry *entries; // the ring: most of them; memory that was never used costs nothing
    uint32_t *heads;       // links
    size_t most, head_count;
    uint32_t last; // number given last
    size_t removed;
};

struct keys {
    uint64_t all[ASKED_KEYS];
    size_t count;
};

struct duplicates *
duplicates_new(size_t most)
{
    struct duplicates *duplicates = check_zalloc(1, sizeof(*duplicates));

    CHECK(most > 0 && most < UINT32_MAX / 2);
    duplicates->most = most;
    duplicates->head_count = HEADS * most;
    duplicates->heads = check_zalloc(duplicates->head_count, sizeof(*duplicates->heads));
    duplicates->entries = check_alloc(most * sizeof(*duplicates->entries));
    large_pages_wish(duplicates->entries, most * sizeof(*duplicates->entries));
    large_pages_wish(duplicates->heads, duplicates->head_count * sizeof(*duplicates->heads));
    return duplicates;
}

void
duplicates_clear(struct duplicates *duplicates)
{
    duplicates->last = 0;
    duplicates->removed = 0;
    memset(duplicates->heads, 0, duplicates->head_count * sizeof(*duplicates->heads));
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

size_t
duplicates_size(const struct duplicates *duplicates)
{
    return (duplicates->last < duplicates->most ? duplicates->last : duplicates->most) - duplicates->removed;
}

size_t
duplicates_bytes(const struct duplicates *duplicates)
{
    size_t used = duplicates->last < duplicates->most ? duplicates->last : duplicates->most;

    return sizeof(*duplicates) + duplicates->head_count * sizeof(*duplicates->heads) +
           used * sizeof(*duplicates->entries);
}

// Is a report with this number still in the ring?
static bool
is_kept(const struct duplicates *duplicates, uint32_t number)
{
    return number != 0 && duplicates->last - number < duplicates->most;
}

static struct entry *
entry_at(const struct duplicates *duplicates, uint32_t number)
{
    return &duplicates->entries[number % duplicates->most];
}

// Spreads keys evenly over any number of heads (Lemire).
static uint32_t *
head_of(const struct duplicates *duplicates, uint64_t key)
{
    return &duplicates->heads[(size_t)(((key >> 32) * duplicates->head_count) >> 32)];
}

static struct profile
profile_of(const struct entry *entry)
{
    struct profile profile;

    memcpy(&profile, entry->profile, sizeof(profile));
    return profile;
}

enum key_kind { OF_ID, OF_TEXT, OF_WORDS, OF_DETAIL, OF_NAME, OF_VILLAGE, OF_CELL, OF_MATTER };

static uint64_t
key_of(enum key_kind kind, uint64_t left, uint64_t right)
{
    const uint64_t parts[] = {(uint64_t)kind, left, right};

    return XXH3_64bits(parts, sizeof(parts));
}

static bool
is_long(const struct profile *profile)
{
    return profile->word_count >= LONG_TEXT;
}

static uint64_t
band(const struct profile *profile, size_t at, size_t count)
{
    uint64_t words = 0;

    for (size_t i = at; i < at + count; i++)
        words = words << 16 | profile->words[profile_names(profile) + i];
    return words;
}

// A long text by some of its words, wherever it is from; a short one by all of them and where it is.
static uint64_t
text_key(const struct profile *profile)
{
    return is_long(profile) ? key_of(OF_WORDS, 0, band(profile, 0, BAND_WORDS))
                            : key_of(OF_TEXT, profile->text_hash, profile->region);
}

// Is this name the name of something: of a road, a village, a market?
static bool
is_of_detail(const struct profile *profile, uint16_t name)
{
    for (size_t i = profile->detail_count; i > 0; i--)
        if (((profile->details[i - 1] ^ name >> VOCABULARY_NAME_SHIFT) & PROFILE_DETAIL_VALUE) == 0 &&
            profile_detail_kind(profile->details[i - 1]) > DETAIL_LAST_EXACT)
            return true;
    return false;
}

// Is this detail told by one of the names?
static bool
is_named(const struct profile *profile, uint16_t detail)
{
    for (size_t i = 0; i < profile_names(profile); i++)
        if (((detail ^ profile->words[i] >> VOCABULARY_NAME_SHIFT) & PROFILE_DETAIL_VALUE) == 0)
            return true;
    return false;
}

// Adds the names that are no regency's, those of details or the others.  Returns how many places there are.
static size_t
add_names(const struct profile *profile, bool of_details, uint64_t *places, size_t count, size_t most)
{
    for (size_t i = 0; i < profile_names(profile) && count < most; i++)
        if ((profile->words[i] & VOCABULARY_NAME_REGENCY) == 0 &&
            is_of_detail(profile, profile->words[i]) == of_details)
            places[count++] = key_of(OF_NAME, profile->words[i] & VOCABULARY_NAME, 0);
    return count;
}

// What tells the place best first: details with a number of their own, names of roads and places, what a town
// has one of, other names that are no regency's, the village.
static size_t
list_places(const struct profile *profile, size_t most, uint64_t *places)
{
    const uint32_t village = (UINT32_C(1) << 11) - 1;
    size_t count = 0;

    for (size_t i = 0; i < profile->detail_count && count < most; i++)
        if (likeness_tells_place(profile_detail_kind(profile->details[i])))
            places[count++] = key_of(OF_DETAIL, profile->details[i], 0);
    count = add_names(profile, true, places, count, most);
    for (size_t i = 0; i < profile->detail_count && count < most; i++)
        if (profile_detail_kind(profile->details[i]) == DETAIL_LANDMARK &&
            !is_named(profile, profile->details[i]))
            places[count++] = key_of(OF_DETAIL, profile->details[i], 0);
    count = add_names(profile, false, places, count, most);
    if (count < most && (profile->region & village) != 0)
        places[count++] = key_of(OF_VILLAGE, profile->region, 0);
    return count;
}

// A cell of about 330 m, this many half cells to the north and east of the point.
static uint64_t
cell(const struct profile *profile, int32_t north, int32_t east)
{
    const int64_t side = 3000; // millionths of a degree
    int64_t row = (profile->latitude + INT64_C(90000000) + north * (side / 2)) / side;
    int64_t column = (profile->longitude + INT64_C(180000000) + east * (side / 2)) / side;

    return key_of(OF_CELL, (uint64_t)row, (uint64_t)column);
}

// The keys that a report is kept under.  Its two best places, whatever the matter: two people may call that
// differently.  And the same with the topic, for places of which much is told.
static void
make_keys(const struct profile *profile, uint64_t keys[KEYS])
{
    uint64_t places[KEPT_PLACES];
    size_t count = 0;

    memset(keys, 0, KEYS * sizeof(*keys));
    keys[KEY_ID] = key_of(OF_ID, (uint64_t)profile->id, 0);
    keys[KEY_TEXT] = text_key(profile);
    if (profile->latitude != PROFILE_NO_POINT)
        places[count++] = cell(profile, 0, 0);
    count += list_places(profile, KEPT_PLACES - count, places + count);
    // Without any place, only a long text in nearly the same words can be the same.
    for (size_t i = 0; count == 0 && is_long(profile) && i < KEYS - KEY_PLACES; i++)
        keys[KEY_PLACES + i] = key_of(OF_WORDS, i + 1, band(profile, 2 * i, 2));
    for (size_t i = 0; i < count; i++) {
        keys[KEY_PLACES + 2 * i] = places[i];
        if (profile->topics[0] != 0)
            keys[KEY_PLACES + 2 * i + 1] = key_of(OF_MATTER, places[i], profile->topics[0]);
    }
}

static void
ask(struct keys *keys, uint64_t key)
{
    keys->all[keys->count++] = key;
}

// The keys that a report like this one can have been kept under.
static void
make_questions(const struct profile *profile, struct keys *keys)
{
    uint64_t places[ASKED_PLACES];
    size_t count = list_places(profile, ASKED_PLACES - CELLS, places);

    keys->count = 0;
    ask(keys, text_key(profile));
    for (int32_t i = 0; profile->latitude != PROFILE_NO_POINT && i < CELLS; i++)
        places[count++] = cell(profile, (i & 1) * 2 - 1, (i & 2) - 1);
    for (size_t i = 0; count == 0 && is_long(profile) && i < KEYS - KEY_PLACES; i++)
        ask(keys, key_of(OF_WORDS, i + 1, band(profile, 2 * i, 2)));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < PROFILE_TOPICS; k++)
            if (profile->topics[k] != 0)
                ask(keys, key_of(OF_MATTER, places[i], profile->topics[k]));
    for (size_t i = 0; i < count; i++)
        ask(keys, places[i]);
}

// The number of a report that was added; 0: not kept.
static uint32_t
find_number(const struct duplicates *duplicates, int64_t id)
{
    uint32_t link = *head_of(duplicates, key_of(OF_ID, (uint64_t)id, 0));

    while (is_kept(duplicates, link / KEYS)) {
        const struct entry *entry = entry_at(duplicates, link / KEYS);

        if (link % KEYS == KEY_ID && entry->first != 0 && profile_of(entry).id == id)
            return link / KEYS;
        link = entry->next[link % KEYS];
    }
    return 0;
}

struct search {
    const struct duplicates *duplicates;
    const struct profile *profile;
    uint32_t before; // only numbers below this one count
    uint32_t candidates[LOOKED_AT];
    size_t candidate_count;
    struct likeness best;
    struct evidence evidence; // of the best
    int64_t first;            // the first report of its group; 0: none found
};

static void
add_candidate(struct search *search, uint32_t number)
{
    for (size_t i = 0; i < search->candidate_count; i++)
        if (search->candidates[i] == number)
            return;
    search->candidates[search->candidate_count++] = number;
}

static void
fetch(const struct duplicates *duplicates, uint32_t link)
{
    if (is_kept(duplicates, link / KEYS))
        __builtin_prefetch(entry_at(duplicates, link / KEYS));
}

// The next link of a chain that leads to a report added before the one in hand: what was added since, itself
// too, must not change the answer when it is decided again.
static uint32_t
skip_later(const struct search *search, uint32_t link)
{
    while (is_kept(search->duplicates, link / KEYS) && link / KEYS >= search->before)
        link = entry_at(search->duplicates, link / KEYS)->next[link % KEYS];
    return link;
}

// Takes the report that a link leads to, and returns the next link.
static uint32_t
take(struct search *search, uint32_t link)
{
    link = skip_later(search, link);
    if (!is_kept(search->duplicates, link / KEYS))
        return link;
    add_candidate(search, link / KEYS);
    link = entry_at(search->duplicates, link / KEYS)->next[link % KEYS];
    fetch(search->duplicates, link);
    return link;
}

// Walks the chain of the text first, then all others side by side, the latest of each first, so that the
// memory of one is on its way while another is read.
static void
collect(struct search *search, const struct keys *keys)
{
    uint32_t links[ASKED_KEYS] = {0};

    for (size_t i = 0; i < keys->count; i++) {
        links[i] = *head_of(search->duplicates, keys->all[i]);
        fetch(search->duplicates, links[i]);
    }
    for (size_t step = 0; step < WALKED && search->candidate_count < LOOKED_AT; step++)
        links[0] = take(search, links[0]);
    for (size_t step = 0; step < WALKED; step++)
        for (size_t i = 1; i < keys->count && search->candidate_count < LOOKED_AT; i++)
            links[i] = take(search, links[i]);
}

static bool
is_better(const struct search *search, const struct likeness *likeness, int64_t first)
{
    if (search->first == 0)
        return true;
    if (likeness->relation != search->best.relation)
        return likeness->relation == RELATION_DUPLICATE;
    if (likeness->score < search->best.score)
        return false;
    return likeness->score > search->best.score || first < search->first;
}

// Decides on one candidate and, when it is not the first of its group, on the way to the first one.
static void
look_at(struct search *search, uint32_t number)
{
    const struct entry *entry = entry_at(search->duplicates, number);
    struct profile profile = profile_of(entry);
    struct evidence evidence;
    struct evidence of_first;
    struct likeness likeness;

    if (!is_kept(search->duplicates, entry->first))
        return;
    likeness_compare(&profile, search->profile, &evidence);
    likeness_decide(&evidence, &likeness);
    if (likeness.relation == RELATION_NONE)
        return;
    if (entry->first != number) {
        entry = entry_at(search->duplicates, entry->first);
        if (entry->first == 0)
            return;
        profile = profile_of(entry);
        likeness_compare(&profile, search->profile, &of_first);
        if (likeness_contradicts(&of_first))
            return;
        // The thirty days are those of the group.
        likeness.relation = of_first.apart_s > LIKENESS_WINDOW_S ? RELATION_REREPORT : RELATION_DUPLICATE;
    }
    if (is_better(search, &likeness, profile.id)) {
        search->first = profile.id;
        search->best = likeness;
        search->evidence = evidence;
    }
}

// Nothing that comes later will say it any better.
static bool
is_certain(const struct search *search)
{
    return search->first != 0 && search->best.relation == RELATION_DUPLICATE && search->best.score >= CERTAIN;
}

void
duplicates_find(
    const struct duplicates *duplicates, const struct profile *profile, struct duplicates_answer *answer)
{
    struct search search = {.duplicates = duplicates, .profile = profile, .before = UINT32_MAX};
    struct keys keys;
    uint32_t known = 0;

    __builtin_prefetch(head_of(duplicates, key_of(OF_ID, (uint64_t)profile->id, 0)));
    make_questions(profile, &keys);
    for (size_t i = 0; i < keys.count; i++)
        __builtin_prefetch(head_of(duplicates, keys.all[i]));
    known = find_number(duplicates, profile->id);
    if (known != 0)
        search.before = known;
    collect(&search, &keys);
    for (size_t i = 0; i < search.candidate_count; i++) {
        const char *bytes = (const char *)entry_at(duplicates, search.candidates[i]);

        __builtin_prefetch(bytes + 64);
        __builtin_prefetch(bytes + 128);
    }
    for (size_t i = 0; i < search.candidate_count && !is_certain(&search); i++)
        look_at(&search, search.candidates[i]);
    *answer = (struct duplicates_answer){
        .duplicate_of = search.first, .relation = search.best.relation, .score = search.best.score};
    if (search.first != 0)
        likeness_explain(&search.evidence, answer->why);
}

// Is the same text kept already in the same group?
static bool
is_repeated(const struct duplicates *duplicates, const struct profile *profile, uint32_t first)
{
    uint32_t link = *head_of(duplicates, text_key(profile));

    for (size_t i = 0; i < WALKED && is_kept(duplicates, link / KEYS); i++) {
        const struct entry *entry = entry_at(duplicates, link / KEYS);

        struct profile other = profile_of(entry);

        if (entry->first == first && other.text_hash == profile->text_hash && other.region == profile->region)
            return true;
        link = entry->next[link % KEYS];
    }
    return false;
}

void
duplicates_add(struct duplicates *duplicates, const struct profile *profile, int64_t first)
{
    uint64_t keys[KEYS];
    uint32_t first_number = 0;
    struct entry *entry = NULL;

    // Links have no larger numbers: begin anew.
    if (duplicates->last == UINT32_MAX / KEYS - 1)
        duplicates_clear(duplicates);
    make_keys(profile, keys);
    for (size_t i = 0; i < KEYS; i++)
        __builtin_prefetch(head_of(duplicates, keys[i]), 1);
    if (first != 0)
        first_number = find_number(duplicates, first);
    if (find_number(duplicates, profile->id) != 0)
        return;
    // Without its first report it leads nowhere.
    if (first != 0 && (first_number == 0 || is_repeated(duplicates, profile, first_number)))
        return;
    duplicates->last++;
    entry = entry_at(duplicates, duplicates->last);
    if (duplicates->last > duplicates->most && entry->first == 0)
        duplicates->removed--;
    memcpy(entry->profile, profile, sizeof(*profile));
    entry->first = first == 0 ? duplicates->last : first_number;
    for (uint32_t i = 0; i < KEYS; i++) {
        uint32_t *head = keys[i] == 0 ? NULL : head_of(duplicates, keys[i]);

        entry->next[i] = head == NULL ? 0 : *head;
        if (head != NULL)
            *head = duplicates->last * KEYS + i;
    }
}

void
duplicates_remove(struct duplicates *duplicates, int64_t id)
{
    uint32_t number = find_number(duplicates, id);

    if (number == 0)
        return;
    entry_at(duplicates, number)->first = 0;
    duplicates->removed++;
}

// gazetteer.c - the regions and their names.
//
// A name is kept by the hash of its letters without spaces.  The beginnings of all names are bits of a
// filter, so that most words of a text cost one look at it.  Misspellings: each name at home is also kept
// under itself less one letter, for each letter (a deletion index); two words that are one edit apart share
// such a key.
#include "gazetteer.h"

#include "hashmap.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum {
    NAME_BYTES = 48,  // letters of a name without spaces; the longest real one has 32
    NAME_WORDS = 5,   // the longest real name has 5
    BEGIN_LEAST = 2,  // letters of the shortest beginning that is kept
    ALIKE_LEAST = 6,  // letters of the shortest name that is found with one wrong
    FILTER_BITS = 20, // 80,000 beginnings: one word in 13 passes by chance
};

// Tells the keys of misspellings from those of names.
#define ALIKE_KEY UINT64_C(0x5bd1e995a3c59ac3)

struct name {
    char letters[NAME_BYTES];
    uint8_t length;
    uint8_t spellings; // bit n: written in n words somewhere
    bool is_trap;
    uint32_t first; // meaning
};

struct meaning {
    uint32_t region, next;
};

// A name under one of its keys in the deletion index.
struct alike {
    uint32_t name, next;
};

struct gazetteer {
    char home[GAZETTEER_CODE_SIZE];
    struct gazetteer_region *regions;
    struct name *names;
    struct meaning *meanings;
    struct alike *alikes;
    size_t region_count, name_count, meaning_count, alike_count;
    struct hashmap *codes;   // hash of a code -> region
    struct hashmap *letters; // hash of a name's letters -> name
    struct hashmap *deleted; // key of a misspelling -> its first alike
    uint8_t *begins;
    struct text scratch;
};

// Room for one more in a list that doubles at powers of two.
static void *
grown(void *list, size_t count, size_t size)
{
    return (count & (count - 1)) == 0 ? check_realloc(list, (count + 1) * 2 * size) : list;
}

struct gazetteer *
gazetteer_new(const char *home)
{
    struct gazetteer *gazetteer = check_zalloc(1, sizeof(*gazetteer));

    CHECK(strlen(home) < sizeof(gazetteer->home));
    str_copy(gazetteer->home, sizeof(gazetteer->home), home);
    gazetteer->codes = hashmap_new();
    gazetteer->letters = hashmap_new();
    gazetteer->deleted = hashmap_new();
    gazetteer->begins = check_zalloc(1, (size_t)1 << (FILTER_BITS - 3));
    return gazetteer;
}

void
gazetteer_destroy(struct gazetteer **gazetteer)
{
    if (*gazetteer == NULL)
        return;
    hashmap_destroy(&(*gazetteer)->codes);
    hashmap_destroy(&(*gazetteer)->letters);
    hashmap_destroy(&(*gazetteer)->deleted);
    text_free(&(*gazetteer)->scratch);
    free((*gazetteer)->regions);
    free((*gazetteer)->names);
    free((*gazetteer)->meanings);
    free((*gazetteer)->alikes);
    free((*gazetteer)->begins);
    free(*gazetteer);
    *gazetteer = NULL;
}

static bool
begins(const struct gazetteer *gazetteer, uint64_t hash)
{
    uint64_t bit = hash >> (64 - FILTER_BITS);

    return (gazetteer->begins[bit / 8] >> (bit % 8) & 1) != 0;
}

static void
add_begins(struct gazetteer *gazetteer, const struct name *name)
{
    for (size_t length = BEGIN_LEAST; length <= name->length; length++) {
        uint64_t bit = word_hash(name->letters, length) >> (64 - FILTER_BITS);

        gazetteer->begins[bit / 8] |= (uint8_t)(1U << (bit % 8));
    }
}

// The letters of raw words [i, i + words) without spaces; 0: a break among them, or too long.
static size_t
join(const struct text *text, size_t i, size_t words, char letters[NAME_BYTES])
{
    size_t length = 0;

    if (i + words > text->raw_count)
        return 0;
    for (; words > 0; words--, i++) {
        const struct text_span *span = &text->spans[i];

        if (text->raw[i] == 0 || length + span->length > NAME_BYTES)
            return 0;
        memcpy(&letters[length], &text->plain[span->at], span->length);
        length += span->length;
    }
    return length;
}

static uint32_t
add_name(struct gazetteer *gazetteer, const char *written)
{
    struct text *text = &gazetteer->scratch;
    struct name name = {.first = GAZETTEER_NONE};
    uint32_t number = (uint32_t)gazetteer->name_count;
    uint64_t hash = 0;

    text_clear(text);
    text_add(text, NULL, written, strlen(written));
    if (text->raw_count < 2 || text->raw_count - 1 > NAME_WORDS)
        return GAZETTEER_NONE;
    name.length = (uint8_t)join(text, 0, text->raw_count - 1, name.letters);
    if (name.length == 0)
        return GAZETTEER_NONE;
    hash = word_hash(name.letters, name.length);
    if (!hashmap_get(gazetteer->letters, hash, &number)) {
        gazetteer->names = grown(gazetteer->names, gazetteer->name_count, sizeof(name));
        gazetteer->names[gazetteer->name_count++] = name;
        hashmap_put(gazetteer->letters, hash, number);
        add_begins(gazetteer, &name);
    }
    gazetteer->names[number].spellings |= (uint8_t)(1U << (text->raw_count - 1));
    return number;
}

static int
add_meaning(struct gazetteer *gazetteer, const char *written, uint32_t region)
{
    uint32_t number = add_name(gazetteer, written);

    if (number == GAZETTEER_NONE)
        return -1;
    if (region == GAZETTEER_NONE) {
        gazetteer->names[number].is_trap = true;
        return 0;
    }
    gazetteer->meanings = grown(gazetteer->meanings, gazetteer->meaning_count, sizeof(*gazetteer->meanings));
    gazetteer->meanings[gazetteer->meaning_count] =
        (struct meaning){.region = region, .next = gazetteer->names[number].first};
    gazetteer->names[number].first = (uint32_t)gazetteer->meaning_count++;
    return 0;
}

// A regency's name without what kind it is: the cue before a name says that.
static const char *
bare_name(const struct place_region *row)
{
    static const char *const kinds[] = {
        "Kabupaten Administrasi ", "Kota Administrasi ", "Kabupaten ", "Kota "};

    for (size_t i = 0; i < LENGTH(kinds) && strcmp(row->level, "kabkota") == 0; i++)
        if (strncmp(row->name, kinds[i], strlen(kinds[i])) == 0)
            return row->name + strlen(kinds[i]);
    return row->name;
}

static bool
is_at_home(const struct gazetteer *gazetteer, const char *code)
{
    size_t length = strlen(gazetteer->home);

    return strncmp(code, gazetteer->home, length) == 0 && (code[length] == '.' || code[length] == '\0');
}

int
gazetteer_add(struct gazetteer *gazetteer, const struct place_region *row)
{
    static const char *const levels[GAZETTEER_LEVELS] = {"provinsi", "kabkota", "kecamatan", "deskel"};
    struct gazetteer_region region = {.level = GAZETTEER_PROVINCE, .is_kota = strcmp(row->kind, "kota") == 0};
    uint32_t number = (uint32_t)gazetteer->region_count;

    while (region.level < GAZETTEER_LEVELS && strcmp(levels[region.level], row->level) != 0)
        region.level++;
    if (region.level == GAZETTEER_LEVELS || row->code[0] == '\0' || strlen(row->code) >= sizeof(region.code))
        return -1;
    str_copy(region.code, sizeof(region.code), row->code);
    region.is_home = is_at_home(gazetteer, row->code);
    gazetteer->regions = grown(gazetteer->regions, gazetteer->region_count, sizeof(region));
    gazetteer->regions[gazetteer->region_count++] = region;
    hashmap_put(gazetteer->codes, word_hash(row->code, strlen(row->code)), number);
    return add_meaning(gazetteer, bare_name(row), number);
}

uint32_t
gazetteer_by_code(const struct gazetteer *gazetteer, const char *code, size_t length)
{
    uint32_t number = GAZETTEER_NONE;

    return hashmap_get(gazetteer->codes, word_hash(code, length), &number) ? number : GAZETTEER_NONE;
}

// Copies letters less the one at `left_out`; returns the key of what is left.
static uint64_t
key_without(const char *letters, size_t length, size_t left_out)
{
    char rest[NAME_BYTES];

    memcpy(rest, letters, left_out);
    memcpy(&rest[left_out], &letters[left_out + 1], length - left_out - 1);
    return word_hash(rest, length - 1) ^ ALIKE_KEY;
}

static void
add_alike(struct gazetteer *gazetteer, uint64_t key, uint32_t name)
{
    uint32_t first = GAZETTEER_NONE;

    (void)hashmap_get(gazetteer->deleted, key, &first);
    gazetteer->alikes = grown(gazetteer->alikes, gazetteer->alike_count, sizeof(*gazetteer->alikes));
    gazetteer->alikes[gazetteer->alike_count] = (struct alike){.name = name, .next = first};
    hashmap_put(gazetteer->deleted, key, (uint32_t)gazetteer->alike_count++);
}

// Has the name a region at home?
static bool
is_home_name(const struct gazetteer *gazetteer, const struct name *name)
{
    for (uint32_t m = name->first; m != GAZETTEER_NONE; m = gazetteer->meanings[m].next)
        if (gazetteer->regions[gazetteer->meanings[m].region].is_home)
            return true;
    return false;
}

void
gazetteer_ready(struct gazetteer *gazetteer)
{
    for (size_t i = 0; i < gazetteer->region_count; i++) {
        struct gazetteer_region *region = &gazetteer->regions[i];

        for (int level = 0; level < GAZETTEER_LEVELS; level++)
            region->up[level] = GAZETTEER_NONE;
        for (size_t length = 1; length <= strlen(region->code); length++) {
            uint32_t around = GAZETTEER_NONE;

            if (region->code[length] == '.' || region->code[length] == '\0')
                around = gazetteer_by_code(gazetteer, region->code, length);
            if (around != GAZETTEER_NONE)
                region->up[gazetteer->regions[around].level] = around;
        }
    }
    for (uint32_t i = 0; i < gazetteer->name_count; i++) {
        const struct name *name = &gazetteer->names[i];

        if (name->length < ALIKE_LEAST || !is_home_name(gazetteer, name))
            continue;
        add_alike(gazetteer, word_hash(name->letters, name->length) ^ ALIKE_KEY, i);
        // The first letter has to be right, so it is never left out.
        for (size_t k = 1; k < name->length; k++)
            if (name->letters[k] != name->letters[k - 1])
                add_alike(gazetteer, key_without(name->letters, name->length, k), i);
    }
}

int
gazetteer_add_alias(struct gazetteer *gazetteer, const char *alias, const char *region_code)
{
    uint32_t region = gazetteer_by_code(gazetteer, region_code, strlen(region_code));

    if (region_code[0] != '\0' && region == GAZETTEER_NONE)
        return -1;
    return add_meaning(gazetteer, alias, region);
}

size_t
gazetteer_size(const struct gazetteer *gazetteer)
{
    return gazetteer->region_count;
}

const struct gazetteer_region *
gazetteer_region(const struct gazetteer *gazetteer, uint32_t region)
{
    return &gazetteer->regions[region];
}

bool
gazetteer_is_within(const struct gazetteer *gazetteer, uint32_t region, uint32_t other)
{
    return other == GAZETTEER_NONE || gazetteer->regions[region].up[gazetteer->regions[other].level] == other;
}

uint32_t
gazetteer_common(const struct gazetteer *gazetteer, uint32_t left, uint32_t right)
{
    uint32_t around = GAZETTEER_NONE;

    for (int level = 0; level < GAZETTEER_LEVELS; level++) {
        uint32_t one = gazetteer->regions[left].up[level];

        if (one != GAZETTEER_NONE && one == gazetteer->regions[right].up[level])
            around = one;
    }
    return around;
}

bool
gazetteer_find(
    const struct gazetteer *gazetteer, const struct text *text, size_t i, struct gazetteer_match *match)
{
    char letters[NAME_BYTES];
    uint64_t hash = text->raw[i];
    size_t length = text->spans[i].length;
    bool found = false;

    for (size_t words = 1; length > 0; words++) {
        uint32_t name = 0;

        if (words > 1)
            hash = word_hash(letters, length);
        if (!begins(gazetteer, hash))
            break;
        if (hashmap_get(gazetteer->letters, hash, &name)) {
            bool is_spelt = (gazetteer->names[name].spellings >> words & 1) != 0;

            *match = (struct gazetteer_match){.name = name, .words = words, .is_respelt = !is_spelt};
            found = true;
        }
        length = words == NAME_WORDS ? 0 : join(text, i, words + 1, letters);
    }
    return found;
}

bool
gazetteer_find_letters(const struct gazetteer *gazetteer, const char *letters, size_t length, uint32_t *name)
{
    return hashmap_get(gazetteer->letters, word_hash(letters, length), name);
}

// Are they at most one edit apart, by the first letters and the last letters that they share?
static bool
is_one_edit(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t first = 0;
    size_t last = 0;
    size_t least = a_length < b_length ? a_length : b_length;
    size_t a_rest = 0;
    size_t b_rest = 0;

    while (first < least && a[first] == b[first])
        first++;
    while (last < least - first && a[a_length - 1 - last] == b[b_length - 1 - last])
        last++;
    a_rest = a_length - first - last;
    b_rest = b_length - first - last;
    if (a_rest <= 1 && b_rest <= 1)
        return true;
    return a_rest == 2 && b_rest == 2 && a[first] == b[first + 1] && a[first + 1] == b[first];
}

// Notes the names of one key that are really alike; one may come twice, by two keys.
static size_t
take_alike(const struct gazetteer *gazetteer, uint64_t key, const char *letters, size_t length,
    struct gazetteer_match *match, struct gazetteer_match *end)
{
    struct gazetteer_match *begin = match;
    uint32_t at = GAZETTEER_NONE;

    if (!hashmap_get(gazetteer->deleted, key, &at))
        return 0;
    for (; at != GAZETTEER_NONE && match < end; at = gazetteer->alikes[at].next) {
        const struct name *name = &gazetteer->names[gazetteer->alikes[at].name];

        if (!name->is_trap && is_one_edit(name->letters, name->length, letters, length))
            (match++)->name = gazetteer->alikes[at].name;
    }
    return (size_t)(match - begin);
}

size_t
gazetteer_find_alike(const struct gazetteer *gazetteer, const struct text *text, size_t i,
    struct gazetteer_match *matches, size_t most)
{
    size_t count = 0;

    for (size_t words = 1; words <= 2 && count == 0; words++) {
        char letters[NAME_BYTES];
        size_t length = join(text, i, words, letters);
        uint64_t key = 0;

        if (length < ALIKE_LEAST - 1)
            continue;
        key = word_hash(letters, length) ^ ALIKE_KEY;
        count = take_alike(gazetteer, key, letters, length, matches, matches + most);
        for (size_t k = 1; k < length; k++) {
            if (letters[k] == letters[k - 1])
                continue;
            key = key_without(letters, length, k);
            count += take_alike(gazetteer, key, letters, length, matches + count, matches + most);
        }
        for (size_t k = 0; k < count; k++) {
            matches[k].words = words;
            matches[k].is_respelt = true;
        }
    }
    return count;
}

uint32_t
gazetteer_first(const struct gazetteer *gazetteer, uint32_t name)
{
    return gazetteer->names[name].first;
}

uint32_t
gazetteer_next(const struct gazetteer *gazetteer, uint32_t meaning)
{
    return gazetteer->meanings[meaning].next;
}

uint32_t
gazetteer_meant(const struct gazetteer *gazetteer, uint32_t meaning)
{
    return gazetteer->meanings[meaning].region;
}

bool
gazetteer_is_trap(const struct gazetteer *gazetteer, uint32_t name)
{
    return gazetteer->names[name].is_trap;
}

// phrases.c - a set of phrases, found by the hash of their words.
//
// Two different phrases with one 64-bit hash would be taken for each other; among ten thousands that is less
// likely than a broken memory cell, and it could only misplace one report.
#include "phrases.h"

#include "hashmap.h"

#include <stdlib.h>

struct phrases {
    struct hashmap *numbers; // hash of a whole phrase -> its number
    struct hashmap *longest; // first word -> words in the longest phrase that starts with it
    uint32_t count;
};

struct phrases *
phrases_new(void)
{
    struct phrases *phrases = check_zalloc(1, sizeof(*phrases));

    phrases->numbers = hashmap_new();
    phrases->longest = hashmap_new();
    return phrases;
}

void
phrases_destroy(struct phrases **phrases)
{
    if (*phrases == NULL)
        return;
    hashmap_destroy(&(*phrases)->numbers);
    hashmap_destroy(&(*phrases)->longest);
    free(*phrases);
    *phrases = NULL;
}

// Order matters: "kota tegal" is not "tegal kota".
static uint64_t
extend(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

uint32_t
phrases_add(struct phrases *phrases, const uint64_t *words, size_t count)
{
    uint64_t hash = 0;
    uint32_t number = 0;
    uint32_t longest = 0;

    CHECK(count >= 1 && count <= PHRASE_WORDS_MOST);
    for (size_t i = 0; i < count; i++) {
        CHECK(words[i] != 0);
        hash = extend(hash, words[i]);
    }
    if (hashmap_get(phrases->numbers, hash, &number))
        return number;
    hashmap_put(phrases->numbers, hash, phrases->count);
    if (!hashmap_get(phrases->longest, words[0], &longest) || longest < count)
        hashmap_put(phrases->longest, words[0], (uint32_t)count);
    return phrases->count++;
}

uint32_t
phrases_count(const struct phrases *phrases)
{
    return phrases->count;
}

uint32_t
phrases_find(const struct phrases *phrases, const uint64_t *words, size_t count, size_t *length)
{
    uint32_t longest = 0;
    uint32_t found = PHRASES_NONE;
    uint32_t number = 0;
    uint64_t hash = 0;

    if (count == 0 || !hashmap_get(phrases->longest, words[0], &longest))
        return PHRASES_NONE;
    for (size_t i = 0; i < longest && i < count && words[i] != 0; i++) {
        hash = extend(hash, words[i]);
        if (hashmap_get(phrases->numbers, hash, &number)) {
            found = number;
            *length = i + 1;
        }
    }
    return found;
}

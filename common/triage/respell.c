// respell.c - which listed word an unlisted one is meant to be.
#include "respell.h"

#include "check.h"
#include "hashmap.h"
#include "lexicon.h"

#include <stdlib.h>
#include <string.h>

enum {
    WORD_BYTES = 64,
    ROOT_LEAST = 4,    // letters of a root: with fewer, names are taken apart
    SLIP_LEAST = 5,    // letters of a word that is recognised in spite of a slip
    VOWELS_LEFT = 3,   // one letter in so many, or more, is a vowel in a word that is written out
    DERIVED_LEAST = 7, // letters
};

// Told apart in one table.
#define CONSONANTS_KEY UINT64_C(0x9E3779B97F4A7C15)
#define LETTERS_KEY UINT64_C(0xC2B2AE3D27D4EB4F)

struct respell {
    struct hashmap *numbers; // of a word, of its consonants, of its letters -> place in words
    struct {
        const char *bytes;
        size_t length;
    } * words;
    uint32_t count;
};

struct respell *
respell_new(void)
{
    struct respell *respell = check_zalloc(1, sizeof(*respell));

    respell->numbers = hashmap_new();
    return respell;
}

void
respell_destroy(struct respell **respell)
{
    if (*respell == NULL)
        return;
    hashmap_destroy(&(*respell)->numbers);
    free((*respell)->words);
    free(*respell);
    *respell = NULL;
}

static bool
is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

// Without doubled letters; returns how many are left.
static size_t
fold(const char *word, size_t length, char folded[WORD_BYTES])
{
    size_t count = 0;

    for (size_t i = 0; i < length && count < WORD_BYTES; i++)
        if (count == 0 || folded[count - 1] != word[i])
            folded[count++] = word[i];
    return count;
}

static uint64_t
consonants_key(const char *word, size_t length)
{
    char consonants[WORD_BYTES];
    size_t count = 0;

    for (size_t i = 0; i < length && count < WORD_BYTES; i++)
        if (i == 0 || !is_vowel(word[i]))
            consonants[count++] = word[i];
    return word_hash(consonants, count) ^ CONSONANTS_KEY;
}

// The same for words whose letters changed places.
static uint64_t
letters_key(const char *word, size_t length)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < length; i++)
        sum += word_hash(&word[i], 1);
    return sum ^ LETTERS_KEY;
}

// The first of several is kept: lists begin with the words that are in most reports.
static void
put(struct respell *respell, uint64_t key, uint32_t number)
{
    uint32_t other = 0;

    if (!hashmap_get(respell->numbers, key, &other))
        hashmap_put(respell->numbers, key, number);
}

void
respell_add(struct respell *respell, const char *word, size_t length)
{
    char folded[WORD_BYTES];
    size_t count = fold(word, length, folded);
    uint32_t number = respell->count;

    if ((number & (number - 1)) == 0)
        respell->words = check_realloc(respell->words, ((size_t)number + 1) * 2 * sizeof(*respell->words));
    respell->words[number].bytes = word;
    respell->words[number].length = length;
    respell->count++;
    put(respell, word_hash(word, length), number);
    if (count < SLIP_LEAST)
        return;
    put(respell, consonants_key(folded, count), number);
    put(respell, letters_key(folded, count), number);
}

static const char *
find_key(const struct respell *respell, uint64_t key, size_t *found)
{
    uint32_t number = 0;

    if (!hashmap_get(respell->numbers, key, &number))
        return NULL;
    *found = respell->words[number].length;
    return respell->words[number].bytes;
}

struct affix {
    const char *cut, *put; // what stands there, and what the root has instead
};

// Takes every ending off a word whose beginning is off already.
static const char *
find_without_ending(const struct respell *respell, const char *word, size_t length, size_t *found)
{
    static const char *const endings[] = {"", "nya", "ne", "e", "nipun", "ipun", "kan", "ake", "aken", "ke",
        "an", "in", "i", "na", "en", "ku", "mu", "lah", "pun"};

    for (size_t i = 0; i < LENGTH(endings); i++) {
        size_t cut = strlen(endings[i]);
        const char *listed = NULL;

        if (length < cut + ROOT_LEAST || memcmp(word + length - cut, endings[i], cut) != 0)
            continue;
        listed = find_key(respell, word_hash(word, length - cut), found);
        if (listed != NULL)
            return listed;
    }
    return NULL;
}

static const char *
find_root(const struct respell *respell, const char *word, size_t length, size_t *found)
{
    static const struct affix beginnings[] = {{"", ""}, {"di", ""}, {"ke", ""}, {"ku", ""}, {"tak", ""},
        {"meng", ""}, {"meng", "k"}, {"mem", "p"}, {"mem", ""}, {"men", "t"}, {"men", ""}, {"meny", "s"},
        {"me", ""}, {"ber", ""}, {"ter", ""}, {"se", ""}, {"peng", ""}, {"peng", "k"}, {"pem", "p"},
        {"pem", ""}, {"pen", "t"}, {"pen", ""}, {"peny", "s"}, {"pe", ""}, {"per", ""}, {"nge", ""},
        {"ng", ""}, {"ng", "k"}, {"ny", "s"}, {"ny", "c"}, {"n", "t"}, {"nd", "d"}, {"nj", "j"}, {"m", "p"},
        {"mb", "b"}};
    char root[WORD_BYTES + 1];

    for (size_t i = 0; i < LENGTH(beginnings); i++) {
        size_t cut = strlen(beginnings[i].cut);
        size_t added = strlen(beginnings[i].put);
        const char *listed = NULL;

        if (length < cut + ROOT_LEAST || length > WORD_BYTES || memcmp(word, beginnings[i].cut, cut) != 0)
            continue;
        memcpy(root, beginnings[i].put, added);
        memcpy(root + added, word + cut, length - cut);
        listed = find_without_ending(respell, root, length - cut + added, found);
        if (listed != NULL)
            return listed;
    }
    return NULL;
}

// Do two words differ by neighbours that changed places at most?
static bool
is_slip(const char *left, const char *right, size_t length)
{
    size_t i = 0;

    while (i < length && left[i] == right[i])
        i++;
    if (i == length)
        return true;
    return i > 0 && i + 1 < length && left[i] == right[i + 1] && left[i + 1] == right[i] &&
           memcmp(&left[i + 2], &right[i + 2], length - i - 2) == 0;
}

const char *
respell_find(const struct respell *respell, const char *word, size_t length, size_t *found)
{
    const char *listed = find_root(respell, word, length, found);
    char folded[WORD_BYTES];
    char other[WORD_BYTES];
    size_t count = fold(word, length, folded);
    size_t vowels = 0;

    if (listed != NULL)
        return listed;
    for (size_t i = 0; i < count; i++)
        vowels += is_vowel(folded[i]);
    if (count >= ROOT_LEAST && vowels * VOWELS_LEFT < count) {
        listed = find_key(respell, consonants_key(folded, count), found);
        if (listed != NULL && *found > length)
            return listed;
    }
    if (count < SLIP_LEAST)
        return NULL;
    listed = find_key(respell, letters_key(folded, count), found);
    if (listed == NULL || fold(listed, *found, other) != count || !is_slip(folded, other, count))
        return NULL;
    return listed;
}

static bool
begins(const char *word, const char *beginning, const char *next)
{
    size_t length = strlen(beginning);

    return strncmp(word, beginning, length) == 0 && word[length] != '\0' &&
           strchr(next, word[length]) != NULL;
}

bool
respell_is_derived(const char *word, size_t length)
{
    static const char *const endings[] = {"kan", "nya", "ipun", "aken"};
    char start[5] = "";
    bool has_ending = false;

    if (length < DERIVED_LEAST)
        return false;
    memcpy(start, word, sizeof(start) - 1);
    for (size_t i = 0; i < LENGTH(endings); i++) {
        size_t cut = strlen(endings[i]);

        has_ending |= memcmp(word + length - cut, endings[i], cut) == 0;
    }
    // "meng" before a vowel, "mem" before b: where a name has it, it is the gazetteer's.
    if (begins(start, "mem", "bpfv") || begins(start, "men", "dtcjyg") || strcmp(start, "memp") == 0)
        return true;
    if (begins(start, "ny", "aeiou") || begins(start, "mb", "aeiou") || begins(start, "ngg", "aeiou"))
        return true;
    return has_ending &&
           (begins(start, "di", "bcdfghjklmnpqrstvwyz") || begins(start, "ke", "bcdfghjklmnpqrstvwyz") ||
               begins(start, "pe", "mnrl") || begins(start, "ter", "abcdefghijklmnopqrstuvwyz") ||
               begins(start, "ber", "abcdefghijklmnopqrstuvwyz"));
}

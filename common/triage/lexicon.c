// lexicon.c - slang, Javanese and stop words, by hash.
#include "lexicon.h"

#include "hashmap.h"
#include "stem.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { CHAIN_MOST = 4 }; // slang of slang; also ends a circle

struct entry {
    uint64_t normal; // what it stands for, as written; 0: stop word
    uint64_t stem;   // the same, cut to its stem
    uint64_t meant;  // the stem at the end of its chain
};

struct lexicon {
    struct hashmap *numbers; // word -> place in entries
    struct entry *entries;
    size_t count, room;
    struct stemmer *stemmer;
};

uint64_t
word_hash(const char *word, size_t length)
{
    uint64_t hash = XXH3_64bits(word, length);

    return hash == 0 ? 1 : hash;
}

struct lexicon *
lexicon_new(void)
{
    struct lexicon *lexicon = check_zalloc(1, sizeof(*lexicon));

    lexicon->numbers = hashmap_new();
    lexicon->stemmer = stemmer_new();
    return lexicon;
}

void
lexicon_destroy(struct lexicon **lexicon)
{
    if (*lexicon == NULL)
        return;
    hashmap_destroy(&(*lexicon)->numbers);
    stemmer_destroy(&(*lexicon)->stemmer);
    free((*lexicon)->entries);
    free(*lexicon);
    *lexicon = NULL;
}

void
lexicon_add(struct lexicon *lexicon, const char *word, const char *normal)
{
    struct entry entry = {0, 0, 0};
    size_t length = strlen(normal);
    const char *stem = NULL;

    if (lexicon->count == lexicon->room) {
        lexicon->room = lexicon->room == 0 ? 1024 : lexicon->room * 2;
        lexicon->entries = check_realloc(lexicon->entries, lexicon->room * sizeof(*lexicon->entries));
    }
    if (length > 0) {
        entry.normal = word_hash(normal, length);
        stem = stemmer_find(lexicon->stemmer, normal, length, &length);
        entry.stem = word_hash(stem, length);
    }
    lexicon->entries[lexicon->count] = entry;
    hashmap_put(lexicon->numbers, word_hash(word, strlen(word)), (uint32_t)lexicon->count);
    lexicon->count++;
}

void
lexicon_ready(struct lexicon *lexicon)
{
    for (size_t i = 0; i < lexicon->count; i++) {
        uint32_t at = (uint32_t)i;

        for (int hop = 0; hop < CHAIN_MOST; hop++)
            (void)hashmap_get(lexicon->numbers, lexicon->entries[at].normal, &at);
        lexicon->entries[i].meant = lexicon->entries[at].stem;
    }
}

bool
lexicon_find(const struct lexicon *lexicon, uint64_t word, uint64_t *normal)
{
    uint32_t number = 0;

    if (!hashmap_get(lexicon->numbers, word, &number))
        return false;
    *normal = lexicon->entries[number].meant;
    return true;
}

size_t
lexicon_size(const struct lexicon *lexicon)
{
    return lexicon->count;
}

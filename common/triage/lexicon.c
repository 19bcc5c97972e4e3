// lexicon.c - slang, Javanese and stop words, by hash.
#include "lexicon.h"

#include "hashmap.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { CHAIN_MOST = 4 }; // slang of slang; also ends a circle

struct lexicon {
    struct hashmap *numbers; // word -> place in normals
    uint64_t *normals;       // 0: stop word
    size_t count, room;
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
    return lexicon;
}

void
lexicon_destroy(struct lexicon **lexicon)
{
    if (*lexicon == NULL)
        return;
    hashmap_destroy(&(*lexicon)->numbers);
    free((*lexicon)->normals);
    free(*lexicon);
    *lexicon = NULL;
}

void
lexicon_add(struct lexicon *lexicon, const char *word, const char *normal)
{
    if (lexicon->count == lexicon->room) {
        lexicon->room = lexicon->room == 0 ? 1024 : lexicon->room * 2;
        lexicon->normals = check_realloc(lexicon->normals, lexicon->room * sizeof(*lexicon->normals));
    }
    lexicon->normals[lexicon->count] = normal[0] == '\0' ? 0 : word_hash(normal, strlen(normal));
    hashmap_put(lexicon->numbers, word_hash(word, strlen(word)), (uint32_t)lexicon->count);
    lexicon->count++;
}

void
lexicon_ready(struct lexicon *lexicon)
{
    for (size_t i = 0; i < lexicon->count; i++) {
        uint32_t next = 0;

        for (int hop = 0; hop < CHAIN_MOST && hashmap_get(lexicon->numbers, lexicon->normals[i], &next);
             hop++)
            lexicon->normals[i] = lexicon->normals[next];
    }
}

bool
lexicon_find(const struct lexicon *lexicon, uint64_t word, uint64_t *normal)
{
    uint32_t number = 0;

    if (!hashmap_get(lexicon->numbers, word, &number))
        return false;
    *normal = lexicon->normals[number];
    return true;
}

size_t
lexicon_size(const struct lexicon *lexicon)
{
    return lexicon->count;
}

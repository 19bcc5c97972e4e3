// text_features.c - from words to hashed features.
#include "text_features.h"

#include "check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORDS_MOST = 4096,
    LETTERS_LEAST = 3,
    LETTERS_MOST = 5, // with their number they fit in 64 bits
    PADDED_MOST = 64 + 2,
};

void
text_features_free(struct text_features *features)
{
    free(features->items);
    memset(features, 0, sizeof(*features));
}

// Murmur3's finaliser: each bit of the key reaches each bit of the hash.
static uint32_t
mix(uint64_t key, enum text_feature_block block)
{
    key += (uint64_t)block * UINT64_C(0x9E3779B97F4A7C15);
    key = (key ^ (key >> 33)) * UINT64_C(0xFF51AFD7ED558CCD);
    key = (key ^ (key >> 33)) * UINT64_C(0xC4CEB9FE1A85EC53);
    key >>= 32;
    return key == 0 ? 1 : (uint32_t)key;
}

static void
add(struct text_features *features, uint64_t key, enum text_feature_block block, size_t word)
{
    features->items[features->count++] =
        (struct text_feature){.hash = mix(key, block), .block = (uint16_t)block, .word = (uint16_t)word};
}

// The sequences of 3 to 5 bytes of " word "; of a shorter one the whole.
static void
add_letters(struct text_features *features, const char *word, size_t length, size_t number)
{
    char padded[PADDED_MOST + sizeof(uint64_t)] = " ";
    uint64_t bytes = 0;

    memcpy(padded + 1, word, length);
    padded[1 + length] = ' ';
    length += 2;
    for (size_t n = LETTERS_LEAST; n <= LETTERS_MOST; n++) {
        for (size_t i = 0; i + n <= length; i++) {
            memcpy(&bytes, &padded[i], sizeof(bytes));
            bytes = (bytes & ((UINT64_C(1) << (8 * n)) - 1)) | ((uint64_t)n << 56);
            add(features, bytes, FEATURE_LETTERS, number);
        }
        if (n >= length)
            break;
    }
}

static void
reserve(struct text_features *features, size_t most)
{
    if (most <= features->room)
        return;
    features->room = most * 2;
    features->items = check_realloc(features->items, features->room * sizeof(*features->items));
}

void
text_features_add(struct text_features *features, uint64_t key, enum text_feature_block block, size_t times)
{
    reserve(features, features->count + times);
    for (size_t i = 0; i < times; i++)
        add(features, key, block, TEXT_FEATURE_NO_WORD);
}

// Is it a word after which something that stands there names a place: "di depan pasar", "ngarep sekolah"?
static bool
is_beside(const struct text *text, size_t i)
{
    static const char *const words[] = {"depan", "dpn", "dekat", "dkt", "deket", "sebelah", "sblh", "samping",
        "belakang", "blkg", "seberang", "menuju", "arah", "ngarep", "ngarepe", "ngajeng", "cedhak", "cedak",
        "cerak", "sandhing", "mburi", "mburine"};
    const struct text_span *span = &text->spans[i];

    for (size_t k = 0; k < LENGTH(words); k++)
        if (words[k][0] == text->plain[span->at] && strlen(words[k]) == span->length &&
            memcmp(words[k], text->plain + span->at, span->length) == 0)
            return true;
    return false;
}

// Does the raw word name what stands beside the place, and so nothing of the matter?
static bool
is_landmark(const struct text *text, size_t i)
{
    return i > 0 && text->spans[i].kind == TEXT_WORD && text->spans[i - 1].kind == TEXT_WORD &&
           is_beside(text, i - 1);
}

static void
add_word(struct text_features *features, const struct text *text, size_t i, size_t count)
{
    const struct text_span *span = &text->spans[i];

    add(features, text->raw[i], FEATURE_WORD, i);
    if (i + 1 < count && text->spans[i + 1].kind != TEXT_BREAK && !is_landmark(text, i + 1))
        add(features, text->raw[i] * 31 + text->raw[i + 1], FEATURE_PAIR, i);
    add_letters(features, text->plain + span->at, span->length, i);
}

void
text_features_find(struct text_features *features, const struct text *text)
{
    size_t raw = text->raw_count < WORDS_MOST ? text->raw_count : WORDS_MOST;
    size_t words = text->word_count < WORDS_MOST ? text->word_count : WORDS_MOST;

    reserve(features, 2 * raw + words + // words, pairs, stems
                          (LETTERS_MOST - LETTERS_LEAST + 1) * (text->plain_length + 2 * raw));
    features->count = 0;
    for (size_t i = 0; i < raw; i++)
        if (text->spans[i].kind != TEXT_BREAK && !is_landmark(text, i))
            add_word(features, text, i, raw);
    for (size_t i = 0; i < words; i++)
        if (text->words[i] != 0 && !is_landmark(text, text->origins[i]))
            add(features, text->words[i], FEATURE_STEM, i);
}

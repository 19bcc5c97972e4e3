// text.c - from bytes to words.
//
// Pure but for its own memory, which is bounded by the longest report seen.
#include "text.h"

#include "check.h"
#include "stem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <xxhash.h>

enum {
    WORD_BYTES = 64,  // longer words are cut; the longest real one has 30
    PHONE_LEAST = 10, // digits of a mobile number, 08 or 62 included
    PHONE_MOST = 14,
    SENTENCE_WORD = 5, // a full stop after fewer letters is an abbreviation: "kab.", "jl."
    DOUBLED_WORD = 5,  // "lubang2" is a plural, "sma2" and "gang2" are numbers
    STEM_LEAST = 4,    // "jalannya" loses -nya, "tanya" does not
    STEMS = 1 << 14,   // words whose meaning is kept at hand
    RT_SEED = 1,
    RW_SEED = 2,
};

// What words were found to mean, so that the stemmer runs once for each; a slot keeps its latest word.
struct text_stems {
    struct stemmer *stemmer;
    const struct lexicon *lexicon; // that these meanings are of
    struct {
        uint64_t raw, meant;
    } slots[STEMS];
};

enum expecting { NOTHING, RT_NUMBER, RW_NUMBER };

struct reader {
    struct text *text;
    const struct lexicon *lexicon;
    const char *at, *end;
    const char *folded, *source; // the text with small letters, and as written; source NULL: not known
    enum expecting expecting;
    size_t last_letters; // bytes of the word just read; 0 after anything else
    bool hyphen;         // the last thing was a hyphen right after a word
};

void
text_free(struct text *text)
{
    free(text->raw);
    free(text->spans);
    free(text->words);
    free(text->origins);
    free(text->plain);
    free(text->folded);
    free(text->points);
    if (text->stems != NULL)
        stemmer_destroy(&text->stems->stemmer);
    free(text->stems);
    memset(text, 0, sizeof(*text));
}

void
text_clear(struct text *text)
{
    text->raw_count = 0;
    text->word_count = 0;
    text->plain_length = 0;
}

// Room in both lists for this many more.
static void
reserve(struct text *text, size_t more)
{
    size_t most = (text->raw_count > text->word_count ? text->raw_count : text->word_count) + more;

    if (most <= text->room)
        return;
    text->room = most * 2;
    text->raw = check_realloc(text->raw, text->room * sizeof(*text->raw));
    text->spans = check_realloc(text->spans, text->room * sizeof(*text->spans));
    text->words = check_realloc(text->words, text->room * sizeof(*text->words));
    text->origins = check_realloc(text->origins, text->room * sizeof(*text->origins));
}

static void
reserve_bytes(char **bytes, size_t *room, size_t length)
{
    if (length <= *room)
        return;
    *room = length * 2;
    *bytes = check_realloc(*bytes, *room);
}

// Folds text that has other characters than ASCII.  Returns its new length, 0 when it is not UTF-8.
static size_t
fold_unicode(struct text *text, const char *bytes, size_t length, const char **plain)
{
    const int options =
        UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
    utf8proc_ssize_t count = 0;

    for (;;) {
        count = utf8proc_decompose((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length, text->points,
            (utf8proc_ssize_t)text->points_room, (utf8proc_option_t)options);
        if (count < 0)
            return 0;
        if ((size_t)count < text->points_room) // one more is needed for the end
            break;
        text->points_room = ((size_t)count + 1) * 2;
        text->points = check_realloc(text->points, text->points_room * sizeof(*text->points));
    }
    count = utf8proc_reencode(text->points, count, (utf8proc_option_t)options);
    *plain = (const char *)text->points;
    return count < 0 ? 0 : (size_t)count;
}

static size_t
fold(struct text *text, const char *bytes, size_t length, const char **plain)
{
    reserve_bytes(&text->folded, &text->folded_room, length);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];

        if (c >= 0x80)
            return fold_unicode(text, bytes, length, plain);
        text->folded[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    *plain = text->folded;
    return length;
}

static bool
is_digit(const struct reader *reader, const char *at)
{
    return at < reader->end && *at >= '0' && *at <= '9';
}

// Bytes of the letter at this place; 0: not a letter.
static size_t
letter(const struct reader *reader, const char *at)
{
    utf8proc_int32_t point = 0;
    utf8proc_ssize_t length = 0;
    utf8proc_category_t category = UTF8PROC_CATEGORY_CN;

    if (at >= reader->end)
        return 0;
    if ((unsigned char)*at < 0x80)
        return *at >= 'a' && *at <= 'z';
    length = utf8proc_iterate((const utf8proc_uint8_t *)at, reader->end - at, &point);
    if (length <= 0)
        return 0;
    category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO ? (size_t)length : 0;
}

static void
add_raw(struct text *text, enum text_kind kind, uint64_t hash, const char *word, size_t length)
{
    if (length > 0) {
        text->plain[text->plain_length++] = ' ';
        memcpy(&text->plain[text->plain_length], word, length);
    }
    text->spans[text->raw_count] = (struct text_span){
        .at = (uint32_t)text->plain_length, .length = (uint8_t)length, .kind = (uint8_t)kind};
    text->raw[text->raw_count++] = hash;
    text->plain_length += length;
}

// Adds a word as meant for the raw word that was added last.
static void
add_meant(struct text *text, uint64_t meant)
{
    text->origins[text->word_count] = (uint32_t)(text->raw_count - 1);
    text->words[text->word_count++] = meant;
}

static void
add_break(struct text *text)
{
    if (text->raw_count > 0 && text->raw[text->raw_count - 1] != 0)
        add_raw(text, TEXT_BREAK, 0, NULL, 0);
    if (text->word_count > 0 && text->words[text->word_count - 1] != 0)
        add_meant(text, 0);
}

// Is the word in the lexicon once this ending is taken off?
static bool
is_known_without(
    const struct lexicon *lexicon, const char *word, size_t length, const char *ending, uint64_t *normal)
{
    size_t cut = strlen(ending);

    if (length < cut + STEM_LEAST - 1 || memcmp(word + length - cut, ending, cut) != 0)
        return false;
    return lexicon_find(lexicon, word_hash(word, length - cut), normal);
}

// What a word as written is meant to say; 0: nothing.
static uint64_t
find_meaning(struct stemmer *stemmer, const struct lexicon *lexicon, const char *word, size_t length)
{
    // Javanese: "dalane", "lampune", "dalanipun"; Indonesian: "jalannya".
    static const char *const endings[] = {"nya", "nipun", "ipun", "ne", "e"};
    const char *stem = NULL;
    size_t stem_length = 0;
    uint64_t normal = 0;

    if (lexicon_find(lexicon, word_hash(word, length), &normal))
        return normal;
    for (size_t i = 0; i < LENGTH(endings); i++)
        if (is_known_without(lexicon, word, length, endings[i], &normal))
            return normal;
    stem = stemmer_find(stemmer, word, length, &stem_length);
    // A stem that is a stop word by itself may stand for more here: "perbaikan", "baik".
    if (lexicon_find(lexicon, word_hash(stem, stem_length), &normal) && normal != 0)
        return normal;
    return word_hash(stem, stem_length);
}

static uint64_t
meaning(const struct reader *reader, const char *word, size_t length, uint64_t raw)
{
    struct text_stems *stems = reader->text->stems;
    size_t slot = raw % STEMS;

    if (reader->lexicon == NULL)
        return raw;
    if (stems == NULL) {
        stems = check_zalloc(1, sizeof(*stems));
        stems->stemmer = stemmer_new();
        reader->text->stems = stems;
    }
    if (stems->lexicon != reader->lexicon) {
        memset(stems->slots, 0, sizeof(stems->slots));
        stems->lexicon = reader->lexicon;
    }
    if (stems->slots[slot].raw != raw) {
        stems->slots[slot].raw = raw;
        stems->slots[slot].meant = find_meaning(stems->stemmer, reader->lexicon, word, length);
    }
    return stems->slots[slot].meant;
}

static void
add_word(struct reader *reader, const char *word, size_t length)
{
    struct text *text = reader->text;
    uint64_t raw = word_hash(word, length);
    uint64_t meant = meaning(reader, word, length, raw);

    reader->expecting = NOTHING;
    // lubang-lubang
    if (reader->hyphen && text->raw_count > 0 && text->raw[text->raw_count - 1] == raw)
        return;
    add_raw(text, TEXT_WORD, raw, word, length);
    if (meant != 0)
        add_meant(text, meant);
    if (length == 2 && word[0] == 'r' && (word[1] == 't' || word[1] == 'w') && meant == raw)
        reader->expecting = word[1] == 't' ? RT_NUMBER : RW_NUMBER;
}

// Does a capital stand here, and a small letter after it?
static bool
is_capital(const struct reader *reader)
{
    const char *source = reader->source == NULL ? NULL : reader->source + (reader->at - reader->folded);

    return source != NULL && reader->at + 1 < reader->end && source[0] >= 'A' && source[0] <= 'Z' &&
           source[1] >= 'a' && source[1] <= 'z';
}

static void
read_word(struct reader *reader)
{
    char word[WORD_BYTES];
    bool capital = is_capital(reader);
    size_t count = reader->text->raw_count;
    size_t length = 0;
    size_t run = 0; // how often the last letter stands there already
    size_t step = 0;

    while ((step = letter(reader, reader->at)) > 0 ||
           (*reader->at == '\'' && letter(reader, reader->at + 1) > 0)) {
        if (step == 0) { // jum'at
            reader->at++;
            continue;
        }
        run = step == 1 && length > 0 && word[length - 1] == *reader->at ? run + 1 : 1;
        if (run == 3 && *reader->at != 'i')
            length--; // tolooong; but "gang iii"
        if ((run < 3 || *reader->at == 'i') && length + step <= sizeof(word)) {
            memcpy(&word[length], reader->at, step);
            length += step;
        }
        reader->at += step;
        if (reader->at == reader->end)
            break;
    }
    add_word(reader, word, length);
    if (reader->text->raw_count > count)
        reader->text->spans[count].is_capital = capital;
    reader->hyphen = false;
    reader->last_letters = length;
    // lubang2
    if (length >= DOUBLED_WORD && is_digit(reader, reader->at) && *reader->at == '2' &&
        !is_digit(reader, reader->at + 1) && letter(reader, reader->at + 1) == 0)
        reader->at++;
}

// Steps over a telephone number: 08 or 62 or +62, and single separators between digits.
static bool
skip_phone(struct reader *reader)
{
    const char *at = reader->at + (*reader->at == '+');
    const char *last = at;
    size_t digits = 0;
    bool national = is_digit(reader, at + 1) && at[0] == '0' && at[1] == '8';
    bool abroad = is_digit(reader, at + 1) && at[0] == '6' && at[1] == '2' &&
                  (*reader->at == '+' || (is_digit(reader, at + 2) && at[2] == '8'));

    if (!national && !abroad)
        return false;
    while (is_digit(reader, at) || ((*at == ' ' || *at == '-' || *at == '.') && is_digit(reader, at + 1))) {
        digits += is_digit(reader, at);
        at++;
        last = at;
        if (at == reader->end)
            break;
    }
    if (digits < PHONE_LEAST || digits > PHONE_MOST)
        return false;
    reader->at = last;
    reader->last_letters = 0;
    return true;
}

static void
read_number(struct reader *reader)
{
    struct text *text = reader->text;
    char digits[WORD_BYTES];
    size_t length = 0;
    size_t zeros = 0;
    uint64_t number = 0;

    while (is_digit(reader, reader->at) || (*reader->at == '.' && is_digit(reader, reader->at + 1))) {
        if (*reader->at != '.' && length < sizeof(digits) && (length > 0 || *reader->at != '0'))
            digits[length++] = *reader->at;
        else if (length == 0 && zeros < WORD_BYTES)
            zeros++;
        if (++reader->at == reader->end)
            break;
    }
    if (length == 0) {
        digits[length++] = '0';
        zeros -= zeros > 0;
    }
    number = word_hash(digits, length);
    reader->last_letters = 0;
    reader->hyphen = false;
    add_raw(text, TEXT_NUMBER, number, digits, length);
    text->spans[text->raw_count - 1].zeros = (uint8_t)zeros;
    if (reader->expecting == NOTHING) {
        add_meant(text, number);
        return;
    }
    // The word rt or rw just before gives way to "number 2 of an RT", so that "rt 2/5" and "rt 2 rw 5" are
    // the same.
    if (text->word_count > 0 && text->words[text->word_count - 1] == text->raw[text->raw_count - 2])
        text->word_count--;
    add_meant(
        text, XXH3_64bits_withSeed(digits, length, reader->expecting == RT_NUMBER ? RT_SEED : RW_SEED) | 1);
    reader->expecting = reader->expecting == RT_NUMBER && reader->at < reader->end && *reader->at == '/'
                            ? RW_NUMBER
                            : NOTHING;
}

static void
read_mark(struct reader *reader)
{
    char mark = *reader->at;
    bool ends = reader->at + 1 == reader->end || reader->at[1] == ' ' || reader->at[1] == '\n';

    if (mark == '\n' || mark == ',' || mark == '(' || mark == '!' || mark == '?' || mark == ';' ||
        (mark == '.' && ends && reader->last_letters >= SENTENCE_WORD))
        add_break(reader->text);
    reader->hyphen = mark == '-' && reader->last_letters > 0;
    reader->last_letters = 0;
    reader->at++;
}

void
text_add(struct text *text, const struct lexicon *lexicon, const char *bytes, size_t length)
{
    struct reader reader = {.text = text, .lexicon = lexicon};

    if (length == 0)
        return;
    reader.source = bytes;
    length = fold(text, bytes, length, &reader.at);
    if (length == 0) // not UTF-8
        return;
    reader.end = reader.at + length;
    reader.folded = reader.at;
    // Other characters than ASCII may have changed their length.
    if (reader.at != text->folded)
        reader.source = NULL;
    reserve(text, length + 2); // no more words than bytes, and a break
    reserve_bytes(&text->plain, &text->plain_room, text->plain_length + 2 * length + 2);
    while (reader.at < reader.end) {
        if ((*reader.at == '+' || is_digit(&reader, reader.at)) && skip_phone(&reader))
            continue;
        if (is_digit(&reader, reader.at))
            read_number(&reader);
        else if (letter(&reader, reader.at) > 0)
            read_word(&reader);
        else
            read_mark(&reader);
    }
    add_break(text);
}

// text.c - from bytes to words.
//
// Pure but for its own memory, which is bounded by the longest report seen.
#include "text.h"

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
    RT_SEED = 1,
    RW_SEED = 2,
};

enum expecting { NOTHING, RT_NUMBER, RW_NUMBER };

struct reader {
    struct text *text;
    const struct lexicon *lexicon;
    const char *at, *end;
    enum expecting expecting;
    size_t last_letters; // bytes of the word just read; 0 after anything else
    bool hyphen;         // the last thing was a hyphen right after a word
};

void
text_free(struct text *text)
{
    free(text->raw);
    free(text->words);
    free(text->plain);
    free(text->points);
    memset(text, 0, sizeof(*text));
}

void
text_clear(struct text *text)
{
    text->raw_count = 0;
    text->word_count = 0;
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
    text->words = check_realloc(text->words, text->room * sizeof(*text->words));
}

static void
reserve_plain(struct text *text, size_t length)
{
    if (length <= text->plain_room)
        return;
    text->plain_room = length * 2;
    text->plain = check_realloc(text->plain, text->plain_room);
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
    reserve_plain(text, length);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];

        if (c >= 0x80)
            return fold_unicode(text, bytes, length, plain);
        text->plain[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    *plain = text->plain;
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
add_break(struct text *text)
{
    if (text->raw_count > 0 && text->raw[text->raw_count - 1] != 0)
        text->raw[text->raw_count++] = 0;
    if (text->word_count > 0 && text->words[text->word_count - 1] != 0)
        text->words[text->word_count++] = 0;
}

// What a word as written is meant to say; 0: nothing.
static uint64_t
meaning(const struct reader *reader, const char *word, size_t length, uint64_t raw)
{
    uint64_t normal = 0;

    if (reader->lexicon == NULL || lexicon_find(reader->lexicon, raw, &normal))
        return reader->lexicon == NULL ? raw : normal;
    if (length < STEM_LEAST + 3 || memcmp(word + length - 3, "nya", 3) != 0)
        return raw;
    raw = word_hash(word, length - 3);
    return lexicon_find(reader->lexicon, raw, &normal) ? normal : raw;
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
    text->raw[text->raw_count++] = raw;
    if (meant != 0)
        text->words[text->word_count++] = meant;
    if (length == 2 && word[0] == 'r' && (word[1] == 't' || word[1] == 'w') && meant == raw)
        reader->expecting = word[1] == 't' ? RT_NUMBER : RW_NUMBER;
}

static void
read_word(struct reader *reader)
{
    char word[WORD_BYTES];
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
        if (run == 3)
            length--; // tolooong
        if (run < 3 && length + step <= sizeof(word)) {
            memcpy(&word[length], reader->at, step);
            length += step;
        }
        reader->at += step;
        if (reader->at == reader->end)
            break;
    }
    add_word(reader, word, length);
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
    uint64_t number = 0;

    while (is_digit(reader, reader->at) || (*reader->at == '.' && is_digit(reader, reader->at + 1))) {
        if (*reader->at != '.' && length < sizeof(digits) && (length > 0 || *reader->at != '0'))
            digits[length++] = *reader->at;
        if (++reader->at == reader->end)
            break;
    }
    if (length == 0)
        digits[length++] = '0';
    number = word_hash(digits, length);
    reader->last_letters = 0;
    reader->hyphen = false;
    text->raw[text->raw_count++] = number;
    if (reader->expecting == NOTHING) {
        text->words[text->word_count++] = number;
        return;
    }
    // The word rt or rw just before gives way to "number 2 of an RT", so that "rt 2/5" and "rt 2 rw 5" are
    // the same.
    if (text->word_count > 0 && text->words[text->word_count - 1] == text->raw[text->raw_count - 2])
        text->word_count--;
    text->words[text->word_count++] =
        XXH3_64bits_withSeed(digits, length, reader->expecting == RT_NUMBER ? RT_SEED : RW_SEED) | 1;
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
    length = fold(text, bytes, length, &reader.at);
    reader.end = reader.at + length;
    reserve(text, length + 2); // no more words than bytes, and a break
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

// test_text.c - text.h, by tests/data/triage/text.tsv, and bytes of every kind.
#include "cmocka_all.h"
#include "reference.h"
#include "text.h"
#include "tsv.h"

#include <stdlib.h>
#include <string.h>

static int
compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

// Equal for texts whose sets of words as meant are equal.
static uint64_t
signature(struct text *text, const struct lexicon *lexicon, const char *bytes)
{
    uint64_t sum = 0;

    text_clear(text);
    text_add(text, lexicon, bytes, strlen(bytes));
    qsort(text->words, text->word_count, sizeof(*text->words), compare);
    for (size_t i = 0; i < text->word_count; i++)
        if (i == 0 || text->words[i] != text->words[i - 1])
            sum = sum * 31 + text->words[i];
    return sum;
}

static void
follows_the_table(void **state)
{
    struct knowledge *knowledge = *state;
    struct tsv *table = tsv_open("tests/data/triage/text.tsv", "expected\tleft\tright\twhy");
    struct text text = {0};

    while (tsv_next(table)) {
        bool same = signature(&text, knowledge->lexicon, tsv_field(table, 1)) ==
                    signature(&text, knowledge->lexicon, tsv_field(table, 2));

        if (same != (strcmp(tsv_field(table, 0), "same") == 0))
            fail_msg("text.tsv:%d (%s): not %s", tsv_line(table), tsv_field(table, 3), tsv_field(table, 0));
    }
    tsv_close(&table);
    text_free(&text);
}

static void
keeps_names_as_they_are_written(void **state)
{
    struct knowledge *knowledge = *state;
    struct text text = {0};

    text_add(&text, knowledge->lexicon, "Di Kali Wungu. ", 15);
    assert_int_equal(text.raw_count, 4);
    assert_int_equal(text.raw[0], word_hash("di", 2));
    assert_int_equal(text.raw[1], word_hash("kali", 4));
    assert_int_equal(text.raw[2], word_hash("wungu", 5));
    assert_int_equal(text.raw[3], 0);
    text_free(&text);
}

// The first word as meant of a text.
static uint64_t
meant(const struct lexicon *lexicon, const char *word)
{
    struct text text = {0};
    uint64_t hash = 0;

    text_add(&text, lexicon, word, strlen(word));
    hash = text.words[0];
    text_free(&text);
    return hash;
}

static void
cuts_words_to_their_stem(void **state)
{
    const struct lexicon *lexicon = ((struct knowledge *)*state)->lexicon;

    assert_int_equal(meant(lexicon, "diperbaiki"), meant(lexicon, "perbaikan"));
    assert_int_equal(meant(lexicon, "kali"), meant(lexicon, "sungai")); // Javanese, by the lexicon
    assert_int_equal(meant(lexicon, "dalanipun"), meant(lexicon, "jalan"));
    assert_int_not_equal(meant(lexicon, "jembatan"), meant(lexicon, "jalan"));
}

static void
keeps_the_bytes_of_each_word(void **state)
{
    struct text text = {0};

    (void)state;
    text_add(&text, NULL, "Jl. Mawar no 007,  RT 02", 24);
    assert_int_equal(text.plain_length, strlen(" jl mawar no 7 rt 2"));
    assert_memory_equal(text.plain, " jl mawar no 7 rt 2", text.plain_length);
    assert_int_equal(text.spans[1].at, 4);
    assert_int_equal(text.spans[1].length, 5);
    assert_int_equal(text.spans[1].kind, TEXT_WORD);
    assert_int_equal(text.spans[3].kind, TEXT_NUMBER);
    assert_int_equal(text.spans[4].kind, TEXT_BREAK);
    text_free(&text);
}

static void
breaks_at_the_end_of_a_sentence_only(void **state)
{
    struct text text = {0};

    (void)state;
    text_add(&text, NULL, "kab. semarang. rusak", 20);
    assert_int_equal(text.raw_count, 5); // kab semarang | rusak |
    assert_int_equal(text.raw[2], 0);
    text_clear(&text);
    text_add(&text, NULL, "a\n\n\nb!?", 7);
    assert_int_equal(text.raw_count, 4); // a | b |
    text_free(&text);
}

static void
cuts_long_words_and_takes_long_texts(void **state)
{
    struct knowledge *knowledge = *state;
    struct text text = {0};
    char *bytes = malloc(20000);

    memset(bytes, 'x', 20000);
    text_add(&text, knowledge->lexicon, bytes, 20000);
    assert_int_equal(text.word_count, 2);
    text_clear(&text);
    for (size_t i = 0; i < 20000; i++)
        bytes[i] = i % 2 == 0 ? 'a' : '1';
    text_add(&text, knowledge->lexicon, bytes, 20000);
    assert_int_equal(text.raw_count, 20001);
    text_free(&text);
    free(bytes);
}

// Whatever the bytes: it ends, and memory stays whole (the sanitizers look).
static void
takes_any_bytes(void **state)
{
    static const char *const pieces[] = {"rt", "rw ", "2", "02/", "08123456789", "+62", "-", "'", "'", ".",
        "\n", "a", "aaa", "nya", "jalan", " ", "\xc3\xa9", "\xf0\x9f\x98\xad", "\xef\xb7\xba", "\xe2\x80\x8b",
        "\xff", "\xc3", "\xe0\x80"};
    struct knowledge *knowledge = *state;
    struct text text = {0};
    char bytes[256] = {0};
    uint64_t seed = 1;

    for (int round = 0; round < 20000; round++) {
        size_t length = 0;

        for (uint32_t i = reference_random(&seed, 20) + 1; i > 0; i--) {
            const char *piece = pieces[reference_random(&seed, LENGTH(pieces))];

            while (*piece != '\0')
                bytes[length++] = *piece++;
        }
        // A copy of just this size, so that one byte too far is seen.
        char *exact = malloc(length + 1); // never 0

        memcpy(exact + 1, bytes, length);
        text_clear(&text);
        text_add(&text, knowledge->lexicon, exact + 1, length);
        assert_true(text.raw_count <= length * 18 + 1);
        free(exact);
    }
    text_free(&text);
}

static void
takes_nothing_from_what_is_not_text(void **state)
{
    struct text text = {0};

    (void)state;
    text_add(&text, NULL, "jalan \xff rusak", 13);
    assert_int_equal(text.raw_count, 0);
    text_add(&text, NULL, "", 0);
    assert_int_equal(text.raw_count, 0);
    text_free(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_table),
        cmocka_unit_test(keeps_names_as_they_are_written),
        cmocka_unit_test(cuts_words_to_their_stem),
        cmocka_unit_test(keeps_the_bytes_of_each_word),
        cmocka_unit_test(breaks_at_the_end_of_a_sentence_only),
        cmocka_unit_test(cuts_long_words_and_takes_long_texts),
        cmocka_unit_test(takes_any_bytes),
        cmocka_unit_test(takes_nothing_from_what_is_not_text),
    };

    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}

// test_gsm7.c - what fits into a short message.
#include "gsm7.h"

#include "cmocka_all.h"

#include <string.h>

static void
nearest_characters(void **state)
{
    static const char *const rows[][2] = {
        {"Jalan rusak.", "Jalan rusak."},
        {"\u201csudah\u201d \u2018besok\u2019 \u2013 lusa\u2026", "\"sudah\" 'besok' - lusa..."},
        {"caf\u00e9 \u00e0 \u00f1 \u00df \u20ac", "caf\u00e9 \u00e0 \u00f1 \u00df \u20ac"},
        {"M\u00e1ri\u00e7a", "Marica"},
        {"satu\ndua\tiga", "satu dua iga"},
        {"a\u00a0b\u200bc", "a bc"},
        {"api \U0001F525\ufe0f!", "api !"},
        {"\u26a0 awas", " awas"},
        {"\ua997\ua9ae", "??"},
        {"`x`", "'x'"},
        {"a\x01\x7f"
         "b",
            "ab"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct str out = {0};
        size_t length = 0;

        gsm7_add(&out, rows[i][0]);
        assert_string_equal(out.data, rows[i][1]);
        assert_null(gsm7_stranger(out.data, &length));
        str_free(&out);
    }
}

static void
parts(void **state)
{
    static const struct {
        const char *piece;
        size_t times, parts;
    } rows[] = {
        {"a", 0, 0},
        {"a", 160, 1},
        {"a", 161, 2},
        {"a", 306, 2},
        {"a", 307, 3},
        {"\u20ac", 80, 1},
        {"\u20ac", 81, 2},
        {"\u00e9", 160, 1},
        {"\u2019", 70, 1},
        {"\u2019", 71, 2},
        {"\u2019", 134, 2},
        {"\u2019", 135, 3},
        {"\U0001F525", 35, 1},
        {"\U0001F525", 36, 2},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct str text = {0};

        str_add(&text, "", 0);
        for (size_t k = 0; k < rows[i].times; k++)
            str_add_text(&text, rows[i].piece);
        assert_int_equal(gsm7_parts(text.data), rows[i].parts);
        str_free(&text);
    }
    assert_int_equal(gsm7_length("[a]"), 5);
}

// Two units that would stand across the border of two parts are the first of the next one.
static void
no_character_lies_in_two_parts(void **state)
{
    static const struct {
        const char *piece, *pair;
        int before, after;
        size_t parts;
    } rows[] = {
        {"a", "{", 152, 152, 3},
        {"a", "{", 151, 153, 2},
        {"a", "{", 153, 151, 2},
        {"a", "{", 100, 58, 1},
        {"\u2019", "\U0001F525", 66, 66, 3},
        {"\u2019", "\U0001F525", 65, 67, 2},
        {"\u2019", "\U0001F525", 66, 2, 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct str text = {0};

        for (int k = 0; k < rows[i].before; k++)
            str_add_text(&text, rows[i].piece);
        str_add_text(&text, rows[i].pair);
        for (int k = 0; k < rows[i].after; k++)
            str_add_text(&text, rows[i].piece);
        assert_int_equal(gsm7_parts(text.data), rows[i].parts);
        str_free(&text);
    }
}

static void
finds_strangers(void **state)
{
    size_t length = 0;
    const char *text = "abc\u2019d";

    (void)state;
    assert_ptr_equal(gsm7_stranger(text, &length), text + 3);
    assert_int_equal(length, 3);
    assert_null(gsm7_stranger("abc \u00c7 {}", &length));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nearest_characters), cmocka_unit_test(parts),
        cmocka_unit_test(no_character_lies_in_two_parts), cmocka_unit_test(finds_strangers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_str.c - what is text, what fits, base64url.
#include "cmocka_all.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

static void
grows(void **state)
{
    (void)state;
    struct str str = {0};
    str_add(&str, NULL, 0);
    assert_string_equal(str.data, "");
    for (int i = 0; i < 1000; i++)
        str_format(&str, "%d,", i % 10);
    assert_int_equal(str.length, 2000);
    assert_memory_equal(str.data, "0,1,2,3,", 8);
    assert_int_equal(str.data[2000], '\0');
    str_add(&str, "a\0b", 3);
    assert_int_equal(str.length, 2003);

    const char *before = str.data;
    str_clear(&str);
    assert_int_equal(str.length, 0);
    assert_string_equal(str.data, "");
    str_reserve(&str, 1500);
    assert_ptr_equal(str.data, before);
    str_add_text(&str, "lagi");
    assert_string_equal(str.data, "lagi");
    str_free(&str);
    assert_null(str.data);
    str_clear(&str);
    str_free(&str);
}

// From RFC 3629 and the borders of its table (section 4).
static void
knows_text(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        bool text;
    } rows[] = {
        {"", 0, true}, {"a", 1, true}, {"\0", 1, false}, {"abcdefg\0", 8, false}, {"abcdefgh\0", 9, false},
        {"abcdefghijklmno\x80", 16, false}, {"jalan rusak di desa", 19, true}, {"\x7f", 1, true},
        {"\x80", 1, false}, {"\xbf", 1, false}, {"\xc0\x80", 2, false}, // NUL in disguise
        {"\xc1\xbf", 2, false}, {"\xc2\x80", 2, true}, {"\xc2", 1, false}, {"\xc2\x41", 2, false},
        {"\xdf\xbf", 2, true}, {"\xe0\x9f\xbf", 3, false}, {"\xe0\xa0\x80", 3, true}, {"\xe0\xa0", 2, false},
        {"\xed\x9f\xbf", 3, true}, {"\xed\xa0\x80", 3, false}, // surrogate
        {"\xed\xbf\xbf", 3, false}, {"\xee\x80\x80", 3, true}, {"\xef\xbf\xbf", 3, true},
        {"\xe1\x80\x41", 3, false}, {"\xf0\x8f\xbf\xbf", 4, false}, {"\xf0\x90\x80\x80", 4, true},
        {"\xf0\x9f\x9a\xa7", 4, true}, {"\xf0\x9f\x9a", 3, false}, {"\xf4\x8f\xbf\xbf", 4, true},
        {"\xf4\x90\x80\x80", 4, false}, // above U+10FFFF
        {"\xf5\x80\x80\x80", 4, false}, {"\xff", 1, false},
        {"12345678\xea\xa6\xb2 12345678", 20, true}, // a Javanese letter
    };
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (str_is_text(rows[i].bytes, rows[i].length) != rows[i].text)
            fail_msg("row %zu is %s text", i, rows[i].text ? "" : "not");
}

// Whatever its place among plain letters, one wrong byte is found.
static void
finds_a_wrong_byte_anywhere(void **state)
{
    (void)state;
    char text[41];
    for (size_t i = 0; i < 40; i++) {
        memset(text, 'x', sizeof(text));
        assert_true(str_is_text(text, 40));
        text[i] = '\0';
        assert_false(str_is_text(text, 40));
        text[i] = (char)0xfe;
        assert_false(str_is_text(text, 40));
    }
}

static void
cuts_between_characters(void **state)
{
    (void)state;
    char field[6];
    str_copy(field, sizeof(field), "abcde");
    assert_string_equal(field, "abcde");
    str_copy(field, sizeof(field), "abcdef");
    assert_string_equal(field, "abcde");
    str_copy(field, sizeof(field), "abcd\xc3\xa9");
    assert_string_equal(field, "abcd");
    str_copy(field, sizeof(field), "ab\xf0\x9f\x9a\xa7");
    assert_string_equal(field, "ab");
    str_copy(field, 1, "a");
    assert_string_equal(field, "");
    str_copy(field, sizeof(field), "");
    assert_string_equal(field, "");
}

static void
base64url(void **state)
{
    (void)state;
    static const struct {
        const char *plain, *coded;
    } rows[] = {
        {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"foob", "Zm9vYg"}, {"\xff\xef\xbe", "_---"}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct str out = {0};
        uint8_t bytes[16];
        str_base64url(&out, rows[i].plain, strlen(rows[i].plain));
        assert_string_equal(out.data, rows[i].coded);
        assert_int_equal(out.length, strlen(rows[i].coded));
        int length = str_unbase64url(rows[i].coded, strlen(rows[i].coded), bytes, sizeof(bytes));
        assert_int_equal(length, strlen(rows[i].plain));
        assert_memory_equal(bytes, rows[i].plain, (size_t)length);
        str_free(&out);
    }
    uint8_t bytes[4];
    static const char *const wrong[] = {"Zg==", "Zg=", "+/+/", "Zm9v\n", " Zm9v", "Z", "Zh", "Zm9vYmFy"};
    for (size_t i = 0; i < LENGTH(wrong); i++)
        if (str_unbase64url(wrong[i], strlen(wrong[i]), bytes, sizeof(bytes)) != -1)
            fail_msg("\"%s\" was decoded", wrong[i]);
    // No two bytes that are no ASCII stand for characters of the alphabet.
    for (unsigned pair = 0x8080; pair <= 0xffff; pair++) {
        const char text[] = {'Z', (char)(pair >> 8), (char)(pair & 0xff), 'v'};
        if ((pair & 0x80) != 0 && str_unbase64url(text, sizeof(text), bytes, sizeof(bytes)) != -1)
            fail_msg("%04x was decoded", pair);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows),
        cmocka_unit_test(knows_text),
        cmocka_unit_test(finds_a_wrong_byte_anywhere),
        cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(base64url),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_kannel.c - what stands in an SMS that Kannel brings.
#include "cmocka_all.h"
#include "kannel.h"

#include <stdio.h>
#include <string.h>

static const uint8_t key[ID_KEY_SIZE] = {1, 9, 5, 5};

static void
test_numbers(void **state)
{
    static const struct {
        const char *text, *number; // NULL: none
    } rows[] = {{"+6281234567890", "+6281234567890"}, {"6281234567890", "+6281234567890"},
        {"081234567890", "+6281234567890"}, {"0062 812-3456-7890", "+6281234567890"},
        {" +62 812.3456.7890 ", "+6281234567890"}, {"024123456", "+6224123456"},
        {"+12025550123", "+12025550123"}, {"123456789012345", "+123456789012345"}, {"1234567890123456", NULL},
        {"TELKOMSEL", NULL}, {"", NULL}, {"+", NULL}, {"0", NULL}, {"1708", NULL}, {"+0812345678", NULL},
        {"000812345678", NULL}, {"++6281234567890", NULL}, {"+62812345678x", NULL}, {"62+81234567890", NULL}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char number[KANNEL_NUMBER_SIZE] = "unchanged";

        assert_int_equal(kannel_number(rows[i].text, number), rows[i].number != NULL ? 0 : -1);
        assert_string_equal(number, rows[i].number != NULL ? rows[i].number : "unchanged");
    }
}

static void
test_accept_names_a_notice(void **state)
{
    static const struct {
        const char *text;
        int64_t notice; // 0: it is none
        bool says_more;
    } rows[] = {{"TERIMA 123, segera kami cek", 123, true}, {"terima 123 - siap!", 123, true},
        {"TERIMA 123 !", 123, false}, {"TERIMA 123, 124", 0, false}, {"TERIMA 123", 123, false},
        {"terima 123", 123, false}, {" Terima\t#123 \r\n", 123, false}, {"TERIMA 123.", 123, false},
        {"TERIMA 999999999999999999", INT64_C(999999999999999999), false},
        {"TERIMA 9999999999999999999", 0, false}, {"TERIMA 0", 0, false}, {"TERIMA", 0, false},
        {"TERIMA ", 0, false}, {"TERIMA #", 0, false}, {"TERIMA123", 0, false}, {"TERIMA -1", 0, false},
        {"TERIMA 1 2", 0, false}, {"terima kasih", 0, false}, {"sudah terima 1", 0, false}, {"", 0, false},
        {"TERIMA 12a", 0, false}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct kannel_accept accept;

        assert_int_equal(kannel_accept(key, rows[i].text, &accept), rows[i].notice != 0);
        assert_int_equal(accept.notice, rows[i].notice);
        assert_int_equal(accept.report, 0);
        assert_int_equal(accept.says_more, rows[i].says_more);
    }
}

static void
test_accept_names_a_report(void **state)
{
    char code[ID_CODE_SIZE];
    char text[64];
    struct kannel_accept accept;

    (void)state;
    id_code(key, 4242, code);
    snprintf(text, sizeof(text), "terima %s", code);
    assert_true(kannel_accept(key, text, &accept));
    assert_int_equal(accept.report, 4242);
    assert_int_equal(accept.notice, 0);
    assert_false(accept.says_more);
    snprintf(text, sizeof(text), "Terima %s. Tim berangkat", code);
    assert_true(kannel_accept(key, text, &accept) && accept.report == 4242 && accept.says_more);
    snprintf(text, sizeof(text), "terima %s", code);
    // With a wrong check character it is nobody's.
    text[strlen(text) - 1] = text[strlen(text) - 1] == '7' ? '8' : '7';
    assert_false(kannel_accept(key, text, &accept));
}

static void
test_a_code_is_found_in_a_text(void **state)
{
    char code[ID_CODE_SIZE];
    char blanks[ID_CODE_SIZE];
    char text[128];
    static const char *const around[][2] = {{"", ""}, {"PUAS ", ""}, {"(", ")"}, {"belum: ", ", masih rusak"},
        {"JT JT-1 JT-ABCD-EFGH ", " ok"}, {"x\n", "\ny"}};

    (void)state;
    id_code(key, 31337, code);
    memcpy(blanks, code, sizeof(code));
    for (char *dash = strchr(blanks, '-'); dash != NULL; dash = strchr(dash, '-'))
        *dash = ' ';
    for (size_t i = 0; i < LENGTH(around); i++) {
        snprintf(text, sizeof(text), "%s%s%s", around[i][0], code, around[i][1]);
        assert_int_equal(kannel_find_code(key, text), 31337);
        snprintf(text, sizeof(text), "%s%s%s", around[i][0], blanks, around[i][1]);
        assert_int_equal(kannel_find_code(key, text), 31337);
    }
    snprintf(text, sizeof(text), "x%s", code);
    assert_int_equal(kannel_find_code(key, text), -1);
    snprintf(text, sizeof(text), "%sx", code);
    assert_int_equal(kannel_find_code(key, text), -1);
    for (size_t length = 0; length < strlen(code); length++) {
        snprintf(text, sizeof(text), "%.*s", (int)length, code);
        assert_int_equal(kannel_find_code(key, text), -1);
    }
}

static void
test_references(void **state)
{
    struct kannel_reference reference;
    static const char *const wrong[] = {"", "n", "r", "n1", "n1.", "n.1", "n1.1.1", "r0", "r-1", "r1.",
        "r1.0", "r1.5.5", "x1", "n1,1", " r1", "r1 ", "n0.1", "n1.0", "r1234567890123456789"};

    (void)state;
    assert_int_equal(kannel_reference("n42.7", &reference), 0);
    assert_int_equal(reference.notice, 42);
    assert_int_equal(reference.device, 7);
    assert_int_equal(reference.reply, 0);
    assert_int_equal(kannel_reference("r99", &reference), 0);
    assert_int_equal(reference.reply, 99);
    assert_int_equal(reference.notice, 0);
    assert_int_equal(reference.earlier, 0);
    assert_int_equal(kannel_reference("r99.2", &reference), 0);
    assert_int_equal(reference.reply, 99);
    assert_int_equal(reference.earlier, 2);
    for (size_t i = 0; i < LENGTH(wrong); i++)
        assert_int_equal(kannel_reference(wrong[i], &reference), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_accept_names_a_notice), cmocka_unit_test(test_accept_names_a_report),
        cmocka_unit_test(test_a_code_is_found_in_a_text), cmocka_unit_test(test_references)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_id.c - tracking codes: one code an id, and what a slip of the tongue does to one.
#include "cmocka_all.h"
#include "id.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t key[ID_KEY_SIZE] = "sixteen  bytes!";
static const uint8_t other_key[ID_KEY_SIZE] = "other    bytes!";
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static int64_t
parse(const char *text)
{
    return id_parse(key, text, strlen(text));
}

// Ids from everywhere, the same in each run.
static int64_t
some_id(uint64_t i)
{
    uint64_t mixed = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return (int64_t)(mixed >> 24) % ID_MOST + 1;
}

static void
goes_there_and_back(void **state)
{
    (void)state;
    char code[ID_CODE_SIZE];
    for (int64_t id = 1; id <= 20000; id++) {
        id_code(key, id, code);
        assert_int_equal(parse(code), id);
    }
    for (uint64_t i = 0; i < 20000; i++) {
        id_code(key, some_id(i), code);
        assert_int_equal(parse(code), some_id(i));
    }
    id_code(key, ID_MOST, code);
    assert_int_equal(parse(code), ID_MOST);
}

static void
looks_as_promised(void **state)
{
    (void)state;
    char code[ID_CODE_SIZE];
    for (uint64_t i = 0; i < 1000; i++) {
        id_code(key, some_id(i), code);
        assert_int_equal(strlen(code), 14);
        assert_memory_equal(code, "JT-", 3);
        assert_true(code[7] == '-' && code[12] == '-');
        for (int d = 3; d < 12; d++)
            assert_true(d == 7 || strchr(digits, code[d]));
    }
}

static int
compare(const void *a, const void *b)
{
    return memcmp(a, b, ID_CODE_SIZE);
}

// Neighbouring ids: no two share a code, and knowing one code does not give the next.
static void
cannot_be_counted_up(void **state)
{
    (void)state;
    enum { COUNT = 50000 };
    char(*codes)[ID_CODE_SIZE] = calloc(COUNT, ID_CODE_SIZE);
    int near = 0;
    assert_non_null(codes);
    for (int i = 0; i < COUNT; i++) {
        id_code(key, 1000000 + i, codes[i]);
        near += i > 0 && memcmp(codes[i], codes[i - 1], 7) == 0;
    }
    // The first four digits of neighbours agree one time in a million.
    assert_in_range(near, 0, 5);
    qsort(codes, COUNT, ID_CODE_SIZE, compare);
    for (int i = 1; i < COUNT; i++)
        assert_true(compare(codes[i - 1], codes[i]) != 0);
    free(codes);
}

static void
depends_on_the_key(void **state)
{
    (void)state;
    char code[ID_CODE_SIZE], other[ID_CODE_SIZE];
    id_code(key, 4711, code);
    id_code(other_key, 4711, other);
    assert_string_not_equal(code, other);
}

static void
reads_what_people_type(void **state)
{
    (void)state;
    char code[ID_CODE_SIZE], typed[64];
    for (uint64_t i = 0; i < 500; i++) {
        int64_t id = some_id(i);
        id_code(key, id, code);

        for (int c = 0; c < ID_CODE_SIZE; c++)
            typed[c] = (char)tolower((unsigned char)code[c]);
        assert_int_equal(parse(typed), id);
        assert_int_equal(parse(code + 3), id);

        snprintf(typed, sizeof(typed), "  %.2s %.4s %.4s %c ", code, code + 3, code + 8, code[13]);
        assert_int_equal(parse(typed), id);
        for (char *c = typed; *c; c++) {
            *c = *c == '1' ? "iIlL"[i % 4] : *c;
            *c = *c == '0' ? "oO"[i % 2] : *c;
        }
        assert_int_equal(parse(typed), id);
    }
}

static void
refuses_what_is_no_code(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "JT", "JT-", "0000-0000", "JT-0000-0000-00", "XX-0000-0000-0",
        "JT-0000-000!-0", "JT-U000-0000-0", "JT-*000-0000-0", "JT_0000_0000_0", "JT-0000-0000-\xc3\xa9"};
    for (size_t i = 0; i < LENGTH(wrong); i++)
        if (parse(wrong[i]) != -1)
            fail_msg("\"%s\" was read", wrong[i]);
    assert_int_equal(id_parse(key, "JT-0000\0-0000-0", 15), -1);
}

// Every single wrong digit is caught, and every swap of two neighbours: 37 is prime, and 32^k (32 - 1) is no
// multiple of it.
static void
catches_slips(void **state)
{
    (void)state;
    char code[ID_CODE_SIZE];
    static const int places[] = {3, 4, 5, 6, 8, 9, 10, 11, 13};
    int tried = 0;
    for (uint64_t i = 0; i < 300; i++) {
        id_code(key, some_id(i), code);
        for (size_t p = 0; p < LENGTH(places); p++) {
            char right = code[places[p]];
            for (const char *d = digits; *d; d++) {
                code[places[p]] = *d;
                tried += *d != right;
                if (*d != right && parse(code) != -1)
                    fail_msg("%s with a wrong digit was read", code);
            }
            code[places[p]] = right;
            if (p == 0 || code[places[p]] == code[places[p - 1]])
                continue;
            char before = code[places[p - 1]];
            code[places[p - 1]] = right;
            code[places[p]] = before;
            tried++;
            if (parse(code) != -1)
                fail_msg("%s with two digits swapped was read", code);
            code[places[p - 1]] = before;
            code[places[p]] = right;
        }
    }
    assert_in_range(tried, 80000, 100000);
}

// A guessed code is mostly refused: of all texts of this shape one in 37 is a code.
static void
refuses_most_guesses(void **state)
{
    (void)state;
    int read = 0;
    char code[ID_CODE_SIZE];
    for (uint64_t i = 0; i < 37000; i++) {
        uint64_t rest = (uint64_t)some_id(i);
        snprintf(code, sizeof(code), "JT-0000-0000-0");
        for (int d = 3; d < 12; d++) {
            if (d == 7)
                continue;
            code[d] = digits[rest & 31];
            rest >>= 5;
        }
        read += parse(code) != -1;
    }
    assert_in_range(read, 850, 1150);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_there_and_back),
        cmocka_unit_test(looks_as_promised),
        cmocka_unit_test(cannot_be_counted_up),
        cmocka_unit_test(depends_on_the_key),
        cmocka_unit_test(reads_what_people_type),
        cmocka_unit_test(refuses_what_is_no_code),
        cmocka_unit_test(catches_slips),
        cmocka_unit_test(refuses_most_guesses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

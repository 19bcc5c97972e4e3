// test_json_out.c - json_out.h and id_list.h: what is written reads back the same.
#include "cmocka_all.h"
#include "id_list.h"
#include "json_out.h"

#include <math.h>
#include <string.h>

static void
every_character_reads_back(void **state)
{
    struct str out = {0};
    char text[0x80 + 8];
    size_t length = 0;
    json_t *value = NULL;

    (void)state;
    for (char c = 0; length < 0x80; c++)
        text[length++] = c;
    for (const char *c = "\xc3\xa9\xf0\x9f\x98\x80"; *c != '\0'; c++)
        text[length++] = *c;
    json_out_string(&out, text, length);
    assert_null(strchr(out.data, '\n'));
    value = json_loadb(out.data, out.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    assert_int_equal(json_string_length(value), length);
    assert_memory_equal(json_string_value(value), text, length);
    json_decref(value);
    str_free(&out);
}

static void
shares_have_four_decimals_and_stay_between_0_and_1(void **state)
{
    static const struct {
        double share;
        const char *text;
    } cases[] = {{0, "0.0000"}, {0.00004, "0.0000"}, {0.00005, "0.0001"}, {0.25, "0.2500"},
        {0.98765, "0.9877"}, {0.99994, "0.9999"}, {0.99996, "1.0000"}, {1, "1.0000"}, {1.5, "1.0000"},
        {-0.5, "0.0000"}, {NAN, "0.0000"}, {INFINITY, "1.0000"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct str out = {0};

        json_out_share(&out, cases[i].share);
        assert_string_equal(out.data, cases[i].text);
        str_free(&out);
    }
}

static void
ids_are_as_they_were_given(void **state)
{
    static const char *const given[] = {"\"a-1\"", "7", "-9223372036854775808", "1.5", "1e+300", "\"7\"",
        "\"\\\"\\u0001\"", "0.10000000000000001"};
    struct id_list list = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH(given); i++) {
        json_t *id = json_loads(given[i], JSON_DECODE_ANY, NULL);

        assert_int_equal(id_list_add(&list, id, 99), i + 1);
        json_decref(id);
    }
    assert_int_equal(id_list_add(&list, NULL, 99), LENGTH(given) + 1);
    for (size_t i = 0; i < LENGTH(given); i++) {
        json_t *was = json_loads(given[i], JSON_DECODE_ANY, NULL);
        json_t *is = json_loads(id_list_json(&list, (int64_t)i + 1), JSON_DECODE_ANY, NULL);

        assert_true(json_equal(was, is));
        json_decref(was);
        json_decref(is);
    }
    assert_string_equal(id_list_json(&list, 2), "7");
    assert_string_equal(id_list_json(&list, 6), "\"7\"");
    assert_string_equal(id_list_json(&list, LENGTH(given) + 1), "99");
    assert_string_equal(id_list_json(&list, 0), "null");
    id_list_free(&list);
}

static void
many_ids_stay_apart(void **state)
{
    enum { MANY = 5000 };
    struct id_list list = {0};

    (void)state;
    for (long i = 1; i <= MANY; i++)
        assert_int_equal(id_list_add(&list, NULL, i * 3), i);
    for (long i = 1; i <= MANY; i++) {
        char want[32];

        (void)snprintf(want, sizeof(want), "%ld", i * 3);
        assert_string_equal(id_list_json(&list, i), want);
    }
    id_list_free(&list);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_reads_back),
        cmocka_unit_test(shares_have_four_decimals_and_stay_between_0_and_1),
        cmocka_unit_test(ids_are_as_they_were_given),
        cmocka_unit_test(many_ids_stay_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

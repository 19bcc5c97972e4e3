// test_ntfy_since.c - from where on a phone wants messages, and the ids by which it names them.
#include "cmocka_all.h"
#include "ntfy_since.h"

#include <string.h>

static const int64_t now = INT64_C(1795312800000);

static void
test_ids_are_in_order_and_read_back(void **state)
{
    static const int64_t ids[] = {
        0, 1, 61, 62, 3843, 3844, INT64_C(1) << 32, (INT64_C(1) << 62) + 5, INT64_MAX};
    char before[NTFY_ID_SIZE] = "";

    (void)state;
    for (size_t i = 0; i < LENGTH(ids); i++) {
        char text[NTFY_ID_SIZE];
        struct ntfy_since since;

        ntfy_since_id(ids[i], text);
        assert_int_equal(strlen(text), 12);
        assert_true(strcmp(text, before) > 0);
        assert_int_equal(ntfy_since_parse(text, now, &since), 0);
        assert_int_equal(since.kind, NTFY_SINCE_ID);
        assert_int_equal(since.id, ids[i]);
        memcpy(before, text, sizeof(before));
    }
}

static void
test_times(void **state)
{
    static const struct {
        const char *text;
        int64_t at_ms;
    } rows[] = {{"1795312800", INT64_C(1795312800000)}, {"0", 0}, {"10", 10000},
        {"10m", INT64_C(1795312800000) - 600000}, {"1h30m", INT64_C(1795312800000) - 5400000},
        {"2d", INT64_C(1795312800000) - 172800000}, {"45s", INT64_C(1795312800000) - 45000},
        {"366d", INT64_C(1795312800000) - INT64_C(31622400000)}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ntfy_since since;

        assert_int_equal(ntfy_since_parse(rows[i].text, now, &since), 0);
        assert_int_equal(since.kind, NTFY_SINCE_TIME);
        assert_int_equal(since.at_ms, rows[i].at_ms);
    }
}

static void
test_words_and_what_is_none(void **state)
{
    static const char *const wrong[] = {"", "later", "m", "10x", "-5m", "1h30", "10m ", " 10m", "367d",
        "365d25h", "00000000000!", "zzzzzzzzzzzz", "999999999999999", "1.5h", "10mm", "ALL"};
    struct ntfy_since since;

    (void)state;
    assert_int_equal(ntfy_since_parse("all", now, &since), 0);
    assert_int_equal(since.kind, NTFY_SINCE_ALL);
    assert_int_equal(ntfy_since_parse("none", now, &since), 0);
    assert_int_equal(since.kind, NTFY_SINCE_NONE);
    for (size_t i = 0; i < LENGTH(wrong); i++)
        assert_int_equal(ntfy_since_parse(wrong[i], now, &since), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ids_are_in_order_and_read_back),
        cmocka_unit_test(test_times), cmocka_unit_test(test_words_and_what_is_none)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

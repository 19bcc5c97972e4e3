// test_sources.c - who may send: by key on the CURVE socket, by name on the plain one.
#include "cmocka_all.h"
#include "sources.h"

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define KEY_C "cccccccccccccccccccccccccccccccccccccccc"

static struct sources *
three_sources(void)
{
    struct sources *sources = sources_new();

    sources_add(sources, "sms-gateway", KEY_B, false);
    sources_add(sources, "old-app", KEY_A, true);
    sources_add(sources, "loket", "", false);
    sources_ready(sources);
    return sources;
}

static void
a_key_may_shake_hands_only_while_it_is_registered(void **state)
{
    struct sources *sources = three_sources();

    (void)state;
    assert_true(sources_knows_key(sources, KEY_B));
    assert_false(sources_knows_key(sources, KEY_A)); // revoked
    assert_false(sources_knows_key(sources, KEY_C)); // unknown
    assert_false(sources_knows_key(sources, ""));    // the empty key of a plain source opens nothing
    sources_destroy(&sources);
}

static void
with_a_key_the_source_has_to_be_its_name(void **state)
{
    struct sources *sources = three_sources();

    (void)state;
    assert_int_equal(sources_judge(sources, KEY_B, "sms-gateway"), SOURCE_GOOD);
    assert_int_equal(sources_judge(sources, KEY_B, "loket"), SOURCE_NOT_THE_KEYS);
    assert_int_equal(sources_judge(sources, KEY_A, "old-app"), SOURCE_REVOKED);
    assert_int_equal(sources_judge(sources, KEY_C, "sms-gateway"), SOURCE_REVOKED);
    assert_int_equal(sources_judge(sources, "", "loket"), SOURCE_REVOKED);
    sources_destroy(&sources);
}

static void
without_a_key_any_name_is_taken_but_a_revoked_one(void **state)
{
    struct sources *sources = three_sources();

    (void)state;
    assert_int_equal(sources_judge(sources, NULL, "loket"), SOURCE_GOOD);
    assert_int_equal(sources_judge(sources, NULL, "sms-gateway"), SOURCE_GOOD);
    assert_int_equal(sources_judge(sources, NULL, "baru"), SOURCE_NEW);
    assert_int_equal(sources_judge(sources, NULL, "old-app"), SOURCE_REVOKED);
    sources_destroy(&sources);
}

static void
a_new_table_replaces_the_old_one_whole(void **state)
{
    struct sources *sources = three_sources();

    (void)state;
    sources_clear(sources);
    sources_ready(sources);
    assert_false(sources_knows_key(sources, KEY_B));
    assert_int_equal(sources_judge(sources, NULL, "loket"), SOURCE_NEW);
    sources_destroy(&sources);
    assert_null(sources);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_may_shake_hands_only_while_it_is_registered),
        cmocka_unit_test(with_a_key_the_source_has_to_be_its_name),
        cmocka_unit_test(without_a_key_any_name_is_taken_but_a_revoked_one),
        cmocka_unit_test(a_new_table_replaces_the_old_one_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

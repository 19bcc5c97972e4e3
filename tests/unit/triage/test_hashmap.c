// test_hashmap.c - hashmap.h and phrases.h.
#include "cmocka_all.h"
#include "hashmap.h"
#include "phrases.h"

static void
keeps_what_was_put(void **state)
{
    struct hashmap *map = hashmap_new();
    uint32_t value = 0;

    (void)state;
    assert_false(hashmap_get(map, 1, &value));
    for (uint64_t key = 1; key <= 5000; key++)
        hashmap_put(map, key * 64, (uint32_t)key); // the same low bits: they collide
    for (uint64_t key = 1; key <= 5000; key++) {
        assert_true(hashmap_get(map, key * 64, &value));
        assert_int_equal(value, key);
    }
    assert_false(hashmap_get(map, UINT64_C(5001) * 64, &value));
    assert_false(hashmap_get(map, 0, &value));
    hashmap_put(map, 64, 7);
    assert_true(hashmap_get(map, 64, &value));
    assert_int_equal(value, 7);
    hashmap_destroy(&map);
    assert_null(map);
}

static void
finds_the_longest_phrase(void **state)
{
    struct phrases *phrases = phrases_new();
    const uint64_t one[] = {10};
    const uint64_t three[] = {10, 20, 30};
    const uint64_t broken[] = {10, 0, 20, 30};
    const uint64_t turned[] = {20, 10, 30};
    size_t length = 0;

    (void)state;
    assert_int_equal(phrases_add(phrases, one, 1), 0);
    assert_int_equal(phrases_add(phrases, three, 3), 1);
    assert_int_equal(phrases_add(phrases, one, 1), 0);
    assert_int_equal(phrases_count(phrases), 2);
    assert_int_equal(phrases_find(phrases, three, 3, &length), 1);
    assert_int_equal(length, 3);
    assert_int_equal(phrases_find(phrases, three, 2, &length), 0);
    assert_int_equal(length, 1);
    assert_int_equal(phrases_find(phrases, broken, 4, &length), 0);
    assert_int_equal(phrases_find(phrases, turned, 3, &length), PHRASES_NONE);
    assert_int_equal(phrases_find(phrases, three, 0, &length), PHRASES_NONE);
    phrases_destroy(&phrases);
    assert_null(phrases);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_was_put),
        cmocka_unit_test(finds_the_longest_phrase),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_polygons.c - polygons.h.
#include "cmocka_all.h"
#include "polygons.h"

static void
finds_the_area(void **state)
{
    struct polygons *polygons = polygons_new();

    (void)state;
    assert_int_equal(polygons_add(polygons, 0, 1, "0,0 0,10 10,10 10,0"), 0);
    assert_int_equal(polygons_add(polygons, 0, 2, "0,10 0,20 10,20 10,10"), 0);
    assert_int_equal(polygons_add(polygons, 7, 3, "0,0 0,10 10,10 10,0"), 0);
    assert_int_equal(polygons_size(polygons), 3);
    assert_int_equal(polygons_find(polygons, 0, 5, 5), 1);
    assert_int_equal(polygons_find(polygons, 0, 5, 15), 2);
    assert_int_equal(polygons_find(polygons, 7, 5, 5), 3);
    assert_int_equal(polygons_find(polygons, 0, 5, 25), POLYGONS_NONE);
    assert_int_equal(polygons_find(polygons, 9, 5, 5), POLYGONS_NONE);
    polygons_destroy(&polygons);
    assert_null(polygons);
}

static void
knows_holes_and_islands(void **state)
{
    struct polygons *polygons = polygons_new();

    (void)state;
    assert_int_equal(
        polygons_add(polygons, 0, 1, "0,0 0,10 10,10 10,0;4,4 4,6 6,6 6,4;20,20 20,21 21,21 21,20"), 0);
    assert_int_equal(polygons_find(polygons, 0, 2, 2), 1);
    assert_int_equal(polygons_find(polygons, 0, 5, 5), POLYGONS_NONE);
    assert_int_equal(polygons_find(polygons, 0, 20.5, 20.5), 1);
    assert_int_equal(polygons_find(polygons, 0, 15, 15), POLYGONS_NONE);
    polygons_destroy(&polygons);
}

static void
says_many_where_areas_overlap(void **state)
{
    struct polygons *polygons = polygons_new();

    (void)state;
    assert_int_equal(polygons_add(polygons, 0, 1, "0,0 0,10 10,10 10,0"), 0);
    assert_int_equal(polygons_add(polygons, 0, 2, "0,9 0,20 10,20 10,9"), 0);
    assert_int_equal(polygons_find(polygons, 0, 5, 9.5), POLYGONS_MANY);
    polygons_destroy(&polygons);
}

static void
knows_what_is_near(void **state)
{
    struct polygons *polygons = polygons_new();

    (void)state;
    assert_int_equal(polygons_add(polygons, 0, 1, "0,0 0,10 10,10 10,0"), 0);
    assert_true(polygons_near(polygons, 0, 5, 5, 0.5));
    assert_true(polygons_near(polygons, 0, 5, 10.4, 0.5));
    assert_false(polygons_near(polygons, 0, 5, 10.6, 0.5));
    assert_true(polygons_near(polygons, 0, -0.3, -0.3, 0.5));
    assert_false(polygons_near(polygons, 0, -0.4, -0.4, 0.5)); // in the box of what is near, past the corner
    assert_false(polygons_near(polygons, 1, 5, 5, 0.5));
    polygons_destroy(&polygons);
}

static void
refuses_what_are_no_rings(void **state)
{
    static const char *const wrong[] = {"", ";", "1,1", "1,1 2,2", "1,1 2,2 3", "a,b c,d e,f", "1,1 2,2 3,3;",
        "1,1 2,2 3,3;4,4", "1,1  2,2 3,3", "1,1 2,2 3,3 "};
    struct polygons *polygons = polygons_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        int rc = polygons_add(polygons, 0, 1, wrong[i]);

        if (rc == 0 && i != 6) // a last ';' ends the ring, no more
            fail_msg("accepted: \"%s\"", wrong[i]);
    }
    polygons_destroy(&polygons);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_area),
        cmocka_unit_test(knows_holes_and_islands),
        cmocka_unit_test(says_many_where_areas_overlap),
        cmocka_unit_test(knows_what_is_near),
        cmocka_unit_test(refuses_what_are_no_rings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

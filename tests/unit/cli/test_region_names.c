// test_region_names.c - region_names.h: the question that settles where.
#include "cmocka_all.h"
#include "region_names.h"

#include <string.h>

static void
asks(const struct region_names *names, const char *first, const char *second, const char *want)
{
    const char *const codes[] = {first, second};
    struct str out = {0};

    str_add(&out, "", 0);
    region_names_question(names, codes, second != NULL ? 2 : 1, &out);
    assert_string_equal(out.data, want);
    str_free(&out);
}

static void
asks_with_the_names_of_the_regions_around(void **state)
{
    struct region_names *names = region_names_new();

    (void)state;
    region_names_add(names, "33", "provinsi", "Jawa Tengah");
    region_names_add(names, "33.21", "kabupaten", "Kabupaten Demak");
    region_names_add(names, "33.74", "kota", "Kota Semarang");
    region_names_add(names, "33.21.06", "kecamatan", "Sayung");
    region_names_add(names, "33.21.06.2001", "desa", "Kalisari");
    region_names_add(names, "33.74.01.1001", "kelurahan", "Miroto");
    region_names_add(names, "33.74", "kota", "Another Name");
    region_names_add(names, "", "desa", "Nowhere");
    region_names_add(names, "33.74.01.1001.9", "desa", "Too Deep");

    asks(names, "33.21.06.2001", "33.74",
        "Di mana kejadiannya: Desa Kalisari, Kecamatan Sayung, Kabupaten Demak; Kota Semarang; atau tempat "
        "lain?");
    asks(names, "33.74.01.1001", NULL,
        "Di mana kejadiannya: Kelurahan Miroto, Kota Semarang; atau tempat lain?");
    asks(names, "33", "33.21",
        "Di mana kejadiannya: Provinsi Jawa Tengah; Kabupaten Demak; atau tempat lain?");
    asks(names, "99.99", "33.21.06",
        "Di mana kejadiannya: Kecamatan Sayung, Kabupaten Demak; atau tempat lain?");
    asks(names, "99.99", NULL, "");
    asks(names, "", NULL, "");
    region_names_destroy(&names);
    region_names_destroy(&names);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_with_the_names_of_the_regions_around),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

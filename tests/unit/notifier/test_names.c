// test_names.c - topics and places as people read them.
#include "names.h"

#include "cmocka_all.h"

static void
test_lines(void **state)
{
    static const struct region regions[] = {
        {"33.74.10.1009", "kelurahan", "Tandang", "33.74.10"},
        {"33.74.10", "kecamatan", "Tembalang", "33.74"},
        {"33.74", "kota", "Kota Semarang", "33"},
        {"33", "provinsi", "Jawa Tengah", ""},
        {"33.01", "kabupaten", "Kabupaten Cilacap", "33"},
        {"33.01.01.2001", "desa", "Tambakreja", "33.01.01"},
        {"33.02.99", "kecamatan", "Tanpa Induk", "33.02"},
    };
    struct names *names = names_new();

    (void)state;
    assert_string_equal(names_place(names, "33.74"), "33.74");
    assert_string_equal(names_topic(names, "jalan"), "jalan");
    for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++)
        names_add_region(names, &regions[i]);
    names_add_topic(names, "jalan_rusak", "Jalan rusak");
    names_add_topic(names, "banjir", "Banjir");
    names_ready(names);
    assert_string_equal(names_place(names, "33.74.10.1009"), "Kel. Tandang, Kec. Tembalang, Kota Semarang");
    assert_string_equal(names_place(names, "33.74"), "Kota Semarang");
    assert_string_equal(names_place(names, "33"), "Provinsi Jawa Tengah");
    assert_string_equal(names_place(names, "33.01"), "Kab. Cilacap");
    assert_string_equal(names_place(names, "33.01.01.2001"), "Desa Tambakreja");
    assert_string_equal(names_place(names, "33.02.99"), "Kec. Tanpa Induk");
    assert_string_equal(names_place(names, "99"), "99");
    assert_string_equal(names_place(names, ""), "Lokasi belum diketahui");
    assert_string_equal(names_topic(names, "banjir"), "Banjir");
    assert_string_equal(names_topic(names, "jalan_rusak"), "Jalan rusak");
    assert_string_equal(names_topic(names, "lain"), "lain");
    assert_string_equal(names_topic(names, ""), "Belum terklasifikasi");
    names_destroy(&names);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

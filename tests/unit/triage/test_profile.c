// test_profile.c - profile.h: the bytes that are stored, regions, and what a profile keeps of a text.
#include "cmocka_all.h"
#include "profile.h"

#include <string.h>

static struct lexicon *lexicon = NULL;
static struct vocabulary *vocabulary = NULL;

static int
set_up(void **state)
{
    (void)state;
    lexicon = lexicon_new();
    lexicon_add(lexicon, "yang", "");
    lexicon_ready(lexicon);
    vocabulary = vocabulary_new(lexicon);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    vocabulary_destroy(&vocabulary);
    lexicon_destroy(&lexicon);
    return 0;
}

static struct profile
profile_of(const char *words)
{
    const struct profile_report report = {.id = 7,
        .received_at_ms = INT64_C(1700000000999),
        .region_code = "33.74.01.1001",
        .has_point = true,
        .latitude = -7.0512345,
        .longitude = 110.4412345,
        .topics = {"street_light", "hospital"}};
    struct text text = {0};
    struct profile profile;

    text_add(&text, lexicon, words, strlen(words));
    profile_make(vocabulary, &text, &report, &profile);
    text_free(&text);
    return profile;
}

static void
is_small(void **state)
{
    (void)state;
    assert_true(sizeof(struct profile) <= 112);
}

static void
comes_back_from_its_bytes(void **state)
{
    struct profile profile = profile_of("lampu yang mati di desa Slarang RT 02/05, tanggal 3 Juni");
    struct profile back;
    uint8_t packed[PROFILE_PACKED];

    (void)state;
    profile_pack(&profile, packed);
    memset(&back, 0xAA, sizeof(back));
    assert_int_equal(profile_unpack(packed, sizeof(packed), &back), 0);
    assert_memory_equal(&back, &profile, sizeof(back));
    // The order of bytes is part of what is stored.
    assert_int_equal(packed[1], 7);
    assert_int_equal(packed[2], 0);
}

static void
refuses_other_bytes(void **state)
{
    struct profile profile = profile_of("lampu mati");
    struct profile back;
    uint8_t packed[PROFILE_PACKED];

    (void)state;
    profile_pack(&profile, packed);
    assert_int_equal(profile_unpack(packed, sizeof(packed) - 1, &back), -1);
    assert_int_equal(profile_unpack(packed, 0, &back), -1);
    packed[0]++;
    assert_int_equal(profile_unpack(packed, sizeof(packed), &back), -1);
    profile.detail_count = PROFILE_DETAILS + 1;
    profile_pack(&profile, packed);
    assert_int_equal(profile_unpack(packed, sizeof(packed), &back), -1);
    profile.detail_count = 1;
    profile.details[0] = UINT16_MAX; // no such kind
    profile_pack(&profile, packed);
    assert_int_equal(profile_unpack(packed, sizeof(packed), &back), -1);
}

static size_t
same_wordings(const char *left, const char *right)
{
    struct profile a = profile_of(left);
    struct profile b = profile_of(right);
    size_t same = 0;

    for (size_t i = 0; i < PROFILE_WORDINGS; i++)
        same += a.wordings[i] == b.wordings[i];
    return same;
}

static void
keeps_how_it_is_worded(void **state)
{
    static const char text[] =
        "lampu jalan di depan pasar Slogohimo mati sejak hari Senin dan belum diperbaiki";

    (void)state;
    assert_int_equal(same_wordings(text, text), PROFILE_WORDINGS);
    // The same words in another order are another wording.
    assert_in_range(same_wordings(text,
                        "belum diperbaiki dan Senin hari sejak mati Slogohimo pasar depan di jalan lampu"),
        0, 2);
    assert_in_range(same_wordings(text,
                        "lampu jalan di depan pasar Purwantoro mati sejak hari Senin dan belum diperbaiki"),
        3, PROFILE_WORDINGS - 1);
    // Two words are no run of three; still it is one wording.
    assert_int_equal(same_wordings("PJU mati", "PJU mati"), PROFILE_WORDINGS);
}

static void
keeps_what_the_report_is(void **state)
{
    struct profile profile = profile_of("lampu mati di Slarang");

    (void)state;
    assert_int_equal(profile.id, 7);
    assert_int_equal(profile.received_s, 1700000000);
    assert_int_equal(profile.latitude, -7051235);
    assert_int_equal(profile.longitude, 110441235);
    assert_int_equal(profile.name_count, 1);
    assert_int_equal(profile_names(&profile), 1);
    assert_int_equal(profile.word_count, 2);
    assert_int_equal(profile_words(&profile), 2);
    assert_true((profile.flags & PROFILE_SINGLE) != 0);
    assert_true((profile.flags & PROFILE_PERSONAL) == 0);
    assert_true(profile.topics[0] != 0 && profile.topics[0] != profile.topics[1]);
    // Marks and capitals do not count, an added word does.
    assert_true(profile_of("LAMPU mati, di Slarang!").text_hash == profile.text_hash);
    assert_true(profile_of("lampu mati di Slarang lagi").text_hash != profile.text_hash);
}

static void
packs_regions(void **state)
{
    (void)state;
    assert_int_equal(profile_region(""), 0);
    assert_int_equal(profile_region("33"), UINT32_C(33) << 25);
    assert_int_equal(profile_region("33.74"), UINT32_C(33) << 25 | 74 << 18);
    assert_int_equal(profile_region("33.74.01"), UINT32_C(33) << 25 | 74 << 18 | 1 << 11);
    assert_int_equal(profile_region("33.74.01.1001"), UINT32_C(33) << 25 | 74 << 18 | 1 << 11 | 1);
    assert_int_equal(profile_region("33.74.01.2999"), UINT32_C(33) << 25 | 74 << 18 | 1 << 11 | 1999);
    assert_int_equal(profile_region("33.74.01.9999"), UINT32_C(33) << 25 | 74 << 18 | 1 << 11);
    assert_int_equal(profile_region("nowhere"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_small),
        cmocka_unit_test(comes_back_from_its_bytes),
        cmocka_unit_test(refuses_other_bytes),
        cmocka_unit_test(keeps_how_it_is_worded),
        cmocka_unit_test(keeps_what_the_report_is),
        cmocka_unit_test(packs_regions),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

// test_generator.c - made-up reports: the same by seed, acceptable to ingest, as often about one matter as
// asked for.
#include "cmocka_all.h"
#include "generator.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORTS = 2000, PACKED_MOST = 4096 };

static struct generator *
make(uint64_t seed, int64_t duplicates)
{
    const struct generator_options options = {.seed = seed, .duplicates = duplicates, .source = "test"};

    return generator_new(&options);
}

static void
the_same_seed_makes_the_same_reports(void **state)
{
    struct generator *one = make(42, 30);
    struct generator *two = make(42, 30);
    struct generator *other = make(43, 30);
    static uint8_t a[PACKED_MOST];
    static uint8_t b[PACKED_MOST];
    int differing = 0;
    (void)state;

    for (int i = 0; i < REPORTS; i++) {
        const Kentongan__V1__Report *report = generator_next(one);
        size_t length = kentongan__v1__report__get_packed_size(report);

        assert_true(length <= PACKED_MOST);
        kentongan__v1__report__pack(report, a);
        report = generator_next(two);
        assert_int_equal(kentongan__v1__report__get_packed_size(report), length);
        kentongan__v1__report__pack(report, b);
        assert_memory_equal(a, b, length);
        differing += strcmp(report->text, generator_next(other)->text) != 0;
    }
    assert_true(differing > REPORTS * 9 / 10);
    generator_destroy(&one);
    generator_destroy(&two);
    generator_destroy(&other);
}

static void
every_report_is_acceptable(void **state)
{
    struct generator *generator = make(7, 10);
    (void)state;

    for (int i = 1; i <= REPORTS; i++) {
        const Kentongan__V1__Report *report = generator_next(generator);
        char id[40];

        snprintf(id, sizeof(id), "gen-7-%d", i);
        assert_string_equal(report->source_message_id, id);
        assert_string_equal(report->source, "test");
        assert_true(report->channel > 0 && report->channel <= KENTONGAN__V1__CHANNEL__CHANNEL_OTHER);
        assert_true(strlen(report->text) >= 20 && strlen(report->text) <= 10000);
        assert_true(str_is_text(report->text, strlen(report->text)));
        assert_null(strchr(report->text, '{'));
        assert_true(strlen(report->reporter->name) > 0 && strlen(report->reporter->name) <= 200);
        if (report->place != NULL && report->place->point != NULL) {
            // Central Java with its islands.
            assert_true(report->place->point->latitude > -8.4 && report->place->point->latitude < -5.5);
            assert_true(report->place->point->longitude > 108.4 && report->place->point->longitude < 111.8);
        }
    }
    generator_destroy(&generator);
}

static int
compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

// How many different texts there are among REPORTS.
static int
different_texts(int64_t duplicates)
{
    struct generator *generator = make(1, duplicates);
    static char *texts[REPORTS];
    int different = 0;

    for (size_t i = 0; i < REPORTS; i++)
        texts[i] = strdup(generator_next(generator)->text);
    qsort(texts, REPORTS, sizeof(texts[0]), compare);
    for (size_t i = 0; i < REPORTS; i++)
        different += i == 0 || strcmp(texts[i - 1], texts[i]) != 0;
    for (size_t i = 0; i < REPORTS; i++)
        free(texts[i]);
    generator_destroy(&generator);
    return different;
}

static void
duplicates_are_as_many_as_asked_for(void **state)
{
    int none = different_texts(0);
    int most = different_texts(80);
    (void)state;

    // Without duplicates nearly all differ; with 80 percent, half of these repeat an earlier text word by
    // word.
    assert_true(none > REPORTS * 98 / 100);
    assert_true(most < REPORTS * 70 / 100);
    assert_true(most > REPORTS * 40 / 100);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_makes_the_same_reports),
        cmocka_unit_test(every_report_is_acceptable),
        cmocka_unit_test(duplicates_are_as_many_as_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_duplicates.c - duplicates.h, by tests/data/triage/duplicates.tsv and rules of its own.
#include "cmocka_all.h"
#include "duplicates.h"
#include "reference.h"
#include "tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS (INT64_C(3600) * 1000)

static void
follows_the_table(void **state)
{
    struct knowledge *knowledge = *state;
    struct tsv *table = tsv_open(
        "tests/data/triage/duplicates.tsv", "scenario\tid\thour\tregion_code\tpoint\ttext\texpected");
    struct duplicates *duplicates = duplicates_new(100);
    struct text text = {0};
    char scenario[100] = "";

    while (tsv_next(table)) {
        struct duplicates_report report = {.report_id = strtoll(tsv_field(table, 1), NULL, 10),
            .received_at_ms = strtoll(tsv_field(table, 2), NULL, 10) * HOUR_MS,
            .region_code = tsv_field(table, 3)};
        int64_t found = 0;

        if (strcmp(scenario, tsv_field(table, 0)) != 0)
            duplicates_clear(duplicates);
        (void)snprintf(scenario, sizeof(scenario), "%s", tsv_field(table, 0));
        report.has_point = reference_point(tsv_field(table, 4), &report.latitude, &report.longitude);
        text_clear(&text);
        text_add(&text, knowledge->lexicon, tsv_field(table, 5), strlen(tsv_field(table, 5)));
        report.signature = duplicates_signature(text.words, text.word_count);
        found = duplicates_check(duplicates, &report);
        if (found != strtoll(tsv_field(table, 6), NULL, 10))
            fail_msg(
                "duplicates.tsv:%d (%s): duplicate of %lld", tsv_line(table), scenario, (long long)found);
    }
    tsv_close(&table);
    text_free(&text);
    duplicates_destroy(&duplicates);
    assert_null(duplicates);
}

static struct duplicates_report
nth(int64_t i)
{
    return (struct duplicates_report){
        .report_id = i, .received_at_ms = i, .signature = (uint64_t)i * 1000, .region_code = "33.74"};
}

static void
drops_the_oldest_beyond_its_limit(void **state)
{
    enum { MOST = 1500 };
    const int64_t all = 4000;
    struct duplicates *duplicates = duplicates_new(MOST);

    (void)state;
    for (int64_t i = 1; i <= all; i++) {
        struct duplicates_report report = nth(i);

        assert_int_equal(duplicates_check(duplicates, &report), 0);
    }
    assert_int_equal(duplicates_size(duplicates), MOST);
    for (int64_t i = all; i > all - MOST; i--) {
        struct duplicates_report report = nth(i);

        report.report_id = all + i;
        report.received_at_ms = all + 1;
        assert_int_equal(duplicates_check(duplicates, &report), i);
    }
    struct duplicates_report dropped = nth(all - MOST);

    dropped.report_id = 3 * all;
    assert_int_equal(duplicates_check(duplicates, &dropped), 0);
    duplicates_destroy(&duplicates);
}

// A flood of one text costs no more than a flood of different ones: only the first is kept.
static void
keeps_first_reports_only(void **state)
{
    struct duplicates *duplicates = duplicates_new(1000);

    (void)state;
    for (int64_t i = 1; i <= 50000; i++) {
        struct duplicates_report report = nth(7);

        report.report_id = i;
        report.received_at_ms = i;
        assert_int_equal(duplicates_check(duplicates, &report), i == 1 ? 0 : 1);
    }
    assert_int_equal(duplicates_size(duplicates), 1);
    duplicates_destroy(&duplicates);
}

// Read back from the database, the index answers as before.
static void
answers_the_same_after_a_rebuild(void **state)
{
    struct duplicates *live = duplicates_new(1000);
    struct duplicates *rebuilt = duplicates_new(1000);
    uint64_t seed = 2;

    (void)state;
    for (int64_t i = 1; i <= 3000; i++) {
        struct duplicates_report report = nth(reference_random(&seed, 300));

        report.report_id = i;
        report.received_at_ms = i;
        report.has_point = reference_random(&seed, 2) == 0;
        report.latitude = -7.0 - reference_random(&seed, 3) * 0.02;
        report.longitude = 110.4;
        if (i <= 2000) {
            if (duplicates_check(live, &report) == 0)
                duplicates_add(rebuilt, &report);
        } else {
            assert_int_equal(duplicates_check(live, &report), duplicates_check(rebuilt, &report));
        }
    }
    duplicates_destroy(&live);
    duplicates_destroy(&rebuilt);
}

static void
signature_is_of_a_set(void **state)
{
    uint64_t left[] = {5, 3, 0, 9, 3, 0};
    uint64_t right[] = {9, 5, 3};
    uint64_t other[] = {9, 5, 4};
    uint64_t many[DUPLICATES_LONG_TEXT];

    (void)state;
    for (size_t i = 0; i < LENGTH(many); i++)
        many[i] = i + 1;
    assert_true(duplicates_signature(left, LENGTH(left)) == duplicates_signature(right, LENGTH(right)));
    assert_true(duplicates_signature(left, 3) != duplicates_signature(other, LENGTH(other)));
    assert_int_equal(duplicates_signature(right, LENGTH(right)) & 1, 0);
    assert_int_equal(duplicates_signature(many, LENGTH(many)) & 1, 1);
    assert_int_equal(duplicates_signature(many, LENGTH(many) - 1) & 1, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_table),
        cmocka_unit_test(drops_the_oldest_beyond_its_limit),
        cmocka_unit_test(keeps_first_reports_only),
        cmocka_unit_test(answers_the_same_after_a_rebuild),
        cmocka_unit_test(signature_is_of_a_set),
    };

    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}

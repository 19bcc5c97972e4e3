// test_likeness.c - likeness.h, by tests/data/triage/likeness.tsv.
#include "cmocka_all.h"
#include "likeness.h"
#include "reference.h"
#include "tsv.h"

#include <stdlib.h>
#include <string.h>

enum { RELATION, DAYS, TOPIC, REGION_A, REGION_B, TEXT_A, TEXT_B, WHY };

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define START_MS INT64_C(1760000000000)

static struct profile
profile_of(
    struct knowledge *knowledge, struct text *text, const char *words, const struct profile_report *report)
{
    struct profile profile;

    text_clear(text);
    text_add(text, knowledge->lexicon, words, strlen(words));
    profile_make(knowledge->vocabulary, text, report, &profile);
    return profile;
}

static void
follows_the_table(void **state)
{
    struct knowledge *knowledge = *state;
    struct tsv *table =
        tsv_open("tests/data/triage/likeness.tsv", "relation\tdays\ttopic\tregion_a\tregion_b\ta\tb\twhy");
    struct text text = {0};
    int wrong = 0;

    while (tsv_next(table)) {
        struct profile_report report = {.id = 1,
            .received_at_ms = START_MS,
            .region_code = tsv_field(table, REGION_A),
            .topics = {tsv_field(table, TOPIC)}};
        struct profile earlier = profile_of(knowledge, &text, tsv_field(table, TEXT_A), &report);
        struct profile later;
        struct evidence evidence;
        struct likeness likeness;
        char why[LIKENESS_WHY_SIZE];

        report.id = 2;
        report.received_at_ms += strtoll(tsv_field(table, DAYS), NULL, 10) * DAY_MS;
        report.region_code = tsv_field(table, REGION_B);
        later = profile_of(knowledge, &text, tsv_field(table, TEXT_B), &report);
        likeness_compare(&earlier, &later, &evidence);
        likeness_decide(&evidence, &likeness);
        assert_true(likeness.score >= 0 && likeness.score <= 1);
        assert_true((likeness.score >= LIKENESS_BOUND) == (likeness.relation != RELATION_NONE));
        if (strcmp(relation_name(likeness.relation), tsv_field(table, RELATION)) == 0)
            continue;
        likeness_explain(&evidence, why);
        print_error("likeness.tsv:%d (%s): %s %.2f: %s\n", tsv_line(table), tsv_field(table, WHY),
            relation_name(likeness.relation), likeness.score, why);
        wrong++;
    }
    tsv_close(&table);
    text_free(&text);
    assert_int_equal(wrong, 0);
}

static struct profile
at(double latitude, double longitude)
{
    struct profile profile = {.id = 1,
        .received_s = 1000,
        .word_count = 2,
        .words = {10, 20},
        .concepts = 1,
        .topics = {7},
        .flags = PROFILE_SINGLE,
        .latitude = (int32_t)(latitude * 1e6),
        .longitude = (int32_t)(longitude * 1e6)};

    return profile;
}

static enum relation
decide(const struct profile *earlier, const struct profile *later, struct evidence *evidence)
{
    struct likeness likeness;

    likeness_compare(earlier, later, evidence);
    likeness_decide(evidence, &likeness);
    return likeness.relation;
}

static void
measures_metres(void **state)
{
    struct profile here = at(-7.05, 110.44);
    struct profile beside = at(-7.0501, 110.4401);
    struct profile away = at(-7.07, 110.44);
    struct evidence evidence;

    (void)state;
    assert_int_equal(decide(&here, &beside, &evidence), RELATION_DUPLICATE);
    assert_in_range(evidence.distance, 14, 17);
    assert_int_equal(decide(&here, &away, &evidence), RELATION_NONE);
    assert_in_range(evidence.distance, 2220, 2230);
    assert_true(likeness_contradicts(&evidence));
    away.latitude = PROFILE_NO_POINT;
    likeness_compare(&here, &away, &evidence);
    assert_int_equal(evidence.distance, -1);
}

static void
compares_samples_fairly(void **state)
{
    struct profile whole = {.latitude = PROFILE_NO_POINT, .word_count = 200};
    struct profile part = {.latitude = PROFILE_NO_POINT, .word_count = 6};
    struct evidence evidence;

    (void)state;
    for (int i = 0; i < PROFILE_WORDS; i++)
        whole.words[i] = (uint16_t)(i * 100);
    // Beyond the last word that is kept of the long text nothing is known.
    for (int i = 0; i < 6; i++)
        part.words[i] = (uint16_t)(i < 3 ? i * 500 : 5000 + i);
    likeness_compare(&whole, &part, &evidence);
    assert_int_equal(evidence.compared_words, 3);
    assert_int_equal(evidence.words, 3);
    // All three are in both, but three of six are not all.
    assert_true(evidence.contained > .8 && evidence.contained < .95);
    part.words[1] = 501;
    likeness_compare(&whole, &part, &evidence);
    assert_int_equal(evidence.words, 2);
    assert_int_equal(evidence.words_alone, 1);
}

static void
counts_equal_wordings(void **state)
{
    struct profile left = {.latitude = PROFILE_NO_POINT, .wordings = {1, 2, 3}};
    struct profile right = {.latitude = PROFILE_NO_POINT, .wordings = {1, 9, 3}};
    struct evidence evidence;

    (void)state;
    likeness_compare(&left, &right, &evidence);
    assert_int_equal(evidence.wordings, PROFILE_WORDINGS - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_table),
        cmocka_unit_test(measures_metres),
        cmocka_unit_test(compares_samples_fairly),
        cmocka_unit_test(counts_equal_wordings),
    };

    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}

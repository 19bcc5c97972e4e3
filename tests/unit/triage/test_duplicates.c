// test_duplicates.c - duplicates.h, by tests/data/triage/duplicates.tsv and rules of its own.
#include "cmocka_all.h"
#include "duplicates.h"
#include "reference.h"
#include "tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCENARIO, ID, HOUR, TOPIC, REGION_CODE, POINT, TEXT, EXPECTED, RELATION };

#define HOUR_MS (INT64_C(3600) * 1000)
#define START_MS INT64_C(1760000000000)

static int64_t
number(const struct tsv *table, size_t column)
{
    return strtoll(tsv_field(table, column), NULL, 10);
}

// Finds and adds, as the classifier does.
static struct duplicates_answer
take(struct duplicates *duplicates, const struct profile *profile)
{
    struct duplicates_answer answer;

    duplicates_find(duplicates, profile, &answer);
    duplicates_add(duplicates, profile, answer.relation == RELATION_DUPLICATE ? answer.duplicate_of : 0);
    return answer;
}

static void
follows_the_table(void **state)
{
    struct knowledge *knowledge = *state;
    struct tsv *table = tsv_open("tests/data/triage/duplicates.tsv",
        "scenario\tid\thour\ttopic\tregion_code\tpoint\ttext\texpected\trelation");
    struct duplicates *duplicates = duplicates_new(100);
    struct text text = {0};
    char scenario[100] = "";
    int wrong = 0;

    while (tsv_next(table)) {
        struct profile_report report = {.id = number(table, ID),
            .received_at_ms = START_MS + number(table, HOUR) * HOUR_MS,
            .region_code = tsv_field(table, REGION_CODE),
            .topics = {tsv_field(table, TOPIC)}};
        struct profile profile;
        struct duplicates_answer answer;

        if (strcmp(scenario, tsv_field(table, SCENARIO)) != 0)
            duplicates_clear(duplicates);
        (void)snprintf(scenario, sizeof(scenario), "%s", tsv_field(table, SCENARIO));
        report.has_point = reference_point(tsv_field(table, POINT), &report.latitude, &report.longitude);
        text_clear(&text);
        text_add(&text, knowledge->lexicon, tsv_field(table, TEXT), strlen(tsv_field(table, TEXT)));
        profile_make(knowledge->vocabulary, &text, &report, &profile);
        answer = take(duplicates, &profile);
        assert_true((answer.duplicate_of != 0) == (answer.relation != RELATION_NONE));
        assert_true((answer.duplicate_of != 0) == (answer.why[0] != '\0'));
        if (answer.duplicate_of == number(table, EXPECTED) &&
            strcmp(relation_name(answer.relation), tsv_field(table, RELATION)) == 0)
            continue;
        print_error("duplicates.tsv:%d (%s): %s of %lld, %.2f: %s\n", tsv_line(table), scenario,
            relation_name(answer.relation), (long long)answer.duplicate_of, answer.score, answer.why);
        wrong++;
    }
    tsv_close(&table);
    text_free(&text);
    duplicates_destroy(&duplicates);
    assert_null(duplicates);
    assert_int_equal(wrong, 0);
}

// A dark lamp at a place with a name of its own: the same i, the same incident.
static struct profile
nth(int64_t id, uint32_t i)
{
    struct profile profile = {.id = id,
        .received_s = 1000,
        .region = profile_region("33.74.10.1001"),
        .concepts = 1,
        .topics = {7},
        .text_hash = i,
        .name_count = 1,
        .word_count = 2,
        .words = {(uint16_t)(i << VOCABULARY_NAME_SHIFT | VOCABULARY_NAME_SURE), 10, 20},
        .flags = PROFILE_SINGLE,
        .latitude = PROFILE_NO_POINT,
        .longitude = PROFILE_NO_POINT};

    return profile;
}

static void
drops_the_oldest_beyond_its_limit(void **state)
{
    enum { MOST = 5000, ALL = 12000 };
    struct duplicates *duplicates = duplicates_new(MOST);
    struct duplicates_answer answer;
    struct profile profile;

    (void)state;
    for (uint32_t i = 1; i <= ALL; i++) {
        profile = nth(i, i);
        assert_int_equal(take(duplicates, &profile).duplicate_of, 0);
    }
    assert_int_equal(duplicates_size(duplicates), MOST);
    for (uint32_t i = ALL; i > ALL - MOST; i--) {
        profile = nth(ALL + i, i);
        duplicates_find(duplicates, &profile, &answer);
        assert_int_equal(answer.duplicate_of, i);
    }
    profile = nth(INT64_C(3) * ALL, ALL - MOST);
    duplicates_find(duplicates, &profile, &answer);
    assert_int_equal(answer.duplicate_of, 0);
    duplicates_destroy(&duplicates);
}

// A flood of one text costs no more memory than one report, and each finds the first.
static void
keeps_a_repeated_text_once(void **state)
{
    struct duplicates *duplicates = duplicates_new(1000);

    (void)state;
    for (int64_t i = 1; i <= 50000; i++) {
        struct profile profile = nth(i, 3);

        assert_int_equal(take(duplicates, &profile).duplicate_of, i == 1 ? 0 : 1);
    }
    assert_int_equal(duplicates_size(duplicates), 1);
    duplicates_destroy(&duplicates);
}

// A flood of one matter in ever other words finds its first report as long as that is kept.
static void
finds_the_first_through_the_latest(void **state)
{
    struct duplicates *duplicates = duplicates_new(100000);

    (void)state;
    for (int64_t i = 1; i <= 20000; i++) {
        struct profile profile = nth(i, 3);

        profile.text_hash = (uint32_t)i;
        assert_int_equal(take(duplicates, &profile).duplicate_of, i == 1 ? 0 : 1);
    }
    duplicates_destroy(&duplicates);
}

// Read back from stored bytes in the order of decision, the index answers as before.
static void
answers_the_same_after_a_rebuild(void **state)
{
    struct duplicates *live = duplicates_new(1000);
    struct duplicates *rebuilt = duplicates_new(1000);
    uint64_t seed = 2;

    (void)state;
    for (int64_t i = 1; i <= 6000; i++) {
        struct profile profile = nth(i, reference_random(&seed, 300));
        struct duplicates_answer answer;
        struct duplicates_answer again;

        profile.text_hash += reference_random(&seed, 3);
        profile.received_s += (uint32_t)i * 1000;
        duplicates_find(live, &profile, &answer);
        if (i > 4000) {
            duplicates_find(rebuilt, &profile, &again);
            assert_int_equal(answer.duplicate_of, again.duplicate_of);
            assert_int_equal(answer.relation, again.relation);
            assert_string_equal(answer.why, again.why);
        }
        for (int k = 0; k < 2; k++) {
            uint8_t packed[PROFILE_PACKED];
            struct profile back;

            profile_pack(&profile, packed);
            assert_int_equal(profile_unpack(packed, sizeof(packed), &back), 0);
            duplicates_add(k == 0 ? live : rebuilt, k == 0 ? &profile : &back,
                answer.relation == RELATION_DUPLICATE ? answer.duplicate_of : 0);
        }
    }
    assert_int_equal(duplicates_size(live), duplicates_size(rebuilt));
    duplicates_destroy(&live);
    duplicates_destroy(&rebuilt);
}

static void
forgets_what_is_removed(void **state)
{
    struct duplicates *duplicates = duplicates_new(10);
    struct duplicates_answer answer;
    struct profile first = nth(1, 3);
    struct profile second = nth(2, 3);
    struct profile third = nth(3, 3);

    (void)state;
    second.text_hash = 4;
    assert_int_equal(take(duplicates, &first).duplicate_of, 0);
    assert_int_equal(take(duplicates, &second).duplicate_of, 1);
    assert_int_equal(duplicates_size(duplicates), 2);
    duplicates_remove(duplicates, 1);
    duplicates_remove(duplicates, 77);
    assert_int_equal(duplicates_size(duplicates), 1);
    // The second leads to nothing that is left.
    duplicates_find(duplicates, &third, &answer);
    assert_int_equal(answer.duplicate_of, 0);
    // An officer made it a first report: taken out, it comes in again as one.
    duplicates_remove(duplicates, 2);
    duplicates_add(duplicates, &second, 0);
    duplicates_find(duplicates, &third, &answer);
    assert_int_equal(answer.duplicate_of, 2);
    duplicates_clear(duplicates);
    assert_int_equal(duplicates_size(duplicates), 0);
    duplicates_find(duplicates, &third, &answer);
    assert_int_equal(answer.duplicate_of, 0);
    duplicates_destroy(&duplicates);
}

static void
costs_at_most_150_bytes_a_report(void **state)
{
    enum { MOST = 100000 };
    struct duplicates *duplicates = duplicates_new(MOST);

    (void)state;
    for (uint32_t i = 1; i <= MOST; i++) {
        struct profile profile = nth(i, i);

        duplicates_add(duplicates, &profile, 0);
    }
    assert_int_equal(duplicates_size(duplicates), MOST);
    assert_true(duplicates_bytes(duplicates) <= (size_t)MOST * 150);
    duplicates_destroy(&duplicates);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_table),
        cmocka_unit_test(drops_the_oldest_beyond_its_limit),
        cmocka_unit_test(keeps_a_repeated_text_once),
        cmocka_unit_test(finds_the_first_through_the_latest),
        cmocka_unit_test(answers_the_same_after_a_rebuild),
        cmocka_unit_test(forgets_what_is_removed),
        cmocka_unit_test(costs_at_most_150_bytes_a_report),
    };

    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}

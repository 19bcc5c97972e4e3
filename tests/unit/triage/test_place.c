// test_place.c - place.h, by tests/data/triage/place.tsv with the regions of deploy/data.
#include "cmocka_all.h"
#include "reference.h"
#include "tsv.h"

#include <stdio.h>
#include <string.h>

enum { ALSO_SIZE = 128 };

// What the column "also" says: "outside", or the candidates.
static void
write_also(const struct place_answer *answer, char also[ALSO_SIZE])
{
    size_t length = 0;

    also[0] = '\0';
    if (answer->outside)
        (void)snprintf(also, ALSO_SIZE, "outside");
    for (size_t i = 0; i < answer->candidate_count; i++)
        length += (size_t)snprintf(
            &also[length], ALSO_SIZE - length, "%s%s", i == 0 ? "" : " ", answer->candidates[i]);
}

static const char *
level_of(const char *code)
{
    static const char *const levels[] = {"provinsi", "kabkota", "kecamatan", "deskel"};
    size_t dots = 0;

    for (const char *at = code; *at != '\0'; at++)
        dots += *at == '.';
    return code[0] == '\0' ? "" : levels[dots];
}

static void
follows_the_table(void **state)
{
    struct knowledge *knowledge = *state;
    struct tsv *table =
        tsv_open("tests/data/triage/place.tsv", "expected\talso\tregion_code\tpoint\taddress\ttext\twhy");
    struct text text = {0};
    int wrong = 0;

    while (tsv_next(table)) {
        struct place_question question = {.region_code = tsv_field(table, 2), .text = &text};
        struct place_answer answer;
        char also[ALSO_SIZE];

        question.has_point = reference_point(tsv_field(table, 3), &question.latitude, &question.longitude);
        text_clear(&text);
        text_add(&text, knowledge->lexicon, tsv_field(table, 5), strlen(tsv_field(table, 5)));
        question.address_from = text.raw_count;
        text_add(&text, knowledge->lexicon, tsv_field(table, 4), strlen(tsv_field(table, 4)));
        places_find(knowledge->places, &question, &answer);
        write_also(&answer, also);
        assert_string_equal(answer.level, level_of(answer.region_code));
        if (strcmp(answer.region_code, tsv_field(table, 0)) == 0 && strcmp(also, tsv_field(table, 1)) == 0)
            continue;
        wrong++;
        print_error("place.tsv:%d (%s): \"%s\" -> %s by %s, also \"%s\"\n", tsv_line(table),
            tsv_field(table, 6), tsv_field(table, 5), answer.region_code, answer.rule, also);
    }
    tsv_close(&table);
    text_free(&text);
    assert_int_equal(wrong, 0);
}

// Each regency, city and district is found where its own middle is, unless that lies outside of it.
static void
finds_most_districts_by_their_middle(void **state)
{
    struct knowledge *knowledge = *state;
    struct tsv *table =
        tsv_open("deploy/data/regions.tsv", "code\tlevel\tkind\tname\tparent\tlatitude\tlongitude");
    struct text text = {0};
    int total = 0;
    int right = 0;

    while (tsv_next(table)) {
        struct place_question question = {.region_code = "", .has_point = true, .text = &text};
        struct place_answer answer;
        char point[64];

        if (strncmp(tsv_field(table, 0), "33.", 3) != 0 || strcmp(tsv_field(table, 1), "kecamatan") != 0)
            continue;
        (void)snprintf(point, sizeof(point), "%s,%s", tsv_field(table, 5), tsv_field(table, 6));
        assert_true(reference_point(point, &question.latitude, &question.longitude));
        places_find(knowledge->places, &question, &answer);
        total++;
        right += strcmp(answer.region_code, tsv_field(table, 0)) == 0;
    }
    tsv_close(&table);
    print_message("%d of %d districts found by their middle\n", right, total);
    assert_true(right * 100 >= total * 95);
}

static void
refuses_rows_that_make_no_sense(void **state)
{
    struct places *places = places_new("33");

    (void)state;
    assert_int_equal(
        places_add(places, &(struct place_region){"33", "provinsi", "provinsi", "Jawa Tengah"}), 0);
    assert_int_equal(places_add(places, &(struct place_region){"33.01", "planet", "kabupaten", "X"}), -1);
    assert_int_equal(places_add(places, &(struct place_region){"", "kabkota", "kabupaten", "X"}), -1);
    assert_int_equal(places_add(places, &(struct place_region){"33.01.01.20011", "deskel", "desa", "X"}), -1);
    places_ready(places);
    assert_int_equal(places_add_alias(places, "entah", "77"), -1);
    assert_int_equal(places_add_polygon(places, "77", "0,0 0,1 1,1"), -1);
    assert_int_equal(places_add_polygon(places, "33", "0,0 0,1 1,1"), -1);
    places_destroy(&places);
    assert_null(places);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_table),
        cmocka_unit_test(finds_most_districts_by_their_middle),
        cmocka_unit_test(refuses_rows_that_make_no_sense),
    };

    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}

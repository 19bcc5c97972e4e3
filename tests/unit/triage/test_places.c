// test_places.c - how well place.h finds where reports are about, over a table of whole reports.
//
// The table is JSON Lines: a report, and under "expect" the regency, district and village that its words
// settle (or null), whether they are ambiguous, and whether the place is outside the province.  Prints
// precision and recall a level and fails below the bounds.  Its first argument is another table; -v prints
// the rows that went wrong.
#include "cmocka_all.h"
#include "reference.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define TABLE SOURCE_DIR "/tests/data/triage/places.jsonl"

enum { LEVELS = 3, CODE_SIZE = 14 };

// The bounds: kab/kota and kecamatan, and desa/kelurahan.
static const struct {
    const char *name;
    double precision, recall;
} levels[LEVELS] = {{"kabkota", .98, .90}, {"kecamatan", .98, .90}, {"deskel", .95, .80}};

struct count {
    int right, predicted, there;
};

struct tally {
    struct count levels[LEVELS];
    struct count ambiguous, outside;
    int rows, wrong;
};

static const char *path = TABLE;
static bool verbose = false;
static int parity = -1; // only rows whose number is even (0) or odd (1); -1: all

// The part of a code at a level: 33.74, 33.74.01, 33.74.01.1001; false: the code is not that deep.
static bool
cut(const char *code, int level, char out[CODE_SIZE])
{
    int dots = 0;
    size_t length = 0;

    for (; code[length] != '\0' && dots <= level + 1; length++)
        dots += code[length] == '.';
    if (dots < level + 1)
        return false;
    length -= dots > level + 1;
    memcpy(out, code, length);
    out[length] = '\0';
    return true;
}

static const char *
text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));

    return text == NULL ? "" : text;
}

static void
answer_row(struct knowledge *knowledge, struct text *text, const json_t *row, struct place_answer *answer)
{
    struct place_question question = {.region_code = text_of(row, "region_code"), .text = text};
    const json_t *latitude = json_object_get(row, "latitude");

    if (json_is_number(latitude)) {
        question.has_point = true;
        question.latitude = json_number_value(latitude);
        question.longitude = json_number_value(json_object_get(row, "longitude"));
    }
    text_clear(text);
    text_add(text, knowledge->lexicon, text_of(row, "text"), strlen(text_of(row, "text")));
    question.address_from = text->raw_count;
    text_add(text, knowledge->lexicon, text_of(row, "address"), strlen(text_of(row, "address")));
    places_find(knowledge->places, &question, answer);
}

static void
count_flag(struct count *count, bool expected, bool said)
{
    count->there += expected;
    count->predicted += said;
    count->right += expected && said;
}

static void
tally_row(struct tally *tally, const json_t *row, const struct place_answer *answer)
{
    const json_t *expect = json_object_get(row, "expect");
    bool outside = json_is_true(json_object_get(expect, "outside"));
    bool ambiguous = json_is_true(json_object_get(expect, "ambiguous"));
    bool right = outside == answer->outside;

    tally->rows++;
    for (int level = 0; level < LEVELS; level++) {
        const char *wanted = text_of(expect, levels[level].name);
        char code[CODE_SIZE] = "";
        bool said = !answer->outside && cut(answer->region_code, level, code);

        tally->levels[level].there += wanted[0] != '\0';
        tally->levels[level].predicted += said;
        tally->levels[level].right += said && strcmp(code, wanted) == 0;
        right = right && strcmp(said ? code : "", wanted) == 0;
    }
    count_flag(&tally->ambiguous, ambiguous, answer->candidate_count > 0);
    count_flag(&tally->outside, outside, answer->outside);
    tally->wrong += !right;
    if (verbose && (!right || ambiguous != (answer->candidate_count > 0))) {
        print_message("%s %s %s|%s| -> %s by %s", text_of(row, "id"), right ? "(ambiguity)" : "WRONG",
            text_of(row, "text"), text_of(row, "address"), answer->region_code, answer->rule);
        for (size_t i = 0; i < answer->candidate_count; i++)
            print_message(" ?%s", answer->candidates[i]);
        print_message(" # %s %s %s %s\n", text_of(expect, "kabkota"), text_of(expect, "kecamatan"),
            text_of(expect, "deskel"), text_of(row, "note"));
    }
}

static double
share(int part, int whole)
{
    return whole == 0 ? 1 : (double)part / whole;
}

static void
print_count(const char *name, const struct count *count)
{
    print_message("%-10s precision %.3f (%d of %d) recall %.3f (%d of %d)\n", name,
        share(count->right, count->predicted), count->right, count->predicted,
        share(count->right, count->there), count->right, count->there);
}

static void
reaches_the_bounds(void **state)
{
    struct knowledge *knowledge = *state;
    FILE *file = fopen(path, "re");
    struct tally tally = {.rows = 0};
    struct text text = {0};
    char *line = NULL;
    size_t room = 0;
    bool low = false;

    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    while (getline(&line, &room, file) > 0) {
        struct place_answer answer;
        json_t *row = json_loads(line, 0, NULL);
        const char *id = NULL;
        int last = 0;

        assert_non_null(row);
        id = text_of(row, "id");
        last = id[0] == '\0' ? 0 : (id[strlen(id) - 1] - '0') % 2;
        if (parity < 0 || last == parity) {
            answer_row(knowledge, &text, row, &answer);
            tally_row(&tally, row, &answer);
        }
        json_decref(row);
    }
    free(line);
    text_free(&text);
    (void)fclose(file);
    print_message("%d reports, %d not as expected\n", tally.rows, tally.wrong);
    for (int level = 0; level < LEVELS; level++) {
        const struct count *count = &tally.levels[level];

        print_count(levels[level].name, count);
        low = low || share(count->right, count->predicted) < levels[level].precision ||
              share(count->right, count->there) < levels[level].recall;
    }
    print_count("ambiguous", &tally.ambiguous);
    print_count("outside", &tally.outside);
    assert_false(low);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reaches_the_bounds)};

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-v") == 0)
            verbose = true;
        else if (strcmp(argv[i], "--even") == 0)
            parity = 0;
        else if (strcmp(argv[i], "--odd") == 0)
            parity = 1;
        else
            path = argv[i];
    }
    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}

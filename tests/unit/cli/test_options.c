// test_options.c - the option table of a sub-command: what it takes, what it refuses.
#include "cmocka_all.h"
#include "options.h"

#include <stdbool.h>
#include <stdio.h>

struct parsed {
    bool json;
    const char *name;
    int64_t count;
    const char *words[2];
};

static int
parse(struct parsed *parsed, int argc, const char *const *argv)
{
    const struct option table[] = {{"json", OPTION_FLAG, &parsed->json, 0, 0},
        {"name", OPTION_TEXT, &parsed->name, 0, 0}, {"count", OPTION_INTEGER, &parsed->count, 1, 10}};
    const struct options options = {
        .command = "test", .table = table, .count = LENGTH(table), .words = parsed->words, .most_words = 2};
    static char copies[8][64]; // what is parsed borrows from them
    char *copy[LENGTH(copies)] = {NULL};

    for (int i = 0; i < argc; i++) {
        snprintf(copies[i], sizeof(copies[i]), "%s", argv[i]);
        copy[i] = copies[i];
    }
    return options_parse(&options, argc, copy);
}

static void
takes_flags_values_and_words(void **state)
{
    struct parsed parsed = {0};
    const char *const argv[] = {"test", "first", "--json", "--name", "Budi", "--count=7", "second"};
    (void)state;

    assert_int_equal(parse(&parsed, 7, argv), 2);
    assert_true(parsed.json);
    assert_string_equal(parsed.name, "Budi");
    assert_int_equal(parsed.count, 7);
    assert_string_equal(parsed.words[0], "first");
    assert_string_equal(parsed.words[1], "second");
}

static void
takes_a_dash_and_what_follows_two_dashes_as_words(void **state)
{
    struct parsed parsed = {0};
    const char *const argv[] = {"test", "-", "--", "--json"};
    (void)state;

    assert_int_equal(parse(&parsed, 4, argv), 2);
    assert_string_equal(parsed.words[0], "-");
    assert_string_equal(parsed.words[1], "--json");
    assert_false(parsed.json);
}

static void
refuses_what_it_does_not_understand(void **state)
{
    static const char *const wrong[][3] = {
        {"test", "--jsonx", NULL},    // no such option, though one starts like it
        {"test", "--nam", "x"},       // no abbreviations
        {"test", "-j", NULL},         // no single letters
        {"test", "--json=yes", NULL}, // a flag takes no value
        {"test", "--name", NULL},     // a value is missing
        {"test", "--count", "0"},     // too small
        {"test", "--count", "11"},    // too large
        {"test", "--count", "3x"},    // no number
        {"test", "--count", ""},      // no number
        {"test", "--count", "99999999999999999999"},
    };
    (void)state;

    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct parsed parsed = {0};

        assert_int_equal(parse(&parsed, wrong[i][2] == NULL ? 2 : 3, wrong[i]), -1);
    }
}

static void
refuses_more_words_than_the_command_has(void **state)
{
    struct parsed parsed = {0};
    const char *const argv[] = {"test", "a", "b", "c"};
    (void)state;

    assert_int_equal(parse(&parsed, 4, argv), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_flags_values_and_words),
        cmocka_unit_test(takes_a_dash_and_what_follows_two_dashes_as_words),
        cmocka_unit_test(refuses_what_it_does_not_understand),
        cmocka_unit_test(refuses_more_words_than_the_command_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

// test_lines.c - lines.h: lines whole, numbered, bounded, and handed out before the next ones come.
#include "cmocka_all.h"
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *
file_of(const char *bytes, size_t length)
{
    FILE *file = tmpfile();

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    rewind(file);
    return file;
}

static void
want_line(struct lines *lines, const char *text, long number)
{
    struct line line;

    assert_int_equal(lines_next(lines, &line), LINES_LINE);
    assert_string_equal(line.text, text);
    assert_int_equal(line.length, strlen(text));
    assert_int_equal(line.number, number);
}

static void
want_end(struct lines *lines)
{
    struct line line;

    assert_int_equal(lines_next(lines, &line), LINES_END);
    assert_int_equal(lines_next(lines, &line), LINES_END);
}

static void
reads_lines_with_every_kind_of_end(void **state)
{
    static const char text[] = "one\ntwo\r\n\n\rfour\r\nlast";
    FILE *file = file_of(text, sizeof(text) - 1);
    struct lines *lines = lines_new(fileno(file));

    (void)state;
    want_line(lines, "one", 1);
    want_line(lines, "two", 2);
    want_line(lines, "", 3);
    want_line(lines, "\rfour", 4);
    want_line(lines, "last", 5);
    want_end(lines);
    lines_destroy(&lines);
    fclose(file);
}

static void
leaves_a_byte_order_mark_out_at_the_start_only(void **state)
{
    static const char text[] = "\xef\xbb\xbfone\n\xef\xbb\xbftwo\n";
    FILE *file = file_of(text, sizeof(text) - 1);
    struct lines *lines = lines_new(fileno(file));

    (void)state;
    want_line(lines, "one", 1);
    want_line(lines, "\xef\xbb\xbftwo", 2);
    want_end(lines);
    lines_destroy(&lines);
    fclose(file);
}

static void
says_how_long_a_line_with_a_nul_is(void **state)
{
    FILE *file = file_of("a\0b\nc\n", 6);
    struct lines *lines = lines_new(fileno(file));
    struct line line;

    (void)state;
    assert_int_equal(lines_next(lines, &line), LINES_LINE);
    assert_int_equal(line.length, 3);
    assert_memory_equal(line.text, "a\0b", 4);
    want_line(lines, "c", 2);
    lines_destroy(&lines);
    fclose(file);
}

// Lines of all lengths around the limit, between short ones.
static void
skips_a_line_that_is_too_long(void **state)
{
    static const size_t lengths[] = {LINES_LONGEST - 1, LINES_LONGEST, LINES_LONGEST + 1,
        LINES_LONGEST + 65536, 3 * LINES_LONGEST + 7, 65535, 65536, 65537};
    FILE *file = tmpfile();
    struct lines *lines = NULL;
    struct line line;

    (void)state;
    assert_non_null(file);
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        for (size_t k = 0; k < lengths[i]; k++)
            putc('x', file);
        fputs("\nshort\n", file);
    }
    rewind(file);
    lines = lines_new(fileno(file));
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        bool fits = lengths[i] <= LINES_LONGEST;

        assert_int_equal(lines_next(lines, &line), fits ? LINES_LINE : LINES_TOO_LONG);
        assert_int_equal(line.number, 2 * i + 1);
        if (fits)
            assert_int_equal(line.length, lengths[i]);
        want_line(lines, "short", (long)(2 * i + 2));
    }
    want_end(lines);
    lines_destroy(&lines);
    fclose(file);
}

static void
a_file_may_end_in_a_line_that_is_too_long(void **state)
{
    FILE *file = tmpfile();
    struct lines *lines = NULL;
    struct line line;

    (void)state;
    assert_non_null(file);
    for (size_t k = 0; k < 2 * (size_t)LINES_LONGEST; k++)
        putc('x', file);
    rewind(file);
    lines = lines_new(fileno(file));
    assert_int_equal(lines_next(lines, &line), LINES_TOO_LONG);
    assert_int_equal(line.number, 1);
    want_end(lines);
    lines_destroy(&lines);
    fclose(file);
}

static void
hands_out_what_is_there_before_it_waits(void **state)
{
    int ends[2];
    struct lines *lines = NULL;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    lines = lines_new(ends[0]);
    assert_true(lines_would_wait(lines));
    assert_int_equal(write(ends[1], "one\ntwo\nthr", 11), 11);
    want_line(lines, "one", 1);
    assert_false(lines_would_wait(lines));
    want_line(lines, "two", 2);
    assert_true(lines_would_wait(lines));
    assert_int_equal(write(ends[1], "ee\n", 3), 3);
    want_line(lines, "three", 3);
    close(ends[1]);
    want_end(lines);
    assert_true(lines_would_wait(lines));
    lines_destroy(&lines);
    close(ends[0]);
}

static void
says_when_a_file_cannot_be_read(void **state)
{
    struct lines *lines = lines_new(-1);
    struct line line;

    (void)state;
    assert_int_equal(lines_next(lines, &line), LINES_BROKEN);
    lines_destroy(&lines);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lines_with_every_kind_of_end),
        cmocka_unit_test(leaves_a_byte_order_mark_out_at_the_start_only),
        cmocka_unit_test(says_how_long_a_line_with_a_nul_is),
        cmocka_unit_test(skips_a_line_that_is_too_long),
        cmocka_unit_test(a_file_may_end_in_a_line_that_is_too_long),
        cmocka_unit_test(hands_out_what_is_there_before_it_waits),
        cmocka_unit_test(says_when_a_file_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

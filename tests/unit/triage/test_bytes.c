// test_bytes.c - bytes.h: there and back, and bytes that end too early.
#include "bytes.h"
#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
reads_what_was_written(void **state)
{
    struct bytes_writer writer = {0};
    struct bytes_reader reader = {0};
    char text[8];

    (void)state;
    bytes_put_u32(&writer, 0xDEADBEEF);
    bytes_put_u64(&writer, UINT64_C(0x0123456789ABCDEF));
    bytes_put_float(&writer, -2.5F);
    bytes_put_text(&writer, "jalan");
    assert_int_equal(writer.bytes[0], 0xEF); // the lowest byte first
    reader = (struct bytes_reader){.at = writer.bytes, .end = writer.bytes + writer.length};
    assert_int_equal(bytes_get_u32(&reader), 0xDEADBEEF);
    assert_true(bytes_get_u64(&reader) == UINT64_C(0x0123456789ABCDEF));
    assert_true(bytes_get_float(&reader) == -2.5F);
    bytes_get_text(&reader, text, sizeof(text));
    assert_string_equal(text, "jalan");
    assert_null(reader.problem);
    assert_ptr_equal(reader.at, reader.end);
    free(writer.bytes);
}

static void
stops_at_the_first_problem(void **state)
{
    const uint8_t bytes[] = {1, 0, 0, 0, 9};
    struct bytes_reader reader = {.at = bytes, .end = bytes + sizeof(bytes)};

    (void)state;
    assert_int_equal(bytes_get_u32(&reader), 1);
    assert_int_equal(bytes_get_u32(&reader), 0);
    assert_string_equal(reader.problem, "it ends too early");
    assert_null(bytes_get(&reader, 0));
    assert_int_equal(bytes_get_count(&reader, 1, 100), 0);
    assert_string_equal(reader.problem, "it ends too early");
}

static void
refuses_counts_texts_and_numbers_that_cannot_be(void **state)
{
    struct bytes_writer writer = {0};
    struct bytes_reader reader = {0};
    char text[4];

    (void)state;
    bytes_put_u32(&writer, 1000000);
    reader = (struct bytes_reader){.at = writer.bytes, .end = writer.bytes + writer.length};
    assert_int_equal(bytes_get_count(&reader, 4, 2000000), 0);
    assert_string_equal(reader.problem, "a count in it is too large");

    writer.length = 0;
    bytes_put_text(&writer, "toolong");
    reader = (struct bytes_reader){.at = writer.bytes, .end = writer.bytes + writer.length};
    bytes_get_text(&reader, text, sizeof(text));
    assert_non_null(reader.problem);
    assert_string_equal(text, "");

    writer.length = 0;
    bytes_put_float(&writer, NAN);
    reader = (struct bytes_reader){.at = writer.bytes, .end = writer.bytes + writer.length};
    assert_true(bytes_get_float(&reader) == 0);
    assert_string_equal(reader.problem, "a number in it is not finite");
    free(writer.bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_was_written),
        cmocka_unit_test(stops_at_the_first_problem),
        cmocka_unit_test(refuses_counts_texts_and_numbers_that_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

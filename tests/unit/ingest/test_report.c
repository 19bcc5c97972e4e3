// test_report.c - what a good report becomes, and what is echoed of a bad one.
#include "cmocka_all.h"
#include "encode.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct str frame;
static struct report report;
static struct report_refusal refusal;

static int
start(void **state)
{
    (void)state;
    arena = arena_new(REPORT_MEMORY_MOST);
    memset(&refusal, 'x', sizeof(refusal));
    return 0;
}

static int
stop(void **state)
{
    (void)state;
    arena_destroy(&arena);
    str_free(&frame);
    return 0;
}

static int
read_frame(void)
{
    return report_read(arena, (const uint8_t *)frame.data, frame.length, &report, &refusal);
}

static void
assert_text(struct report_text text, const char *expected)
{
    assert_string_equal(text.data, expected);
    assert_int_equal(text.length, strlen(expected));
}

static void
reads_everything(void **state)
{
    (void)state;
    encode_full(&frame);
    assert_int_equal(read_frame(), 0);
    assert_text(report.source, "sms-gateway");
    assert_text(report.source_message_id, "msg-1");
    assert_text(report.text, "Lampu jalan di depan balai desa padam sejak Senin.");
    assert_int_equal(report.channel, KENTONGAN__V1__CHANNEL__CHANNEL_SMS);
    assert_non_null(report.reporter);
    assert_string_equal(report.reporter->phone, "+6281200000000");
    assert_true(report.located);
    assert_true(report.latitude == -7.05 && report.longitude == 110.44);
    assert_text(report.region_code, "33.74.01.1001");
    assert_text(report.address, "depan balai desa");
    assert_text(report.attachments,
        "[{\"uri\":\"https://example.org/\\\"1\\\"\\\\\\u000a.jpg\",\"media_type\":\"image/jpeg\","
        "\"sha256\":\"abcd000000000000000000000000000000000000000000000000000000000000\",\"size\":12345},"
        "{\"uri\":\"https://example.org/\xc3\xa9.pdf\"}]");
    assert_int_equal(report.sent_at_ms, INT64_C(1763800000000));
    assert_true(report.anonymous && report.confidential);
    assert_text(report.addressed_to, "DPU");
    assert_text(report.relayed_by, "Kepala Desa Contoh");
    assert_text(report.in_reply_to, "JT-0000-0000-0");
}

static void
reads_the_least(void **state)
{
    (void)state;
    encode_least(&frame);
    assert_int_equal(read_frame(), 0);
    assert_null(report.reporter);
    assert_false(report.located);
    assert_text(report.region_code, "");
    assert_text(report.address, "");
    assert_text(report.attachments, "");
    assert_text(report.in_reply_to, "");
    assert_int_equal(report.sent_at_ms, 0);
    assert_false(report.anonymous || report.confidential);
}

static void
knows_an_empty_reporter(void **state)
{
    (void)state;
    encode_least(&frame);
    encode_bytes(&frame, 5, "\x0a\x00\x12\x00", 4);
    assert_int_equal(read_frame(), 0);
    assert_null(report.reporter);
    encode_bytes(&frame, 5, "\x1a\x01@", 3);
    assert_int_equal(read_frame(), 0);
    assert_non_null(report.reporter);
}

// A point of 0, 0 is somewhere in the sea; no point is nowhere.
static void
knows_no_place_from_null_island(void **state)
{
    (void)state;
    encode_least(&frame);
    assert_int_equal(encode_path(&frame, "place.address", "di sana"), 0);
    assert_int_equal(read_frame(), 0);
    assert_false(report.located);
    assert_int_equal(encode_path(&frame, "place.point", "hex:"), 0);
    assert_int_equal(read_frame(), 0);
    assert_true(report.located);
    assert_text(report.address, "di sana");
}

static void
last_value_counts(void **state)
{
    (void)state;
    encode_least(&frame);
    encode_text(&frame, 4, "satu");
    encode_text(&frame, 4, "dua");
    assert_int_equal(encode_path(&frame, "reporter.name", "Satu"), 0);
    assert_int_equal(encode_path(&frame, "reporter.handle", "@satu"), 0);
    assert_int_equal(encode_path(&frame, "reporter.name", "Dua"), 0);
    assert_int_equal(read_frame(), 0);
    assert_text(report.text, "dua");
    assert_string_equal(report.reporter->name, "Dua");
    assert_string_equal(report.reporter->handle, "@satu");
}

static void
make_key(const char *source, const char *id, uint8_t key[REPORT_KEY_SIZE])
{
    str_clear(&frame);
    encode_least(&frame);
    encode_text(&frame, 1, source);
    encode_text(&frame, 2, id);
    assert_int_equal(read_frame(), 0);
    memcpy(key, report.key, REPORT_KEY_SIZE);
}

static void
key_is_of_source_and_id_alone(void **state)
{
    (void)state;
    static const struct {
        const char *source, *id;
    } rows[] = {{"ab", "c"}, {"a", "bc"}, {"c", "ab"}, {"abc", "abc"}, {"ab", "c "}, {"AB", "c"}};
    uint8_t keys[LENGTH(rows)][REPORT_KEY_SIZE], again[REPORT_KEY_SIZE];
    for (size_t i = 0; i < LENGTH(rows); i++) {
        make_key(rows[i].source, rows[i].id, keys[i]);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(keys[i], keys[j], REPORT_KEY_SIZE);
    }
    encode_text(&frame, 4, "Teks lain dari pengirim yang sama.");
    encode_number(&frame, 3, 2);
    assert_int_equal(read_frame(), 0);
    assert_memory_equal(report.key, keys[LENGTH(rows) - 1], REPORT_KEY_SIZE);
    make_key("ab", "c", again);
    assert_memory_equal(again, keys[0], REPORT_KEY_SIZE);
}

// The key is stored and outlives this program: if it changed, every resend would be a new report.
static void
key_never_changes(void **state)
{
    (void)state;
    static const uint8_t expected[REPORT_KEY_SIZE] = {
        0x08, 0xe6, 0x75, 0xf4, 0xf8, 0x09, 0xcc, 0x03, 0xb8, 0x4d, 0xbb, 0x80, 0xa1, 0xe5, 0xa2, 0xa2};
    uint8_t key[REPORT_KEY_SIZE];
    make_key("sms-gateway", "msg-1", key);
    assert_memory_equal(key, expected, REPORT_KEY_SIZE);
}

static void
echoes_the_id_where_it_can(void **state)
{
    (void)state;
    encode_least(&frame);
    encode_text(&frame, 4, "");
    assert_int_equal(read_frame(), -1);
    assert_string_equal(refusal.source_message_id, "msg-1");

    // A frame that breaks off behind the id, one that is nothing at all, and one whose id is no text or too
    // long.
    str_add(&frame, "\x22\x7f", 2);
    assert_int_equal(read_frame(), -1);
    assert_string_equal(refusal.source_message_id, "msg-1");
    str_clear(&frame);
    str_add(&frame, "\xff\xff", 2);
    assert_int_equal(read_frame(), -1);
    assert_string_equal(refusal.source_message_id, "");
    str_clear(&frame);
    assert_int_equal(encode_path(&frame, "source_message_id", "hex:6100"), 0);
    assert_int_equal(read_frame(), -1);
    assert_string_equal(refusal.source_message_id, "");
    str_clear(&frame);
    assert_int_equal(encode_path(&frame, "source_message_id", "m*129"), 0);
    assert_int_equal(read_frame(), -1);
    assert_string_equal(refusal.source_message_id, "");
    str_clear(&frame);
    assert_int_equal(encode_path(&frame, "source_message_id", "m*128"), 0);
    assert_int_equal(read_frame(), -1);
    assert_int_equal(strlen(refusal.source_message_id), 128);
}

static void
refuses_nothing_at_all(void **state)
{
    (void)state;
    assert_int_equal(report_read(arena, NULL, 0, &report, &refusal), -1);
    assert_string_equal(refusal.reason, "source: is empty");
    assert_string_equal(refusal.source_message_id, "");
}

// Wherever a frame is cut off, it is refused or still a report, and nothing is left in the arena for a
// refused one.
static void
survives_being_cut(void **state)
{
    (void)state;
    encode_full(&frame);
    int refused = 0;
    for (size_t length = 0; length < frame.length; length++) {
        // A copy of its own, so that a sanitizer sees a look behind the end.
        uint8_t *cut = malloc(length + 1);
        assert_non_null(cut);
        memcpy(cut, frame.data, length);
        uint8_t *exact = realloc(cut, length ? length : 1);
        assert_non_null(exact);
        if (report_read(arena, exact, length, &report, &refusal) != 0) {
            refused++;
            assert_int_equal(arena_used(arena), 0);
        }
        arena_clear(arena);
        free(exact);
    }
    assert_in_range(refused, 300, frame.length);
}

// The dearest frames that there are stay far below the arena's bound.
static void
dearest_frames_fit(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "hex:3a00", "hex:f00101", "hex:8001", "hex:2a00", "hex:32020a00", "hex:f20100"};
    for (size_t i = 0; i < LENGTH(parts); i++) {
        size_t most = 0;
        str_clear(&frame);
        encode_least(&frame);
        while (frame.length + 4 <= REPORT_FRAME_MOST)
            assert_int_equal(encode_path(&frame, "raw", parts[i]), 0);
        Kentongan__V1__Report *message =
            kentongan__v1__report__unpack(arena_allocator(arena), frame.length, (const uint8_t *)frame.data);
        assert_non_null(message);
        most = arena_used(arena);
        arena_clear(arena);
        assert_in_range(most, 1, REPORT_MEMORY_MOST / 2);
    }
}

// One that would go above it is refused, and costs nothing.
static void
refuses_what_needs_too_much_memory(void **state)
{
    (void)state;
    struct arena *small = arena_new(4096);
    encode_full(&frame);
    assert_int_equal(report_read(small, (const uint8_t *)frame.data, frame.length, &report, &refusal), 0);
    assert_int_equal(encode_path(&frame, "text", "t*5000"), 0);
    size_t before = arena_used(small);
    assert_int_equal(report_read(small, (const uint8_t *)frame.data, frame.length, &report, &refusal), -1);
    assert_string_equal(refusal.reason, "report: cannot be decoded");
    assert_string_equal(refusal.source_message_id, "msg-1");
    assert_int_equal(arena_used(small), before);
    arena_destroy(&small);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_everything, start, stop),
        cmocka_unit_test_setup_teardown(reads_the_least, start, stop),
        cmocka_unit_test_setup_teardown(knows_an_empty_reporter, start, stop),
        cmocka_unit_test_setup_teardown(knows_no_place_from_null_island, start, stop),
        cmocka_unit_test_setup_teardown(last_value_counts, start, stop),
        cmocka_unit_test_setup_teardown(key_is_of_source_and_id_alone, start, stop),
        cmocka_unit_test_setup_teardown(key_never_changes, start, stop),
        cmocka_unit_test_setup_teardown(echoes_the_id_where_it_can, start, stop),
        cmocka_unit_test_setup_teardown(refuses_nothing_at_all, start, stop),
        cmocka_unit_test_setup_teardown(survives_being_cut, start, stop),
        cmocka_unit_test_setup_teardown(dearest_frames_fit, start, stop),
        cmocka_unit_test_setup_teardown(refuses_what_needs_too_much_memory, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

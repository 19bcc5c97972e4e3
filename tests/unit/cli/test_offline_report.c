// test_offline_report.c - offline_report.h: what is a report, and complaints that name the field.
#include "cmocka_all.h"
#include "offline_report.h"

#include <string.h>

// The report borrows from what is returned.  Returns new.
static json_t *
read_good(const char *line, struct offline_report *report)
{
    char reason[OFFLINE_REASON_SIZE] = "";
    json_t *object = offline_report_object(line, strlen(line), reason);

    assert_non_null(object);
    assert_int_equal(offline_report_read(object, report, reason), 0);
    return object;
}

static void
reads_all_fields(void **state)
{
    static const char line[] =
        "{\"id\":\"a-1\",\"text\":\"Banjir \\u2614 di sini\",\"address\":\"Jl. Contoh 5\",\"latitude\":-7,"
        "\"longitude\":110.5,\"region_code\":\"33.74\",\"sent_at_ms\":1700000000000,\"source\":\"sms\","
        "\"label\":[1,{\"x\":null}]}";
    struct offline_report report;
    json_t *object = read_good(line, &report);

    (void)state;
    assert_string_equal(json_string_value(report.id), "a-1");
    assert_string_equal(report.text, "Banjir \xe2\x98\x94 di sini");
    assert_int_equal(report.text_length, strlen(report.text));
    assert_string_equal(report.address, "Jl. Contoh 5");
    assert_int_equal(report.address_length, strlen(report.address));
    assert_true(report.has_point);
    assert_true(report.latitude == -7 && report.longitude == 110.5);
    assert_string_equal(report.region_code, "33.74");
    assert_int_equal(report.sent_at_ms, 1700000000000);
    assert_string_equal(report.source, "sms");
    json_decref(object);
}

static void
all_but_the_text_may_be_missing_or_null(void **state)
{
    static const char nulls[] =
        "{\"text\":\"x\",\"id\":null,\"address\":null,\"latitude\":null,\"longitude\":null,"
        "\"region_code\":null,\"sent_at_ms\":null,\"source\":null}";
    static const char *const lines[] = {
        "{\"text\":\"x\"}", nulls, "{\"text\":\"x\",\"address\":\"\",\"region_code\":\"\",\"source\":\"\"}"};

    (void)state;
    for (size_t i = 0; i < LENGTH(lines); i++) {
        struct offline_report report;
        json_t *object = read_good(lines[i], &report);

        assert_null(report.id);
        assert_string_equal(report.address, "");
        assert_string_equal(report.region_code, "");
        assert_string_equal(report.source, "");
        assert_false(report.has_point);
        assert_int_equal(report.sent_at_ms, 0);
        json_decref(object);
    }
}

static void
takes_a_whole_number_however_it_is_written(void **state)
{
    static const char *const lines[] = {"{\"text\":\"x\",\"sent_at_ms\":1700000000000}",
        "{\"text\":\"x\",\"sent_at_ms\":1700000000000.0}", "{\"text\":\"x\",\"sent_at_ms\":1.7e12}"};

    (void)state;
    for (size_t i = 0; i < LENGTH(lines); i++) {
        struct offline_report report;
        json_t *object = read_good(lines[i], &report);

        assert_int_equal(report.sent_at_ms, 1700000000000);
        json_decref(object);
    }
}

struct wrong {
    const char *line, *reason;
};

static void
says_what_is_wrong(void **state)
{
    static const struct wrong cases[] = {
        {"", "line: is not JSON"},
        {"Jalan rusak", "line: is not JSON"},
        {"{\"text\":\"x\"} {}", "line: is not JSON"},
        {"{\"text\":\"x\",\"text\":\"y\"}", "line: is not JSON: duplicate object key"},
        {"[]", "line: is not an object"},
        {"\"text\"", "line: is not"},
        {"{\"text\":\"a\xff\"}", "line: is not UTF-8"},
        {"{\"text\":\"\xed\xa0\x80\"}", "line: is not UTF-8"},
        {"{\"text\":\"\\ud800\"}", "line: is not JSON"},
        {"{}", "text: is missing"},
        {"{\"text\":null}", "text: is missing"},
        {"{\"text\":\"\"}", "text: is empty"},
        {"{\"text\":7}", "text: is not a string"},
        {"{\"text\":\"a\\u0000b\"}", "text: contains a NUL"},
        {"{\"text\":\"x\",\"id\":[]}", "id: is neither a string nor a number"},
        {"{\"text\":\"x\",\"id\":true}", "id: is neither a string nor a number"},
        {"{\"text\":\"x\",\"address\":1}", "address: is not a string"},
        {"{\"text\":\"x\",\"address\":\"\\u0000\"}", "address: contains a NUL"},
        {"{\"text\":\"x\",\"latitude\":1}", "longitude: is missing beside latitude"},
        {"{\"text\":\"x\",\"longitude\":1}", "latitude: is missing beside longitude"},
        {"{\"text\":\"x\",\"latitude\":\"1\",\"longitude\":1}", "latitude: is not a number"},
        {"{\"text\":\"x\",\"latitude\":90.1,\"longitude\":1}", "latitude: is not between -90 and 90"},
        {"{\"text\":\"x\",\"latitude\":1,\"longitude\":-180.1}", "longitude: is not between -180 and 180"},
        {"{\"text\":\"x\",\"region_code\":\"3374\"}", "region_code: is not a Kemendagri code"},
        {"{\"text\":\"x\",\"region_code\":\"33.74.\"}", "region_code: is not a Kemendagri code"},
        {"{\"text\":\"x\",\"region_code\":\"33.74.01.10011\"}", "region_code: is longer than 13 bytes"},
        {"{\"text\":\"x\",\"region_code\":33.74}", "region_code: is not a string"},
        {"{\"text\":\"x\",\"sent_at_ms\":1.5}", "sent_at_ms: is not a whole number"},
        {"{\"text\":\"x\",\"sent_at_ms\":\"2020-01-01\"}", "sent_at_ms: is not a whole number"},
        {"{\"text\":\"x\",\"sent_at_ms\":1e300}", "sent_at_ms: is not a whole number"},
        {"{\"text\":\"x\",\"sent_at_ms\":-1}", "sent_at_ms: is negative"},
        {"{\"text\":\"x\",\"source\":{}}", "source: is not a string"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char reason[OFFLINE_REASON_SIZE] = "";
        struct offline_report report;
        json_t *object = offline_report_object(cases[i].line, strlen(cases[i].line), reason);

        if (object != NULL && offline_report_read(object, &report, reason) == 0)
            fail_msg("case %zu was taken", i);
        if (strncmp(reason, cases[i].reason, strlen(cases[i].reason)) != 0)
            fail_msg("case %zu said \"%s\"", i, reason);
        json_decref(object);
    }
}

static void
holds_the_limits_of_the_contract(void **state)
{
    static const struct {
        const char *key;
        size_t most;
        const char *reason;
    } limits[] = {{"text", 10000, "text: is longer than 10000 bytes"},
        {"address", 500, "address: is longer than 500 bytes"}, {"id", 128, "id: is longer than 128 bytes"}};
    static char long_text[10002];

    (void)state;
    for (size_t i = 0; i < LENGTH(limits); i++) {
        char reason[OFFLINE_REASON_SIZE] = "";
        struct offline_report report;
        json_t *object = json_pack("{s:s}", "text", "x");

        memset(long_text, 'x', limits[i].most);
        long_text[limits[i].most] = '\0';
        json_object_set_new(object, limits[i].key, json_string(long_text));
        assert_int_equal(offline_report_read(object, &report, reason), 0);
        long_text[limits[i].most] = 'x';
        long_text[limits[i].most + 1] = '\0';
        json_object_set_new(object, limits[i].key, json_string(long_text));
        assert_int_equal(offline_report_read(object, &report, reason), -1);
        assert_string_equal(reason, limits[i].reason);
        json_decref(object);
    }
}

// What a citizen wrote has no place in a complaint.
static void
never_quotes(void **state)
{
    static const char *const lines[] = {"{\"text\":\"rahasia\xff\"}", "{\"text\":\"rahasia", "rahasia",
        "{\"text\":\"rahasia\"}rahasia", "{\"rahasia\":1,\"rahasia\":2}"};

    (void)state;
    for (size_t i = 0; i < LENGTH(lines); i++) {
        char reason[OFFLINE_REASON_SIZE] = "";

        assert_null(offline_report_object(lines[i], strlen(lines[i]), reason));
        assert_true(strlen(reason) > 0);
        if (strstr(reason, "rahasia") != NULL)
            fail_msg("case %zu said \"%s\"", i, reason);
    }
}

static void
a_good_id_is_known_even_when_the_rest_is_wrong(void **state)
{
    static const char line[] = "{\"id\":7,\"text\":\"\"}";
    char reason[OFFLINE_REASON_SIZE] = "";
    struct offline_report report;
    json_t *object = offline_report_object(line, strlen(line), reason);

    (void)state;
    assert_int_equal(offline_report_read(object, &report, reason), -1);
    assert_int_equal(json_integer_value(report.id), 7);
    json_decref(object);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_fields),
        cmocka_unit_test(all_but_the_text_may_be_missing_or_null),
        cmocka_unit_test(takes_a_whole_number_however_it_is_written),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(holds_the_limits_of_the_contract),
        cmocka_unit_test(never_quotes),
        cmocka_unit_test(a_good_id_is_known_even_when_the_rest_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

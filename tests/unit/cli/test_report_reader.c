// test_report_reader.c - reports from TSV and JSON Lines, and complaints that name the line and the field.
#include "cmocka_all.h"
#include "report_reader.h"

#include <string.h>

struct reading {
    FILE *file;
    struct report_reader *reader;
};

static struct reading
start(const char *text, enum report_format format)
{
    struct reading reading = {.file = tmpfile()};

    assert_non_null(reading.file);
    fputs(text, reading.file);
    rewind(reading.file);
    reading.reader = report_reader_new(reading.file, format, "test");
    return reading;
}

static void
end(struct reading *reading)
{
    report_reader_destroy(&reading->reader);
    fclose(reading->file);
}

static void
reads_tsv(void **state)
{
    struct reading reading =
        start("source_message_id\tchannel\ttext\tname\tlatitude\tlongitude\tanonymous\r\n"
              "a-1\twhatsapp\tjalan\\nrusak \\\\ parah\tBudi\t-7.5\t110.25\tyes\r\n"
              "\n"
              "a-2\tCHANNEL_SMS\tlampu mati\t\t\t\tno\n",
            REPORT_TSV);
    const Kentongan__V1__Report *report = NULL;
    (void)state;

    assert_int_equal(report_reader_next(reading.reader, &report), 1);
    assert_string_equal(report->source, "test");
    assert_string_equal(report->source_message_id, "a-1");
    assert_int_equal(report->channel, KENTONGAN__V1__CHANNEL__CHANNEL_WHATSAPP);
    assert_string_equal(report->text, "jalan\nrusak \\ parah");
    assert_string_equal(report->reporter->name, "Budi");
    assert_true(report->place->point->latitude == -7.5);
    assert_true(report->place->point->longitude == 110.25);
    assert_true(report->anonymous);

    assert_int_equal(report_reader_next(reading.reader, &report), 1);
    assert_int_equal(report->channel, KENTONGAN__V1__CHANNEL__CHANNEL_SMS);
    assert_null(report->reporter);
    assert_null(report->place);
    assert_false(report->anonymous);
    assert_int_equal(report_reader_next(reading.reader, &report), 0);
    end(&reading);
}

static void
reads_json_lines(void **state)
{
    struct reading reading = start("{\"source\": \"gw\", \"source_message_id\": \"7\", \"channel\": \"app\", "
                                   "\"text\": \"banjir \\u2614\", "
                                   "\"reporter\": {\"phone\": \"0800123\"}, \"place\": {\"point\": "
                                   "{\"latitude\": -7, \"longitude\": 110.5}, "
                                   "\"region_code\": \"33.74\"}, \"attachments\": [{\"uri\": "
                                   "\"https://a.example/1.jpg\", \"size\": 5, \"sha256\": "
                                   "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"}], "
                                   "\"sent_at_ms\": 1700000000000, "
                                   "\"confidential\": true, \"in_reply_to\": null}\n"
                                   "{\"channel\": 3, \"text\": \"x\"}",
        REPORT_JSONL);
    const Kentongan__V1__Report *report = NULL;
    (void)state;

    assert_int_equal(report_reader_next(reading.reader, &report), 1);
    assert_string_equal(report->source, "gw");
    assert_string_equal(report->text, "banjir \xe2\x98\x94");
    assert_string_equal(report->reporter->phone, "0800123");
    assert_true(report->place->point->latitude == -7.0);
    assert_string_equal(report->place->region_code, "33.74");
    assert_int_equal(report->n_attachments, 1);
    assert_string_equal(report->attachments[0]->uri, "https://a.example/1.jpg");
    assert_int_equal(report->attachments[0]->size, 5);
    assert_int_equal(report->attachments[0]->sha256.len, 32);
    assert_int_equal(report->attachments[0]->sha256.data[31], 0xff);
    assert_int_equal(report->sent_at_ms, 1700000000000);
    assert_true(report->confidential);
    assert_int_equal(report_reader_next(reading.reader, &report), 1);
    assert_int_equal(report->channel, KENTONGAN__V1__CHANNEL__CHANNEL_SMS);
    assert_int_equal(report->n_attachments, 0);
    assert_int_equal(report_reader_next(reading.reader, &report), 0);
    end(&reading);
}

static void
a_report_without_id_is_known_by_its_line(void **state)
{
    static const char text[] = "channel\ttext\nweb\tone\nweb\ttwo\nweb\tone\n";
    struct reading reading = start(text, REPORT_TSV);
    const Kentongan__V1__Report *report = NULL;
    char ids[3][40];
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(report_reader_next(reading.reader, &report), 1);
        assert_int_equal(strlen(report->source_message_id), 32);
        memcpy(ids[i], report->source_message_id, 33);
    }
    assert_string_not_equal(ids[0], ids[1]);
    assert_string_equal(ids[0], ids[2]);
    end(&reading);
}

struct wrong {
    enum report_format format;
    const char *text;
    const char *line, *field, *why;
};

static void
complaints_name_line_and_field(void **state)
{
    static const struct wrong cases[] = {
        {REPORT_TSV, "channel\ttxt\n", "line 1: ", "txt: ", "is no field"},
        {REPORT_TSV, "channel\ttext\tchannel\n", "line 1: ", "channel: ", "twice"},
        {REPORT_TSV, "channel\ttext\nweb\tx\nfax\ty\n", "line 3: ", "channel: ", "is no channel"},
        {REPORT_TSV, "channel\ttext\n\tx\n", "line 2: ", "channel: ", "is missing"},
        {REPORT_TSV, "channel\ttext\nweb\n", "line 2: ", "text: ", "is missing"},
        {REPORT_TSV, "channel\ttext\nweb\tx\ty\n", "line 2: ", "", "more fields"},
        {REPORT_TSV, "channel\tlatitude\nweb\tsouth\n", "line 2: ", "latitude: ", "is not a number"},
        {REPORT_TSV, "channel\tlatitude\nweb\tnan\n", "line 2: ", "latitude: ", "is not a number"},
        {REPORT_TSV, "channel\tsent_at_ms\nweb\t1.5\n", "line 2: ", "sent_at_ms: ", "whole number"},
        {REPORT_TSV, "channel\tanonymous\nweb\tmaybe\n", "line 2: ", "anonymous: ", "neither yes nor no"},
        {REPORT_JSONL, "{\"channel\": \"web\", \"txt\": 1}\n", "line 1: ", "txt: ", "is no key of report"},
        {REPORT_JSONL, "\n{\"place\": {\"lat\": 1}}\n", "line 2: ", "lat: ", "is no key of place"},
        {REPORT_JSONL, "{\"reporter\": \"Budi\"}\n", "line 1: ", "reporter: ", "is not an object"},
        {REPORT_JSONL, "{\"text\": [1]}\n", "line 1: ", "text: ", "an object or a list"},
        {REPORT_JSONL, "{\"text\": 7}\n", "line 1: ", "text: ", "a number where"},
        {REPORT_JSONL, "{\"text\": true}\n", "line 1: ", "text: ", "true or false"},
        {REPORT_JSONL, "{\"channel\": 99}\n", "line 1: ", "channel: ", "is no channel"},
        {REPORT_JSONL, "{\"attachments\": [{\"sha256\": \"00\"}]}\n",
            "line 1: ", "sha256: ", "64 hexadecimal"},
        {REPORT_JSONL, "{\"attachments\": [{},{},{},{},{},{},{},{},{},{},{}]}\n",
            "line 1: ", "attachments: ", "more than 10"},
        {REPORT_JSONL, "{\"text\": \"a\", \"text\": \"b\"}\n", "line 1: ", "", "is not JSON"},
        {REPORT_JSONL, "not json\n", "line 1: ", "", "is not JSON"},
        {REPORT_JSONL, "[]\n", "line 1: ", "report: ", "is not an object"},
    };
    (void)state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct reading reading = start(cases[i].text, cases[i].format);
        const Kentongan__V1__Report *report = NULL;
        int rc = 1;
        char said[256];

        while (rc == 1)
            rc = report_reader_next(reading.reader, &report);
        snprintf(said, sizeof(said), "%s", report_reader_reason(reading.reader));
        end(&reading);
        if (rc != -1 || strncmp(said, cases[i].line, strlen(cases[i].line)) != 0 ||
            strstr(said, cases[i].field) == NULL || strstr(said, cases[i].why) == NULL)
            fail_msg("case %zu said \"%s\"", i, said);
    }
}

static void
a_nul_byte_is_refused(void **state)
{
    struct reading reading = {.file = tmpfile()};
    const Kentongan__V1__Report *report = NULL;
    static const char text[] = "channel\ttext\nweb\ta\0b\n";
    (void)state;

    fwrite(text, 1, sizeof(text) - 1, reading.file);
    rewind(reading.file);
    reading.reader = report_reader_new(reading.file, REPORT_TSV, "test");
    assert_int_equal(report_reader_next(reading.reader, &report), -1);
    assert_non_null(strstr(report_reader_reason(reading.reader), "NUL"));
    end(&reading);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_tsv),
        cmocka_unit_test(reads_json_lines),
        cmocka_unit_test(a_report_without_id_is_known_by_its_line),
        cmocka_unit_test(complaints_name_line_and_field),
        cmocka_unit_test(a_nul_byte_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

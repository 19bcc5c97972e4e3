// fuzz_offline.c - any bytes at all as the input of the offline tools: reports within their limits, or a
// reason.
#include "fuzz.h"

#include "check.h"
#include "id_list.h"
#include "json_out.h"
#include "lines.h"
#include "offline_report.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { PIPE_MOST = 60000 }; // what fits into a pipe at once

static void
check_text(const char *text, size_t length, size_t least, size_t most)
{
    CHECK(length >= least && length <= most && strlen(text) == length && str_is_text(text, length));
}

static void
check_report(const struct offline_report *report)
{
    check_text(report->text, report->text_length, 1, 10000);
    check_text(report->address, report->address_length, 0, 500);
    check_text(report->region_code, strlen(report->region_code), 0, 13);
    check_text(report->source, strlen(report->source), 0, 128);
    CHECK(isfinite(report->latitude) && fabs(report->latitude) <= 90);
    CHECK(isfinite(report->longitude) && fabs(report->longitude) <= 180);
    CHECK(report->has_point || (report->latitude == 0 && report->longitude == 0));
    CHECK(report->sent_at_ms >= 0);
}

// What is written reads back as the same value, and is one line.
static void
check_written(const struct str *out, const json_t *value)
{
    json_t *read = json_loadb(out->data, out->length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    CHECK(memchr(out->data, '\n', out->length) == NULL);
    CHECK(read != NULL && json_equal(read, value) == 1);
    json_decref(read);
}

static void
try_line(const struct line *line)
{
    char reason[OFFLINE_REASON_SIZE] = "";
    struct offline_report report;
    struct str out = {0};
    json_t *object = offline_report_object(line->text, line->length, reason);

    if (object != NULL && offline_report_read(object, &report, reason) == 0) {
        json_t *text = json_object_get(object, "text");

        check_report(&report);
        json_out_text(&out, report.text);
        check_written(&out, text);
    } else {
        CHECK(strlen(reason) > 2 && strstr(reason, ": ") != NULL);
    }
    if (json_object_get(object, "id") != NULL && object != NULL && report.id != NULL) {
        struct id_list ids = {0};
        int64_t number = id_list_add(&ids, report.id, line->number);

        str_clear(&out);
        str_add_text(&out, id_list_json(&ids, number));
        check_written(&out, report.id);
        id_list_free(&ids);
    }
    str_free(&out);
    json_decref(object);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lines *lines = NULL;
    struct line line;
    long last = 0;
    int ends[2];

    if (size > PIPE_MOST)
        size = PIPE_MOST;
    CHECK(pipe(ends) == 0);
    CHECK(write(ends[1], data, size) == (ssize_t)size);
    close(ends[1]);
    lines = lines_new(ends[0]);
    while (lines_next(lines, &line) == LINES_LINE) {
        CHECK(line.number == ++last && line.text[line.length] == '\0');
        try_line(&line);
    }
    lines_destroy(&lines);
    close(ends[0]);
    return 0;
}

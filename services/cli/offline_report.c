// offline_report.c - reads a report of the offline tools from JSON.
//
// It refuses what ingest would refuse, and never quotes what a citizen wrote.
#include "offline_report.h"

#include "region_code.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MOST = 10000, ADDRESS_MOST = 500, REGION_MOST = 13, NAME_MOST = 128 };
#define WHOLE_MOST 9007199254740992.0 // beyond, not each whole number is one of JSON's

static int PRINTF_LIKE(2, 3) fail(char *reason, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, OFFLINE_REASON_SIZE, format, arguments);
    va_end(arguments);
    return -1;
}

json_t *
offline_report_object(const char *line, size_t length, char reason[static OFFLINE_REASON_SIZE])
{
    json_error_t error;
    const char *quoted = NULL;
    // With NUL allowed in texts, the field that has one can be named.
    json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

    if (object == NULL) {
        quoted = strstr(error.text, " near ");
        if (json_error_code(&error) == json_error_invalid_utf8)
            (void)fail(reason, "line: is not UTF-8");
        else
            (void)fail(reason, "line: is not JSON: %.*s",
                quoted != NULL ? (int)(quoted - error.text) : (int)strlen(error.text), error.text);
        return NULL;
    }
    if (!json_is_object(object)) {
        (void)fail(reason, "line: is not an object");
        json_decref(object);
        return NULL;
    }
    return object;
}

// A text of at most so many bytes without NUL, or "" when it is not given.
static int
read_text(const json_t *object, const char *key, size_t most, const char **text, char *reason)
{
    const json_t *value = json_object_get(object, key);

    *text = "";
    if (value == NULL || json_is_null(value))
        return 0;
    if (!json_is_string(value))
        return fail(reason, "%s: is not a string", key);
    if (json_string_length(value) > most)
        return fail(reason, "%s: is longer than %zu bytes", key, most);
    if (strlen(json_string_value(value)) != json_string_length(value))
        return fail(reason, "%s: contains a NUL", key);
    *text = json_string_value(value);
    return 0;
}

// given says whether there is one.
static int
read_degrees(const json_t *object, const char *key, double most, double *degrees, bool *given, char *reason)
{
    const json_t *value = json_object_get(object, key);

    *given = value != NULL && !json_is_null(value);
    *degrees = 0;
    if (!*given)
        return 0;
    if (!json_is_number(value))
        return fail(reason, "%s: is not a number", key);
    *degrees = json_number_value(value);
    if (!(fabs(*degrees) <= most))
        return fail(reason, "%s: is not between -%.0f and %.0f", key, most, most);
    return 0;
}

static int
read_point(const json_t *object, struct offline_report *report, char *reason)
{
    bool has_latitude = false;
    bool has_longitude = false;

    if (read_degrees(object, "latitude", 90, &report->latitude, &has_latitude, reason) < 0 ||
        read_degrees(object, "longitude", 180, &report->longitude, &has_longitude, reason) < 0)
        return -1;
    if (has_latitude != has_longitude)
        return fail(reason, "%s: is missing beside %s", has_latitude ? "longitude" : "latitude",
            has_latitude ? "latitude" : "longitude");
    report->has_point = has_latitude;
    return 0;
}

static int
read_time(const json_t *object, int64_t *sent_at_ms, char *reason)
{
    const json_t *value = json_object_get(object, "sent_at_ms");
    double ms = json_number_value(value);

    *sent_at_ms = 0;
    if (value == NULL || json_is_null(value))
        return 0;
    // 1700000000000.0 is a whole number, too: so many tools write a column that has gaps.
    if (!json_is_number(value) || ms != floor(ms) || ms > WHOLE_MOST)
        return fail(reason, "sent_at_ms: is not a whole number");
    if (ms < 0)
        return fail(reason, "sent_at_ms: is negative");
    *sent_at_ms = (int64_t)ms;
    return 0;
}

static int
read_id(const json_t *object, const json_t **id, char *reason)
{
    const json_t *value = json_object_get(object, "id");

    if (value == NULL || json_is_null(value))
        return 0;
    if (!json_is_string(value) && !json_is_number(value))
        return fail(reason, "id: is neither a string nor a number");
    if (json_is_string(value) && json_string_length(value) > NAME_MOST)
        return fail(reason, "id: is longer than %d bytes", NAME_MOST);
    *id = value;
    return 0;
}

int
offline_report_read(
    const json_t *object, struct offline_report *report, char reason[static OFFLINE_REASON_SIZE])
{
    *report = (struct offline_report){0};
    if (!json_is_object(object))
        return fail(reason, "report: is not an object");
    if (read_id(object, &report->id, reason) < 0 ||
        read_text(object, "text", TEXT_MOST, &report->text, reason) < 0)
        return -1;
    if (report->text[0] == '\0')
        return fail(
            reason, "text: is %s", json_is_string(json_object_get(object, "text")) ? "empty" : "missing");
    if (read_text(object, "address", ADDRESS_MOST, &report->address, reason) < 0 ||
        read_text(object, "region_code", REGION_MOST, &report->region_code, reason) < 0 ||
        read_text(object, "source", NAME_MOST, &report->source, reason) < 0)
        return -1;
    if (report->region_code[0] != '\0' && !region_code_is(report->region_code))
        return fail(reason, "region_code: is not a Kemendagri code such as 33.74.01.1001");
    if (read_point(object, report, reason) < 0 || read_time(object, &report->sent_at_ms, reason) < 0)
        return -1;
    report->text_length = strlen(report->text);
    report->address_length = strlen(report->address);
    return 0;
}

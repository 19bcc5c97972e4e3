// report_reader.c - reads reports from TSV or JSON Lines.
//
// It finds out what a person wrote wrongly in a file; whether a report is acceptable is for ingest alone to
// say. All texts of a report live in one block that is as large as its line, and that the next line takes
// over.
#include "report_reader.h"

#include "lines.h"
#include "names.h"
#include "report_fields.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { COLUMNS_MOST = 64 };

struct report_reader {
    enum report_format format;
    const char *source;

    struct lines *lines;
    char *line;  // the line in hand
    long number; // its number, from 1

    const struct report_field *columns[COLUMNS_MOST]; // TSV: what the header named
    size_t column_count;

    struct report_fields fields;
    char *texts; // the report's texts, one after the other
    size_t texts_used, texts_room;
    char id[33];
    char reason[256];
};

struct report_reader *
report_reader_new(FILE *file, enum report_format format, const char *source)
{
    struct report_reader *reader = check_zalloc(1, sizeof(*reader));

    reader->lines = lines_new(fileno(file));
    reader->format = format;
    reader->source = source;
    return reader;
}

void
report_reader_destroy(struct report_reader **reader)
{
    if (*reader == NULL)
        return;
    lines_destroy(&(*reader)->lines);
    free((*reader)->texts);
    free(*reader);
    *reader = NULL;
}

const char *
report_reader_reason(const struct report_reader *reader)
{
    return reader->reason;
}

static int PRINTF_LIKE(3, 4) fail(struct report_reader *reader, const char *field, const char *format, ...)
{
    char why[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why, sizeof(why), format, arguments);
    va_end(arguments);
    snprintf(reader->reason, sizeof(reader->reason), "line %ld: %.40s%s%s", reader->number, field,
        field[0] != '\0' ? ": " : "", why);
    return -1;
}

// Copies a text to where the report's texts live.  Their sum is never longer than the line.
static char *
keep(struct report_reader *reader, const char *text, size_t length)
{
    char *kept = reader->texts + reader->texts_used;

    CHECK(reader->texts_used + length + 1 <= reader->texts_room);
    memcpy(kept, text, length);
    kept[length] = '\0';
    reader->texts_used += length + 1;
    return kept;
}

// The next line without its end: 1, 0 at the end of the file, -1.
static int
read_line(struct report_reader *reader, size_t *length)
{
    struct line line;
    enum lines_state state = lines_next(reader->lines, &line);

    switch (state) {
    case LINES_LINE:
        break;
    case LINES_TOO_LONG:
        reader->number = line.number;
        return fail(reader, "", "is longer than %d bytes", LINES_LONGEST);
    case LINES_END:
        return 0;
    case LINES_BROKEN:
        return fail(reader, "", "cannot be read: %s", strerror(errno));
    }
    reader->number = line.number;
    reader->line = line.text;
    if (strlen(line.text) != line.length)
        return fail(reader, "", "contains a NUL byte");
    *length = line.length;
    return 1;
}

// Empties the report for the next line.  Each text is followed by a NUL, and each had a quote or a tab to
// make room for it.
static void
start_report(struct report_reader *reader, size_t line_length)
{
    if (reader->texts_room < line_length + COLUMNS_MOST) {
        reader->texts_room = line_length + COLUMNS_MOST;
        reader->texts = check_realloc(reader->texts, reader->texts_room);
    }
    reader->texts_used = 0;
    report_fields_clear(&reader->fields);
}

// TSV
// ------------------------------------------------------------------------------------------------------------------

static int
read_header(struct report_reader *reader)
{
    size_t length = 0;
    int rc = read_line(reader, &length);

    if (rc <= 0)
        return rc;
    for (char *at = reader->line; at != NULL;) {
        char *name = strsep(&at, "\t");
        const struct report_field *field = report_fields_by_column(name);

        if (field == NULL)
            return fail(reader, name, "is no field of a report; see kentongan help publish");
        if (reader->column_count == COLUMNS_MOST)
            return fail(reader, name, "is one column too many");
        for (size_t i = 0; i < reader->column_count; i++)
            if (reader->columns[i] == field)
                return fail(reader, name, "is named twice");
        reader->columns[reader->column_count++] = field;
    }
    return 1;
}

// Puts the real characters in the place of \n, \t and \\, in the same memory.
static void
unescape(char *text)
{
    char *out = text;

    for (const char *in = text; *in != '\0'; in++) {
        char c = *in;

        if (c == '\\' && (in[1] == 'n' || in[1] == 't' || in[1] == '\\')) {
            in++;
            c = *in == 'n' ? '\n' : *in == 't' ? '\t' : '\\';
        }
        *out++ = c;
    }
    *out = '\0';
}

static int
read_tsv(struct report_reader *reader)
{
    char *at = reader->line;

    for (size_t i = 0; i < reader->column_count; i++) {
        const struct report_field *field = reader->columns[i];

        if (at == NULL)
            return fail(reader, field->name, "is missing: the row has %zu fields and the header %zu", i,
                reader->column_count);
        char *text = strsep(&at, "\t");
        unescape(text);
        if (text[0] == '\0')
            continue;
        const char *wrong = report_fields_set_text(&reader->fields, field, keep(reader, text, strlen(text)));
        if (wrong != NULL)
            return fail(reader, field->name, "%s", wrong);
    }
    return at == NULL
               ? 1
               : fail(reader, "", "has more fields than the header, which has %zu", reader->column_count);
}

// JSON Lines
// -----------------------------------------------------------------------------------------------------------

static int read_group(struct report_reader *reader, enum report_group group, json_t *object);

static int
read_attachments(struct report_reader *reader, json_t *list)
{
    if (!json_is_array(list))
        return fail(reader, "attachments", "is not a list");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!report_fields_add_attachment(&reader->fields))
            return fail(reader, "attachments", "has more than %d", REPORT_ATTACHMENTS_MOST);
        if (read_group(reader, REPORT_GROUP_ATTACHMENT, json_array_get(list, i)) < 0)
            return -1;
    }
    return 0;
}

static int
read_value(struct report_reader *reader, const struct report_field *field, const json_t *value)
{
    const char *wrong = NULL;

    if (json_is_string(value))
        wrong = report_fields_set_text(
            &reader->fields, field, keep(reader, json_string_value(value), json_string_length(value)));
    else if (json_is_boolean(value))
        wrong = report_fields_set_flag(&reader->fields, field, json_is_true(value));
    else if (json_is_integer(value))
        wrong = report_fields_set_integer(&reader->fields, field, json_integer_value(value));
    else if (json_is_real(value))
        wrong = report_fields_set_real(&reader->fields, field, json_real_value(value));
    else if (!json_is_null(value))
        wrong = "is an object or a list where a single value belongs";
    return wrong == NULL ? 0 : fail(reader, field->name, "%s", wrong);
}

static int
read_group(struct report_reader *reader, enum report_group group, json_t *object)
{
    if (!json_is_object(object))
        return fail(reader, report_fields_group_name(group), "is not an object");
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
        const char *key = json_object_iter_key(at);
        json_t *value = json_object_iter_value(at);
        const struct report_field *field = report_fields_find(group, key);
        enum report_group inner = report_fields_inner(group, key);
        int rc = 0;

        if (field != NULL)
            rc = read_value(reader, field, value);
        else if (inner == REPORT_GROUP_ATTACHMENT)
            rc = read_attachments(reader, value);
        else if (inner != REPORT_GROUP_REPORT)
            rc = read_group(reader, inner, value);
        else
            rc =
                fail(reader, key, "is no key of %s; see proto/ingest.proto", report_fields_group_name(group));
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int
read_json(struct report_reader *reader, size_t length)
{
    json_error_t error;
    json_t *object = json_loadb(reader->line, length, JSON_REJECT_DUPLICATES, &error);
    int rc = object == NULL ? fail(reader, "", "is not JSON: %s", error.text)
                            : read_group(reader, REPORT_GROUP_REPORT, object);

    json_decref(object);
    return rc < 0 ? -1 : 1;
}

// What a report needs before it can be sent at all.
static int
complete(struct report_reader *reader, XXH128_hash_t line)
{
    Kentongan__V1__Report *report = report_fields_finish(&reader->fields);

    if (report->channel == KENTONGAN__V1__CHANNEL__CHANNEL_UNSPECIFIED)
        return fail(reader, "channel", "is missing; give web, app, sms, whatsapp, phone, walk_in, ..");
    if (report->source[0] == '\0')
        report->source = keep(reader, reader->source, strlen(reader->source));
    if (report->source_message_id[0] == '\0') {
        snprintf(reader->id, sizeof(reader->id), "%016llx%016llx", (unsigned long long)line.high64,
            (unsigned long long)line.low64);
        report->source_message_id = reader->id;
    }
    return 1;
}

int
report_reader_next(struct report_reader *reader, const Kentongan__V1__Report **report)
{
    size_t length = 0;
    int rc = 1;

    if (reader->format == REPORT_TSV && reader->column_count == 0)
        rc = read_header(reader);
    // Blank lines are nobody's report.
    while (rc > 0 && length == 0)
        rc = read_line(reader, &length);
    if (rc <= 0)
        return rc;

    XXH128_hash_t line = XXH3_128bits(reader->line, length);
    start_report(reader, length + strlen(reader->source));
    rc = reader->format == REPORT_TSV ? read_tsv(reader) : read_json(reader, length);
    if (rc > 0)
        rc = complete(reader, line);
    *report = &reader->fields.report;
    return rc;
}

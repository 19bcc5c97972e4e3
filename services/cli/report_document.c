// report_document.c - a report as sections of rows, and its three forms.
#include "report_document.h"

#include "complain.h"
#include "report_figure.h"
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum { HASH_HEX_SIZE = 2 * crypto_hash_sha256_BYTES + 1, COLUMNS_MOST = 20, PATH_SIZE = 4096 };

static const char covers[] =
    "SHA-256 of the CSV form, from the line of the first data section's name up to before the "
    "line 'seal': UTF-8, lines end with LF";

const struct report_column report_figure_columns[3] = {{"figure", "figure", REPORT_TEXT, NULL},
    {"value", "value", REPORT_NUMBER, NULL}, {"definition", "definition", REPORT_TEXT, NULL}};

void
report_document_add(struct report_document *document, const struct report_section *section)
{
    CHECK(document->section_count < REPORT_SECTIONS_MOST && section->column_count <= COLUMNS_MOST);
    document->sections[document->section_count++] = *section;
}

void
report_document_add_rows(struct report_document *document, const char *name, const char *title,
    const struct report_column *columns, size_t column_count, json_t *rows)
{
    report_document_add(document,
        &(struct report_section){
            .name = name, .title = title, .columns = columns, .column_count = column_count, .rows = rows});
}

void
report_document_free(struct report_document *document)
{
    for (size_t i = 0; i < document->section_count; i++)
        json_decref(document->sections[i].rows);
    document->section_count = 0;
}

static void
set(json_t *object, const char *key, json_t *value)
{
    int rc = json_object_set_new(object, key, value);

    CHECK(rc == 0);
}

static void
append(json_t *array, json_t *value)
{
    int rc = json_array_append_new(array, value);

    CHECK(rc == 0);
}

void
report_rows_add(json_t *rows, json_t *row)
{
    append(rows, row);
}

void
report_figures_add(json_t *rows, const char *figure, json_t *value, const char *definition)
{
    json_t *row = json_object();

    set(row, "figure", json_string(figure));
    set(row, "value", value);
    set(row, "definition", json_string(definition));
    append(rows, row);
}

// A value as CSV has it, "" for a null.  Line breaks become blanks.
static void
write_value(struct str *out, const json_t *value, enum report_style style)
{
    char text[REPORT_FIGURE_SIZE];

    str_clear(out);
    str_add_text(out, "");
    if (json_is_integer(value)) {
        int64_t number = json_integer_value(value);

        switch (style) {
        case REPORT_TEXT:
        case REPORT_NUMBER:
            str_format(out, "%" PRId64, number);
            break;
        case REPORT_TIME:
            str_add_text(out, report_figure_time(number, text));
            break;
        case REPORT_PERCENT:
            str_add_text(out, report_figure_percent(number, text));
            break;
        case REPORT_HOURS:
            str_add_text(out, report_figure_hours(number, text));
            break;
        }
    } else if (json_is_real(value)) {
        str_format(out, "%.1f", json_real_value(value));
    } else if (json_is_string(value)) {
        str_add_text(out, json_string_value(value));
    }
    for (size_t i = 0; i < out->length; i++)
        if ((unsigned char)out->data[i] < 0x20 || out->data[i] == 0x7f)
            out->data[i] = ' ';
}

// RFC 4180: quotes only where they are needed.
static void
add_field(struct str *out, const char *text)
{
    if (strpbrk(text, ",\"") == NULL) {
        str_add_text(out, text);
        return;
    }
    str_add(out, "\"", 1);
    for (; *text != '\0'; text++)
        str_add(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    str_add(out, "\"", 1);
}

static void
csv_section(const struct report_section *section, struct str *out)
{
    struct str value = {0};
    size_t i = 0;
    json_t *row = NULL;

    str_format(out, "%s\n", section->name);
    for (size_t k = 0; k < section->column_count; k++)
        str_format(out, "%s%s", k > 0 ? "," : "", section->columns[k].key);
    str_add(out, "\n", 1);
    json_array_foreach(section->rows, i, row)
    {
        for (size_t k = 0; k < section->column_count; k++) {
            const struct report_column *column = &section->columns[k];

            if (k > 0)
                str_add(out, ",", 1);
            write_value(&value, json_object_get(row, column->key), column->style);
            add_field(out, value.data);
        }
        str_add(out, "\n", 1);
    }
    str_add(out, "\n", 1);
    str_free(&value);
}

static void
csv_head(const struct report_document *document, struct str *out)
{
    str_format(out, "report\nname,title\n%s,", document->name);
    add_field(out, document->title);
    str_add_text(out, "\n\ndefinitions\nsection,column,definition\n");
    for (size_t i = 0; i < document->section_count; i++)
        for (size_t k = 0; k < document->sections[i].column_count; k++) {
            const struct report_column *column = &document->sections[i].columns[k];

            if (column->definition == NULL)
                continue;
            str_format(out, "%s,%s,", document->sections[i].name, column->key);
            add_field(out, column->definition);
            str_add(out, "\n", 1);
        }
    str_add(out, "\n", 1);
}

// The canonical form of the data.  False: there is none.
static bool
csv_data(const struct report_document *document, struct str *out)
{
    bool found = false;

    for (size_t i = 0; i < document->section_count; i++)
        if (document->sections[i].is_data) {
            csv_section(&document->sections[i], out);
            found = true;
        }
    return found;
}

// The hash of the data as hexadecimal digits; false: there is none.
static bool
seal(const struct report_document *document, char hex[HASH_HEX_SIZE])
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    struct str data = {0};
    bool found = csv_data(document, &data);

    if (found) {
        crypto_hash_sha256(hash, (const uint8_t *)data.data, data.length);
        sodium_bin2hex(hex, HASH_HEX_SIZE, hash, sizeof(hash));
    }
    str_free(&data);
    return found;
}

void
report_document_csv(const struct report_document *document, struct str *out)
{
    char hex[HASH_HEX_SIZE];

    csv_head(document, out);
    for (size_t i = 0; i < document->section_count; i++)
        if (!document->sections[i].is_data)
            csv_section(&document->sections[i], out);
    csv_data(document, out);
    if (seal(document, hex)) {
        str_format(out, "seal\nsha256,covers\n%s,", hex);
        add_field(out, covers);
        str_add(out, "\n", 1);
    }
}

static json_t *
json_row(const struct report_section *section, const json_t *row, struct str *text)
{
    json_t *made = json_object();

    for (size_t k = 0; k < section->column_count; k++) {
        const struct report_column *column = &section->columns[k];
        json_t *value = json_object_get(row, column->key);
        char name[64];

        if (value == NULL || json_is_null(value)) {
            set(made, column->key, json_null());
            continue;
        }
        switch (column->style) {
        case REPORT_TEXT:
            write_value(text, value, column->style);
            set(made, column->key, json_string(text->data));
            break;
        case REPORT_NUMBER:
            set(made, column->key, json_incref(value));
            break;
        case REPORT_PERCENT:
            set(made, column->key, json_real((double)json_integer_value(value) / 10.0));
            break;
        case REPORT_TIME:
        case REPORT_HOURS:
            write_value(text, value, column->style);
            set(made, column->key, json_string(text->data));
            snprintf(name, sizeof(name), "%s_ms", column->key);
            set(made, name, json_incref(value));
            break;
        }
    }
    return made;
}

static json_t *
json_rows(const struct report_section *section)
{
    json_t *rows = json_array();
    struct str text = {0};
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(section->rows, i, row) append(rows, json_row(section, row, &text));
    str_free(&text);
    return rows;
}

json_t *
report_document_json(const struct report_document *document)
{
    json_t *made = json_object();
    json_t *definitions = json_object();
    json_t *columns = json_object();
    json_t *data = json_array();
    char hex[HASH_HEX_SIZE];

    set(made, "report", json_string(document->name));
    set(made, "title", json_string(document->title));
    set(made, "definitions", definitions);
    set(made, "columns", columns);
    for (size_t i = 0; i < document->section_count; i++) {
        const struct report_section *section = &document->sections[i];
        json_t *meant = json_object();
        json_t *keys = json_array();

        for (size_t k = 0; k < section->column_count; k++) {
            append(keys, json_string(section->columns[k].key));
            if (section->columns[k].definition != NULL)
                set(meant, section->columns[k].key, json_string(section->columns[k].definition));
        }
        set(columns, section->name, keys);
        set(definitions, section->name, meant);
        set(made, section->name, json_rows(section));
        if (section->is_data)
            append(data, json_string(section->name));
    }
    if (seal(document, hex)) {
        set(made, "data", data);
        set(made, "sha256", json_string(hex));
        set(made, "covers", json_string(covers));
    } else {
        json_decref(data);
    }
    return made;
}

// The rows as table.c prints them.
static json_t *
table_rows(const struct report_section *section)
{
    json_t *rows = json_array();
    struct str text = {0};
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(section->rows, i, row)
    {
        json_t *made = json_object();

        for (size_t k = 0; k < section->column_count; k++) {
            const struct report_column *column = &section->columns[k];
            json_t *value = json_object_get(row, column->key);

            if (value == NULL || json_is_null(value))
                continue;
            if (column->style == REPORT_TIME) {
                set(made, column->key, json_incref(value));
                continue;
            }
            write_value(&text, value, column->style);
            if (column->style == REPORT_PERCENT)
                str_add_text(&text, " %");
            set(made, column->key, json_string(text.data));
        }
        append(rows, made);
    }
    str_free(&text);
    return rows;
}

static void
text_prose(const struct report_section *section, FILE *out)
{
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(section->rows, i, row)
        fprintf(out, "  %s\n", json_string_value(json_object_get(row, section->columns[0].key)));
}

static void
text_table(const struct report_section *section, FILE *out)
{
    struct table_column columns[COLUMNS_MOST];
    json_t *rows = table_rows(section);

    for (size_t k = 0; k < section->column_count; k++) {
        columns[k] = (struct table_column){section->columns[k].key, section->columns[k].title, TABLE_TEXT};
        switch (section->columns[k].style) {
        case REPORT_TEXT:
            break;
        case REPORT_TIME:
            columns[k].style = TABLE_TIME;
            break;
        case REPORT_NUMBER:
        case REPORT_PERCENT:
        case REPORT_HOURS:
            columns[k].style = TABLE_NUMBER;
            break;
        }
    }
    if (json_array_size(rows) > 0)
        table_print(out, columns, section->column_count, rows);
    else
        fputs("none\n", out);
    json_decref(rows);
}

static void
text_section(const struct report_section *section, FILE *out)
{
    fprintf(out, "\n%s%s%s\n", table_colour(out, TABLE_BOLD), section->title, table_colour(out, TABLE_PLAIN));
    if (section->is_prose)
        text_prose(section, out);
    else
        text_table(section, out);
    for (size_t k = 0; k < section->column_count; k++)
        if (section->columns[k].definition != NULL)
            fprintf(out, "  %s: %s\n", section->columns[k].title, section->columns[k].definition);
}

void
report_document_text(const struct report_document *document, FILE *out)
{
    char hex[HASH_HEX_SIZE];

    fprintf(out, "%s\n", document->title);
    // People look for the data first.
    for (size_t i = 0; i < document->section_count; i++)
        if (document->sections[i].is_data)
            text_section(&document->sections[i], out);
    for (size_t i = 0; i < document->section_count; i++)
        if (!document->sections[i].is_data)
            text_section(&document->sections[i], out);
    if (seal(document, hex))
        fprintf(out, "\nsha256 %s\n  %s\n", hex, covers);
}

bool
report_output_is_good(const struct report_output *output, const char *what)
{
    const char *format = output->format;

    if (format == NULL || strcmp(format, "text") == 0 || strcmp(format, "csv") == 0 ||
        strcmp(format, "json") == 0) {
        if (!output->json || format == NULL || strcmp(format, "json") == 0)
            return true;
        complain(what, "--format %s: is not what --json asks for; leave one of them out", format);
        return false;
    }
    complain(what, "--format %s: is no form of a report; give text, csv or json", format);
    return false;
}

static void
print(const struct report_output *output, const struct report_document *document, FILE *out)
{
    const char *format = output->json ? "json" : output->format;

    if (format == NULL || strcmp(format, "text") == 0) {
        report_document_text(document, out);
    } else if (strcmp(format, "csv") == 0) {
        struct str csv = {0};

        report_document_csv(document, &csv);
        fwrite(csv.data, 1, csv.length, out);
        str_free(&csv);
    } else {
        json_t *made = report_document_json(document);

        json_dumpf(made, out, JSON_COMPACT | JSON_REAL_PRECISION(10));
        fputc('\n', out);
        json_decref(made);
    }
}

int
report_output_write(const struct report_output *output, const struct report_document *document)
{
    char part[PATH_SIZE];
    FILE *out = stdout;

    if (output->path == NULL) {
        print(output, document, stdout);
        return fflush(stdout) == 0 ? EXIT_OK : EXIT_FAILED;
    }
    if ((size_t)snprintf(part, sizeof(part), "%s.part", output->path) < sizeof(part))
        out = fopen(part, "w");
    else
        errno = ENAMETOOLONG;
    if (out == NULL || out == stdout) {
        complain("report", "--out %s: cannot be written: %s", output->path, strerror(errno));
        return EXIT_USAGE;
    }
    print(output, document, out);
    // Each of the three may be the one that finds the disk full.
    int failed = ferror(out);
    failed |= fclose(out);
    if (failed != 0 || rename(part, output->path) != 0) {
        complain("report", "--out %s: cannot be written: %s", output->path, strerror(errno));
        unlink(part);
        return EXIT_FAILED;
    }
    return EXIT_OK;
}

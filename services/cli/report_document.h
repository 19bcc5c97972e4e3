// report_document.h - a report as sections of rows, and its three forms: text, CSV and JSON.
//
// The CSV form: sections, each with its name on a line of its own, a line of column names, a line a row, and
// an empty line.  No field has a line break in it.  Lines end with LF.
//
// Sections that are data follow one another, after all others; the last section, `seal`, has the SHA-256 of
// the CSV form from the name of the first of them up to before the line `seal`.  The JSON form has the same
// text in each field of these sections, so that the hash can be computed from it, too; the text form prints
// the hash.
#ifndef KENTONGAN_CLI_REPORT_DOCUMENT_H
#define KENTONGAN_CLI_REPORT_DOCUMENT_H

#include "check.h"
#include "str.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// What a value in the rows is, and how it is written.  Any may be null: empty in CSV.
enum report_style {
    REPORT_TEXT,
    REPORT_NUMBER,  // an integer, or a real with one decimal
    REPORT_TIME,    // Unix ms; ISO 8601 in CSV and JSON, which also has it as NAME_ms
    REPORT_PERCENT, // tenths of a percent; one decimal
    REPORT_HOURS,   // ms; h:mm, JSON also has it as NAME_ms
};

struct report_column {
    const char *key, *title;
    enum report_style style;
    const char *definition; // of the figure in one sentence; NULL: it is none
};

struct report_section {
    const char *name, *title;
    const struct report_column *columns;
    size_t column_count;
    json_t *rows;
    bool is_data;
    bool is_prose; // text form: the only column, line by line
};

enum { REPORT_SECTIONS_MOST = 12 };

// All zero but for the name is a valid empty one.
struct report_document {
    const char *name; // negligence
    char title[240];
    struct report_section sections[REPORT_SECTIONS_MOST];
    size_t section_count;
};

// Appends a section.  Takes its rows (an array of objects); borrows the rest.
// report_document_add_rows: one that is neither data nor prose.
void report_document_add(struct report_document *document, const struct report_section *section);
void report_document_add_rows(struct report_document *document, const char *name, const char *title,
    const struct report_column *columns, size_t column_count, json_t *rows);
void report_document_free(struct report_document *document);

// Appends a row (an object).  Takes row.
void report_rows_add(json_t *rows, json_t *row);

// For a section of figures, one a row.  Takes value.
extern const struct report_column report_figure_columns[3];
void report_figures_add(json_t *rows, const char *figure, json_t *value, const char *definition);

// Appends the CSV form.
void report_document_csv(const struct report_document *document, struct str *out);

// Returns new.
MUST_USE json_t *report_document_json(const struct report_document *document);

void report_document_text(const struct report_document *document, FILE *out);

// Where a report goes, and in which form; both may be NULL.  REPORT_OUTPUT_OPTIONS: for the table of options.
struct report_output {
    const char *format; // text, csv, json
    const char *path;
    bool json;
};

#define REPORT_OUTPUT_OPTIONS(output)                                                                        \
    {"format", OPTION_TEXT, &(output).format, 0, 0}, {"out", OPTION_TEXT, &(output).path, 0, 0},             \
    {                                                                                                        \
        "json", OPTION_FLAG, &(output).json, 0, 0                                                            \
    }

// Is there such a form?  Complains in the name of `what` when not.
MUST_USE bool report_output_is_good(const struct report_output *output, const char *what);

// Prints the report, or writes it into the file, which is there as a whole or not at all.  Returns the exit
// code.
MUST_USE int report_output_write(const struct report_output *output, const struct report_document *document);

#endif

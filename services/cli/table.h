// table.h - JSON rows as aligned columns for people: no boxes, colours only on a terminal and when NO_COLOR
// is unset.
#ifndef KENTONGAN_CLI_TABLE_H
#define KENTONGAN_CLI_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum table_style {
    TABLE_TEXT,   // to the left
    TABLE_NUMBER, // to the right
    TABLE_TIME,   // Unix ms, as western Indonesian time
};

struct table_column {
    const char *key, *title;
    enum table_style style;
};

enum { TABLE_TIME_SIZE = 32 };

// Prints a header and a line for each object in rows.  A missing value or null is "-".
void table_print(FILE *out, const struct table_column *columns, size_t count, const json_t *rows);

// Prints an empty line and a title.
void table_title(FILE *out, const char *title);

// Writes at_ms as 2026-11-22 15:15:30 WIB (UTC+7, no summer time).  Returns text.
const char *table_time(int64_t at_ms, char text[TABLE_TIME_SIZE]);

// Writes a length of time for people: 42 s, 5 min, 3 h 20 min, 2 d 4 h.  Returns text.
const char *table_span(int64_t seconds, char text[TABLE_TIME_SIZE]);

// How many columns of a terminal this text fills: one for each character of Latin script.
size_t table_width(const char *text);

enum table_colour { TABLE_PLAIN, TABLE_BOLD, TABLE_RED, TABLE_GREEN, TABLE_YELLOW, TABLE_DIM };

// The sequence that switches to a colour, or "" where out takes none.
const char *table_colour(FILE *out, enum table_colour colour);

#endif

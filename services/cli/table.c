// table.c - prints JSON rows as aligned columns.
#include "table.h"

#include "check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS_MOST = 16, CELL_SIZE = 512, WIB_S = 7 * 3600 };

const char *
table_time(int64_t at_ms, char text[TABLE_TIME_SIZE])
{
    time_t seconds = (time_t)(at_ms / 1000 + WIB_S);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(text, TABLE_TIME_SIZE, "%Y-%m-%d %H:%M:%S WIB", &parts);
    return text;
}

const char *
table_span(int64_t seconds, char text[TABLE_TIME_SIZE])
{
    int64_t minutes = seconds / 60;
    int64_t hours = minutes / 60;

    if (seconds < 120)
        snprintf(text, TABLE_TIME_SIZE, "%" PRId64 " s", seconds);
    else if (minutes < 120)
        snprintf(text, TABLE_TIME_SIZE, "%" PRId64 " min", minutes);
    else if (hours < 48)
        snprintf(text, TABLE_TIME_SIZE, "%" PRId64 " h %" PRId64 " min", hours, minutes % 60);
    else
        snprintf(text, TABLE_TIME_SIZE, "%" PRId64 " d %" PRId64 " h", hours / 24, hours % 24);
    return text;
}

size_t
table_width(const char *text)
{
    size_t width = 0;

    // Every byte but the continuation bytes of UTF-8 starts a character.
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

const char *
table_colour(FILE *out, enum table_colour colour)
{
    const char *forbidden = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    if ((forbidden != NULL && forbidden[0] != '\0') || isatty(fileno(out)) == 0 || terminal == NULL ||
        strcmp(terminal, "dumb") == 0)
        return "";
    switch (colour) {
    case TABLE_PLAIN:
        return "\033[0m";
    case TABLE_BOLD:
        return "\033[1m";
    case TABLE_RED:
        return "\033[31m";
    case TABLE_GREEN:
        return "\033[32m";
    case TABLE_YELLOW:
        return "\033[33m";
    case TABLE_DIM:
        return "\033[2m";
    }
    return "";
}

// Writes the value for people.  Control characters become spaces, so that no row can disturb the terminal.
static const char *
cell(const json_t *value, enum table_style style, char text[CELL_SIZE])
{
    char time[TABLE_TIME_SIZE];

    if (json_is_integer(value) && style == TABLE_TIME)
        snprintf(text, CELL_SIZE, "%s", table_time(json_integer_value(value), time));
    else if (json_is_integer(value))
        snprintf(text, CELL_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        snprintf(text, CELL_SIZE, "%.2f", json_real_value(value));
    else if (json_is_boolean(value))
        snprintf(text, CELL_SIZE, "%s", json_is_true(value) ? "yes" : "no");
    else if (json_is_string(value) && json_string_length(value) > 0)
        snprintf(text, CELL_SIZE, "%s", json_string_value(value));
    else
        snprintf(text, CELL_SIZE, "-");
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    return text;
}

static void
print_cell(FILE *out, const char *text, size_t width, enum table_style style, bool is_last)
{
    size_t filled = table_width(text);
    int blanks = filled < width ? (int)(width - filled) : 0;

    if (style == TABLE_NUMBER)
        fprintf(out, "%*s%s", blanks, "", text);
    else
        fprintf(out, "%s%*s", text, is_last ? 0 : blanks, "");
    fputs(is_last ? "\n" : "  ", out);
}

void
table_title(FILE *out, const char *title)
{
    fprintf(out, "\n%s%s%s\n", table_colour(out, TABLE_BOLD), title, table_colour(out, TABLE_PLAIN));
}

void
table_print(FILE *out, const struct table_column *columns, size_t count, const json_t *rows)
{
    size_t widths[COLUMNS_MOST] = {0};
    char text[CELL_SIZE];
    size_t index = 0;
    json_t *row = NULL;

    CHECK(count <= COLUMNS_MOST);
    for (size_t i = 0; i < count; i++)
        widths[i] = table_width(columns[i].title);
    json_array_foreach(rows, index, row) for (size_t i = 0; i < count; i++)
    {
        size_t width = table_width(cell(json_object_get(row, columns[i].key), columns[i].style, text));
        widths[i] = width > widths[i] ? width : widths[i];
    }

    fputs(table_colour(out, TABLE_BOLD), out);
    for (size_t i = 0; i < count; i++)
        print_cell(out, columns[i].title, widths[i], columns[i].style, i + 1 == count);
    fputs(table_colour(out, TABLE_PLAIN), out);
    json_array_foreach(rows, index, row) for (size_t i = 0; i < count; i++)
        print_cell(out, cell(json_object_get(row, columns[i].key), columns[i].style, text), widths[i],
            columns[i].style, i + 1 == count);
}

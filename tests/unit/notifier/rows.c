// rows.c - decision tables in tests/data/notifier.
#include "rows.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '\\') {
            from++;
            *to++ = *from == 't' ? '\t' : *from;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

size_t
rows_each(const char *name, size_t columns, void (*check)(char *const *column))
{
    char path[512];
    char *line = NULL;
    size_t room = 0;
    size_t count = 0;
    FILE *file = NULL;

    snprintf(path, sizeof(path), "%s/tests/data/notifier/%s", SOURCE_DIR, name);
    file = fopen(path, "r");
    assert_non_null(file);
    while (getline(&line, &room, file) > 0) {
        char *column[COLUMNS_MOST] = {0};
        char *rest = line;

        if (line[0] == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < columns; i++) {
            column[i] = strsep(&rest, "\t");
            assert_non_null(column[i]);
            unescape(column[i]);
        }
        assert_null(rest);
        check(column);
        count++;
    }
    free(line);
    fclose(file);
    return count;
}

// tsv.c - reads a table.
#include "tsv.h"

#include "check.h"
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tsv {
    FILE *file;
    char *line;
    size_t room, columns;
    const char *fields[TSV_COLUMNS_MOST];
    const char *path;
    int number;
};

static bool
read_line(struct tsv *tsv)
{
    ssize_t length = getline(&tsv->line, &tsv->room, tsv->file);

    if (length < 0)
        return false;
    if (length > 0 && tsv->line[length - 1] == '\n')
        tsv->line[length - 1] = '\0';
    tsv->number++;
    return true;
}

struct tsv *
tsv_open(const char *path, const char *columns)
{
    struct tsv *tsv = check_zalloc(1, sizeof(*tsv));
    char full[4096];

    (void)snprintf(full, sizeof(full), "%s/%s", SOURCE_DIR, path);
    tsv->path = path;
    tsv->file = fopen(full, "re");
    if (tsv->file == NULL)
        fail_msg("%s cannot be opened", full);
    assert_true(read_line(tsv));
    assert_string_equal(tsv->line, columns);
    tsv->columns = 1;
    for (const char *at = columns; *at != '\0'; at++)
        tsv->columns += *at == '\t';
    assert_true(tsv->columns <= TSV_COLUMNS_MOST);
    return tsv;
}

void
tsv_close(struct tsv **tsv)
{
    (void)fclose((*tsv)->file);
    free((*tsv)->line);
    free(*tsv);
    *tsv = NULL;
}

bool
tsv_next(struct tsv *tsv)
{
    char *rest = NULL;

    if (!read_line(tsv))
        return false;
    rest = tsv->line;
    for (size_t i = 0; i < tsv->columns; i++) {
        if (rest == NULL)
            fail_msg("%s:%d has too few fields", tsv->path, tsv->number);
        tsv->fields[i] = strsep(&rest, "\t");
    }
    if (rest != NULL)
        fail_msg("%s:%d has too many fields", tsv->path, tsv->number);
    return true;
}

const char *
tsv_field(const struct tsv *tsv, size_t column)
{
    assert_true(column < tsv->columns);
    return tsv->fields[column];
}

int
tsv_line(const struct tsv *tsv)
{
    return tsv->number;
}

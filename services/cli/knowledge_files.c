// knowledge_files.c - fills a knowledge from files, by the functions that the classifier uses.
//
// The files are those that `kentongan migrate` loads: tab-separated, no quoting, the first row names the
// columns.  A row that makes no sense ends it: an answer from half of the tables would look like any other.
#include "knowledge_files.h"

#include "complain.h"
#include "config.h"
#include "model_file.h"
#include "str.h"
#include "whole_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIELDS_MOST = 4, COLUMNS_MOST = 16, PATH_ROOM = 4096 };

struct loading {
    const char *command;
    struct knowledge *knowledge;
    struct region_names *names;
};

// A table's file, the columns that are wanted, and who takes a row's fields: 0, or -1 when it makes no sense.
struct source {
    const char *file;
    const char *columns[FIELDS_MOST];
    int (*take)(struct loading *loading, const char *const *fields);
};

static int
take_word(struct loading *loading, const char *const *fields)
{
    lexicon_add(loading->knowledge->lexicon, fields[0], fields[1]);
    return 0;
}

static int
take_region(struct loading *loading, const char *const *fields)
{
    if (loading->names != NULL)
        region_names_add(loading->names, fields[0], fields[2], fields[3]);
    return places_add(loading->knowledge->places,
        &(struct place_region){.code = fields[0], .level = fields[1], .kind = fields[2], .name = fields[3]});
}

static int
take_alias(struct loading *loading, const char *const *fields)
{
    return places_add_alias(loading->knowledge->places, fields[0], fields[1]);
}

static int
take_polygon(struct loading *loading, const char *const *fields)
{
    return places_add_polygon(loading->knowledge->places, fields[0], fields[1]);
}

static int
take_keyword(struct loading *loading, const char *const *fields)
{
    char *end = NULL;
    double weight = strtod(fields[2], &end);

    if (end == fields[2] || *end != '\0')
        return -1;
    return topics_add(loading->knowledge->topics, loading->knowledge->lexicon, fields[0], fields[1], weight);
}

static int
take_topic(struct loading *loading, const char *const *fields)
{
    knowledge_add_topic(loading->knowledge, fields[0], fields[1]);
    return 0;
}

// Words and regions come first; the others are read by them.
static const struct source words[] = {
    {"lexicon.tsv", {"word", "normal"}, take_word},
    {"regions.tsv", {"code", "level", "kind", "name"}, take_region},
};
static const struct source others[] = {
    {"region_aliases.tsv", {"alias", "region_code"}, take_alias},
    {"region_polygons.tsv", {"code", "rings"}, take_polygon},
    {"topics.tsv", {"code", "sektor"}, take_topic},
    {"topic_keywords.tsv", {"topic", "keyword", "weight"}, take_keyword},
};

// Cuts a row at its tabs, in place.  Returns how many fields there are.
static size_t
cut(char *row, char *fields[COLUMNS_MOST])
{
    size_t count = 0;

    for (char *at = row; at != NULL && count < COLUMNS_MOST; count++)
        fields[count] = strsep(&at, "\t");
    return count;
}

// Finds where the wanted columns stand.  Returns the name of one that is missing, or NULL.
static const char *
find_columns(const struct source *source, char *header, size_t place[FIELDS_MOST])
{
    char *names[COLUMNS_MOST];
    size_t count = cut(header, names);

    for (size_t i = 0; i < FIELDS_MOST && source->columns[i] != NULL; i++) {
        place[i] = 0;
        while (place[i] < count && strcmp(names[place[i]], source->columns[i]) != 0)
            place[i]++;
        if (place[i] == count)
            return source->columns[i];
    }
    return NULL;
}

// Hands the wanted fields of a row on.
static int
take_row(const struct source *source, struct loading *loading, char *row, const size_t place[FIELDS_MOST])
{
    char *fields[COLUMNS_MOST];
    const char *wanted[FIELDS_MOST] = {NULL};
    size_t count = cut(row, fields);

    for (size_t i = 0; i < FIELDS_MOST && source->columns[i] != NULL; i++) {
        if (place[i] >= count)
            return -1;
        wanted[i] = fields[place[i]];
    }
    return source->take(loading, wanted);
}

static int
read_table(const struct source *source, struct loading *loading, const char *path)
{
    struct str text = {0};
    size_t place[FIELDS_MOST] = {0};
    const char *missing = NULL;
    long number = 1;
    int rc = -1;

    str_add(&text, "", 0);
    if (whole_file_read(path, &text) < 0) {
        complain(
            loading->command, "%s: %s; name a folder like deploy/data with --data", path, strerror(errno));
        goto done;
    }
    if (strlen(text.data) != text.length) {
        complain(loading->command, "%s: contains a NUL; take the file that belongs to this program", path);
        goto done;
    }
    char *at = text.data;
    missing = find_columns(source, strsep(&at, "\n"), place);
    if (missing != NULL) {
        complain(loading->command, "%s: has no column %s; take the file that belongs to this program", path,
            missing);
        goto done;
    }
    rc = 0;
    while (rc == 0 && at != NULL && *at != '\0') {
        number++;
        rc = take_row(source, loading, strsep(&at, "\n"), place);
        if (rc < 0)
            complain(loading->command, "%s: line %ld makes no sense; correct it", path, number);
    }

done:
    str_free(&text);
    return rc;
}

static int
read_tables(const struct source *sources, size_t count, struct loading *loading, const char *folder)
{
    struct str path = {0};
    int rc = 0;

    for (size_t i = 0; i < count && rc == 0; i++) {
        str_clear(&path);
        str_format(&path, "%s/%s", folder, sources[i].file);
        rc = read_table(&sources[i], loading, path.data);
    }
    str_free(&path);
    return rc;
}

static bool
holds_tables(const char *folder)
{
    struct str path = {0};

    str_format(&path, "%s/%s", folder, words[1].file);
    bool found = access(path.data, R_OK) == 0;
    str_free(&path);
    return found;
}

// Where an installed program's data lies: /usr/local/bin/kentongan, /usr/local/share/kentongan/data.
static void
beside_program(struct str *folder)
{
    char program[PATH_ROOM];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

    program[length > 0 ? length : 0] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(program, '/');

        if (slash != NULL)
            *slash = '\0';
    }
    str_format(folder, "%s/share/kentongan/data", program);
}

// The folder to read when the command line names none.
static int
find_folder(const char *command, struct str *folder)
{
    const char *set = config_read()->data;

    if (set[0] != '\0') {
        str_add_text(folder, set);
        return 0;
    }
    beside_program(folder);
    if (holds_tables(folder->data))
        return 0;
    if (!holds_tables(KENTONGAN_SOURCE_DATA)) {
        complain(command, "%s: there is no %s, nor in %s; name its folder with --data or KENTONGAN_DATA",
            folder->data, words[1].file, KENTONGAN_SOURCE_DATA);
        return -1;
    }
    str_clear(folder);
    str_add_text(folder, KENTONGAN_SOURCE_DATA);
    return 0;
}

// The model that was asked for, else the folder's.  A folder without one is good: its keywords decide.
static int
load_model(struct loading *loading, const char *asked, const char *folder)
{
    struct str path = {0};
    struct model *model = NULL;
    bool is_wanted = true;

    if (asked != NULL && strcmp(asked, "none") == 0) {
        is_wanted = false;
    } else if (asked != NULL) {
        str_add_text(&path, asked);
    } else {
        str_format(&path, "%s/seed.model", folder);
        is_wanted = access(path.data, F_OK) == 0;
    }
    if (is_wanted) {
        model = model_file_read(loading->command, path.data);
        knowledge_set_model(loading->knowledge, model);
    }
    str_free(&path);
    return is_wanted && model == NULL ? -1 : 0;
}

struct knowledge *
knowledge_files_load(const char *command, const struct knowledge_files *files)
{
    struct loading loading = {.command = command, .names = files->names};
    struct str folder = {0};
    bool is_loaded = false;

    if (files->folder != NULL)
        str_add_text(&folder, files->folder);
    else if (find_folder(command, &folder) < 0)
        goto done;
    loading.knowledge = knowledge_new();
    if (read_tables(words, LENGTH(words), &loading, folder.data) < 0)
        goto done;
    knowledge_words_ready(loading.knowledge);
    is_loaded = read_tables(others, LENGTH(others), &loading, folder.data) == 0 &&
                load_model(&loading, files->model, folder.data) == 0;

done:
    str_free(&folder);
    if (!is_loaded)
        knowledge_destroy(&loading.knowledge);
    return loading.knowledge;
}

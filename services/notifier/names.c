// names.c - topics and regions as people read them: two arrays sorted by code.
//
// A region's whole line is composed once, when all are known, because it is asked for with each notice.
#include "names.h"

#include "check.h"
#include "str.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS_MOST = 4 }; // province, regency, district, village

struct entry {
    char *code;
    char *text;   // a topic's name; a region's own name with its kind
    char *parent; // regions only
    char *line;   // regions only, after names_ready()
};

struct list {
    struct entry *entries;
    size_t count, room;
};

struct names {
    struct list topics, regions;
};

struct names *
names_new(void)
{
    return check_zalloc(1, sizeof(struct names));
}

static void
free_list(struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].code);
        free(list->entries[i].text);
        free(list->entries[i].parent);
        free(list->entries[i].line);
    }
    free(list->entries);
}

void
names_destroy(struct names **names)
{
    if (*names == NULL)
        return;
    free_list(&(*names)->topics);
    free_list(&(*names)->regions);
    free(*names);
    *names = NULL;
}

static char *
copy(const char *text)
{
    char *made = strdup(text);

    CHECK(made != NULL);
    return made;
}

static struct entry *
add(struct list *list, const char *code)
{
    struct entry *entry = NULL;

    if (list->count == list->room) {
        list->room = list->room == 0 ? 256 : list->room * 2;
        list->entries = check_realloc(list->entries, list->room * sizeof(*list->entries));
    }
    entry = &list->entries[list->count++];
    *entry = (struct entry){.code = copy(code)};
    return entry;
}

void
names_add_topic(struct names *names, const char *code, const char *name)
{
    add(&names->topics, code)->text = copy(name);
}

// How a kind is written before a name; kab/kota names bring theirs along.
static const char *
prefix_of(const char *kind)
{
    static const char *const prefixes[][2] = {
        {"kecamatan", "Kec. "}, {"desa", "Desa "}, {"kelurahan", "Kel. "}, {"provinsi", "Provinsi "}};

    for (size_t i = 0; i < LENGTH(prefixes); i++)
        if (strcmp(kind, prefixes[i][0]) == 0)
            return prefixes[i][1];
    return "";
}

void
names_add_region(struct names *names, const struct region *region)
{
    static const char regency[] = "Kabupaten ";
    struct entry *entry = add(&names->regions, region->code);
    struct str text = {0};

    if (strncmp(region->name, regency, sizeof(regency) - 1) == 0)
        str_format(&text, "Kab. %s", region->name + sizeof(regency) - 1);
    else
        str_format(&text, "%s%s", prefix_of(region->kind), region->name);
    entry->text = text.data;
    entry->parent = copy(region->parent);
}

static int
by_code(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->code, ((const struct entry *)b)->code);
}

static int
is_code(const void *code, const void *entry)
{
    return strcmp(code, ((const struct entry *)entry)->code);
}

static const struct entry *
find(const struct list *list, const char *code)
{
    return list->count > 0 ? bsearch(code, list->entries, list->count, sizeof(struct entry), is_code) : NULL;
}

// The region, then those around it; the province itself only when nothing is inside it.
static char *
compose(const struct list *regions, const struct entry *entry)
{
    struct str line = {0};

    str_add_text(&line, entry->text);
    for (int level = 1; level < LEVELS_MOST && entry != NULL && entry->parent[0] != '\0'; level++) {
        entry = find(regions, entry->parent);
        if (entry != NULL && entry->parent[0] != '\0')
            str_format(&line, ", %s", entry->text);
    }
    return line.data;
}

void
names_ready(struct names *names)
{
    struct list *regions = &names->regions;

    if (names->topics.count > 0)
        qsort(names->topics.entries, names->topics.count, sizeof(struct entry), by_code);
    if (regions->count > 0)
        qsort(regions->entries, regions->count, sizeof(struct entry), by_code);
    for (size_t i = 0; i < regions->count; i++) {
        free(regions->entries[i].line);
        regions->entries[i].line = compose(regions, &regions->entries[i]);
    }
}

const char *
names_topic(const struct names *names, const char *code)
{
    const struct entry *entry = NULL;

    if (code[0] == '\0')
        return "Belum terklasifikasi";
    entry = find(&names->topics, code);
    return entry != NULL ? entry->text : code;
}

const char *
names_place(const struct names *names, const char *code)
{
    const struct entry *entry = NULL;

    if (code[0] == '\0')
        return "Lokasi belum diketahui";
    entry = find(&names->regions, code);
    return entry != NULL ? entry->line : code;
}

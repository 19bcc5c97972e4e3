// sources.c - integrators in memory: sorted by name and by key, replaced as a whole.
#include "sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 101 };

struct source {
    char name[NAME_SIZE];
    char key[SOURCES_KEY_SIZE];
    bool revoked;
};

struct sources {
    struct source *by_name, *by_key; // the same ones, sorted twice
    size_t count, room;
};

struct sources *
sources_new(void)
{
    return check_zalloc(1, sizeof(struct sources));
}

void
sources_destroy(struct sources **sources)
{
    if (*sources == NULL)
        return;
    free((*sources)->by_name);
    free((*sources)->by_key);
    free(*sources);
    *sources = NULL;
}

void
sources_clear(struct sources *sources)
{
    sources->count = 0;
}

void
sources_add(struct sources *sources, const char *name, const char *key, bool revoked)
{
    struct source *source = NULL;

    if (sources->count == sources->room) {
        sources->room = sources->room > 0 ? sources->room * 2 : 64;
        sources->by_name = check_realloc(sources->by_name, sources->room * sizeof(*sources->by_name));
        sources->by_key = check_realloc(sources->by_key, sources->room * sizeof(*sources->by_key));
    }
    source = &sources->by_name[sources->count++];
    snprintf(source->name, sizeof(source->name), "%s", name);
    snprintf(source->key, sizeof(source->key), "%s", key);
    source->revoked = revoked;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(((const struct source *)a)->name, ((const struct source *)b)->name);
}

static int
compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct source *)a)->key, ((const struct source *)b)->key);
}

void
sources_ready(struct sources *sources)
{
    if (sources->count == 0)
        return;
    memcpy(sources->by_key, sources->by_name, sources->count * sizeof(*sources->by_key));
    qsort(sources->by_name, sources->count, sizeof(*sources->by_name), compare_names);
    qsort(sources->by_key, sources->count, sizeof(*sources->by_key), compare_keys);
}

static const struct source *
find_key(const struct sources *sources, const char *key)
{
    struct source wanted = {.revoked = false};

    if (key[0] == '\0' || sources->count == 0)
        return NULL;
    snprintf(wanted.key, sizeof(wanted.key), "%s", key);
    return bsearch(&wanted, sources->by_key, sources->count, sizeof(*sources->by_key), compare_keys);
}

bool
sources_knows_key(const struct sources *sources, const char *key)
{
    const struct source *source = find_key(sources, key);

    return source != NULL && !source->revoked;
}

enum source_verdict
sources_judge(const struct sources *sources, const char *key, const char *name)
{
    struct source wanted = {.revoked = false};
    const struct source *source = NULL;

    if (key != NULL) {
        source = find_key(sources, key);
        if (source == NULL || source->revoked)
            return SOURCE_REVOKED;
        return strcmp(source->name, name) == 0 ? SOURCE_GOOD : SOURCE_NOT_THE_KEYS;
    }
    snprintf(wanted.name, sizeof(wanted.name), "%s", name);
    if (sources->count > 0)
        source = bsearch(&wanted, sources->by_name, sources->count, sizeof(*sources->by_name), compare_names);
    if (source == NULL)
        return SOURCE_NEW;
    return source->revoked ? SOURCE_REVOKED : SOURCE_GOOD;
}

// region_names.c - names of regions by their code.
#include "region_names.h"

#include "check.h"
#include "triage/hashmap.h"
#include "triage/lexicon.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct region {
    char code[14];
    const char *title; // before the name; the names of regencies and cities begin with theirs
    char *name;
};

struct region_names {
    struct hashmap *places; // hash of the code to the place in regions
    struct region *regions;
    size_t count, room;
};

struct region_names *
region_names_new(void)
{
    struct region_names *names = check_zalloc(1, sizeof(*names));

    names->places = hashmap_new();
    return names;
}

void
region_names_destroy(struct region_names **names)
{
    if (*names == NULL)
        return;
    for (size_t i = 0; i < (*names)->count; i++)
        free((*names)->regions[i].name);
    free((*names)->regions);
    hashmap_destroy(&(*names)->places);
    free(*names);
    *names = NULL;
}

static const char *
title_of(const char *kind)
{
    static const char *const titles[][2] = {{"desa", "Desa "}, {"kelurahan", "Kelurahan "},
        {"kecamatan", "Kecamatan "}, {"provinsi", "Provinsi "}};

    for (size_t i = 0; i < LENGTH(titles); i++)
        if (strcmp(kind, titles[i][0]) == 0)
            return titles[i][1];
    return "";
}

// The region of the first length bytes of a code, or NULL.
static const struct region *
find(const struct region_names *names, const char *code, size_t length)
{
    uint32_t place = 0;

    if (length == 0 || !hashmap_get(names->places, word_hash(code, length), &place))
        return NULL;
    return &names->regions[place];
}

void
region_names_add(struct region_names *names, const char *code, const char *kind, const char *name)
{
    size_t length = strlen(code);
    struct region *region = NULL;
    uint32_t known = 0;

    if (length == 0 || length >= sizeof(region->code) ||
        hashmap_get(names->places, word_hash(code, length), &known))
        return;
    if (names->count == names->room) {
        names->room = names->room == 0 ? 1024 : names->room * 2;
        names->regions = check_realloc(names->regions, names->room * sizeof(*names->regions));
    }
    region = &names->regions[names->count];
    str_copy(region->code, sizeof(region->code), code);
    region->title = title_of(kind);
    region->name = check_alloc(strlen(name) + 1);
    str_copy(region->name, strlen(name) + 1, name);
    hashmap_put(names->places, word_hash(code, length), (uint32_t)names->count++);
}

// "Desa Kalisari, Kecamatan Sayung, Kabupaten Demak": the region and those around it, up to the regency or
// city; a province stands for itself alone.
static void
describe(const struct region_names *names, const char *code, struct str *out)
{
    enum { PROVINCE = 2 };
    size_t length = strlen(code);
    const char *between = "";

    do {
        const struct region *region = find(names, code, length);

        if (region != NULL) {
            str_format(out, "%s%s%s", between, region->title, region->name);
            between = ", ";
        }
        while (length > 0 && code[length - 1] != '.')
            length--;
        length -= length > 0;
    } while (length > PROVINCE);
}

void
region_names_question(
    const struct region_names *names, const char *const *codes, size_t count, struct str *out)
{
    size_t known = 0;

    for (size_t i = 0; i < count; i++) {
        if (find(names, codes[i], strlen(codes[i])) == NULL)
            continue;
        str_add_text(out, known == 0 ? "Di mana kejadiannya: " : "; ");
        describe(names, codes[i], out);
        known++;
    }
    if (known > 0)
        str_add_text(out, "; atau tempat lain?");
}

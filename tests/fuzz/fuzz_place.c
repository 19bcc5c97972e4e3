// fuzz_place.c - any report at all into places_find(): a region that exists, inside what was given.
//
// The first byte says whether there is a point and where; then come the region code, the address and the
// text, each on a line, the text up to the end.
#include "cut_line.h"
#include "fuzz.h"

#include "check.h"
#include "str.h"
#include "triage/place.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Names with the traps of the province: twins, a district that is also a village, a village in two districts,
// a word of the dictionary, elsewhere.
static const struct place_region regions[] = {
    {"33", "provinsi", "provinsi", "Jawa Tengah"},
    {"34", "provinsi", "provinsi", "Daerah Istimewa Yogyakarta"},
    {"34.71", "kabkota", "kota", "Kota Yogyakarta"},
    {"33.22", "kabkota", "kabupaten", "Kabupaten Semarang"},
    {"33.74", "kabkota", "kota", "Kota Semarang"},
    {"33.24", "kabkota", "kabupaten", "Kabupaten Kendal"},
    {"33.74.10", "kecamatan", "kecamatan", "Tembalang"},
    {"33.74.10.1001", "deskel", "kelurahan", "Tembalang"},
    {"33.74.10.1002", "deskel", "kelurahan", "Kramas"},
    {"33.22.01", "kecamatan", "kecamatan", "Getasan"},
    {"33.22.01.2001", "deskel", "desa", "Sumogawe"},
    {"33.22.01.2002", "deskel", "desa", "Karanganyar"},
    {"33.24.04", "kecamatan", "kecamatan", "Limbangan"},
    {"33.24.04.2001", "deskel", "desa", "Karanganyar"},
    {"33.24.04.2002", "deskel", "desa", "Jalan"},
};

static struct places *
make_places(void)
{
    struct places *places = places_new("33");

    for (size_t i = 0; i < LENGTH(regions); i++)
        CHECK(places_add(places, &regions[i]) == 0);
    places_ready(places);
    CHECK(places_add_alias(places, "smg", "33.74") == 0);
    CHECK(places_add_alias(places, "pkl", "") == 0);
    CHECK(places_add_polygon(places, "33.74", "-7.1,110.3 -7.1,110.5 -6.9,110.5 -6.9,110.3") == 0);
    CHECK(places_add_polygon(places, "33.74.10", "-7.1,110.4 -7.1,110.5 -7.0,110.5 -7.0,110.4") == 0);
    CHECK(places_add_polygon(places, "33.22", "-7.4,110.3 -7.4,110.5 -7.1,110.5 -7.1,110.3") == 0);
    return places;
}

// The region of this code, or NULL.
static const struct place_region *
find(const char *code, size_t length)
{
    for (size_t i = 0; i < LENGTH(regions); i++)
        if (strlen(regions[i].code) == length && memcmp(regions[i].code, code, length) == 0)
            return &regions[i];
    return NULL;
}

static void
check_answer(const struct place_question *question, const struct place_answer *answer)
{
    static const char *const rules[] = {"region_code", "point", "names", "none"};
    const struct place_region *region = find(answer->region_code, strlen(answer->region_code));
    size_t given = strlen(question->region_code);
    bool is_rule = false;

    CHECK(region != NULL || answer->region_code[0] == '\0');
    CHECK(strcmp(answer->level, region != NULL ? region->level : "") == 0);
    CHECK(answer->candidate_count <= PLACE_CANDIDATES);
    for (size_t i = 0; i < answer->candidate_count; i++) {
        CHECK(find(answer->candidates[i], strlen(answer->candidates[i])) != NULL);
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(answer->candidates[i], answer->candidates[k]) != 0);
    }
    for (size_t i = 0; i < LENGTH(rules); i++)
        is_rule = is_rule || strcmp(answer->rule, rules[i]) == 0;
    CHECK(is_rule);
    CHECK(answer->outside == (region != NULL && strncmp(answer->region_code, "33", 2) != 0) ||
          (answer->outside && region == NULL));
    // What a region code names is only narrowed.
    if (given > 0 && find(question->region_code, given) != NULL)
        CHECK(strncmp(answer->region_code, question->region_code, given) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct places *places;
    static struct text text;
    struct place_answer answer, again;
    uint8_t first = size > 0 ? data[0] : 0;
    char *bytes = check_alloc(size + 1);
    char *rest = bytes;

    if (places == NULL)
        places = make_places();
    memcpy(bytes, data, size);
    bytes[size] = '\0';
    rest += size > 0;
    struct place_question question = {.region_code = cut_line(&rest),
        .has_point = first % 2 == 1,
        .latitude = -7.5 + (double)(first / 16) * 0.05,
        .longitude = 110.2 + (double)(first / 2 % 8) * 0.05,
        .text = &text};
    const char *address = cut_line(&rest);
    text_clear(&text);
    text_add(&text, NULL, rest, strlen(rest));
    question.address_from = text.raw_count;
    text_add(&text, NULL, address, strlen(address));
    places_find(places, &question, &answer);
    check_answer(&question, &answer);
    places_find(places, &question, &again);
    CHECK(strcmp(answer.region_code, again.region_code) == 0 &&
          answer.candidate_count == again.candidate_count && answer.outside == again.outside);
    free(bytes);
    return 0;
}

// road.c - whose road it is, from the words of a report.
#include "road.h"

#include "phrases.h"

#include <stdlib.h>
#include <string.h>

struct rule {
    const char *phrase;
    enum road_class road;
    int strength; // 2: said outright, 1: a hint
};

static const struct rule rules[] = {
    {"jalan nasional", ROAD_NATIONAL, 2},
    {"jalan raya nasional", ROAD_NATIONAL, 2},
    {"jalan negara", ROAD_NATIONAL, 2},
    {"jalur nasional", ROAD_NATIONAL, 2},
    {"jalan pantura", ROAD_NATIONAL, 2},
    {"jalur pantura", ROAD_NATIONAL, 2},
    {"jalan raya pantura", ROAD_NATIONAL, 2},
    {"jalur lintas selatan", ROAD_NATIONAL, 2},
    {"jembatan nasional", ROAD_NATIONAL, 2},
    {"pantura", ROAD_NATIONAL, 1},
    {"jls", ROAD_NATIONAL, 1},
    {"jalan provinsi", ROAD_PROVINCE, 2},
    {"jalan raya provinsi", ROAD_PROVINCE, 2},
    {"jalan milik provinsi", ROAD_PROVINCE, 2},
    {"jalan pemprov", ROAD_PROVINCE, 2},
    {"jalur provinsi", ROAD_PROVINCE, 2},
    {"jembatan provinsi", ROAD_PROVINCE, 2},
    {"jalan kabupaten", ROAD_REGENCY, 2},
    {"jalan milik kabupaten", ROAD_REGENCY, 2},
    {"jalan raya kabupaten", ROAD_REGENCY, 2},
    {"jalan kota", ROAD_REGENCY, 2},
    {"jalan pemkot", ROAD_REGENCY, 2},
    {"jalan antar kecamatan", ROAD_REGENCY, 2},
    {"jembatan kabupaten", ROAD_REGENCY, 2},
    {"jalan desa", ROAD_VILLAGE, 2},
    {"jalan poros desa", ROAD_VILLAGE, 2},
    {"jalan antar desa", ROAD_VILLAGE, 2},
    {"jalan kampung", ROAD_VILLAGE, 2},
    {"jalan dusun", ROAD_VILLAGE, 2},
    {"jalan dukuh", ROAD_VILLAGE, 2},
    {"jalan lingkungan", ROAD_VILLAGE, 2},
    {"jalan gang", ROAD_VILLAGE, 2},
    {"jalan usaha tani", ROAD_VILLAGE, 2},
    {"jembatan desa", ROAD_VILLAGE, 2},
    {"gang", ROAD_VILLAGE, 1},
    {"jalan tol", ROAD_TOLL, 2},
    {"ruas tol", ROAD_TOLL, 2},
    {"exit tol", ROAD_TOLL, 2},
    {"gerbang tol", ROAD_TOLL, 2},
    {"pintu tol", ROAD_TOLL, 2},
    {"tol", ROAD_TOLL, 1},
};

struct roads {
    struct phrases *phrases;
    const struct rule *of[LENGTH(rules)]; // phrase -> rule
};

struct roads *
roads_new(const struct lexicon *lexicon)
{
    struct roads *roads = check_zalloc(1, sizeof(*roads));
    struct text text = {0};

    roads->phrases = phrases_new();
    for (size_t i = 0; i < LENGTH(rules); i++) {
        uint32_t number = 0;

        text_clear(&text);
        text_add(&text, lexicon, rules[i].phrase, strlen(rules[i].phrase));
        // An editor of the lexicon may make stop words of these; then the rule rests.
        if (text.word_count < 2)
            continue;
        number = phrases_add(roads->phrases, text.words, text.word_count - 1);
        if (roads->of[number] == NULL)
            roads->of[number] = &rules[i];
    }
    text_free(&text);
    return roads;
}

void
roads_destroy(struct roads **roads)
{
    if (*roads == NULL)
        return;
    phrases_destroy(&(*roads)->phrases);
    free(*roads);
    *roads = NULL;
}

enum road_class
roads_find(const struct roads *roads, const struct text *text)
{
    enum road_class road = ROAD_UNKNOWN;
    int strength = 0;
    size_t length = 1;

    for (size_t i = 0; i < text->word_count; i += length) {
        uint32_t number = phrases_find(roads->phrases, &text->words[i], text->word_count - i, &length);
        const struct rule *rule = number == PHRASES_NONE ? NULL : roads->of[number];

        if (rule == NULL) {
            length = 1;
        } else if (rule->strength > strength) {
            road = rule->road;
            strength = rule->strength;
        } else if (rule->strength == strength && rule->road != road) {
            road = ROAD_UNKNOWN;
        }
    }
    return road;
}

// generator_words.h - what made-up reports are made of: places, topics, openings; data only.
//
// All sentences were written for this project.  {road} {village} {district} {regency} {rt} {count} {days}
// {km} stand for what one matter is about, the same in every report on it.
#ifndef KENTONGAN_CLI_GENERATOR_WORDS_H
#define KENTONGAN_CLI_GENERATOR_WORDS_H

#include <stddef.h>

struct generator_place {
    const char *code, *regency, *district;
    const char *villages[3];
    double latitude, longitude;
};

// A list of sentences, ended by NULL.
struct generator_topic {
    const char *weight; // one character a unit: how often citizens write about it
    const char *problems_id[6], *problems_jv[5];
    const char *effects_id[5], *effects_jv[4];
};

extern const struct generator_place generator_places[];
extern const size_t generator_place_count;
extern const struct generator_topic generator_topics[];
extern const size_t generator_topic_count;

// Lists ended by NULL.
extern const char *const generator_greetings_id[], *const generator_greetings_jv[];
extern const char *const generator_details_id[], *const generator_details_jv[];
extern const char *const generator_requests_id[], *const generator_requests_jv[];
extern const char *const generator_closings_id[], *const generator_closings_jv[];
extern const char *const generator_roads[], *const generator_names[];

#endif

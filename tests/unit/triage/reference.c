// reference.c - the knowledge that deploy/data holds.
#include "reference.h"

#include "cmocka_all.h"
#include "tsv.h"

#include <stdio.h>
#include <stdlib.h>

#define WANT(call, table)                                                                                    \
    do {                                                                                                     \
        if ((call) < 0)                                                                                      \
            fail_msg("line %d of a table makes no sense: %s", tsv_line(table), tsv_field(table, 0));         \
    } while (0)

// The model that is shipped.
static struct model *
read_seed(void)
{
    FILE *file = fopen(SOURCE_DIR "/deploy/data/seed.model", "rb");
    struct model *model = NULL;
    const char *problem = NULL;
    char *bytes = NULL;
    long length = 0;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    length = ftell(file);
    rewind(file);
    bytes = check_alloc((size_t)length);
    assert_int_equal(fread(bytes, 1, (size_t)length, file), (size_t)length);
    model = model_read(bytes, (size_t)length, &problem);
    if (model == NULL)
        fail_msg("seed.model: %s", problem);
    free(bytes);
    (void)fclose(file);
    return model;
}

struct knowledge *
reference_load(void)
{
    struct knowledge *knowledge = knowledge_new();
    struct tsv *table = tsv_open("deploy/data/lexicon.tsv", "word\tnormal\tkind");

    while (tsv_next(table))
        lexicon_add(knowledge->lexicon, tsv_field(table, 0), tsv_field(table, 1));
    tsv_close(&table);
    table = tsv_open("deploy/data/regions.tsv", "code\tlevel\tkind\tname\tparent\tlatitude\tlongitude");
    while (tsv_next(table))
        WANT(places_add(knowledge->places, &(struct place_region){.code = tsv_field(table, 0),
                                               .level = tsv_field(table, 1),
                                               .kind = tsv_field(table, 2),
                                               .name = tsv_field(table, 3)}),
            table);
    tsv_close(&table);
    knowledge_words_ready(knowledge);
    table = tsv_open("deploy/data/region_aliases.tsv", "alias\tregion_code");
    while (tsv_next(table))
        WANT(places_add_alias(knowledge->places, tsv_field(table, 0), tsv_field(table, 1)), table);
    tsv_close(&table);
    table = tsv_open("deploy/data/region_polygons.tsv", "code\trings");
    while (tsv_next(table))
        WANT(places_add_polygon(knowledge->places, tsv_field(table, 0), tsv_field(table, 1)), table);
    tsv_close(&table);
    table = tsv_open("deploy/data/topic_keywords.tsv", "topic\tkeyword\tweight");
    while (tsv_next(table))
        WANT(topics_add(knowledge->topics, knowledge->lexicon, tsv_field(table, 0), tsv_field(table, 1),
                 strtod(tsv_field(table, 2), NULL)),
            table);
    tsv_close(&table);
    table = tsv_open("deploy/data/topics.tsv", "code\tname\tsektor");
    while (tsv_next(table))
        knowledge_add_topic(knowledge, tsv_field(table, 0), tsv_field(table, 2));
    tsv_close(&table);
    knowledge_set_model(knowledge, read_seed());
    return knowledge;
}

int
reference_setup(void **state)
{
    *state = reference_load();
    return 0;
}

int
reference_teardown(void **state)
{
    struct knowledge *knowledge = *state;

    knowledge_destroy(&knowledge);
    return 0;
}

bool
reference_point(const char *text, double *latitude, double *longitude)
{
    char *end = NULL;

    *latitude = 0;
    *longitude = 0;
    if (*text == '\0')
        return false;
    *latitude = strtod(text, &end);
    assert_int_equal(*end, ',');
    *longitude = strtod(end + 1, &end);
    assert_int_equal(*end, '\0');
    return true;
}

uint32_t
reference_random(uint64_t *seed, uint32_t most)
{
    // Knuth's MMIX; the high bits are the good ones.
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % most;
}

// knowledge.c - everything the classifier knows when it decides.
#include "knowledge.h"

#include "check.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MOST = 256 }; // bytes of a topic's or category's name that count

struct knowledge *
knowledge_new(void)
{
    struct knowledge *knowledge = check_zalloc(1, sizeof(*knowledge));

    knowledge->lexicon = lexicon_new();
    knowledge->places = places_new(KNOWLEDGE_HOME);
    knowledge->topics = topics_new();
    knowledge->category_of = hashmap_new();
    knowledge->languages = languages_new();
    knowledge->features = check_zalloc(1, sizeof(*knowledge->features));
    return knowledge;
}

void
knowledge_words_ready(struct knowledge *knowledge)
{
    lexicon_ready(knowledge->lexicon);
    places_ready(knowledge->places);
    knowledge->roads = roads_new(knowledge->lexicon);
    knowledge->vocabulary = vocabulary_new(knowledge->lexicon);
    vocabulary_set_gazetteer(knowledge->vocabulary, places_gazetteer(knowledge->places));
}

static uint64_t
name_hash(const char *name)
{
    char lower[NAME_MOST];
    size_t length = strnlen(name, sizeof(lower));

    for (size_t i = 0; i < length; i++)
        lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
    return word_hash(lower, length);
}

void
knowledge_add_topic(struct knowledge *knowledge, const char *topic, const char *category)
{
    uint32_t number = 0;

    if (!hashmap_get(knowledge->category_of, name_hash(category), &number)) {
        number = (uint32_t)knowledge->category_count++;
        knowledge->categories =
            check_realloc(knowledge->categories, knowledge->category_count * sizeof(*knowledge->categories));
        str_copy(knowledge->categories[number], sizeof(knowledge->categories[number]), category);
        hashmap_put(knowledge->category_of, name_hash(category), number);
    }
    hashmap_put(knowledge->category_of, name_hash(topic), number);
}

static uint32_t
category_number(const struct knowledge *knowledge, const char *topic)
{
    uint32_t number = 0;

    return hashmap_get(knowledge->category_of, name_hash(topic), &number) ? number : KNOWLEDGE_NO_CATEGORY;
}

const char *
knowledge_category(const struct knowledge *knowledge, const char *topic)
{
    uint32_t number = category_number(knowledge, topic);

    return number == KNOWLEDGE_NO_CATEGORY ? "" : knowledge->categories[number];
}

void
knowledge_set_model(struct knowledge *knowledge, struct model *model)
{
    size_t topics = model == NULL ? 0 : model_topics(model);

    model_destroy(&knowledge->model);
    knowledge->model = model;
    knowledge->model_categories =
        check_realloc(knowledge->model_categories, (topics + 1) * sizeof(*knowledge->model_categories));
    for (size_t i = 0; i < topics; i++)
        knowledge->model_categories[i] = category_number(knowledge, model_topic(model, i));
}

void
knowledge_destroy(struct knowledge **knowledge)
{
    if (*knowledge == NULL)
        return;
    vocabulary_destroy(&(*knowledge)->vocabulary);
    languages_destroy(&(*knowledge)->languages);
    text_features_free((*knowledge)->features);
    free((*knowledge)->features);
    lexicon_destroy(&(*knowledge)->lexicon);
    places_destroy(&(*knowledge)->places);
    topics_destroy(&(*knowledge)->topics);
    roads_destroy(&(*knowledge)->roads);
    model_destroy(&(*knowledge)->model);
    hashmap_destroy(&(*knowledge)->category_of);
    free((*knowledge)->categories);
    free((*knowledge)->model_categories);
    free(*knowledge);
    *knowledge = NULL;
}

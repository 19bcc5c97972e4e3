// knowledge.c - everything the classifier knows when it decides.
#include "knowledge.h"

#include "check.h"

#include <stdlib.h>

struct knowledge *
knowledge_new(void)
{
    struct knowledge *knowledge = check_zalloc(1, sizeof(*knowledge));

    knowledge->lexicon = lexicon_new();
    knowledge->places = places_new(KNOWLEDGE_HOME);
    knowledge->topics = topics_new();
    return knowledge;
}

void
knowledge_words_ready(struct knowledge *knowledge)
{
    lexicon_ready(knowledge->lexicon);
    places_ready(knowledge->places);
    knowledge->roads = roads_new(knowledge->lexicon);
}

void
knowledge_destroy(struct knowledge **knowledge)
{
    if (*knowledge == NULL)
        return;
    lexicon_destroy(&(*knowledge)->lexicon);
    places_destroy(&(*knowledge)->places);
    topics_destroy(&(*knowledge)->topics);
    roads_destroy(&(*knowledge)->roads);
    free(*knowledge);
    *knowledge = NULL;
}

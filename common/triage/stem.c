// stem.c - libstemmer's Indonesian.
#include "stem.h"

#include "check.h"

#include <libstemmer.h>
#include <stdlib.h>

struct stemmer {
    struct sb_stemmer *snowball;
};

struct stemmer *
stemmer_new(void)
{
    struct stemmer *stemmer = check_zalloc(1, sizeof(*stemmer));

    stemmer->snowball = sb_stemmer_new("indonesian", "UTF_8");
    CHECK(stemmer->snowball != NULL);
    return stemmer;
}

void
stemmer_destroy(struct stemmer **stemmer)
{
    if (*stemmer == NULL)
        return;
    sb_stemmer_delete((*stemmer)->snowball);
    free(*stemmer);
    *stemmer = NULL;
}

const char *
stemmer_find(struct stemmer *stemmer, const char *word, size_t length, size_t *stem_length)
{
    const sb_symbol *stem = sb_stemmer_stem(stemmer->snowball, (const sb_symbol *)word, (int)length);

    CHECK(stem != NULL); // only without memory
    *stem_length = (size_t)sb_stemmer_length(stemmer->snowball);
    return (const char *)stem;
}

// fuzz_polygons.c - any text at all as the rings of an area: refused whole, or an area that answers.
#include "fuzz.h"

#include "check.h"
#include "triage/polygons.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP = 1, OTHER_GROUP = 2, OWNER = 7, SECOND_OWNER = 8 };

static const double places[][2] = {
    {0, 0}, {-7, 110}, {-7.5, 110.5}, {0.5, 0.5}, {1, 1}, {90, 180}, {-90, -180}, {-6.98, 110.42}};

static void
check_answers(const char *rings)
{
    struct polygons *one = polygons_new();
    struct polygons *two = polygons_new();

    CHECK(polygons_add(one, GROUP, OWNER, rings) == 0 && polygons_size(one) == 1);
    CHECK(polygons_add(two, GROUP, OWNER, rings) == 0 && polygons_add(two, GROUP, SECOND_OWNER, rings) == 0);
    for (size_t i = 0; i < LENGTH(places); i++) {
        uint32_t owner = polygons_find(one, GROUP, places[i][0], places[i][1]);

        CHECK(owner == OWNER || owner == POLYGONS_NONE);
        CHECK(polygons_find(one, OTHER_GROUP, places[i][0], places[i][1]) == POLYGONS_NONE);
        CHECK(polygons_find(two, GROUP, places[i][0], places[i][1]) ==
              (owner == OWNER ? POLYGONS_MANY : POLYGONS_NONE));
    }
    polygons_destroy(&one);
    polygons_destroy(&two);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct polygons *polygons = polygons_new();
    char *rings = check_alloc(size + 1);

    memcpy(rings, data, size);
    rings[size] = '\0';
    if (polygons_add(polygons, GROUP, OWNER, rings) == 0)
        check_answers(rings);
    else
        CHECK(polygons_size(polygons) == 0);
    free(rings);
    polygons_destroy(&polygons);
    return 0;
}

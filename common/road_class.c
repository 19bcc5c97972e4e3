// road_class.c - names of the classes of roads.
#include "road_class.h"

#include <string.h>

static const char *const names[] = {
    [ROAD_UNKNOWN] = "",
    [ROAD_VILLAGE] = "village",
    [ROAD_REGENCY] = "regency",
    [ROAD_PROVINCE] = "province",
    [ROAD_NATIONAL] = "national",
    [ROAD_TOLL] = "toll",
};

const char *
road_class_name(enum road_class road)
{
    CHECK((size_t)road < LENGTH(names));
    return names[road];
}

int
road_class_parse(const char *name, enum road_class *road)
{
    for (size_t i = 0; i < LENGTH(names); i++)
        if (strcmp(names[i], name) == 0) {
            *road = (enum road_class)i;
            return 0;
        }
    return -1;
}

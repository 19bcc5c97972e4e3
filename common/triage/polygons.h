// polygons.h - which of many areas a point lies in.
#ifndef KENTONGAN_POLYGONS_H
#define KENTONGAN_POLYGONS_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct polygons;

#define POLYGONS_NONE UINT32_MAX // in no area
#define POLYGONS_MANY                                                                                        \
    (UINT32_MAX - 1) // in more than one: areas overlap by the error of their simplified borders

// Returns new.
struct polygons *polygons_new(void);
void polygons_destroy(struct polygons **polygons);

// Adds the area of `owner` inside the group (any numbers).  rings: "lat,lng lat,lng ..;lat,lng .." in
// degrees; a point is inside when a ray crosses the rings an odd number of times, so holes are rings like
// others.  -1: not such a text.
MUST_USE int polygons_add(struct polygons *polygons, uint32_t group, uint32_t owner, const char *rings);

// The owner of the area of this group that the point lies in, or NONE, or MANY.
uint32_t polygons_find(const struct polygons *polygons, uint32_t group, double latitude, double longitude);

// Is the point in an area of this group, or at most so many degrees from the border of one?  A degree of
// longitude counts as one of latitude, which is true to half a percent in Java.
bool polygons_near(
    const struct polygons *polygons, uint32_t group, double latitude, double longitude, double degrees);

size_t polygons_size(const struct polygons *polygons);

#endif

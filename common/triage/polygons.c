// polygons.c - point in polygon, with a box around each area to leave out most of them.
#include "polygons.h"

#include <stdlib.h>

struct point {
    float latitude, longitude;
};

struct area {
    uint32_t group, owner;
    struct point least, most; // the box
    struct point *points;     // of all rings; each ring ends with its first point again
    size_t *ring_ends;
    size_t point_count, ring_count;
};

struct polygons {
    struct area *areas;
    size_t count;
};

struct polygons *
polygons_new(void)
{
    return check_zalloc(1, sizeof(struct polygons));
}

void
polygons_destroy(struct polygons **polygons)
{
    if (*polygons == NULL)
        return;
    for (size_t i = 0; i < (*polygons)->count; i++) {
        free((*polygons)->areas[i].points);
        free((*polygons)->areas[i].ring_ends);
    }
    free((*polygons)->areas);
    free(*polygons);
    *polygons = NULL;
}

static void
add_point(struct area *area, struct point point)
{
    if ((area->point_count & (area->point_count + 1)) == 0) // 0, 1, 3, 7 .. points: the room is used up
        area->points = check_realloc(area->points, (area->point_count + 1) * 2 * sizeof(*area->points));
    if (area->point_count == 0)
        area->least = area->most = point;
    if (point.latitude < area->least.latitude)
        area->least.latitude = point.latitude;
    if (point.latitude > area->most.latitude)
        area->most.latitude = point.latitude;
    if (point.longitude < area->least.longitude)
        area->least.longitude = point.longitude;
    if (point.longitude > area->most.longitude)
        area->most.longitude = point.longitude;
    area->points[area->point_count++] = point;
}

// Closes the ring that began at point number `first`; -1: it has too few points.
static int
end_ring(struct area *area, size_t first)
{
    if (area->point_count < first + 3)
        return -1;
    add_point(area, area->points[first]);
    area->ring_ends = check_realloc(area->ring_ends, (area->ring_count + 1) * sizeof(*area->ring_ends));
    area->ring_ends[area->ring_count++] = area->point_count;
    return 0;
}

// strtof() alone would also take spaces, "nan" and "inf".
static bool
is_number(const char *text)
{
    text += *text == '-';
    return *text >= '0' && *text <= '9';
}

static int
read_rings(struct area *area, const char *text)
{
    size_t first = 0;

    while (*text != '\0') {
        char *end = NULL;
        struct point point = {0, 0};

        if (!is_number(text))
            return -1;
        point.latitude = strtof(text, &end);
        if (*end != ',' || !is_number(end + 1))
            return -1;
        point.longitude = strtof(end + 1, &end);
        if (*end != ' ' && *end != ';' && *end != '\0')
            return -1;
        add_point(area, point);
        text = end + (*end == ' ');
        if (*end == ' ')
            continue;
        if (end_ring(area, first) < 0)
            return -1;
        first = area->point_count;
        text = end + (*end == ';');
    }
    return area->ring_count > 0 && first == area->point_count ? 0 : -1;
}

int
polygons_add(struct polygons *polygons, uint32_t group, uint32_t owner, const char *rings)
{
    struct area area = {.group = group, .owner = owner};

    if (read_rings(&area, rings) < 0) {
        free(area.points);
        free(area.ring_ends);
        return -1;
    }
    polygons->areas = check_realloc(polygons->areas, (polygons->count + 1) * sizeof(*polygons->areas));
    polygons->areas[polygons->count++] = area;
    return 0;
}

static bool
is_inside(const struct area *area, float latitude, float longitude)
{
    bool inside = false;
    size_t from = 0;

    if (latitude < area->least.latitude || latitude > area->most.latitude ||
        longitude < area->least.longitude || longitude > area->most.longitude)
        return false;
    for (size_t ring = 0; ring < area->ring_count; ring++) {
        for (size_t i = from + 1; i < area->ring_ends[ring]; i++) {
            const struct point *a = &area->points[i - 1];
            const struct point *b = &area->points[i];

            // The edge crosses the parallel of the point, east of it.
            if ((a->latitude > latitude) != (b->latitude > latitude) &&
                longitude < a->longitude + (latitude - a->latitude) / (b->latitude - a->latitude) *
                                               (b->longitude - a->longitude))
                inside = !inside;
        }
        from = area->ring_ends[ring];
    }
    return inside;
}

uint32_t
polygons_find(const struct polygons *polygons, uint32_t group, double latitude, double longitude)
{
    uint32_t found = POLYGONS_NONE;

    for (size_t i = 0; i < polygons->count; i++) {
        const struct area *area = &polygons->areas[i];

        if (area->group != group || !is_inside(area, (float)latitude, (float)longitude))
            continue;
        if (found != POLYGONS_NONE)
            return POLYGONS_MANY;
        found = area->owner;
    }
    return found;
}

// The square of the distance from the point to the edge, in degrees.
static float
square_to_edge(const struct point *a, const struct point *b, float latitude, float longitude)
{
    float along_latitude = b->latitude - a->latitude;
    float along_longitude = b->longitude - a->longitude;
    float square = along_latitude * along_latitude + along_longitude * along_longitude;
    float part = 0;

    if (square > 0)
        part = ((latitude - a->latitude) * along_latitude + (longitude - a->longitude) * along_longitude) /
               square;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    latitude -= a->latitude + part * along_latitude;
    longitude -= a->longitude + part * along_longitude;
    return latitude * latitude + longitude * longitude;
}

static bool
is_near(const struct area *area, float latitude, float longitude, float degrees)
{
    size_t from = 0;

    if (latitude < area->least.latitude - degrees || latitude > area->most.latitude + degrees ||
        longitude < area->least.longitude - degrees || longitude > area->most.longitude + degrees)
        return false;
    for (size_t ring = 0; ring < area->ring_count; ring++) {
        for (size_t i = from + 1; i < area->ring_ends[ring]; i++)
            if (square_to_edge(&area->points[i - 1], &area->points[i], latitude, longitude) <=
                degrees * degrees)
                return true;
        from = area->ring_ends[ring];
    }
    return is_inside(area, latitude, longitude);
}

bool
polygons_near(
    const struct polygons *polygons, uint32_t group, double latitude, double longitude, double degrees)
{
    for (size_t i = 0; i < polygons->count; i++)
        if (polygons->areas[i].group == group &&
            is_near(&polygons->areas[i], (float)latitude, (float)longitude, (float)degrees))
            return true;
    return false;
}

size_t
polygons_size(const struct polygons *polygons)
{
    return polygons->count;
}

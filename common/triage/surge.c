// surge.c - the same matter from many places within hours is one incident.
//
// One cell for each topic and regency: its last reports, how many there were in each hour of the last days,
// and the incident that covers it now.  A report looks at the cells of its own regency and of the neighbours.
#include "surge.h"

#include "hashmap.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    REGENCY_LENGTH = 5,  // 33.74
    DISTRICT_LENGTH = 8, // 33.74.01
    TOPIC_SIZE = 48,
    HOURS = 192, // more than SURGE_USUAL_MS, so that no hour that counts is overwritten
    RING_FIRST = 8,
};
#define HOUR_MS (INT64_C(3600) * 1000)

// A first report.
struct entry {
    int64_t report_id, at_ms, incident_id;
    uint32_t district; // 0: not known
};

struct hour {
    int64_t number; // since 1970
    uint32_t reports;
};

struct cell {
    struct entry *ring;
    size_t room, count, oldest;
    int64_t newest_id; // the highest report id it ever had
    int64_t incident_id;
    struct hour hours[HOURS]; // without reports that belong to an incident
};

struct incident {
    int64_t id, declared_by, began_at_ms, last_at_ms;
    char topic[TOPIC_SIZE], region_code[REGENCY_LENGTH + 1];
    int64_t *members;
    size_t member_count;
};

// A regency or city and those that touch it; itself is the first.
struct area {
    char codes[SURGE_AREA][REGENCY_LENGTH + 1];
    size_t count;
};

struct surge {
    struct hashmap *areas_by_code, *cells_by_key, *incidents_by_id;
    struct area *areas;
    size_t area_count, area_room;
    struct cell *cells;
    size_t cell_count, cell_room;
    struct incident *incidents;
    size_t incident_count, incident_room;
};

static bool
is_regency(const char *code)
{
    return strlen(code) >= REGENCY_LENGTH && code[2] == '.' &&
           (code[REGENCY_LENGTH] == '\0' || code[REGENCY_LENGTH] == '.');
}

// A key for the hashmap, which has no 0.
static uint64_t
key_of(const char *bytes, size_t length, uint64_t seed)
{
    uint64_t key = XXH3_64bits_withSeed(bytes, length, seed);

    return key != 0 ? key : 1;
}

static uint64_t
id_key(int64_t id)
{
    return key_of((const char *)&id, sizeof(id), 0);
}

struct surge *
surge_new(void)
{
    struct surge *surge = check_zalloc(1, sizeof(*surge));

    surge->areas_by_code = hashmap_new();
    surge->cells_by_key = hashmap_new();
    surge->incidents_by_id = hashmap_new();
    return surge;
}

void
surge_clear(struct surge *surge)
{
    for (size_t i = 0; i < surge->cell_count; i++)
        free(surge->cells[i].ring);
    for (size_t i = 0; i < surge->incident_count; i++)
        free(surge->incidents[i].members);
    surge->cell_count = surge->incident_count = 0;
    hashmap_destroy(&surge->cells_by_key);
    hashmap_destroy(&surge->incidents_by_id);
    surge->cells_by_key = hashmap_new();
    surge->incidents_by_id = hashmap_new();
}

void
surge_destroy(struct surge **surge)
{
    if (*surge == NULL)
        return;
    surge_clear(*surge);
    hashmap_destroy(&(*surge)->areas_by_code);
    hashmap_destroy(&(*surge)->cells_by_key);
    hashmap_destroy(&(*surge)->incidents_by_id);
    free((*surge)->areas);
    free((*surge)->cells);
    free((*surge)->incidents);
    free(*surge);
    *surge = NULL;
}

// Makes room for one more item of an array.
static void *
grow(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room == 0 ? 64 : *room * 2;
    return check_realloc(items, *room * size);
}

// The area around the regency that a code lies in; made when it is not known yet.  Borrowed until the next
// call.
static struct area *
area_around(struct surge *surge, const char *code)
{
    uint64_t key = key_of(code, REGENCY_LENGTH, 0);
    uint32_t at = 0;
    struct area *area = NULL;

    if (hashmap_get(surge->areas_by_code, key, &at))
        return &surge->areas[at];
    surge->areas = grow(surge->areas, surge->area_count, &surge->area_room, sizeof(*surge->areas));
    hashmap_put(surge->areas_by_code, key, (uint32_t)surge->area_count);
    area = &surge->areas[surge->area_count++];
    memset(area, 0, sizeof(*area));
    memcpy(area->codes[area->count++], code, REGENCY_LENGTH);
    return area;
}

void
surge_add_neighbour(struct surge *surge, const char *code, const char *neighbour)
{
    struct area *area = NULL;

    if (!is_regency(code) || !is_regency(neighbour))
        return;
    area = area_around(surge, code);
    for (size_t i = 0; i < area->count; i++)
        if (memcmp(area->codes[i], neighbour, REGENCY_LENGTH) == 0)
            return;
    if (area->count < SURGE_AREA)
        memcpy(area->codes[area->count++], neighbour, REGENCY_LENGTH);
}

// The cell of a topic in a regency.  Borrowed until the next one is made.  NULL: there is none, and make is
// false.
static struct cell *
cell_of(struct surge *surge, const char *topic, const char *code, bool make)
{
    uint64_t key = key_of(topic, strlen(topic), key_of(code, REGENCY_LENGTH, 0));
    uint32_t at = 0;

    if (hashmap_get(surge->cells_by_key, key, &at))
        return &surge->cells[at];
    if (!make)
        return NULL;
    surge->cells = grow(surge->cells, surge->cell_count, &surge->cell_room, sizeof(*surge->cells));
    hashmap_put(surge->cells_by_key, key, (uint32_t)surge->cell_count);
    memset(&surge->cells[surge->cell_count], 0, sizeof(*surge->cells));
    return &surge->cells[surge->cell_count++];
}

static struct incident *
incident_of(const struct surge *surge, int64_t id)
{
    uint32_t at = 0;

    return id != 0 && hashmap_get(surge->incidents_by_id, id_key(id), &at) ? &surge->incidents[at] : NULL;
}

static int64_t
hour_of(int64_t at_ms)
{
    return at_ms / HOUR_MS;
}

// Counts reports of an hour, or takes them off again.
static void
count_hour(struct cell *cell, int64_t at_ms, bool more)
{
    struct hour *hour = &cell->hours[(size_t)hour_of(at_ms) % HOURS];

    if (hour->number < hour_of(at_ms))
        *hour = (struct hour){.number = hour_of(at_ms)};
    if (hour->number == hour_of(at_ms) && more)
        hour->reports++;
    else if (hour->number == hour_of(at_ms) && hour->reports > 0)
        hour->reports--;
}

static void
add_entry(struct cell *cell, const struct entry *entry)
{
    if (cell->count == cell->room && cell->room < SURGE_RECENT) {
        // The ring is not turning yet: entries stay where they are.
        cell->room = cell->room == 0 ? RING_FIRST : cell->room * 2;
        cell->ring = check_realloc(cell->ring, cell->room * sizeof(*cell->ring));
    }
    if (cell->count < cell->room) {
        cell->ring[cell->count++] = *entry;
    } else {
        cell->ring[cell->oldest] = *entry;
        cell->oldest = (cell->oldest + 1) % cell->room;
    }
    if (entry->report_id > cell->newest_id)
        cell->newest_id = entry->report_id;
    if (entry->incident_id == 0)
        count_hour(cell, entry->at_ms, true);
}

static const struct entry *
entry_of(const struct cell *cell, int64_t report_id)
{
    for (size_t i = 0; report_id <= cell->newest_id && i < cell->count; i++)
        if (cell->ring[i].report_id == report_id)
            return &cell->ring[i];
    return NULL;
}

static uint32_t
district_of(const char *region_code)
{
    if (strlen(region_code) < DISTRICT_LENGTH)
        return 0;
    return (uint32_t)key_of(region_code, DISTRICT_LENGTH, 0) | 1;
}

// The window before a report, in its area.
struct window {
    size_t reports, places;
    uint32_t districts[SURGE_PLACES];
    int64_t first_id, first_at_ms; // the earliest
};

static bool
is_in_window(const struct entry *entry, int64_t at_ms)
{
    return entry->incident_id == 0 && entry->at_ms <= at_ms + SURGE_TOGETHER_MS &&
           entry->at_ms > at_ms - SURGE_WINDOW_MS;
}

static void
look_at(struct window *window, const struct entry *entry)
{
    size_t known = 0;

    window->reports++;
    if (window->first_id == 0 || entry->at_ms < window->first_at_ms ||
        (entry->at_ms == window->first_at_ms && entry->report_id < window->first_id)) {
        window->first_id = entry->report_id;
        window->first_at_ms = entry->at_ms;
    }
    while (known < window->places && window->districts[known] != entry->district)
        known++;
    if (entry->district != 0 && known == window->places && window->places < SURGE_PLACES)
        window->districts[window->places++] = entry->district;
}

// How many reports SURGE_WINDOW_MS usually has.
static double
usual(struct surge *surge, const struct area *area, const char *topic, int64_t at_ms)
{
    int64_t until = hour_of(at_ms - SURGE_WINDOW_MS);
    int64_t since = hour_of(at_ms - SURGE_USUAL_MS);
    int64_t reports = 0;

    for (size_t i = 0; i < area->count; i++) {
        const struct cell *cell = cell_of(surge, topic, area->codes[i], false);

        for (size_t k = 0; cell != NULL && k < HOURS; k++)
            if (cell->hours[k].number >= since && cell->hours[k].number < until)
                reports += cell->hours[k].reports;
    }
    return (double)reports * (double)SURGE_WINDOW_MS / (double)((until - since) * HOUR_MS);
}

static bool
is_surge(
    struct surge *surge, const struct area *area, const struct surge_report *report, struct window *window)
{
    for (size_t i = 0; i < area->count; i++) {
        const struct cell *cell = cell_of(surge, report->topic, area->codes[i], false);

        for (size_t k = 0; cell != NULL && k < cell->count; k++)
            if (is_in_window(&cell->ring[k], report->received_at_ms))
                look_at(window, &cell->ring[k]);
    }
    return window->reports >= SURGE_REPORTS && window->places >= SURGE_PLACES &&
           (double)window->reports >= SURGE_TIMES * usual(surge, area, report->topic, report->received_at_ms);
}

static struct incident *
add_incident(struct surge *surge, const struct surge_incident *from)
{
    struct incident *incident = NULL;

    surge->incidents =
        grow(surge->incidents, surge->incident_count, &surge->incident_room, sizeof(*surge->incidents));
    hashmap_put(surge->incidents_by_id, id_key(from->id), (uint32_t)surge->incident_count);
    incident = &surge->incidents[surge->incident_count++];
    *incident = (struct incident){.id = from->id,
        .declared_by = from->declared_by,
        .began_at_ms = from->began_at_ms,
        .last_at_ms = from->began_at_ms};
    str_copy(incident->topic, sizeof(incident->topic), from->topic);
    str_copy(incident->region_code, sizeof(incident->region_code), from->region_code);
    return incident;
}

// From now on the incident covers its area; where two overlap, the later one does.
static void
cover(struct surge *surge, const struct area *area, const struct incident *incident)
{
    for (size_t i = 0; i < area->count; i++)
        cell_of(surge, incident->topic, area->codes[i], true)->incident_id = incident->id;
}

// Takes the reports of the window into the incident.
static void
gather(struct surge *surge, const struct area *area, struct incident *incident, int64_t at_ms)
{
    for (size_t i = 0; i < area->count; i++) {
        struct cell *cell = cell_of(surge, incident->topic, area->codes[i], true);

        for (size_t k = 0; k < cell->count; k++) {
            struct entry *entry = &cell->ring[k];

            if (!is_in_window(entry, at_ms))
                continue;
            entry->incident_id = incident->id;
            count_hour(cell, entry->at_ms, false);
            if (entry->report_id != incident->declared_by)
                incident->members[incident->member_count++] = entry->report_id;
        }
    }
}

static int64_t
declare(struct surge *surge, const struct area *area, const struct surge_report *report,
    const struct window *window)
{
    struct incident *incident = add_incident(surge, &(struct surge_incident){.id = window->first_id,
                                                        .declared_by = report->report_id,
                                                        .began_at_ms = window->first_at_ms,
                                                        .topic = report->topic,
                                                        .region_code = report->region_code});

    incident->last_at_ms = report->received_at_ms;
    incident->members = check_zalloc(window->reports, sizeof(*incident->members));
    cover(surge, area, incident);
    gather(surge, area, incident, report->received_at_ms);
    return incident->id;
}

// Does the report fall into an incident that goes on?
static bool
goes_on(const struct incident *incident, int64_t at_ms)
{
    return incident != NULL && at_ms >= incident->began_at_ms - SURGE_TOGETHER_MS &&
           at_ms - incident->last_at_ms <= SURGE_QUIET_MS && at_ms - incident->began_at_ms <= SURGE_MOST_MS;
}

static void
prolong(struct incident *incident, int64_t at_ms)
{
    if (at_ms > incident->last_at_ms)
        incident->last_at_ms = at_ms;
}

int64_t
surge_check(struct surge *surge, const struct surge_report *report)
{
    struct entry entry = {.report_id = report->report_id, .at_ms = report->received_at_ms};
    struct window window = {0};
    struct incident *incident = NULL;
    struct area area;
    struct cell *cell = NULL;

    if (report->topic[0] == '\0' || !is_regency(report->region_code))
        return 0;
    area = *area_around(surge, report->region_code);
    cell = cell_of(surge, report->topic, report->region_code, true);
    // Decided a second time, because the first was not stored: the answer is the same.
    if (entry_of(cell, report->report_id) != NULL)
        return entry_of(cell, report->report_id)->incident_id;
    entry.district = district_of(report->region_code);
    incident = incident_of(surge, cell->incident_id);
    if (goes_on(incident, report->received_at_ms)) {
        entry.incident_id = incident->id;
        prolong(incident, report->received_at_ms);
    }
    add_entry(cell, &entry);
    if (entry.incident_id == 0 && is_surge(surge, &area, report, &window))
        return declare(surge, &area, report, &window);
    return entry.incident_id;
}

bool
surge_declared(const struct surge *surge, int64_t report_id, int64_t incident_id,
    struct surge_incident *incident, const int64_t **members, size_t *count)
{
    const struct incident *from = incident_of(surge, incident_id);

    if (from == NULL || from->declared_by != report_id || from->members == NULL)
        return false;
    *incident = (struct surge_incident){.id = from->id,
        .declared_by = from->declared_by,
        .began_at_ms = from->began_at_ms,
        .topic = from->topic,
        .region_code = from->region_code};
    *members = from->members;
    *count = from->member_count;
    return true;
}

void
surge_restore_incident(struct surge *surge, const struct surge_incident *incident)
{
    struct area area;

    if (!is_regency(incident->region_code) || incident_of(surge, incident->id) != NULL)
        return;
    area = *area_around(surge, incident->region_code);
    cover(surge, &area, add_incident(surge, incident));
}

void
surge_restore(struct surge *surge, const struct surge_report *report, int64_t incident_id)
{
    const struct entry entry = {.report_id = report->report_id,
        .at_ms = report->received_at_ms,
        .incident_id = incident_id,
        .district = district_of(report->region_code)};
    struct incident *incident = incident_of(surge, incident_id);

    if (report->topic[0] == '\0' || !is_regency(report->region_code))
        return;
    add_entry(cell_of(surge, report->topic, report->region_code, true), &entry);
    if (incident != NULL)
        prolong(incident, report->received_at_ms);
}

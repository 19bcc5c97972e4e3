// incidents.c - the incidents that were declared with the reports in hand.
#include "incidents.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

void
incidents_clear(struct incidents *incidents)
{
    for (size_t i = 0; i < incidents->count; i++)
        str_free(&incidents->items[i].members);
    incidents->count = 0;
}

void
incidents_free(struct incidents *incidents)
{
    incidents_clear(incidents);
    free(incidents->items);
    *incidents = (struct incidents){0};
}

// Copies: what the surge lends ends with the next report.
static void
add(struct incidents *incidents, const struct surge_incident *from, const int64_t *members, size_t count)
{
    struct declared_incident *item = NULL;

    if (incidents->count == incidents->room) {
        incidents->room = incidents->room == 0 ? 16 : incidents->room * 2;
        incidents->items = check_realloc(incidents->items, incidents->room * sizeof(*incidents->items));
    }
    item = &incidents->items[incidents->count++];
    *item = (struct declared_incident){.id = from->id, .declared_by = from->declared_by};
    str_copy(item->topic, sizeof(item->topic), from->topic);
    str_copy(item->region_code, sizeof(item->region_code), from->region_code);
    str_add_text(&item->members, "");
    for (size_t i = 0; i < count; i++)
        str_format(&item->members, "%s%lld", i > 0 ? "," : "", (long long)members[i]);
}

int64_t
incidents_check(struct incidents *incidents, struct surge *surge, const struct surge_report *report)
{
    int64_t id = surge_check(surge, report);
    struct surge_incident incident;
    const int64_t *members = NULL;
    size_t count = 0;

    if (id != 0 && surge_declared(surge, report->report_id, id, &incident, &members, &count))
        add(incidents, &incident, members, count);
    return id;
}

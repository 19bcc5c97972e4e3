// surge.h - the same matter from many places within hours is one incident.
//
// An incident is declared with the first report with which, within SURGE_WINDOW_MS, in one regency or city
// and its neighbours, and on the same topic,
//   - at least SURGE_REPORTS first reports have come (duplicates are on their tickets already),
//   - from at least SURGE_PLACES different districts, so that one loud village is none, and
//   - SURGE_TIMES as many as usual: as in the mean of the 7 days before, incidents left out.
// It is named after its earliest report.  Later ones of the same topic and area belong to it until none has
// come for SURGE_QUIET_MS, or for SURGE_MOST_MS after it began: what lasts longer is no longer a surge but
// how things are.
//
// Reports are told in the order of their decisions.  Telling one again gives the same answer, and what is
// read back from the database gives the answers that would have come without a restart.
#ifndef KENTONGAN_SURGE_H
#define KENTONGAN_SURGE_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Why these: the most frequent topic is a fifth of all reports.  At 335 reports a day in the province it has
// in one regency with six neighbours about 1.7 in 3 hours, and 10 by chance (Poisson) once in some years; a
// flood or a power cut across districts has them within minutes.
enum { SURGE_REPORTS = 10, SURGE_PLACES = 4, SURGE_TIMES = 5 };
#define SURGE_WINDOW_MS (INT64_C(3) * 3600 * 1000)
// Reports of two lanes of ingest, or of a sweep, are decided in another order than they came.
#define SURGE_TOGETHER_MS (INT64_C(60) * 1000)
#define SURGE_QUIET_MS (INT64_C(6) * 3600 * 1000)
#define SURGE_MOST_MS (INT64_C(72) * 3600 * 1000)
#define SURGE_USUAL_MS (INT64_C(7) * 24 * 3600 * 1000)

// Members of one incident that were decided before it was declared: what is looked at of the window, a ring
// in each regency or city.
enum { SURGE_RECENT = 256, SURGE_AREA = 16, SURGE_MEMBERS = SURGE_RECENT * SURGE_AREA };

struct surge;

struct surge_report {
    int64_t report_id, received_at_ms;
    const char *topic;       // "" = none: never part of an incident
    const char *region_code; // 33.74 or something in it; else never part of one
};

struct surge_incident {
    int64_t id;          // the report that began it
    int64_t declared_by; // the report with which it was one
    int64_t began_at_ms;
    const char *topic, *region_code; // regency or city of the report that declared it
};

// Returns new.
struct surge *surge_new(void);
void surge_destroy(struct surge **surge);

// Forgets all reports and incidents, but not which regencies are neighbours.
void surge_clear(struct surge *surge);

// Says that two regencies or cities touch (33.74), this way round; once more does nothing.  At most
// SURGE_AREA - 1 of each are heeded.
void surge_add_neighbour(struct surge *surge, const char *code, const char *neighbour);

// The incident that a first report belongs to, or 0.
int64_t surge_check(struct surge *surge, const struct surge_report *report);

// Did this report declare the incident that surge_check named?  Then incident is set, and members and count
// to the reports that belong to it besides, at most SURGE_MEMBERS.  All borrowed until the next surge_check.
bool surge_declared(const struct surge *surge, int64_t report_id, int64_t incident_id,
    struct surge_incident *incident, const int64_t **members, size_t *count);

// Reading back, incidents before the reports in them, reports in the order of their ids: what surge_check
// answered.
void surge_restore_incident(struct surge *surge, const struct surge_incident *incident);
void surge_restore(struct surge *surge, const struct surge_report *report, int64_t incident_id);

#endif

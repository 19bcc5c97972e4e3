// incidents.h - the incidents that were declared with the reports in hand.
#ifndef KENTONGAN_CLASSIFIER_INCIDENTS_H
#define KENTONGAN_CLASSIFIER_INCIDENTS_H

#include "str.h"
#include "triage/surge.h"

#include <stddef.h>
#include <stdint.h>

struct declared_incident {
    int64_t id, declared_by;
    char topic[64], region_code[8];
    struct str members; // report ids, separated by commas
};

// All zero is a valid empty one.
struct incidents {
    struct declared_incident *items;
    size_t count, room;
};

void incidents_free(struct incidents *incidents);
void incidents_clear(struct incidents *incidents);

// The incident of a first report, 0 = none; one that it declares is added.
int64_t incidents_check(struct incidents *incidents, struct surge *surge, const struct surge_report *report);

#endif

// correction.h - what follows from what an officer said of a report: a pure decision.
//
// A person's word on topic, region and kind counts as certain, and stays when another one is given later.
#ifndef KENTONGAN_CORRECTION_H
#define KENTONGAN_CORRECTION_H

#include "route.h"
#include "store.h"

#include <stdbool.h>
#include <stdint.h>

// What is known of a ticket, or of a report that is to get one.
struct correction_ticket {
    double confidence; // of the topic; 1 when a person named it
    enum road_class road;
    bool urgent, is_closed;
    char agency[STORE_CODE_SIZE]; // "" when there is no ticket yet
    char topic[STORE_CODE_SIZE];
    char region_code[STORE_REGION_SIZE];
    char kind[STORE_KIND_SIZE];
};

struct correction {
    int64_t id, report_id;
    int64_t ticket_id;       // on which the report hangs
    int64_t other_ticket_id; // join: on which the other report hangs; 0: there is none
    char what[8], value[64]; // see the corrections table
    char by[64], tracking_code[STORE_TRACKING_SIZE];
    struct correction_ticket ticket; // the one that the report hangs on
    struct correction_ticket report; // for a split: what the report alone says
    char other_agency[STORE_CODE_SIZE];
    bool other_urgent, other_closed;
};

enum correction_act {
    CORRECTION_NOTHING, // the journal says why
    CORRECTION_ROUTE,   // the ticket is written anew
    CORRECTION_SPLIT,   // the report gets a ticket of its own
    CORRECTION_JOIN,    // the ticket's reports hang on the other one
};

struct correction_plan {
    enum correction_act act;
    bool moves;                      // another agency than before has the ticket: new clock, new notice
    bool raises;                     // it becomes urgent where it is (join: the other one does): a notice
    struct correction_ticket ticket; // as it is to be
    char done[200];                  // one line
};

void correction_decide(
    const struct route_table *table, const struct correction *correction, struct correction_plan *plan);

#endif

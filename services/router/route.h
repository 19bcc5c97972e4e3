// route.h - which agency has to answer: a pure decision over an editable table.
#ifndef KENTONGAN_ROUTE_H
#define KENTONGAN_ROUTE_H

#include "check.h"
#include "road_class.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The agency that takes what no rule covers; the one with which messages lie that are no report; and the word
// in a rule for "the government of that regency or city".
#define ROUTE_TRIAGE_DESK "TRIAGE"
#define ROUTE_SHELF "SHELF"
#define ROUTE_REGENCY "KABKOTA"

// Stands for the topic of an urgent report that no other rule covers: it must not wait at the triage desk.
#define ROUTE_EMERGENCY "emergency"

struct route_table;

struct route_question {
    const char *topic;       // "" = none found
    double confidence;       // 0 .. 1
    const char *region_code; // "" = not found
    enum road_class road;
    bool urgent;
    bool not_report; // urgent wins over it
};

struct route_answer {
    const char *agency; // borrowed from the table
    const char *topic;  // the question's, or ROUTE_EMERGENCY; borrowed
    bool covered;       // false: the triage desk, because no rule or not enough confidence
    char why[160];      // one line for the journal
};

// least_confidence: below it the triage desk decides.  Returns new.
struct route_table *route_table_new(double least_confidence);
void route_table_destroy(struct route_table **table);

// Adds a rule (topic, region prefix, road class as in the routes table); copies.  An unknown road class is
// -1.
MUST_USE int route_table_add(struct route_table *table, const char *topic, const char *region_prefix,
    const char *road, const char *agency);

// Says that agency is the government of this regency or city (33.74).  Copies.
void route_table_add_government(struct route_table *table, const char *region_code, const char *agency);

// Ends the adding; has to be called before the first decision.
void route_table_ready(struct route_table *table);

size_t route_table_size(const struct route_table *table);

// The most specific rule wins: the longest region prefix, then a named road class over none.  What is not a
// report goes to the shelf.
void route_decide(
    const struct route_table *table, const struct route_question *question, struct route_answer *answer);

#endif

// road_class.h - whose road it is (UU 38/2004, article 9), as in stages.proto and in the tables routes and
// triages.
#ifndef KENTONGAN_ROAD_CLASS_H
#define KENTONGAN_ROAD_CLASS_H

#include "check.h"

enum road_class { ROAD_UNKNOWN, ROAD_VILLAGE, ROAD_REGENCY, ROAD_PROVINCE, ROAD_NATIONAL, ROAD_TOLL };

// village, regency, province, national, toll; "" for unknown.
const char *road_class_name(enum road_class road);

// The class of that name; -1 for any other word.
MUST_USE int road_class_parse(const char *name, enum road_class *road);

#endif

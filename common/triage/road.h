// road.h - whose road it is, from the words of a report.
#ifndef KENTONGAN_ROAD_H
#define KENTONGAN_ROAD_H

#include "check.h"
#include "lexicon.h"
#include "road_class.h"
#include "text.h"

struct roads;

// The words are read like a report, so the lexicon has to be ready.  Returns new.
struct roads *roads_new(const struct lexicon *lexicon);
void roads_destroy(struct roads **roads);

// The class that the text names.  A class said outright ("jalan provinsi") counts more than a hint ("gang",
// "pantura"); two different ones of the same strength leave it unknown.  The classes are those of UU 38/2004,
// article 9.
enum road_class roads_find(const struct roads *roads, const struct text *text);

#endif

// store_pickers.h - SQL of what officers choose from.
#ifndef KENTONGAN_PORTAL_STORE_PICKERS_H
#define KENTONGAN_PORTAL_STORE_PICKERS_H

#include "check.h"
#include "request.h"

#include <jansson.h>

// DONE: *rows is new, an array.
MUST_USE enum outcome store_pickers_agencies(struct request *request, json_t **rows);
MUST_USE enum outcome store_pickers_topics(struct request *request, json_t **rows);

// Regions with these letters in their name or this beginning of their code; at most 50, the larger ones
// first.
MUST_USE enum outcome store_pickers_regions(struct request *request, const char *wanted, json_t **rows);

#endif

// pickers.h - what officers choose from: agencies, topics, regions.
#ifndef KENTONGAN_PORTAL_PICKERS_H
#define KENTONGAN_PORTAL_PICKERS_H

#include "answer.h"
#include "request.h"

// GET agencies, GET topics, GET regions?q=
void pickers_agencies(struct request *request, struct answer *answer);
void pickers_topics(struct request *request, struct answer *answer);
void pickers_regions(struct request *request, struct answer *answer);

#endif

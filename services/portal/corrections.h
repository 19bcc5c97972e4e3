// corrections.h - what officers say that a report is.
#ifndef KENTONGAN_PORTAL_CORRECTIONS_H
#define KENTONGAN_PORTAL_CORRECTIONS_H

#include "answer.h"
#include "request.h"

// POST tickets/CODE/corrections
void corrections_add(struct request *request, struct answer *answer);

#endif

// photos.h - pictures that officers added to an act.
#ifndef KENTONGAN_PORTAL_PHOTOS_H
#define KENTONGAN_PORTAL_PHOTOS_H

#include "answer.h"
#include "request.h"

// GET photos/ID, for who sees the ticket.
void photos_show(struct request *request, struct answer *answer);

#endif

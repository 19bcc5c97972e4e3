// track.h - what the public may know of a report by its code.
#ifndef KENTONGAN_PORTAL_TRACK_H
#define KENTONGAN_PORTAL_TRACK_H

#include "answer.h"
#include "request.h"

// GET track/CODE, without a session.  Never what was reported, nor by whom.
void track_show(struct request *request, struct answer *answer);

#endif

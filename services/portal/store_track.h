// store_track.h - SQL of what the public may know of a report.
#ifndef KENTONGAN_PORTAL_STORE_TRACK_H
#define KENTONGAN_PORTAL_STORE_TRACK_H

#include "check.h"
#include "request.h"

#include <jansson.h>
#include <stdint.h>

// DONE: *status is new: stage, agency_name, topic_name, received_at_ms, history; NULL: there is no such
// report.
MUST_USE enum outcome store_track_read(struct request *request, int64_t report_id, json_t **status);

#endif

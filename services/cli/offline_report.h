// offline_report.h - a report as the offline tools take it: one JSON object.
//
//     id           string or number; how the output names the report
//     text         what the citizen wrote, 1 .. 10,000 bytes
//     address      at most 500 bytes
//     latitude, longitude   WGS 84, both or none
//     region_code  Kemendagri: 33, 33.74, 33.74.01, 33.74.01.1001
//     sent_at_ms   Unix ms
//     source       which channel or system it came from
//
// The limits are those of proto/ingest.proto.  All but text may be missing or null; other keys are nobody's
// business here.
#ifndef KENTONGAN_CLI_OFFLINE_REPORT_H
#define KENTONGAN_CLI_OFFLINE_REPORT_H

#include "check.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OFFLINE_REASON_SIZE = 160 };

// Texts are borrowed from the object that it was read from, and "" when not given.
struct offline_report {
    const json_t *id; // string, integer or real; NULL when not given
    const char *text, *address, *region_code, *source;
    size_t text_length, address_length;
    bool has_point;
    double latitude, longitude;
    int64_t sent_at_ms; // 0 when not given
};

// The JSON object that a line holds.  Returns new; NULL with a reason: it is no JSON, or no object.
MUST_USE json_t *offline_report_object(
    const char *line, size_t length, char reason[static OFFLINE_REASON_SIZE]);

// Reads a report out of an object.  -1 with a reason, "field: what is wrong with it"; the id is set all the
// same when there is a good one.
MUST_USE int offline_report_read(
    const json_t *object, struct offline_report *report, char reason[static OFFLINE_REASON_SIZE]);

#endif

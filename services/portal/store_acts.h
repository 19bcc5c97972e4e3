// store_acts.h - SQL of what officers do on tickets and say of reports.
#ifndef KENTONGAN_PORTAL_STORE_ACTS_H
#define KENTONGAN_PORTAL_STORE_ACTS_H

#include "check.h"
#include "request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What the act needs to be known for.  ticket_id: on which the report hangs, or 0: this person does not see
// it.
struct act_known {
    int64_t ticket_id;
    bool is_allowed;      // for the person's role
    bool value_is_agency; // that can have tickets
    bool value_is_act;    // of this ticket, that can be judged
    bool key_is_used;     // for another act, or other words
};

// An act as it is to be stored.
struct act_said {
    int64_t ticket_id;
    const char *act, *value, *text, *key;
    int64_t text_key;
    const void *picture; // JPEG, or NULL
    size_t picture_length;
};

// What was stored.  again: the same key before, nothing new was stored.
enum stored { STORED_OK, STORED_AGAIN, STORED_REFUSED };
struct stored_act {
    enum stored state;
    int64_t id, at_ms;
};

// judged_id: of the act that is judged, or 0.
MUST_USE enum outcome store_acts_look(struct request *request, int64_t report_id, const struct act_said *said,
    int64_t judged_id, struct act_known *known);
MUST_USE enum outcome store_acts_add(
    struct request *request, const struct act_said *said, struct stored_act *stored);

// What a correction needs to be known for.
struct correction_known {
    int64_t ticket_id; // on which the report in the path hangs, or 0: this person does not see it
    bool is_allowed;
    bool is_of_ticket; // the report that is corrected hangs on the same one
    bool report_is_seen;
    bool is_stored;   // this very key, for this report, and the report is seen
    bool key_is_used; // for another correction
    bool value_is_topic, value_is_region;
    bool other_is_seen; // join: the other report
};

struct correction_said {
    int64_t path_report_id;
    int64_t report_id; // that is corrected
    const char *what, *value, *reason, *key;
    int64_t other_report_id; // join: which; 0
};

MUST_USE enum outcome store_acts_look_at_correction(
    struct request *request, const struct correction_said *said, struct correction_known *known);

// value: as the corrections table has it.
MUST_USE enum outcome store_acts_correct(
    struct request *request, const struct correction_said *said, struct stored_act *stored);

#endif

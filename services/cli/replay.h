// replay.h - first response deadlines of a quarter under two sets of rules, side by side.  Pure.
//
// A deadline is negligent when it fell due in the quarter, by as_of_ms, and was not stopped by then in time:
// neither answered, nor handed on, nor ended by its due time.  The list of kentongan report negligence says
// the same.
#ifndef KENTONGAN_CLI_REPLAY_H
#define KENTONGAN_CLI_REPLAY_H

#include "deadline_store.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct replay {
    const struct rules *before, *after;
    int64_t begins_ms, ends_ms, as_of_ms;

    // Filled by replay_add(); all arrays and objects are the caller's.
    int64_t tickets;
    int64_t fell_before, fell_after;           // deadlines that fell due
    int64_t negligent_before, negligent_after; // of these
    json_t *agencies;                          // agency -> {"agency", "before", "after", "enter", "leave"}
    json_t *negligent; // before: [{"tracking_code", "ticket_id", "turn", "agency", "due_at_ms"}]
    json_t *enter,
        *leave; // [{"tracking_code", "ticket_id", "turn", "agency", "started_at_ms", "due_before_ms",
                // "due_after_ms", "stopped_at_ms", "stop"}]; null where there is none
};

// Compares the deadlines of one ticket.  What is on the record stays under the present rules
// (common/deadline/change.h says what), and under the changed ones where they change nothing about it.
void replay_add(struct replay *replay, const struct deadline_case *ticket);

#endif

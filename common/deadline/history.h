// history.h - what happened to one ticket: the facts that its deadlines are derived from.  Pure.
#ifndef KENTONGAN_DEADLINE_HISTORY_H
#define KENTONGAN_DEADLINE_HISTORY_H

#include "act.h"
#include "calendar.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTORY_DESK "TRIAGE" // the agency that is the triage desk
#define HISTORY_SHELF "SHELF" // not a report: no clock runs

// One agency's turn with the ticket.
struct history_turn {
    int turn;                     // 0, 1 ..
    char agency[ACT_AGENCY_SIZE]; // "": nobody, the ticket was joined to another
    int64_t from_ms, until_ms;    // CALENDAR_NEVER: it still has it
};

// turns by turn, the last one is the one that runs; acts by (at_ms, id).  There is at least one turn.
struct history {
    int64_t ticket_id, received_at_ms;
    char kind[24], topic[48], channel[16];
    bool urgent;
    struct history_turn *turns;
    size_t turn_count;
    struct act_row *acts;
    size_t act_count;
};

// A moment of enum moment in the history.
//
// An act takes effect when no bot did it, when the ticket is not closed (done or rejected; then reopened
// alone does), and when it speaks for the agency that has the ticket: "" does, the triage desk does; on the
// shelf, or joined to another, nothing does.  A reporter may only answer, withdraw and reopen.  Judgements
// are about an act, not the ticket, and count at any time; only those of officers do.
struct history_moment {
    unsigned moment; // one bit; 0: joined to another or put on the shelf
    int64_t at_ms;
    int64_t
        act_id;  // 0: no act made it; a turn that begins at the time of not_ours, assign, reopened has its id
    int turn;    // of the ticket at that time; the new one when a turn begins
    int ordinal; // how many of the same moment came before
};

// A time in which the ticket waits for its reporter: from ask to answer, the next stage that an officer gives
// it, or the end.
struct history_pause {
    int64_t from_ms, until_ms; // CALENDAR_NEVER: it still waits
    int64_t ask_id, end_id;    // acts; end 0: it still waits
};

// Does this act stop a first response clock?  Only in a turn of the agency that it speaks for ("" in
// acts.agency: for the one that has the ticket), and not while the ticket is closed; judged by what people
// said of it up to until_ms.
bool history_is_response(const struct history *history, const struct act_row *act, int64_t until_ms);

// All moments up to until_ms, itself included (CALENDAR_NEVER: all there are), in the order of their times;
// those of one act, and those of one turn, beside each other.  Received comes before everything else.  At
// most room; returns how many there are.
size_t history_moments(
    const struct history *history, int64_t until_ms, struct history_moment *out, size_t room);

// The pauses that began by until_ms, in order, with what was known then.  At most room; returns how many
// there are.
size_t history_pauses(
    const struct history *history, int64_t until_ms, struct history_pause *out, size_t room);

// The turn at a moment: the last that had begun by then; the first one before that.  Borrowed.
const struct history_turn *history_turn_at(const struct history *history, int64_t at_ms);

// Milliseconds that the agency has had the ticket, over all its turns, up to until_ms.  A turn that still
// runs does not count for CALENDAR_NEVER.
int64_t history_held_ms(const struct history *history, const char *agency, int64_t until_ms);

// The last turn and stage: is the ticket still open to clocks?  Not when it is done or rejected (and not
// reopened since), joined to another or on the shelf.
bool history_is_open(const struct history *history);

#endif

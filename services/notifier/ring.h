// ring.h - how long a notice rings, and what comes next: the ladders of the table ring_steps, decided upon
// without I/O.
//
//     step 0 --wait--> step 1 --wait--> step 2 .. --no step is left--> exhausted
//
// A step says by which legs whom; reach.h says which phones these are.  Step 0 is at once.
#ifndef KENTONGAN_RING_H
#define KENTONGAN_RING_H

#include "check.h"
#include "notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RING_STEPS_MOST = 12 };

enum whom { WHOM_SAME, WHOM_DEPUTY, WHOM_HEAD, WHOM_DESK, WHOM_SEKDA, WHOM_CALL, WHOMS };

struct ring_step {
    int64_t wait_ms; // from the notice
    unsigned legs;   // 1 << enum leg, of each
    enum whom whom;
};

struct ladder {
    struct ring_step steps[RING_STEPS_MOST];
    size_t count; // steps 0 .. count - 1
};

// All ladders, and when officers are let sleep.  Zeroed, it has none.
struct ladders {
    struct ladder of[SEVERITIES][STEP_ROLES]; // STEP_ROLE_NONE: of the roles that have none of their own
    bool is_quiet;                            // there are quiet hours, ..
    int quiet_from, quiet_until;              // .. minutes of the day in Asia/Jakarta; they may span midnight
};

// ring_steps.severity, and deliveries' and messages' word for it: biasa, segera, darurat.
const char *ring_severity_word(enum severity severity);

// The same back; biasa for another word.
enum severity ring_severity_parse(const char *word);

// What rings_start() in deploy/postgres/006_people.sql gives to a new notice of this kind.
enum severity ring_severity(enum notice_kind kind, bool urgent);

// ring_steps.whom and back; WHOMS for another word.
const char *ring_whom_word(enum whom whom);
enum whom ring_whom_parse(const char *word);

// Puts a row of ring_steps in its place; role "" as in the table.  Rows come in the order of their steps; one
// that this program does not know, or that leaves a gap, is left out: -1.  legs: see leg_parse(), separated
// by commas.
struct ring_row {
    const char *severity, *role, *legs, *whom;
    int step;
    int64_t wait_ms;
};
MUST_USE int ring_add(struct ladders *ladders, const struct ring_row *row);

// The ladder of a notice.  role: of the notice; STEP_ROLE_NONE counts as officer.
const struct ladder *ring_ladder(const struct ladders *ladders, enum severity severity, enum step_role role);

// What is asked about one ring.
struct ring_facts {
    const struct ladder *ladder;
    enum severity severity;
    int64_t started_at_ms, due_at_ms; // Unix ms; due_at_ms 0: no deadline
};

// When a step is due, Unix ms; 0: there is no such step.  Steps after the first of a notice that is biasa
// wait for the end of the quiet hours, unless its deadline comes earlier.
int64_t ring_due_ms(const struct ladders *ladders, const struct ring_facts *ring, int step);

// Until when people are let sleep now, for a step of this ring, Unix ms; 0: they are not.
int64_t ring_quiet_until_ms(const struct ladders *ladders, const struct ring_facts *ring, int64_t now_ms);

// When those whom a step tells by a leg (enum leg) are told by it again, Unix ms; 0: never.  So long is the
// letter of this step worth keeping.
int64_t ring_again_ms(const struct ladders *ladders, const struct ring_facts *ring, int step, unsigned leg);

#endif

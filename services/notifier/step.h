// step.h - the step of a deadline's ladder that a notice tells of: which clock, whom, since when, who before.
//
// Pure.
#ifndef KENTONGAN_STEP_H
#define KENTONGAN_STEP_H

#include "check.h"

#include <stddef.h>
#include <stdint.h>

enum { STEP_CLOCK_SIZE = 41, STEP_AGENCY_SIZE = 41, STEP_TOLD_MOST = 7 }; // a ladder has eight steps

// Whom a ladder means; it may be told to the phones of another agency than the one that is late.
enum step_role {
    STEP_ROLE_NONE,
    STEP_ROLE_OFFICER,
    STEP_ROLE_HEAD,
    STEP_ROLE_DESK,
    STEP_ROLE_SEKDA,
    STEP_ROLE_GOVERNOR,
    STEP_ROLES
};

struct step {
    char clock[STEP_CLOCK_SIZE]; // policies.clock; "": the notice is of no deadline
    char late[STEP_AGENCY_SIZE]; // agencies.code that has to act, when another one is told; else ""
    uint8_t role;                // enum step_role
    uint8_t told_count;
    uint8_t told_roles[STEP_TOLD_MOST]; // of the steps before this one, earliest first
    int64_t told_at_ms[STEP_TOLD_MOST]; // when they were due, Unix ms
    int64_t since_ms;                   // when the clock started, Unix ms; 0: unknown
};

// Says that this role was told before, after those that were said; what finds no room is left out.
void step_tell(struct step *step, enum step_role role, int64_t at_ms);

// The same for each of "officer 1795323600000,head 1795366800000".  -1: it is not of that form; what came
// before the fault is in.
MUST_USE int step_tell_all(struct step *step, const char *text);

// officer, head, desk, sekda, governor to and from a role; "" and STEP_ROLE_NONE for any other.
enum step_role step_role(const char *code);
const char *step_role_code(enum step_role role);

// What a person reads, Indonesian: "kepala instansi"; "Tanggapan pertama", the code itself for an unknown
// clock.
const char *step_role_words(enum step_role role);
const char *step_clock_words(const char *clock);

#endif

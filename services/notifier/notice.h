// notice.h - what officers are told: one row of notices, as the notifier carries it, and of which step of its
// ring the telling is.
//
// Nothing in it comes from a citizen: no text, no name, no number.
#ifndef KENTONGAN_NOTICE_H
#define KENTONGAN_NOTICE_H

#include "id.h"
#include "step.h"

#include <stdbool.h>
#include <stdint.h>

enum { AGENCY_SIZE = 41, TOPIC_SIZE = 64, REGION_SIZE = 16 };

// Values are those of NoticeKind in stages.proto and of notices.kind.
enum notice_kind {
    NOTICE_TICKET_OPENED = 1,
    NOTICE_WARNING_50 = 3,
    NOTICE_WARNING_80 = 4,
    NOTICE_BREACH = 5,
    NOTICE_INCIDENT = 6,
    NOTICE_URGENT = 7,
    NOTICE_ESCALATION = 8,
    NOTICE_TEST = 9, // of one phone; no ticket
};

// How hard it rings; rings.severity.
enum severity { SEVERITY_BIASA, SEVERITY_SEGERA, SEVERITY_DARURAT, SEVERITIES };

struct notice {
    int64_t id;
    enum notice_kind kind;
    int64_t due_at_ms;     // Unix ms; 0: no deadline
    int64_t created_at_ms; // Unix ms
    int64_t until_ms;      // Unix ms; from then on it is not worth telling any more
    int64_t device_id;     // the one phone that is told; 0: all whom it means
    int64_t count;         // NOTICE_INCIDENT: tickets in it
    bool urgent;           // the ticket is: danger to life, disaster
    bool rings;            // it has a ring: later steps follow until somebody answers
    bool answered;         // somebody did, or it is over: nobody is told any more
    uint8_t severity;      // enum severity
    uint8_t ring_step;     // of its ring; 0: the first telling
    char ticket[ID_CODE_SIZE];
    char agency[AGENCY_SIZE];
    char topic[TOPIC_SIZE];   // topics.code, '' = none found
    char region[REGION_SIZE]; // regions.code, '' = not found
    struct step step;         // of kinds that a deadline makes: warnings, breach, escalation; role: of any
};

#endif

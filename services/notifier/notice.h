// notice.h - what an agency's officers are told: one row of notices, as the notifier carries it.
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
};

struct notice {
    int64_t id;
    enum notice_kind kind;
    int64_t due_at_ms;     // Unix ms; 0: no deadline
    int64_t created_at_ms; // Unix ms
    int64_t count;         // NOTICE_INCIDENT: tickets in it
    bool urgent;           // the ticket is: danger to life, disaster
    char ticket[ID_CODE_SIZE];
    char agency[AGENCY_SIZE];
    char topic[TOPIC_SIZE];   // topics.code, '' = none found
    char region[REGION_SIZE]; // regions.code, '' = not found
    struct step step;         // of kinds that a deadline makes: warnings, breach, escalation
};

#endif

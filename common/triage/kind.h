// kind.h - what kind of message a report is.
#ifndef KENTONGAN_KIND_H
#define KENTONGAN_KIND_H

#include <stdbool.h>

enum triage_kind {
    KIND_COMPLAINT = 0,  // keluhan: something is wrong, mend it
    KIND_CRITICISM = 1,  // kritik: a judgement, without one thing to mend
    KIND_ASPIRATION = 2, // aspirasi: a wish for what does not exist yet
    KIND_SUGGESTION = 3, // saran: how to do it better
    KIND_INFORMATION_REQUEST = 4,
    KIND_NOT_REPORT = 5, // greeting, spam, test, chatter: for the shelf, where a person can look at it
    KINDS
};

// complaint, criticism, aspiration, suggestion, information_request, not_report.
const char *kind_name(enum triage_kind kind);

// Is it one of these names?  Then kind is set.
bool kind_from_name(const char *name, enum triage_kind *kind);

#endif

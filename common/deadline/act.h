// act.h - what was done on a ticket, and which of it counts as an answer.  Pure.
//
// An act counts as a response when a person of an agency did it, when it gives the ticket a stage that the
// public sees as progress, and when its words were not pasted: words that stand on ACT_SAME_MOST other
// tickets of the last 30 days already count only after a person judged that they do.  One act may be a
// response and progress at once.
#ifndef KENTONGAN_DEADLINE_ACT_H
#define KENTONGAN_DEADLINE_ACT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    ACT_SAME_MOST = 2,   // the same words on a third ticket are pasted
    ACT_TEXT_LEAST = 10, // letters that done, rejected, ask, reply and not_ours need
    ACT_AGENCY_SIZE = 48,
};

enum act {
    ACT_ACKNOWLEDGE, // seen; nothing more
    ACT_VERIFYING,   // the five stages an answer may set, in the order of their life
    ACT_FIELD_CHECK,
    ACT_IN_PROGRESS,
    ACT_AWAITING_VALIDATION,
    ACT_DONE,
    ACT_REJECTED, // value: not_authority, ineligible, spam, withdrawn
    ACT_REOPENED,
    ACT_ASK,      // asks the reporter; clocks of working time pause until ACT_ANSWER
    ACT_ANSWER,   // the reporter did
    ACT_REPLY,    // public words without a stage
    ACT_NOTE,     // words for the office alone
    ACT_NOT_OURS, // the agency gives it back; value: to whom, or ''
    ACT_ASSIGN,   // the triage desk gives it to an agency; value: which
    ACT_JUDGE,    // value: 'ACT counts' or 'ACT pasted', with the id of the act that is judged
    ACTS
};

enum actor_kind { ACTOR_OFFICER, ACTOR_BOT, ACTOR_SYSTEM, ACTOR_REPORTER, ACTOR_KINDS };

struct act_row {
    int64_t id, at_ms;
    enum act act;
    enum actor_kind actor;
    char agency[ACT_AGENCY_SIZE]; // for whom the actor speaks
    char value[64];
    int same_text; // other tickets with these words before
};

// Names as the acts table has them.  parse: false for another word.
const char *act_name(enum act act);
bool act_parse(const char *name, enum act *act);
const char *actor_kind_name(enum actor_kind kind);
bool actor_kind_parse(const char *name, enum actor_kind *kind);

// The stage that the act gives a ticket (tickets.stage), or NULL.
const char *act_stage(enum act act);

// Has it been flagged as pasted?  Says nothing of what a person judged later.
bool act_is_pasted(const struct act_row *act);

// Would it be a response if its words are not pasted, or were judged to count?
bool act_may_respond(const struct act_row *act);

// The act that an ACT_JUDGE is about, and what it says.  False: its value is neither.
bool act_judges(const struct act_row *act, int64_t *about, bool *counts);

// Is there what the act needs, and no value where it has none?  NULL: yes; else what is wrong, beginning with
// the field: "text: ..".  Knows no agencies: whether there is one of that name is for others to say.
const char *act_wrong(enum act act, const char *value, const char *text);

// Hash of the words for acts.text_key: letters and digits in lower case, without accents, compatibility forms
// folded (NFKC), all else as one space.  0: no words, or not UTF-8.
int64_t act_text_key(const char *text);

#endif

// story.h - what happened to a ticket, told in one line of a decision table, and what was derived from it.
//
// What cannot be read fails the test.
#ifndef KENTONGAN_TESTS_STORY_H
#define KENTONGAN_TESTS_STORY_H

#include "derive.h"
#include "str.h"

enum { STORY_TURNS_MOST = 64, STORY_ACTS_MOST = 2000 };

struct story {
    struct history history;
    struct history_turn turns[STORY_TURNS_MOST];
    struct act_row acts[STORY_ACTS_MOST];
};

// The policies of tests/data/deadlines/story_policies.tsv, the holidays of deploy/data, DISHUB, PUPR
// (province) and PLN (vertical), and quiet hours of officers from 21:00 to 05:00.  offices: "DISHUB=12345
// 08:00-16:00|PLN=..", as local.h reads them, or "".  Returns new.
struct rules *story_rules(const char *offices);

// Adds a policy: the fields of a line of that table, separated by tabs.
void story_add_policy(struct rules *rules, const char *line);

// ticket: "kind topic channel", with " urgent".  text: items separated by ";", each a time (without a day: of
// the day before) and one of
//     received                    else it was received when its first turn began
//     -> AGENCY                   a turn begins; "-": it was joined to another
//     ACTOR ACT @AGENCY =VALUE *N an act, ids from 1; N: other tickets with the same words; ~ in a value is a
//     blank
void story_read(struct story *story, const char *ticket, const char *text);

// "CLOCK/TURN vVERSION AGENCY START due DUE met STOP by ACT; ..", or "runs", of those whose clocks are named
// in show: words separated by blanks, "all" for all.  A word of "steps" adds when the steps are due.
void story_write(const struct deadline *deadlines, size_t count, const char *show, struct str *out);

// Times and clocks of one deadline; fails the test when there is none.
const struct deadline *story_find(
    const struct deadline *deadlines, size_t count, const char *clock, int turn);

#endif

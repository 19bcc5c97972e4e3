// reply_maker.h - makes the rows of `replies`: for each report that is received, for each public act on a
// ticket and all whose reports hang on it, for each identity that was opened.
//
// Of several reports of one address on a ticket the newest is told of an act.  Whatever is looked at again
// makes nothing twice.
#ifndef KENTONGAN_REPLY_MAKER_H
#define KENTONGAN_REPLY_MAKER_H

#include "addressees.h"
#include "check.h"
#include "outcome.h"
#include "store_replies.h"

#include <stdint.h>

struct reply_maker;

// sweep_ms: how often to look.  Borrows.  Returns new.
struct reply_maker *reply_maker_new(
    struct store_replies *store, struct addressees *addressees, int64_t sweep_ms);
void reply_maker_destroy(struct reply_maker **maker);

// This replica works from now on: looks where all have come.  DONE or RETRY.
MUST_USE enum outcome reply_maker_start(struct reply_maker *maker);

// Makes what there is to make, when it is time to look.
void reply_maker_pump(struct reply_maker *maker);

#endif

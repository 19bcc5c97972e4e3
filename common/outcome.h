// outcome.h - the three endings of an item in a stage.
//
// Only the stage loop (stage.c) and the ingest loop turn an ending into an act.
#ifndef KENTONGAN_OUTCOME_H
#define KENTONGAN_OUTCOME_H

enum outcome {
    DONE,   // stored; it needs nothing more from this stage
    RETRY,  // the world failed (database away, time-out, 5xx): the same item again later
    REJECT, // this item can never work as it is; stored with its reason
};

#endif

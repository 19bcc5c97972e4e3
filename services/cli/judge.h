// judge.h - a finished model's answers beside labels that people gave.
#ifndef KENTONGAN_CLI_JUDGE_H
#define KENTONGAN_CLI_JUDGE_H

#include "check.h"
#include "labelled.h"
#include "trainer.h"

#include <stddef.h>

struct judge_result {
    struct trainer_result result;
    char **labels; // what the model can answer, and last one for all that it cannot; owned
    size_t label_count;
    size_t unknown; // examples with a label that the model cannot answer
};

// Judges knowledge's model on the topic head's examples, read with a base or without.  Labels that came from
// "category" are compared with categories, each of which has the sum of its topics' probabilities, but with
// those topics themselves that are among the labels or have no category: the model was learned from such
// labels.  -1 after one line on standard error: no examples, or the model knows no topics.
MUST_USE int judge_model(const char *command, struct knowledge *knowledge, const struct labelled *labelled,
    struct judge_result *judged);
void judge_result_free(struct judge_result *judged);

#endif

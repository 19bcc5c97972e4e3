// trainer.h - what train and evaluate share: cross-validation of a head, and figures for people and machines.
#ifndef KENTONGAN_CLI_TRAINER_H
#define KENTONGAN_CLI_TRAINER_H

#include "knowledge_files.h"
#include "labelled.h"
#include "options.h"
#include "triage/evaluation.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRAINER_COST 0.7 // liblinear's C; twice or half of it changes the figures by less than their noise

struct trainer_options {
    int64_t folds, jobs, seed;
};

// What train and evaluate are asked alike.
struct trainer_request {
    struct trainer_options options;
    struct labelled_options input;
    struct knowledge_files files;
    bool json;
};

struct trainer_result {
    struct evaluation *evaluation;
    struct evaluation_figures figures;
    float slope; // by all held-out examples
};

// Parses --in and the words after it, --label, --data, --folds, --seed, --jobs and --json, beside the
// command's own options; sets what is not given, but for the folds.  -1 after one line on standard error.
MUST_USE int trainer_parse(const char *command, struct trainer_request *request, const struct option *own,
    size_t own_count, int argc, char **argv);

// Cross-validates a head.  Each example is answered by a model that was learned without its fold, with the
// slope of the examples of the other folds.  -1 after one line on standard error: too few examples or labels,
// or no process could be started.
MUST_USE int trainer_crossvalidate(const char *command, const struct trainer_options *options,
    struct labelled *labelled, enum model_head head, struct trainer_result *result);
void trainer_result_free(struct trainer_result *result);

// The model of all examples, with the heads that have a result.  Returns new, or NULL after one line on
// standard error.
MUST_USE struct model *trainer_learn(const char *command, const char *name,
    const struct trainer_options *options, struct labelled *labelled,
    const struct trainer_result results[MODEL_HEADS]);

// The figures with what they mean, the most frequent confusions and the reliability, for people.
void trainer_print(const struct trainer_result *result, char *const *labels, size_t label_count);

// The same as JSON.  Returns new.
json_t *trainer_json(const struct trainer_result *result, char *const *labels, size_t label_count);

#endif

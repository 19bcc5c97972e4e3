// labelled.h - reports whose topic somebody has decided: what a model is learned from.
//
// JSON Lines, or tab-separated with a header row that names these columns (no quoting; an empty field is
// none; urgent is 0 or 1):
//
//     text       what the citizen wrote
//     topic      its topic; any name will do
//     category   its category; counts when the examples have no topic
//     kind       complaint, criticism, aspiration, suggestion, information_request, not_report
//     urgent     true or false
//
// Each but text may be missing; other keys are left alone.
#ifndef KENTONGAN_CLI_LABELLED_H
#define KENTONGAN_CLI_LABELLED_H

#include "check.h"
#include "triage/knowledge.h"
#include "triage/learn.h"

#include <stddef.h>

// The labels of one question.
struct labelled_head {
    char **labels;
    size_t label_count;
    size_t examples; // that have one of them
};

struct labelled {
    struct learn *learn;
    struct labelled_head heads[MODEL_HEADS];
    const char *label; // which key gave the topic: topic or category
    size_t left_out;   // lines that made no sense
};

enum { LABELLED_FILES_MOST = 16 };

struct labelled_options {
    const char *files[LABELLED_FILES_MOST]; // "-" is standard input; NULL after the last
    const char *label; // topic, category, or NULL: topic when the first labelled example has one
    const struct knowledge *knowledge;
    struct model *base; // what the model will stand on; NULL: nothing
};

// Adds the files that are not NULL after those that are there; room for one more stays free.
void labelled_add_files(struct labelled_options *options, const char *const *files, size_t count);

// Reads them all; a line that makes no sense is left out after one line on standard error that names it and
// the field.  Returns new, or NULL after one line on standard error: the file cannot be read.
MUST_USE struct labelled *labelled_read(const char *command, const struct labelled_options *options);
void labelled_destroy(struct labelled **labelled);

#endif

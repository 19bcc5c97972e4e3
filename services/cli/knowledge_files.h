// knowledge_files.h - what the classifier knows, read from the files of a folder instead of PostgreSQL.
#ifndef KENTONGAN_CLI_KNOWLEDGE_FILES_H
#define KENTONGAN_CLI_KNOWLEDGE_FILES_H

#include "check.h"
#include "region_names.h"
#include "triage/knowledge.h"

struct knowledge_files {
    const char *folder; // like deploy/data; NULL: the one that KENTONGAN_DATA names, else
                        // share/kentongan/data beside the folder of the program, else that of the sources it
                        // was built from
    const char *model;  // a model's file; "none": no model; NULL: the folder's seed.model, if there is one
    struct region_names *names; // filled from the same tables; NULL: not wanted
};

// Reads the tables and the model.  Returns new, or NULL after one line on standard error that names the
// command.
MUST_USE struct knowledge *knowledge_files_load(const char *command, const struct knowledge_files *files);

#endif

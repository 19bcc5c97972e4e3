// model_file.h - models in files.
#ifndef KENTONGAN_CLI_MODEL_FILE_H
#define KENTONGAN_CLI_MODEL_FILE_H

#include "check.h"
#include "triage/model.h"

// Reads a model.  Returns new, or NULL after one line on standard error.
MUST_USE struct model *model_file_read(const char *command, const char *path);

// Writes a model so that the file is the old one or the new one whole, at every moment.  -1 after one line on
// standard error.
MUST_USE int model_file_write(const char *command, const char *path, struct model *model);

#endif

// env_file.h - settings that a deployment left in a file, so that the CLI finds its database without being
// told.
//
// Lines are KEY=value, KEY="value", KEY='value', each with or without "export "; blank lines and # comments
// are skipped. Nothing is expanded or run.
#ifndef KENTONGAN_CLI_ENV_FILE_H
#define KENTONGAN_CLI_ENV_FILE_H

#include "check.h"

#include <stddef.h>

// Reads one line in place: 1 and the name and value (borrowed from line), 0 for a blank or a comment, -1 when
// it is neither.
MUST_USE int env_file_line(char *line, const char **name, const char **value);

// Puts every KENTONGAN_ variable of the file into the environment unless it is set already.
// Returns 0, 1 when there is no such file, or -1 with one line in reason.
MUST_USE int env_file_load(const char *path, char *reason, size_t size);

#endif

// whole_file.h - a file's bytes in memory.
#ifndef KENTONGAN_CLI_WHOLE_FILE_H
#define KENTONGAN_CLI_WHOLE_FILE_H

#include "check.h"
#include "str.h"

// Appends all bytes of the file to text.  -1: it cannot be read, and errno says why.
MUST_USE int whole_file_read(const char *path, struct str *text);

#endif

// options.h - the options of one sub-command, as a table.
//
// --name value, --name=value and flags; words that start with no dash are the command's words, and so is all
// after "--".
#ifndef KENTONGAN_CLI_OPTIONS_H
#define KENTONGAN_CLI_OPTIONS_H

#include "check.h"

#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_FLAG,    // into: bool *; takes no value
    OPTION_TEXT,    // into: const char **
    OPTION_INTEGER, // into: int64_t *; least .. most
};

struct option {
    const char *name; // without the dashes
    enum option_type type;
    void *into;
    int64_t least, most; // OPTION_INTEGER only
};

struct options {
    const char *command; // for complaints: "route set"
    const struct option *table;
    size_t count;
    const char **words; // the words go here; NULL when the command takes none
    size_t most_words;
};

// Reads argv[1 .. argc - 1] into the table.  Returns how many words there are, or -1 after one line on
// standard error. Words and text values are borrowed from argv.
MUST_USE int options_parse(const struct options *options, int argc, char **argv);

#endif

// commands.h - the table of sub-commands; it drives dispatch, the list, and --help.
#ifndef KENTONGAN_CLI_COMMANDS_H
#define KENTONGAN_CLI_COMMANDS_H

#include <stddef.h>

struct command {
    const char *name;
    const char *summary; // one line of the list
    int (*run)(int argc, char **argv);
    const char *help; // options and examples
};

extern const struct command commands[];
extern const size_t command_count;

// Runs what argv says and returns the exit code of the process.
int commands_run(int argc, char **argv);

#endif

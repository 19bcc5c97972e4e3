// settings.h - one table a program: it drives the environment, --help, --show-settings and the drift tests.
//
// A setting FOO is read from the environment variable KENTONGAN_FOO; a text, and so each secret, also from
// the file that KENTONGAN_FOO_FILE names (its first line).  A wrong value is one line that names the setting,
// and exit code 78.
#ifndef KENTONGAN_SETTINGS_H
#define KENTONGAN_SETTINGS_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_type {
    SETTING_TEXT,    // into: const char **; "" where nothing is set
    SETTING_INTEGER, // into: int64_t *; least .. most
    SETTING_FLAG,    // into: bool *; yes or no
};

struct setting {
    const char *name; // without KENTONGAN_
    enum setting_type type;
    const char *fallback;
    int64_t least, most; // SETTING_INTEGER only
    bool secret;         // masked wherever settings are shown
    const char *help;    // one line, with the unit
    void *into;          // where the value goes
};

struct settings {
    const char *program; // kentongan-ingest
    const char *summary; // one line
    const struct setting *table;
    size_t count;
};

enum { EXIT_SETTINGS = 78 }; // EX_CONFIG of sysexits.h

// Handles --help, --version, --show-settings and --settings-table (both print and exit 0), then reads every
// setting. Values live as long as the process.  Does not return when an argument or a setting is wrong: exit
// 64 or 78.
void settings_load(const struct settings *settings, int argc, char **argv);

// Ends the process with exit code 78 and one line: for what a single setting's bounds cannot say.
__attribute__((noreturn)) void settings_wrong(
    const struct settings *settings, const char *name, const char *reason);

// Reads the environment into the table; returns 0, or -1 with one line in reason (room for size bytes).
MUST_USE int settings_read(const struct settings *settings, char *reason, size_t size);

#endif

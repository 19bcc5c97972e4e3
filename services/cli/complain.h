// complain.h - how the CLI says that something went wrong, and the exit codes that scripts may rely on.
#ifndef KENTONGAN_CLI_COMPLAIN_H
#define KENTONGAN_CLI_COMPLAIN_H

#include "check.h"

enum exit_code {
    EXIT_OK = 0,
    EXIT_FAILED = 1,  // done, but not all of it worked: reports rejected, a row refused
    EXIT_USAGE = 2,   // the command line or an input file cannot be understood
    EXIT_AWAY = 3,    // no server answers
    EXIT_UNKNOWN = 4, // there is no such code, agency, device ..
};

// Prints one line on standard error: "kentongan: WHAT: why; what to do".  format gives the part after WHAT.
void complain(const char *what, const char *format, ...) PRINTF_LIKE(2, 3);

#endif

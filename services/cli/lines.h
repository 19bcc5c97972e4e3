// lines.h - the lines of a file or pipe, one at a time, in bounded memory.
#ifndef KENTONGAN_CLI_LINES_H
#define KENTONGAN_CLI_LINES_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>

struct lines;

enum { LINES_LONGEST = 1024 * 1024 }; // bytes of a line; the rest of a longer one is skipped

enum lines_state {
    LINES_LINE,
    LINES_TOO_LONG, // a line that is longer than LINES_LONGEST; the next one is as usual
    LINES_END,
    LINES_BROKEN, // the file cannot be read; errno says why
};

struct line {
    char *text; // without its end ("\n" or "\r\n"), NUL-terminated, and the caller's to change
    size_t length;
    long number; // from 1
};

// fd is borrowed until the reader is destroyed; a byte order mark at its start is left out.  Returns new.
struct lines *lines_new(int fd);
void lines_destroy(struct lines **lines);

// The next line, borrowed until the next call.  line->number is set for LINES_LINE and LINES_TOO_LONG.
enum lines_state lines_next(struct lines *lines, struct line *line);

// Is there no whole line in memory, so that the next call may wait for one, or find the end?  Then it is time
// to write out.
bool lines_would_wait(const struct lines *lines);

#endif

// lines.c - the lines of a file or pipe.
//
// One buffer holds what was read and not yet handed out: [start, end).  A line that does not fit into it is
// skipped up to its end, so that no input can make it grow.
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PIECE = 64 * 1024, // at a time from the file: about 200 reports, what a pipe holds
    ROOM = LINES_LONGEST + 1 + PIECE,
};

struct lines {
    int fd;
    bool at_end, skips; // skips: until the end of a line that is too long
    long number;
    size_t start, end;
    size_t looked; // up to here there is no line's end
    char bytes[ROOM + 1];
};

struct lines *
lines_new(int fd)
{
    struct lines *lines = check_alloc(sizeof(*lines));

    // The bytes are left as they are: they would be a megabyte to clear.
    lines->fd = fd;
    lines->at_end = lines->skips = false;
    lines->number = 0;
    lines->start = lines->end = lines->looked = 0;
    return lines;
}

void
lines_destroy(struct lines **lines)
{
    free(*lines);
    *lines = NULL;
}

// The end of the line that starts the buffer; NULL: it is not there yet.
static char *
line_end(struct lines *lines)
{
    char *found = memchr(lines->bytes + lines->looked, '\n', lines->end - lines->looked);

    if (found == NULL)
        lines->looked = lines->end;
    return found;
}

bool
lines_would_wait(const struct lines *lines)
{
    return memchr(lines->bytes + lines->looked, '\n', lines->end - lines->looked) == NULL;
}

// Reads a piece behind what is there.  -1: the file cannot be read.
static int
fill(struct lines *lines)
{
    static const char mark[] = "\xef\xbb\xbf";
    ssize_t got = 0;

    if (lines->start == lines->end)
        lines->start = lines->end = lines->looked = 0;
    if (ROOM - lines->end < PIECE) {
        memmove(lines->bytes, lines->bytes + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->looked -= lines->start;
        lines->start = 0;
    }
    do
        got = read(lines->fd, lines->bytes + lines->end, PIECE);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    lines->at_end = got == 0;
    lines->end += (size_t)got;
    // A mark that comes in pieces stays, and the first line is then no JSON; no file and no pipe does that.
    if (lines->number == 0 && !lines->skips && lines->looked == 0 && lines->end >= strlen(mark) &&
        memcmp(lines->bytes, mark, strlen(mark)) == 0)
        lines->start = lines->looked = strlen(mark);
    return 0;
}

// Hands out [start, stop) and goes on at next.
static enum lines_state
take(struct lines *lines, struct line *line, size_t stop, size_t next)
{
    size_t start = lines->start;

    lines->start = lines->looked = next;
    line->number = ++lines->number;
    if (lines->skips || stop - start > LINES_LONGEST) {
        lines->skips = false;
        return LINES_TOO_LONG;
    }
    if (stop > start && lines->bytes[stop - 1] == '\r')
        stop--;
    line->text = lines->bytes + start;
    line->length = stop - start;
    line->text[line->length] = '\0';
    return LINES_LINE;
}

enum lines_state
lines_next(struct lines *lines, struct line *line)
{
    *line = (struct line){0};
    for (;;) {
        char *found = line_end(lines);

        if (found != NULL) {
            size_t stop = (size_t)(found - lines->bytes);

            return take(lines, line, stop, stop + 1);
        }
        if (lines->at_end)
            return lines->start < lines->end || lines->skips ? take(lines, line, lines->end, lines->end)
                                                             : LINES_END;
        if (lines->end - lines->start > LINES_LONGEST) {
            lines->skips = true;
            lines->start = lines->end = lines->looked = 0;
        }
        if (fill(lines) < 0)
            return LINES_BROKEN;
    }
}

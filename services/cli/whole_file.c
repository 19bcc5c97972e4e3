// whole_file.c - reads a file to its end.
#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

int
whole_file_read(const char *path, struct str *text)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 1;

    if (fd < 0)
        return -1;
    while (got > 0) {
        str_reserve(text, PIECE);
        got = read(fd, text->data + text->length, PIECE);
        if (got > 0)
            text->length += (size_t)got;
        else if (got < 0 && errno == EINTR)
            got = 1;
    }
    text->data[text->length] = '\0';
    int problem = errno;
    close(fd);
    errno = problem;
    return got < 0 ? -1 : 0;
}

// child.h - runs a function in a process of its own, for what exits, dies or prints.
#ifndef KENTONGAN_CHILD_H
#define KENTONGAN_CHILD_H

#include <stdbool.h>

struct child {
    int code;   // exit code; -1 when a signal ended it
    int signal; // 0 when it exited
    char out[8192], err[8192];
};

// Runs body(self) in a fork, with what it prints caught.  When body returns, the exit code is 0.
struct child child_run(void (*body)(const void *self), const void *self);

// How often does part occur in text?
int child_count(const char *text, const char *part);

#endif

// child.c - runs a function in a process of its own, for what exits, dies or prints.
#include "child.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
read_back(FILE *file, char *text, size_t size)
{
    rewind(file);
    size_t length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    fclose(file);
}

struct child
child_run(void (*body)(const void *self), const void *self)
{
    struct child child = {.code = -1};
    FILE *out = tmpfile(), *err = tmpfile();
    CHECK(out && err);
    fflush(NULL);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        CHECK(dup2(fileno(out), STDOUT_FILENO) >= 0 && dup2(fileno(err), STDERR_FILENO) >= 0);
        body(self);
        fflush(NULL);
        _exit(0);
    }
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    if (WIFEXITED(status))
        child.code = WEXITSTATUS(status);
    else if (WIFSIGNALED(status))
        child.signal = WTERMSIG(status);
    read_back(out, child.out, sizeof(child.out));
    read_back(err, child.err, sizeof(child.err));
    return child;
}

int
child_count(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

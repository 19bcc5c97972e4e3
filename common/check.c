// check.c - promises that the process keeps, or ends.
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

void
check_failed(const char *promise, const char *file, int line)
{
    fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
    abort();
}

void *
check_alloc(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);

    CHECK(memory != NULL);
    return memory;
}

void *
check_zalloc(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

    CHECK(memory != NULL);
    return memory;
}

void *
check_realloc(void *memory, size_t size)
{
    void *moved = realloc(memory, size > 0 ? size : 1);

    CHECK(moved != NULL);
    return moved;
}

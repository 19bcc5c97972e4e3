// cut_line.c - an input of several fields.
#include "cut_line.h"

#include <stddef.h>
#include <string.h>

char *
cut_line(char **rest)
{
    char *line = *rest;
    size_t length = strcspn(line, "\n");

    *rest = line + length + (line[length] != '\0');
    line[length] = '\0';
    return line;
}

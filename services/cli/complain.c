// complain.c - one line on standard error that says what failed, why, and what to do.
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>

void
complain(const char *what, const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    fprintf(stderr, "kentongan: %s: %s\n", what, text);
}

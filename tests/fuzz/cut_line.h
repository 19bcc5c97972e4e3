// cut_line.h - an input of several fields: one a line, the last one the rest.
#ifndef KENTONGAN_FUZZ_CUT_LINE_H
#define KENTONGAN_FUZZ_CUT_LINE_H

// The next line of what is left, NUL-terminated; the rest stays.
char *cut_line(char **rest);

#endif

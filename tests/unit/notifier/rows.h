// rows.h - decision tables in tests/data/notifier: tab-separated, '#' begins a comment line.
#ifndef KENTONGAN_TEST_NOTIFIER_ROWS_H
#define KENTONGAN_TEST_NOTIFIER_ROWS_H

#include <stddef.h>

enum { COLUMNS_MOST = 8 };

// Calls check for each row of a table with its columns, in which \t is a tab and \\ a backslash.  Returns how
// many there were.
size_t rows_each(const char *name, size_t columns, void (*check)(char *const *column));

#endif

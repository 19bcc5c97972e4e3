// tsv.h - reads a table: tab-separated, first row the header, no quoting.
#ifndef KENTONGAN_TESTS_TSV_H
#define KENTONGAN_TESTS_TSV_H

#include <stdbool.h>
#include <stddef.h>

struct tsv;

enum { TSV_COLUMNS_MOST = 12 };

// path is below the source folder; columns is the header that the table must have.  Fails the test otherwise.
// Returns new.
struct tsv *tsv_open(const char *path, const char *columns);
void tsv_close(struct tsv **tsv);

// Moves to the next row; false at the end.
bool tsv_next(struct tsv *tsv);

// A field of the row.  Borrowed until tsv_next.
const char *tsv_field(const struct tsv *tsv, size_t column);

// Number of the line, 1 is the header.
int tsv_line(const struct tsv *tsv);

#endif

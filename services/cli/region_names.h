// region_names.h - what regions are called, for words to people.
#ifndef KENTONGAN_CLI_REGION_NAMES_H
#define KENTONGAN_CLI_REGION_NAMES_H

#include "str.h"

#include <stddef.h>

struct region_names;

// Returns new.
struct region_names *region_names_new(void);
void region_names_destroy(struct region_names **names);

// Adds a row of the regions table; copies.  The first one of a code counts.
void region_names_add(struct region_names *names, const char *code, const char *kind, const char *name);

// Appends the question, in Indonesian, that settles which of these regions a report means; codes without a
// name are left out.  Nothing is appended when none is left.
void region_names_question(
    const struct region_names *names, const char *const *codes, size_t count, struct str *out);

#endif

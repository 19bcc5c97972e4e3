// phrases.h - what is said to reporters, in memory: the rows of reply_templates.
#ifndef KENTONGAN_PHRASES_H
#define KENTONGAN_PHRASES_H

#include "reply_template.h"

#include <stddef.h>

struct phrases;

// None yet.  Returns new.
struct phrases *phrases_new(void);
void phrases_destroy(struct phrases **phrases);

// Copies.
void phrases_add(struct phrases *phrases, const struct reply_template *row);

// For the functions of reply_template.h.  Borrows.
const struct reply_template *phrases_all(const struct phrases *phrases, size_t *count);

#endif
